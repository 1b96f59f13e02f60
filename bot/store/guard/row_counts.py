"""What a log says of how much it holds, and how that differs from what was known of it outside."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..disk import files
from ..sqlite.column_values import moment, number
from ..sqlite.metadata import LAST_OPENING, LOG_ID, LOSSES_COUNTED, USES_DELETED
from ..sqlite.migrations import APPLICATION
from .guard_file import LogState, RowChanges

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection
    from pathlib import Path

    import aiosqlite

_ROWS = "SELECT count(*) FROM uses NOT INDEXED"
"""By the rows themselves: SQLite would count those of an index, which may be damaged."""
_OF_THESE = "SELECT count(*) FROM uses WHERE asked IN (SELECT value FROM json_each(?))"
_LOST = "SELECT CAST(total(count) AS INTEGER) FROM losses"
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
class LogContents:
    """What a log says of itself. Without an id it is new and empty, or of a Quoth that kept no guard.

    `writing`: of its rows, those that were in a commit under way when it was known last; `both`: of the others, those
    that the emergency file gives as well; `spare`: uses that only that gives.
    """

    id: str | None
    rows: int
    removed: int
    lost: int
    counted: str | None
    new: bool = False
    writing: int = 0
    both: int = 0
    spare: int = 0

    def plus_rows(self, rows: int) -> LogContents:
        """This with so many rows more."""
        return replace(self, rows=self.rows + rows)

    @property
    def known(self) -> LogState:
        """This, as it is known from now on."""
        return LogState(self.id or secrets.token_hex(8), self.rows, self.removed, lost=self.lost)

    def lacks(self, known: LogState, *, salvaged: bool) -> int:
        """Uses that are neither here, nor in the emergency file, nor counted as lost, beside those deleted on purpose:
        none where that was counted.

        A log that knows of fewer deletions than were known is an older state: it has again what was deleted since. One
        that was salvaged may have lost the number. Where it counts fewer as lost, rows that it has more may be those:
        the log that an older copy stood for is back.
        """
        if self.counted and self.counted == known.mark:
            return 0
        removed = self.removed - known.removed
        rows = known.rows - (max(0, removed) if salvaged or self.id != known.id else removed)
        fewer = rows - (self.rows - self.writing) + max(0, known.lost - self.lost)
        return max(0, fewer - min(max(0, known.both - self.both), self.spare))


async def read_contents(
    connection: aiosqlite.Connection, writing: Collection[int] = (), spare: Collection[int] = ()
) -> LogContents:
    """Count what a log holds and read its own word about itself. `writing` are the ids of uses that were in a commit
    under way when it was known last, `spare` those that the emergency file gives.
    """
    ((mark,),) = await connection.execute_fetchall("PRAGMA application_id")
    names = {str(name) for (name,) in await connection.execute_fetchall("SELECT name FROM sqlite_schema")}
    if mark != APPLICATION or not {"uses", "kept"} <= names:
        return LogContents(None, 0, 0, 0, None, new=True)
    ((rows,),) = await connection.execute_fetchall(_ROWS)
    ((lost,),) = await connection.execute_fetchall(_LOST) if "losses" in names else ((0,),)
    about = "SELECT name, value FROM kept WHERE name IN (?, ?, ?)"
    said = {
        str(name): str(value)
        for name, value in await connection.execute_fetchall(about, (LOG_ID, USES_DELETED, LOSSES_COUNTED))
    }
    new = LOG_ID not in said and not rows
    spare = set(spare).difference(writing)
    both = await _count_of(connection, spare)
    return LogContents(
        *(said.get(LOG_ID), rows, number(said.get(USES_DELETED)), number(lost), said.get(LOSSES_COUNTED), new),
        *(await _count_of(connection, writing), both, len(spare) - both),
    )


async def _count_of(connection: aiosqlite.Connection, asked: Collection[int]) -> int:
    """How many of the uses of those ids a log holds."""
    ((count,),) = await connection.execute_fetchall(_OF_THESE, (json.dumps(list(asked)),)) if asked else ((0,),)
    return int(count)


async def begin_counting(connection: aiosqlite.Connection, known: LogState, lost: int, mark: str, time: int) -> None:
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


async def read_changes(connection: aiosqlite.Connection) -> RowChanges:
    """What was changed since this connection was opened. Looks at no file."""
    ((added, removed, lost),) = await connection.execute_fetchall("SELECT added, removed, lost FROM changes")
    return RowChanges(int(added), int(removed), int(lost))


def count_rows(log: sqlite3.Connection, known: LogState) -> LogState:
    """What is known of a log by counting it now: in a thread, on a connection of its own."""
    query = f"SELECT ({_ROWS}), (SELECT value FROM kept WHERE name = ?)"  # noqa: S608  ours
    ((rows, removed),), ((lost,),) = log.execute(query, (USES_DELETED,)).fetchall(), log.execute(_LOST).fetchall()
    return replace(known, rows=rows, removed=number(removed), lost=number(lost))


def find_losses(
    known: LogState, contents: LogContents, path: Path, *, ahead: bool, why: str = "", salvaged: bool = False
) -> tuple[int, str | None]:
    """What is wrong with a log that was known: uses lost, and a sentence. `ahead`: a write-ahead file was there;
    `salvaged`: what it says was read from one that is damaged.
    """
    when = f"{moment(known.time):%Y-%m-%d %H:%M} UTC"
    if contents.id != known.id and not contents.new and not why:
        return 0, f"another log stands in the place of {path}: the one of {when} held {known.rows} uses"
    fewer = contents.lacks(known, salvaged=salvaged)
    missing = bool(known.frames) and not ahead
    if not fewer:
        gone = missing and not why and contents.id is not None
        return 0, f"{path.name}-wal was missing; no use that was known of is lost" if gone else None
    why = why or _why(known, contents, path, ahead=ahead, missing=missing)
    of = known.rows + known.lost
    return fewer, f"the log {path} lacks {fewer} of the {of} uses it knew of: {why}. They are counted as lost"


def _why(known: LogState, contents: LogContents, path: Path, *, ahead: bool, missing: bool) -> str:
    if contents.id is None:
        return "it was deleted"
    if missing:
        return f"{path.name}-wal was missing"
    if files.identity(path) != (known.device, known.inode):
        return "an older copy stands in its place"
    return f"{path.name}-wal was damaged or cut short" if ahead else "its content was cut or replaced"
