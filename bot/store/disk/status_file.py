"""How the log fares, told to other programs: a small file that is made once and then only written over.

It is written in place, so that a full disk does not keep the bot from saying that the disk is full.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ... import private
from ...text import shown
from . import files

if TYPE_CHECKING:
    from pathlib import Path

ENDING = "status"
_SIZE = 4096
_LONGEST = 700


@dataclass(frozen=True, slots=True)
class Status:
    """`problem` and since when; uses waiting and lost in this run; what was mended last; its origin if restored.

    `spare` says why there is no emergency file.
    """

    problem: str | None = None
    since: str | None = None
    waiting: int = 0
    lost: int = 0
    notice: str | None = None
    restored: str | None = None
    spare: str | None = None


def write_status(path: Path, status: Status) -> None:
    """Say how the log at a path fares. Raises OSError."""
    short = {name: value[:_LONGEST] if isinstance(value, str) else value for name, value in asdict(status).items()}
    said = json.dumps(short).encode()
    place = files.beside(path, ENDING)
    handle = private.open_to_write(place)
    try:
        os.write(handle, said[:_SIZE].ljust(_SIZE))
    finally:
        os.close(handle)


def was_in_use(path: Path) -> bool:
    """Whether a log was in use at a path and fared well, as far as that is known."""
    said = read_status(path)
    return said.problem is None if said else files.size(files.beside(path, "emergency")) > 0


def read_status(path: Path) -> Status | None:
    """What was said last about the log at a path; None when nothing was, or nothing that can be read."""
    try:
        stored = json.loads(private.read_own(files.beside(path, ENDING), _SIZE))
        fit: dict[str, Any] = {
            name: shown(value) if isinstance(value, str) else value for name, value in stored.items()
        }
        said = Status(**fit)
        words = (said.problem, said.since, said.notice, said.restored, said.spare)
        valid = all(value is None or isinstance(value, str) for value in words)
        return said if valid and type(said.waiting) is int and type(said.lost) is int else None
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None
