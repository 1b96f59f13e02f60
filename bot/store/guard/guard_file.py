"""What is known of the log outside the log: how many uses it holds or counts as lost, and which file it is.

It stands in a small file beside it. SQLite takes an empty file for a new database and a missing write-ahead file for an
empty one; by this we know better.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import zlib
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from ... import private
from ..disk import files
from ..sqlite.column_values import ticks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path


ENDING = "guard"
_NEW = f"{ENDING}.new"
_LARGEST = 4096
_ROOM = _LARGEST
"""Bytes that it has on the disk, so that it can be written over in place when that is full."""
_SUM, _LAST = "sum", "writing"
"""What may reach beyond the first sector, which a power cut leaves either old or new; its checksum stands in that."""
WRITING = 128
"""Ids of uses being written for which there is room in it."""
_MOST = 1 << 40
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LogState:
    """What is known of a log. `removed`: uses deleted on purpose since it began; `lost`: uses it counts as lost;
    `frames`: pages in the write-ahead file alone; `mark` names this state, so that what is missing is counted once.
    `both`: of `rows`, those that stand in the emergency file as well, which the next start writes again; `writing`:
    ids of uses in a commit under way, which the log may hold beside `rows`.
    """

    id: str
    rows: int
    removed: int
    frames: int = 0
    device: int = 0
    inode: int = 0
    size: int = 0
    time: int = 0
    mark: str = ""
    lost: int = 0
    both: int = 0
    writing: Sequence[int] = ()

    def after(self, more: RowChanges) -> LogState:
        """This, when so much was changed."""
        rows = self.rows + more.added - more.removed
        return replace(self, rows=rows, removed=self.removed + more.removed, lost=self.lost + more.lost)

    def since(self, before: LogState) -> RowChanges:
        """What was changed since that was known."""
        added = self.rows + self.removed - before.rows - before.removed
        return RowChanges(added, self.removed - before.removed, self.lost - before.lost)


class RowChanges(NamedTuple):
    """Uses that were added, deleted on purpose, and counted as lost."""

    added: int = 0
    removed: int = 0
    lost: int = 0

    def plus(self, other: RowChanges) -> RowChanges:
        """Both together."""
        return RowChanges(*map(sum, zip(self, other, strict=True)))

    def less(self, other: RowChanges) -> RowChanges:
        """What is beyond that."""
        return RowChanges(*(count - less for count, less in zip(self, other, strict=True)))

    def within(self, most: RowChanges) -> RowChanges:
        """So much of it as can be."""
        return RowChanges(*(min(max(0, count), limit) for count, limit in zip(self, most, strict=True)))


def load(path: Path) -> LogState | None:
    """What is known of the log at a path; None when nothing is, or nothing that can be read."""
    place = files.beside(path, ENDING)
    try:
        said = _read(private.read_own(place, _LARGEST).decode())
        names = [field.name for field in fields(LogState) if field.name in said]  # a later version may say more
        known = LogState(**{name: said[name] for name in names})
        if _sensible(known):
            return known
        why = "it says what cannot be"
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, OverflowError, RecursionError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
    _log.warning("what was known of the log cannot be read in %s (%s): it is begun anew", place, why)
    return None


def _read(text: str) -> dict[str, Any]:
    """What is said, without `writing` where a power cut left but a part of that, or a part of an older one."""
    try:
        said = dict(json.loads(text))
    except ValueError:
        said = dict(json.loads(text.partition(f', "{_LAST}":')[0] + "}"))
    if said.get(_SUM) != _sum_of(said.get(_LAST, ())):
        said[_LAST] = ()
    return said


def _sum_of(ids: Any) -> int:
    return zlib.crc32(json.dumps(list(ids)).encode())


def _sensible(known: LogState) -> bool:
    counts = (known.rows, known.removed, known.frames, known.lost, known.both)
    numbers = (*counts, known.device, known.inode, known.size, known.time)
    if not all(type(number) is int and number >= 0 for number in numbers):
        return False
    words: tuple[object, ...] = (known.id, known.mark)
    ids = known.writing
    return (
        all(isinstance(word, str) for word in words)
        and max(counts) < _MOST
        and isinstance(ids, list | tuple)
        and all(type(use_id) is int for use_id in ids)
    )


def save(path: Path, known: LogState, now: datetime, frames: int) -> LogState:
    """Write down what is known of the log at a path, and give it as it stands there. Raises OSError.

    The old word stands until the new one is whole.
    """
    signed = as_of_now(path, known, now, frames)
    write_new(path, signed)
    put_new_in_place(path)
    return signed


def as_of_now(path: Path, known: LogState, now: datetime, frames: int) -> LogState:
    """What is known of the log at a path, as of now."""
    found = files.file_stat(path) or files.FileStat(0, 0, 0)  # deleted by now: that is noticed by what is known
    here = replace(known, device=found.device, inode=found.inode, size=found.size, frames=frames)
    return replace(here, time=ticks(now), mark=secrets.token_hex(8))


def write_new(path: Path, known: LogState) -> None:
    """Bring what is known of a log to the disk, beside what was kept before. Raises OSError."""
    with private.open_file(files.beside(path, _NEW)) as file:
        file.write(_said(known).ljust(_ROOM))
        file.flush()
        os.fsync(file.fileno())


def put_new_in_place(path: Path, known: LogState | None = None) -> None:
    """From now on what was prepared is what is known, or what is known since then. Raises OSError."""
    new = files.beside(path, _NEW)
    if known is not None and files.is_regular(new):  # before it has its name: a kill may come between two steps
        private.overwrite(new, _said(known), _ROOM)
    new.replace(files.beside(path, ENDING))


def overwrite(path: Path, known: LogState) -> None:
    """Write down, in place, what more is known of a log since that was kept. Raises OSError.

    It is not forced to the disk: a kill loses nothing of it, and what a power cut does is older, as it was before.
    """
    private.overwrite(files.beside(path, ENDING), _said(known), _ROOM)


def _said(known: LogState) -> bytes:
    return json.dumps({_SUM: _sum_of(known.writing), **asdict(known)}).encode()
