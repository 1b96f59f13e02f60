"""What is known of the log outside the log: how many uses it holds or counts as lost, and which file it is.

It stands in a small file beside it. SQLite takes an empty file for a new database and a missing write-ahead file for an
empty one; by this we know better.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, NamedTuple

from bot import private
from bot.store.disk import files
from bot.store.sqlite.column_values import moment, number, ticks
from bot.store.sqlite.metadata import LAST_OPENING, LOG_ID, LOSSES_COUNTED, USES_DELETED
from bot.store.sqlite.migrations import APPLICATION

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime
    from pathlib import Path

    import aiosqlite

ENDING = "guard"
_NEW = f"{ENDING}.new"
_LARGEST = 4096
_ROOM = 1024
"""Bytes that it has on the disk, so that it can be written over in place when that is full."""
_ROWS = "SELECT count(*) FROM uses NOT INDEXED"
"""By the rows themselves: SQLite would count those of an index, which may be damaged."""
_LOST = "SELECT CAST(total(count) AS INTEGER) FROM losses"
_MOST = 1 << 40
_log = logging.getLogger(__name__)

_COUNTERS = (
    "CREATE TEMP TABLE IF NOT EXISTS changes (added INTEGER, removed INTEGER, lost INTEGER)",
    "DELETE FROM changes",
    "INSERT INTO changes VALUES (0, 0, 0)",
    """CREATE TEMP TRIGGER IF NOT EXISTS loss_told AFTER INSERT ON main.losses BEGIN
       UPDATE changes SET lost = lost + new.count; END""",
    """CREATE TEMP TRIGGER IF NOT EXISTS use_added AFTER INSERT ON main.uses BEGIN
       UPDATE changes SET added = added + 1; END""",
    f"""CREATE TEMP TRIGGER IF NOT EXISTS use_removed AFTER DELETE ON main.uses BEGIN
       UPDATE changes SET removed = removed + 1;
       UPDATE kept SET value = value + 1 WHERE name = '{USES_DELETED}'; END""",  # noqa: S608  our own name
)
"""Whoever adds or deletes uses need not count them. It is counted in the memory of the connection, which still answers
when the file is damaged, and takes back what a transaction takes back. What is deleted is counted in the file too, so
that a bot killed before its guard is written does not take it for lost.
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a log. `removed`: uses deleted on purpose since it began; `lost`: uses it counts as lost;
    `frames`: pages in the write-ahead file alone; `mark` names this state, so that what is missing is counted once.
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

    def after(self, more: Changes) -> Known:
        """This, when so much was changed."""
        rows = self.rows + more.added - more.removed
        return replace(self, rows=rows, removed=self.removed + more.removed, lost=self.lost + more.lost)

    def since(self, before: Known) -> Changes:
        """What was changed since that was known."""
        added = self.rows + self.removed - before.rows - before.removed
        return Changes(added, self.removed - before.removed, self.lost - before.lost)


class Changes(NamedTuple):
    """Uses that were added, deleted on purpose, and counted as lost."""

    added: int = 0
    removed: int = 0
    lost: int = 0

    def plus(self, other: Changes) -> Changes:
        """Both together."""
        return Changes(*map(sum, zip(self, other, strict=True)))

    def less(self, other: Changes) -> Changes:
        """What is beyond that."""
        return Changes(*(one - less for one, less in zip(self, other, strict=True)))

    def within(self, most: Changes) -> Changes:
        """So much of it as can be."""
        return Changes(*(min(max(0, one), limit) for one, limit in zip(self, most, strict=True)))


@dataclass(frozen=True, slots=True)
class Stock:
    """What a log says of itself. Without an id it is new and empty, or of a Quoth that kept no guard."""

    id: str | None
    rows: int
    removed: int
    lost: int
    counted: str | None
    new: bool = False

    def with_more(self, rows: int) -> Stock:
        """This with so many rows more."""
        return replace(self, rows=self.rows + rows)

    @property
    def known(self) -> Known:
        """This, as it is known from now on."""
        return Known(self.id or secrets.token_hex(8), self.rows, self.removed, lost=self.lost)

    def lacks(self, known: Known, *, salvaged: bool) -> int:
        """Uses that are neither here nor counted as lost, beside those deleted on purpose.

        A log that knows of fewer deletions than were known is an older state: it has again what was deleted since. One
        that was salvaged may have lost the number. Where it counts fewer as lost, rows that it has more may be those:
        the log that an older copy stood for is back.
        """
        removed = self.removed - known.removed
        rows = known.rows - (max(0, removed) if salvaged or self.id != known.id else removed) - self.rows
        return max(0, rows + max(0, known.lost - self.lost))


def recall(path: Path) -> Known | None:
    """What is known of the log at a path; None when nothing is, or nothing that can be read."""
    place = files.beside(path, ENDING)
    try:
        said = dict(json.loads(private.read_own(place, _LARGEST)))
        names = [one.name for one in fields(Known) if one.name in said]  # a later version may say more
        known = Known(**{name: said[name] for name in names})
        if _sensible(known):
            return known
        why = "it says what cannot be"
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, OverflowError, RecursionError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
    _log.warning("what was known of the log cannot be read in %s (%s): it is begun anew", place, why)
    return None


def _sensible(known: Known) -> bool:
    numbers = (known.rows, known.removed, known.frames, known.device, known.inode, known.size, known.time, known.lost)
    if not all(type(one) is int and one >= 0 for one in numbers):
        return False
    words: tuple[object, ...] = (known.id, known.mark)
    return all(isinstance(one, str) for one in words) and max(*numbers[:3], known.lost) < _MOST


def keep(path: Path, known: Known, now: datetime, frames: int) -> Known:
    """Write down what is known of the log at a path, and give it as it stands there. Raises OSError.

    The old word stands until the new one is whole.
    """
    signed = sign(path, known, now, frames)
    prepare(path, signed)
    put_in_place(path)
    return signed


def sign(path: Path, known: Known, now: datetime, frames: int) -> Known:
    """What is known of the log at a path, as of now."""
    found = files.see(path) or files.Seen(0, 0, 0)  # deleted by now: that is noticed by what is known
    here = replace(known, device=found.device, inode=found.inode, size=found.size, frames=frames)
    return replace(here, time=ticks(now), mark=secrets.token_hex(8))


def prepare(path: Path, known: Known) -> None:
    """Bring what is known of a log to the disk, beside what was kept before. Raises OSError."""
    with private.open_file(files.beside(path, _NEW)) as file:
        file.write(_said(known).ljust(_ROOM))
        file.flush()
        os.fsync(file.fileno())


def put_in_place(path: Path) -> None:
    """From now on what was prepared is what is known. Raises OSError."""
    files.beside(path, _NEW).replace(files.beside(path, ENDING))


def amend(path: Path, known: Known) -> None:
    """Write down, in place, what more is known of a log since that was kept. Raises OSError.

    It is not forced to the disk: a kill loses nothing of it, and what a power cut does is older, as it was before.
    """
    private.overwrite(files.beside(path, ENDING), _said(known), _ROOM)


def _said(known: Known) -> bytes:
    return json.dumps(asdict(known)).encode()


async def stock_of(connection: aiosqlite.Connection) -> Stock:
    """Count what a log holds and read its own word about itself."""
    ((mark,),) = await connection.execute_fetchall("PRAGMA application_id")
    names = {str(name) for (name,) in await connection.execute_fetchall("SELECT name FROM sqlite_schema")}
    if mark != APPLICATION or not {"uses", "kept"} <= names:
        return Stock(None, 0, 0, 0, None, new=True)
    ((rows,),) = await connection.execute_fetchall(_ROWS)
    ((lost,),) = await connection.execute_fetchall(_LOST) if "losses" in names else ((0,),)
    about = "SELECT name, value FROM kept WHERE name IN (?, ?, ?)"
    said = {
        str(name): str(value)
        for name, value in await connection.execute_fetchall(about, (LOG_ID, USES_DELETED, LOSSES_COUNTED))
    }
    new = LOG_ID not in said and not rows
    return Stock(said.get(LOG_ID), rows, number(said.get(USES_DELETED)), number(lost), said.get(LOSSES_COUNTED), new)


async def begin(connection: aiosqlite.Connection, known: Known, lost: int, mark: str, time: int) -> None:
    """Write a log's id, and the uses that are gone from it, once; then count what is removed."""
    await connection.execute("BEGIN IMMEDIATE")
    try:
        for name, value in ((LOG_ID, known.id), (USES_DELETED, str(known.removed))):
            await connection.execute("INSERT OR REPLACE INTO kept (name, value) VALUES (?, ?)", (name, value))
        # Something new, so that it is surely written: a file that takes nothing says so here, not at the first use.
        await connection.execute(
            "INSERT OR REPLACE INTO kept (name, value) VALUES (?, ?)", (LAST_OPENING, secrets.token_hex(8))
        )
        if lost:
            await connection.execute("INSERT INTO losses (time, count) VALUES (?, ?)", (time, lost))
            await connection.execute("INSERT OR REPLACE INTO kept (name, value) VALUES (?, ?)", (LOSSES_COUNTED, mark))
        await connection.commit()
    except BaseException:
        await connection.rollback()
        raise
    for statement in _COUNTERS:
        await connection.execute(statement)


async def changes(connection: aiosqlite.Connection) -> Changes:
    """What was changed since this connection was opened. Looks at no file."""
    ((added, removed, lost),) = await connection.execute_fetchall("SELECT added, removed, lost FROM changes")
    return Changes(int(added), int(removed), int(lost))


def count(log: sqlite3.Connection, known: Known) -> Known:
    """What is known of a log by counting it now: in a thread, on a connection of its own."""
    kept = f"SELECT ({_ROWS}), (SELECT value FROM kept WHERE name = ?)"  # noqa: S608  ours
    ((rows, removed),), ((lost,),) = log.execute(kept, (USES_DELETED,)).fetchall(), log.execute(_LOST).fetchall()
    return replace(known, rows=rows, removed=number(removed), lost=number(lost))


def difference(
    known: Known, stock: Stock, path: Path, *, ahead: bool, why: str = "", salvaged: bool = False
) -> tuple[int, str | None]:
    """What is wrong with a log that was known: uses lost, and a sentence. `ahead`: a write-ahead file was there;
    `salvaged`: what it says was read from one that is damaged.
    """
    when = f"{moment(known.time):%Y-%m-%d %H:%M} UTC"
    if stock.id != known.id and not stock.new and not why:
        return 0, f"another log stands in the place of {path}: the one of {when} held {known.rows} uses"
    fewer = 0 if stock.counted and stock.counted == known.mark else stock.lacks(known, salvaged=salvaged)
    missing = bool(known.frames) and not ahead
    if not fewer:
        gone = missing and not why and stock.id is not None
        return 0, f"{path.name}-wal was missing; no use that was known of is lost" if gone else None
    why = why or _why(known, stock, path, ahead=ahead, missing=missing)
    of = known.rows + known.lost
    return fewer, f"the log {path} lacks {fewer} of the {of} uses it knew of: {why}. They are counted as lost"


def _why(known: Known, stock: Stock, path: Path, *, ahead: bool, missing: bool) -> str:
    if stock.id is None:
        return "it was deleted"
    if missing:
        return f"{path.name}-wal was missing"
    if files.identity(path) != (known.device, known.inode):
        return "an older copy stands in its place"
    return f"{path.name}-wal was damaged or cut short" if ahead else "its content was cut or replaced"
