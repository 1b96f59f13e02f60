"""Many uses in one commit: quickly where all is as expected, else row by row's own history."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..sqlite.column_values import number, ticks
from ..sqlite.metadata import OVERFLOW
from ..sqlite.use_rows import INSERT, use_to_row

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    import aiosqlite

    from ..emergency.emergency_file import EmergencyFile
    from ..records import Outcome, Use
    from ..sqlite.use_rows import Row

_UPSERT = f"""{INSERT}
    ON CONFLICT (asked) DO UPDATE SET outcome =
        CASE WHEN uses.outcome = 'begun' AND excluded.outcome <> 'begun' THEN excluded.outcome END
"""
"""A row that is there becomes settled if it was not; anything else is against NOT NULL, which refuses the whole batch,
so that it is written carefully and counted right.
"""
_BOTH = _UPSERT.replace(
    "FROM json_each(?1) WHERE true",
    """FROM json_each(?1)
    UNION ALL
    SELECT asked, time, guild, channel, way, query, uses.key, found, quote, edition, duration, value ->> 1, shared
    FROM json_each(?2) JOIN uses ON asked = value ->> 0 WHERE true""",
)
"""The same, and new outcomes of rows that are there: one statement is one errand to the connection's thread."""
_THERE = "SELECT asked, time, outcome FROM uses WHERE asked IN (SELECT value FROM json_each(?))"
_CHANGE = "UPDATE uses SET outcome = value ->> 1 FROM json_each(?) WHERE asked = value ->> 0"
_LEFT = """
    UPDATE uses SET outcome = 'unknown'
    WHERE outcome = 'begun' AND asked NOT IN (SELECT value FROM json_each(?))
"""
_KNOWN = "SELECT value FROM kept WHERE name = ?"
_KNOW = "INSERT INTO kept (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


class CommitGroup:
    """Those who wait for the same commit. `committed` is None until it is over.

    `asyncio.wait` on one future for all cost as much as all the rest of a use.
    """

    __slots__ = ("committed", "waiters")

    def __init__(self) -> None:
        self.committed: bool | None = None
        self.waiters: list[asyncio.Future[None]] = []

    async def over(self, wait: float) -> None:
        """Wait until it is over, for at most `wait` seconds."""
        if self.committed is not None:
            return
        loop = asyncio.get_running_loop()
        waiter = loop.create_future()
        self.waiters.append(waiter)
        timer = loop.call_later(wait, _wake, waiter)
        try:
            await waiter
        finally:
            timer.cancel()

    def end(self, committed: bool) -> None:
        """Tell all; only the first word counts."""
        if self.committed is None:
            self.committed = committed
            for waiter in self.waiters:
                _wake(waiter)
            self.waiters.clear()


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)


@dataclass(slots=True, eq=False)
class PendingUse:
    """A use whose outcome is not in the log's file yet.

    `written` is the outcome the file has (None: the row is not there). `inherited`: found in the emergency file of an
    earlier run. `beyond`: neither file holds it, so it is counted in the header of the emergency file.
    """

    use: Use
    outcome: Outcome
    group: CommitGroup
    since: float
    written: Outcome | None = None
    inherited: bool = False
    beyond: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it is known which row the log has of it, and nothing else counts it."""
        return not self.beyond and not (self.inherited and self.written is None)

    @property
    def is_known(self) -> bool:
        """Whether a row that the log has of it is no other's: one of this run, or of the earlier run it came from."""
        return self.written is not None or self.inherited

    def row(self) -> Row:
        """The row with the outcome of this moment."""
        return use_to_row(self.use, self.outcome)

    def as_use(self) -> Use:
        """The use with the outcome of this moment."""
        return replace(self.use, outcome=self.outcome)


Batch = list[tuple[PendingUse, str]]
"""Uses with the outcome each had when the batch was made."""


async def write(connection: aiosqlite.Connection, batch: Batch) -> bool:
    """Write a batch in one statement. An error when a row was there before; False when one was not that should be."""
    fresh = json.dumps([use_to_row(entry.use, outcome) for entry, outcome in batch if entry.written is None])
    settled = [(entry.use.asked, outcome) for entry, outcome in batch if entry.written is not None]
    if settled:
        cursor = await connection.execute(_BOTH, (fresh, json.dumps(settled)))
    else:
        cursor = await connection.execute(_UPSERT, (fresh,))
    return cursor.rowcount == len(batch)


async def write_carefully(
    connection: aiosqlite.Connection, batch: Batch, uncertain: Collection[int], writes: Callable[[list[int]], None]
) -> set[int]:
    """Write a batch in a transaction that is begun, whatever is there. Returns the ids that were known before.

    `uncertain` are ids of earlier batches of which it was not seen whether they were committed; `writes` is told the
    ids that are about to be added.
    """
    there = await _there(connection, (entry.use.asked for entry, _ in batch))
    rows = [use_to_row(entry.use, outcome) for entry, outcome in batch if entry.use.asked not in there]
    writes([row[0] for row in rows])
    repeats, changes = _of_rows(there, batch, uncertain)
    await connection.execute(_UPSERT, (json.dumps(rows),))
    await connection.execute(_CHANGE, (json.dumps(changes),))
    return repeats


def _of_rows(
    there: Mapping[int, tuple[int, str]], batch: Batch, uncertain: Collection[int]
) -> tuple[set[int], list[tuple[int, str]]]:
    """Of the uses of a batch that have a row: the ids of those whose row is another's, and the outcomes to change."""
    repeats, changes = set(), []
    for entry, outcome in batch:
        asked = entry.use.asked
        if asked not in there:
            continue
        time, before = there[asked]
        if not (entry.is_known or (asked in uncertain and time == ticks(entry.use.time))):
            repeats.add(asked)
        elif outcome not in (before, "begun"):
            changes.append((asked, outcome))
    return repeats, changes


async def settled_in_log(connection: aiosqlite.Connection, inherited: Collection[PendingUse]) -> set[int]:
    """Which of those found in the emergency file have their outcome in the log already."""
    there = await _there(connection, (entry.use.asked for entry in inherited))
    return {
        entry.use.asked
        for entry in inherited
        if entry.use.asked in there and there[entry.use.asked][1] not in {"begun", "unknown"} - {entry.outcome}
    }


async def settle_unfinished(connection: aiosqlite.Connection, pending: Iterable[int]) -> int:
    """What an earlier run left under way becomes unknown; `pending` are those of this run. Returns how many."""
    cursor = await connection.execute(_LEFT, (json.dumps(list(pending)),))
    return cursor.rowcount


async def _there(connection: aiosqlite.Connection, asked: Iterable[int]) -> dict[int, tuple[int, str]]:
    """Time and outcome of the rows of those ids that are in the file."""
    found = await connection.execute_fetchall(_THERE, (json.dumps(list(asked)),))
    return {row[0]: (row[1], row[2]) for row in found}


async def read_overflow(connection: aiosqlite.Connection, emergency: EmergencyFile) -> int:
    """How many more of those counted in the emergency file's header the log knows, by its own word."""
    found: Sequence[Any] = list(await connection.execute_fetchall(_KNOWN, (OVERFLOW,)))
    tally, _, count = str(found[0][0]).partition(" ") if found else ("", "", "")
    ours = emergency.tally
    return max(0, number(count) - ours.known) if tally == str(ours.number) else 0


async def write_overflow(connection: aiosqlite.Connection, emergency: EmergencyFile, count: int) -> None:
    """Keep that the log knows so many more of those counted in the emergency file's header, in the same transaction."""
    await connection.execute(_KNOW, (OVERFLOW, f"{emergency.tally.number} {emergency.tally.known + count}"))
