"""Forgetting servers the bot has left, until it is done; and keeping what is of a server only while it is in it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ...errors import LogUnavailable, NotInServer
from ...housekeeping import begin
from ..records import Departure, Guild
from ..sqlite.vacuum import secure_delete
from . import server_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    import aiosqlite

    from ..database.transactions import Database
    from ..records import Place
    from .erasure_queue import ErasureQueue
    from .server_settings import Statement

log = logging.getLogger(__name__)
ANEW = 1.5
"""Seconds that whoever chooses something waits while the log is written anew or others write: a person waits for it."""


@dataclass(slots=True, eq=False)
class _Choice:
    """What somebody chose. `written` will be whether the bot was in that server until the end, or why it is not."""

    guild: int | None
    statements: Sequence[Statement]
    written: asyncio.Future[bool | Exception]

    def settle(self, what: bool | Exception) -> None:
        if not self.written.done():  # whoever chose it may have been cancelled
            self.written.set_result(what)


class WaitingUses(Protocol):
    """Uses that are in memory and in the emergency file."""

    def forget_guild(self, guild: int, left: Departure, /) -> None:
        """Forget those of a server up to a time. Raises LogUnavailable."""

    async def wiped(self) -> None:
        """Wait until nothing of them stands in a file. Raises LogUnavailable."""


class Erasure:
    """What is to be forgotten. A server that comes back meanwhile loses nothing of what is kept of it from then on.

    `waiting` are the uses that are not in the log; `forgotten` is told whose uses are gone. What is to be done outlives
    the run in `queue`.
    """

    def __init__(
        self,
        database: Database,
        waiting: WaitingUses,
        forgotten: Callable[[int], None],
        now: Callable[[], datetime],
        retry: float,
        queue: ErasureQueue,
    ) -> None:
        self._database = database
        self._waiting_uses = waiting
        self._forgotten = forgotten
        self._now = now
        self._retry = retry
        self.present: Callable[[int], bool] = lambda _guild: True
        self._queue = queue
        self._warned = False
        self._retrying: asyncio.Task[None] | None = None
        self._waiting: list[_Choice] = []
        self._writing: asyncio.Task[None] | None = None

    @property
    def pending(self) -> bool:
        """Whether something is still to be forgotten."""
        return bool(self._queue.servers)

    def begin(self) -> None:
        """Take up what an earlier run owed: nothing of that is read before it is forgotten."""
        self._queue.open()
        if self.pending:
            self._retrying = begin(self._later(0))

    def refuse(self, place: Place) -> None:
        """Raise LogUnavailable where uses of a server are still to be forgotten: they are not to be counted."""
        if isinstance(place, Guild) and place.id in self._queue.uses:
            raise LogUnavailable("what was kept of this server before is still to be forgotten")

    async def forget(self, guild: int) -> None:
        """Forget all that is kept of a server up to now. Where that raises LogUnavailable it is tried again."""
        left = self._queue.choices[guild] = self._queue.uses[guild] = Departure(self._now(), self._now)
        self._queue.save()
        try:
            await self.erase_choices()
            await self._uses(guild, left)
        except (LogUnavailable, asyncio.CancelledError):  # whoever asked for it may end before it does
            self._schedule_retry()
            raise

    async def save(self, guild: int | None, *statements: Statement) -> None:
        """Write what is kept of a server, or of none. Raises LogUnavailable, also where others write for long, and
        NotInServer, after which nothing of it is kept: the bot is not in that server, or has left it meanwhile.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + ANEW
        await self._database.until_free(ANEW)
        mine = _Choice(guild, statements, loop.create_future())
        self._waiting.append(mine)
        self._begin_writing()
        await asyncio.wait({mine.written}, timeout=max(ANEW / 10, until - loop.time()))
        if mine in self._waiting:
            self._waiting.remove(mine)
            raise LogUnavailable("others are writing to it: try again in a moment")
        written = await mine.written
        if isinstance(written, Exception):
            raise written
        if not written:
            raise NotInServer

    async def erase_choices(self) -> None:
        """Forget what was chosen, as it must be before it is read. Raises LogUnavailable."""
        for guild in sorted(self._queue.choices):
            await self._erase(guild)

    def _begin_writing(self) -> None:
        if self._waiting and (self._writing is None or self._writing.done()):
            self._writing = begin(self._write_waiting())

    async def _write_waiting(self) -> None:
        """Write what was chosen, in one transaction whatever has come until its turn: each may take the disk long.

        What a server chose before it was left is forgotten before, apart, for what it chooses now has no time to tell
        it from that. Until it is on the disk that this is done, what it chooses now waits: the next start would forget
        that too.
        """
        while self._waiting:
            taken: list[_Choice] = []
            try:
                for guild in self._queue.choices.keys() & {choice.guild for choice in self._waiting}:
                    await self._erase(guild)
                await self._write(taken)
            except Exception as error:  # noqa: BLE001  it is raised where each of them was chosen
                for choice in taken or self._take():
                    choice.settle(error)
            else:
                if not taken:
                    self._queue.when_synced(self._begin_writing)
                    return

    def _take(self) -> list[_Choice]:
        taken, self._waiting = self._waiting, []
        return taken

    async def _write(self, taken: list[_Choice]) -> None:
        """Take and write what waits, each where the bot is in that server, and say of each whether it was to the end.

        That is asked when nobody else may write: the forgetting of what is left later comes after this.
        """
        there: list[bool] = []
        async with self._database.writing() as connection:
            for choice in self._take():
                settled = choice.guild is None or self._queue.is_settled(choice.guild)
                (taken if settled else self._waiting).append(choice)
            for choice in taken:
                there.append(self._is_present(choice.guild))
                for sql, values in choice.statements if there[-1] else ():
                    await connection.execute(sql, values)
        for choice, was_there in zip(taken, there, strict=True):
            choice.settle(was_there and self._is_present(choice.guild))

    def _is_present(self, guild: int | None) -> bool:
        return guild is None or (guild not in self._queue.choices and self.present(guild))

    async def _erase(self, guild: int) -> None:
        async with self._database.writing() as connection:
            left = await self._erase_settings(connection, guild)
        if left is not None:
            self._database.deleted()
            self._done(self._queue.choices, guild, left)

    async def _erase_settings(self, connection: aiosqlite.Connection, guild: int) -> Departure | None:
        """Erase, in a transaction, what a server chose before it was left, where that is due; gives when that was."""
        left = self._queue.choices.get(guild)
        if left is not None:
            async with secure_delete(connection):
                for sql, values in server_settings.erase_settings(guild, left):
                    await connection.execute(sql, values)
        return left

    async def settle(self) -> None:
        """Forget all that is still to be forgotten. Raises LogUnavailable."""
        await self.erase_choices()
        for guild, left in sorted(self._queue.uses.items()):
            await self._uses(guild, left)

    async def close(self, wait: float) -> None:
        """Try once more, for at most `wait` seconds. What is left the next start forgets."""
        if self._retrying is not None:
            self._retrying.cancel()
            await asyncio.gather(self._retrying, return_exceptions=True)
        if self.pending and not self._database.closed:
            self._database.wake()
            with contextlib.suppress(LogUnavailable, TimeoutError):
                async with asyncio.timeout(wait):
                    await self.settle()
            self._say_owed()
        self._queue.save()
        await self._queue.close(wait)

    def _say_owed(self) -> None:
        if self.pending and not self._warned:
            self._warned = True
            log.warning(
                "%d servers that the bot left are not wholly forgotten: that is done %s",
                len(self._queue.servers),
                "when Discord lists them no more" if self._queue.behind else "first of all by the next start",
            )

    async def _uses(self, guild: int, left: Departure) -> None:
        await server_settings.erase_uses(self._database, guild, left, self._waiting_uses.forget_guild)
        await self._waiting_uses.wiped()
        self._forgotten(guild)
        self._done(self._queue.uses, guild, left)

    async def _later(self, pause: float) -> None:
        while (self.pending or self._queue.behind) and not self._database.closed:
            await asyncio.sleep(pause)
            pause = self._retry
            with contextlib.suppress(LogUnavailable):
                await self.settle()
            self._queue.save()

    def _done(self, pending: dict[int, Departure], guild: int, left: Departure) -> None:
        if pending.get(guild) is left:  # else it was left once more meanwhile
            del pending[guild]
            self._queue.save()
            if self._queue.behind:  # the next start would do it once more
                self._schedule_retry()

    def _schedule_retry(self) -> None:
        if self._retrying is None or self._retrying.done():
            self._retrying = begin(self._later(self._retry))
