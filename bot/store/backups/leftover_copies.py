"""What a process that was killed left of copies it was making beside the log: it may hold words forgotten since."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from typing import TYPE_CHECKING

from ..disk import files
from ..guard import guard_file
from ..recovery.salvage import FIRST, WORKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

RESTORING = "restoring"
"""Ending of the copy that `quoth restore` makes of a file that stays where it is."""
NEW = "new"
"""Ending of what has no name of its own yet."""
_JOURNAL = "-journal"
_COMPANIONS = (_JOURNAL, "-wal", "-shm")


def being_backed_up(target: Path) -> Path:
    """Where a copy is made that `quoth backup` then gives its name: none but this process writes there."""
    return target.with_name(f".{target.name}.{os.getpid()}.{NEW}")


def remove(path: Path, now: datetime) -> list[str]:
    """Remove the copies that were cut short beside the log at a path, at the start, when nobody else may make any.

    Each was made of a file that is still there; but those of what a connection held, when its file was gone: of these
    a whole one gets its name, so that the opening of the log finds it, and a torn one is kept where the log that was in
    use is not there. Gives what there is to say of that.
    """
    said = []
    for copy in (files.RESCUE_COPY, files.CONNECTION_COPY):
        new = files.beside(path, f"{copy}.{NEW}")
        _name_if_complete(new, files.beside(path, copy))
        if files.is_regular(new) and files.size(new) and not _is_known(path):
            moved = new.replace(files.unused_name(files.beside(path, f"not-used-{files.timestamp(now)}")))
            said.append(f"a part of a copy of the log, which was cut short, is kept as {moved.name}")
        _remove(new)
    working = [files.beside(path, ending) for ending in (RESTORING, WORKING, FIRST)]
    for file in (*working, *_backups(path)):
        _remove(file)
    return said


def _is_known(path: Path) -> bool:
    """Whether the log that stands at a path is the one that was in use, as far as that is known."""
    known, there = guard_file.load(path), files.identity(path)
    return there is not None and (known is None or there == (known.device, known.inode))


def begin(copy: Path) -> Path:
    """Where a copy is written until it is whole, with nothing there that is left of another."""
    new = files.beside(copy, NEW)
    for file in _with_companions(new):
        file.unlink(missing_ok=True)
    return new


def _name_if_complete(new: Path, copy: Path) -> None:
    """SQLite keeps a journal beside what it writes until that is whole and on the disk."""
    if files.is_regular(new) and files.size(new) and not os.path.lexists(new.with_name(new.name + _JOURNAL)):
        with contextlib.suppress(OSError):
            new.replace(copy)


def _remove(path: Path) -> None:
    """The copy before its journal: that alone would make a torn copy look like a whole one."""
    for file in _with_companions(path):
        if files.is_regular(file):
            with contextlib.suppress(OSError):
                file.unlink()


def _with_companions(path: Path) -> tuple[Path, ...]:
    return path, *(path.with_name(path.name + ending) for ending in _COMPANIONS)


def _backups(path: Path) -> Iterator[Path]:
    """Those of `quoth backup` into the log's folder, by processes that are gone."""
    ours = re.compile(rf"\..+{re.escape(path.suffix)}\.(\d+)\.{NEW}")
    for file in list(path.parent.iterdir()):
        known = ours.fullmatch(file.name.removesuffix(_JOURNAL))
        if known and not _lives(int(known[1])):
            yield path.with_name(file.name.removesuffix(_JOURNAL))


def _lives(process: int) -> bool:
    if process == os.getpid():
        return False
    if sys.platform == "win32":  # a signal, even none, would end it there
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
