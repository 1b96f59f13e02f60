"""The log of uses: many answers share one commit, and what cannot be written yet waits in memory, counted."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from typing import TYPE_CHECKING

from bot.errors import LogUnavailable
from bot.store.database import ROW_FAULTS
from bot.store.rows import row_of_use, ticks, use_of_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from bot.store.database import Database
    from bot.store.records import Use

WAIT = 0.25
"""Seconds an answer waits for its use to be committed."""
RETRY = 10.0
"""Seconds until rows that wait are tried again when no new use comes by."""
ROOM = 100_000
"""Uses kept in memory while the log is unavailable; beyond them uses are counted lost."""

INSERT = """
    INSERT INTO uses (asked, time, guild, channel, way, query, key, found, quote, edition, duration, outcome, shared)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
           value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12
    FROM json_each(?) WHERE true ON CONFLICT (asked) DO NOTHING
"""
"""All rows of a batch, as one JSON text: for each row of `executemany` the thread that writes would have to win the
interpreter back from a busy event loop."""
_log = logging.getLogger(__name__)


class Uses:
    """Takes uses and writes them, one writer at a time; the writer ends when nothing waits.

    `answered` = `logged` + `waiting` + `lost`, always; a use recorded twice counts once and is `repeated`.
    """

    def __init__(self, database: Database, now: Callable[[], datetime], room: int = ROOM, retry: float = RETRY) -> None:
        self.answered = self.logged = self.lost = self.repeated = 0
        self._database = database
        self._now = now
        self._room = room
        self._retry = retry
        self._waiting: dict[int, tuple[Use, asyncio.Future[bool]]] = {}
        self._group: asyncio.Future[bool] | None = None
        self._writer: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._perhaps = 0
        self._lost_told = 0

    @property
    def waiting(self) -> int:
        """Uses not yet written."""
        return len(self._waiting)

    @property
    def lost_untold(self) -> int:
        """Losses the file does not know of yet."""
        return self.lost - self._lost_told

    async def record(self, use: Use, wait: float) -> bool:
        """True when the use is committed within `wait` seconds; False when it goes on waiting, or is counted lost."""
        known = self._waiting.get(use.asked)
        if known:
            self.repeated += 1
            group = known[1]
        else:
            self.answered += 1
            if self._database.closed or len(self._waiting) >= self._room:
                self.lost += 1
                self.spur()
                return False
            group = self._group = self._group or asyncio.get_running_loop().create_future()
            self._waiting[use.asked] = (use, group)
        self.spur()
        if self._database.resting:
            return False
        await asyncio.wait((group,), timeout=wait)
        return group.done() and group.result()

    def spur(self) -> None:
        """Start the writer if something waits; while the log rests, see that it is started later."""
        if not self._waiting or self._database.closed or (self._writer and not self._writer.done()):
            return
        if self._database.resting:
            self._try_later()
        else:
            self._writer = asyncio.get_running_loop().create_task(self._write())

    def _try_later(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._retry, self._again)

    def _again(self) -> None:
        self._timer = None
        self.spur()

    def among_waiting(self, channel: int, key: str) -> list[Use]:
        """The waiting uses of one round."""
        return [use for use, _ in self._waiting.values() if use.channel == channel and use.key == key]

    def waiting_use(self, asked: int) -> Use | None:
        """The use of that id, if it waits."""
        known = self._waiting.get(asked)
        return known[0] if known else None

    def drop(self, guild: int) -> None:
        """Forget the waiting uses of a guild."""
        for asked in [asked for asked, (use, _) in self._waiting.items() if use.guild == guild]:
            del self._waiting[asked]
            self.answered -= 1

    async def drain(self, wait: float) -> None:
        """Write what waits, for at most `wait` seconds; count the rest lost."""
        if self._timer:
            self._timer.cancel()
        self._database.wake()
        self.spur()
        if self._writer and not self._writer.done():
            await asyncio.wait((self._writer,), timeout=wait)
            self._writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._writer
        self._release(self._waiting.values())
        if self._waiting:
            _log.error("%d uses could not be written and are lost: %s", len(self._waiting), self._database.problem)
        self.lost += len(self._waiting)
        self._waiting.clear()

    async def _write(self) -> None:
        try:
            while self._waiting and not self._database.resting and not self._database.closed:
                with contextlib.suppress(LogUnavailable):
                    await self._commit()
        except Exception:  # noqa: BLE001  whatever it is, the next writer is to have its chance
            _log.exception("the log cannot be written; %d uses wait", len(self._waiting))
        finally:
            self._release(self._waiting.values())
        if self._waiting and not self._database.closed:
            self._try_later()

    async def _commit(self) -> None:
        batch: list[tuple[Use, asyncio.Future[bool]]] = []
        try:
            async with self._database.writing(single=True) as connection:
                batch, self._group = list(self._waiting.values()), None
                cursor = await connection.execute(INSERT, (as_json(use for use, _ in batch),))
        except (LogUnavailable, asyncio.CancelledError):
            if self._database.unsure:
                self._perhaps = max(self._perhaps, len(batch))
            raise
        except ROW_FAULTS:
            _log.exception("a use cannot be written; its batch of %d is written one by one", len(batch))
            await self._commit_singly(batch)
        else:
            self._settle(batch, cursor.rowcount)
        if self.lost_untold:
            await self._tell_losses()

    async def _tell_losses(self) -> None:
        count = self.lost_untold
        async with self._database.writing() as connection:
            await connection.execute("INSERT INTO losses (time, count) VALUES (?, ?)", (ticks(self._now()), count))
        self._lost_told += count

    async def _commit_singly(self, batch: list[tuple[Use, asyncio.Future[bool]]]) -> None:
        self._release(batch)
        for use, group in batch:
            try:
                async with self._database.writing(single=True) as connection:
                    if use.asked not in self._waiting:  # forgotten meanwhile
                        continue
                    cursor = await connection.execute(INSERT, (as_json([use]),))
            except ROW_FAULTS:
                _log.exception("a use cannot be written and is lost")
                self.lost += self._waiting.pop(use.asked, None) is not None
            else:
                self._settle([(use, group)], cursor.rowcount)

    def _settle(self, batch: list[tuple[Use, asyncio.Future[bool]]], added: int) -> None:
        """Count a committed batch. Rows already there are repeats, or ours from a commit whose end was not seen."""
        for use, _ in batch:
            self._waiting.pop(use.asked, None)
        self._database.added += added
        there = len(batch) - added
        ours = min(there, self._perhaps)
        self._perhaps -= ours
        self.logged += added + ours
        self.repeated += there - ours
        self.answered -= there - ours
        for group in {group for _, group in batch}:
            if not group.done():
                group.set_result(True)

    def _release(self, batch: Iterable[tuple[Use, asyncio.Future[bool]]]) -> None:
        """Let those who wait go on: their uses stay in memory."""
        self._group = None
        for group in {group for _, group in batch}:
            if not group.done():
                group.set_result(False)


def as_json(batch: Iterable[Use]) -> str:
    """Uses as INSERT takes them."""
    return json.dumps([row_of_use(use) for use in batch])


async def lately(database: Database, uses: Uses, channel: int, key: str, limit: int) -> list[str]:
    """The quotes shown last in a round, most recent first."""
    shown = {use.asked: (ticks(use.time), use.asked, use.quote) for use in uses.among_waiting(channel, key)}
    with contextlib.suppress(LogUnavailable, TimeoutError):
        async with asyncio.timeout(WAIT):
            for asked, time, quote in await database.rows(
                """SELECT asked, time, quote FROM uses WHERE channel = ? AND key = ? AND quote IS NOT NULL
                   ORDER BY time DESC, asked DESC LIMIT ?""",
                (channel, key, limit),
            ):
                shown[asked] = (time, asked, quote)
    latest = sorted(shown.values(), reverse=True, key=lambda row: row[:2])
    return [quote for _, _, quote in latest if quote is not None][:limit]


async def use_of(database: Database, uses: Uses, asked: int) -> Use | None:
    """The use of that id, written or waiting."""
    waiting = uses.waiting_use(asked)
    if waiting:
        return waiting
    found = await database.rows(
        """SELECT asked, time, guild, channel, way, query, key, found, quote, edition, duration, outcome, shared
           FROM uses WHERE asked = ?""",
        (asked,),
    )
    return use_of_row(found[0]) if found else None
