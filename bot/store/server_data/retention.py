"""What is kept only so long: uses are swept when their days are over, servers forgotten that Discord lists no more."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from ...errors import LogUnavailable
from ..sqlite.column_values import moment, ticks

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from ..database.transactions import Database

    class Sweep(Protocol):
        """Deletes uses of before a time, with a pause (seconds) between two batches; says how many."""

        async def __call__(self, before: datetime, *, pause: float) -> int: ...


BATCH = 500
"""Uses deleted in one transaction: it takes a few milliseconds, and answers wait for no more than that."""
PAUSE = 0.1
"""Seconds between two of them, in which answers are logged."""
EVERY = 6 * 3600.0
"""Seconds between two sweeps."""
RETRY_DELAY = 60.0
"""Seconds until a sweep is tried again that the log did not allow."""
GRACE = timedelta(days=1)
"""How long a server may be missing before it is forgotten."""
_DISCORD_EPOCH, _FIRST_ID = datetime(2015, 1, 1, tzinfo=UTC), datetime(2018, 1, 1, tzinfo=UTC)
"""From when Discord counts; no interaction is older than the other, and a smaller number is no id of one."""
log = logging.getLogger(__name__)

_KNOWN = """
    SELECT guild FROM keyword_channels
    UNION SELECT guild FROM mutes WHERE guild IS NOT NULL
    UNION SELECT guild FROM changes_made
    UNION SELECT guild FROM complaints WHERE guild IS NOT NULL
    UNION SELECT guild FROM missing
    UNION SELECT CAST(substr(name, 9) AS INTEGER) FROM kept WHERE name GLOB 'reports:[0-9]*'
"""
# One step along the index for each server, where DISTINCT would read every use.
_KNOWN_OF_USES = """
    WITH RECURSIVE known (guild) AS (
        SELECT min(guild) FROM uses WHERE guild IS NOT NULL
        UNION ALL SELECT (SELECT min(guild) FROM uses WHERE guild > known.guild)
        FROM known WHERE known.guild IS NOT NULL
    )
    SELECT guild FROM known WHERE guild IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do about servers: mark as missing, take the mark away, forget."""

    mark: frozenset[int]
    unmark: frozenset[int]
    forget: frozenset[int]


def decide(
    known: Collection[int],
    present: Collection[int],
    marked: Mapping[int, datetime],
    now: datetime,
    latest: datetime | None = None,
) -> Decision:
    """What becomes of the servers something is kept of, when Discord lists those `present`.

    A server that is not listed is marked, and forgotten when a day later it still is not; one that is back is unmarked.
    A mark from the future (a clock that was wrong) is made anew. It is `now` at least and `latest` at most.
    """
    absent = (set(known) | marked.keys()) - set(present)
    ahead = {guild for guild in absent & marked.keys() if marked[guild] > (latest or now)}
    forget = {guild for guild in absent & marked.keys() - ahead if now - marked[guild] >= GRACE}
    return Decision(
        mark=frozenset((absent - marked.keys()) | ahead),
        unmark=frozenset(marked.keys() & set(present)),
        forget=frozenset(forget),
    )


async def known_guilds(database: Database) -> set[int]:
    """The servers of which anything is kept."""
    rows = [*await database.rows(_KNOWN_OF_USES, (), (int,)), *await database.rows(_KNOWN, (), (int,))]
    return {guild for (guild,) in rows}


async def mark(database: Database, present: Collection[int], now: datetime, latest: datetime) -> Decision:
    """Keep which servers are missing since when: since `latest`. What is to be forgotten by `now` is said, not done."""
    known = await known_guilds(database)
    missing = await database.rows("SELECT guild, since FROM missing", (), (int, int))
    marked = {guild: moment(since) for guild, since in missing}
    decision = decide(known, present, marked, now, latest)
    if decision.mark or decision.unmark:
        async with database.writing() as connection:
            await connection.executemany("DELETE FROM missing WHERE guild = ?", [(guild,) for guild in decision.unmark])
            await connection.executemany(
                f"""INSERT INTO missing (guild, since) SELECT :guild, :since
                    WHERE :guild IN ({_KNOWN}) OR EXISTS (SELECT 1 FROM uses WHERE guild = :guild)
                    ON CONFLICT (guild) DO UPDATE SET since = excluded.since""",  # noqa: S608  ours
                [{"guild": guild, "since": ticks(latest)} for guild in decision.mark],  # those not forgotten meanwhile
            )
    return decision


async def unmark(database: Database, guild: int) -> None:
    """A server is not missing. Raises LogUnavailable."""
    async with database.writing() as connection:
        await connection.execute("DELETE FROM missing WHERE guild = ?", (guild,))


async def sweep(database: Database, before: datetime, *, batch: int = BATCH, pause: float = PAUSE) -> int:
    """Delete the uses of before that time, a few at a time. Says how many. Raises LogUnavailable.

    A use's id tells its time by Discord's clock; the one that was noted is believed where an id tells none.
    """
    which, old = "asked < ? AND (asked >= ? OR time < ?)", (_id_of(before), _id_of(_FIRST_ID), ticks(before))
    return await delete_in_batches(database, which, lambda: old, batch=batch, pause=pause)


def _id_of(time: datetime) -> int:
    """The least id that Discord makes at a time."""
    return max(0, (time - _DISCORD_EPOCH) // timedelta(milliseconds=1)) << 22


async def delete_in_batches(
    database: Database, which: str, values: Callable[[], Sequence[int]], *, batch: int = BATCH, pause: float = PAUSE
) -> int:
    """Delete the uses that a condition holds for, which an index must serve. Says how many. Raises LogUnavailable.

    `values` gives what stands for its question marks, as it is when a batch goes.
    """
    deleted = 0
    while True:
        async with database.deleting() as connection:
            cursor = await connection.execute(
                f"DELETE FROM uses WHERE asked IN (SELECT asked FROM uses WHERE {which} LIMIT ?)",  # noqa: S608  ours
                (*values(), batch),
            )
            count = cursor.rowcount
        deleted += count
        if count < batch:
            return deleted
        await asyncio.sleep(pause)


async def keep_sweeping(
    sweep: Sweep,
    days: int,
    time: Callable[[], datetime | None],
    *,
    every: float = EVERY,
    retry_delay: float = RETRY_DELAY,
    pause: float = PAUSE,
) -> None:
    """Sweep uses older than `days` days, now and every few hours, without end. Nothing is swept while `time`, which is
    to be right, is not known: by a wrong clock fresh uses would be old.
    """
    while True:
        now = time()
        if now is None:
            await asyncio.sleep(retry_delay)
            continue
        try:
            swept = await sweep(now - timedelta(days=days), pause=pause)
        except LogUnavailable:
            await asyncio.sleep(retry_delay)
            continue
        except Exception:
            log.exception("uses could not be swept; tried again later")
        else:
            if swept:
                log.info("uses older than %d days were deleted: %d", days, swept)
        await asyncio.sleep(every)
