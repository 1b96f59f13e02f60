"""What is done for the log beside answering: pages brought from the write-ahead file into the log, the guard, checks.

All of it on a connection of its own, in a thread: no answer waits for it.
"""

from __future__ import annotations

import asyncio
import concurrent.futures.thread  # noqa: F401  now: without a file descriptor left it could not be loaded
import contextlib
import logging
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

from ...errors import LogUnavailable
from ...housekeeping import later
from ..disk import files
from ..guard import guard_file, row_counts
from ..sqlite.integrity_checks import check_integrity
from ..sqlite.migrations import foreign_programs
from ..sqlite.sqlite_errors import CORRUPTION_CODES, SQLITE_ERRORS, primary_code
from ..sqlite.vacuum import vacuum

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime
    from pathlib import Path

    from ..guard.guard_file import LogState

SOON = 2.0
"""Seconds from a use until it stands in the log itself and the guard knows of it."""
IDLE = 30.0
"""Seconds between two looks at the files while nothing is written."""
PUT_OFF = 10.0
"""Seconds until a round that could not be done is tried again."""
DAILY = 86_400.0
"""Seconds between two checks of the whole file."""
_SHARE = 50
"""A pause is at least so many times as long as counting the uses took."""
REWRITTEN = 60.0
"""Seconds from a deletion until the log is written anew, so that nothing of what was deleted is left in it."""
_SELDOM = 1000
"""It is written anew again after so many times as long as that took (3 to 5 s for a million uses), at the earliest."""
FIRST_CHECK = 20.0
"""Seconds from opening a file to its check: what is read at once then does not hold the indexes against the rows."""
_INTERRUPT_INTERVAL = 0.05
"""Seconds until what is cut short is told so again: it may not have begun when it was told first."""
_log = logging.getLogger(__name__)


class Maintenance:
    """The rounds of upkeep. `look` sees whether the files are what they were and gives what is known of the log, and
    which file it is, or None while it is not open; `counted` is told what was known and what a round counted, and `met`
    of damage it met, or (LogUnavailable) of what is mended as the log is opened anew. `empty` empties the write-ahead
    file, and says whether it could; `rewrite` writes the log anew, where something was deleted since that was done, and
    says whether it has nothing left of that.
    """

    def __init__(
        self,
        path: Path,
        now: Callable[[], datetime],
        look: Callable[[], Awaitable[tuple[LogState, tuple[int, int]] | None]],
        counted: Callable[[LogState, LogState], Awaitable[None]],
        met: Callable[[Exception], Awaitable[None]],
        empty: Callable[[], Awaitable[bool]],
        rewrite: Callable[[], Awaitable[bool]],
        soon: float = SOON,
    ) -> None:
        self.idle = IDLE
        self.first_check = FIRST_CHECK
        self.leaving = False
        self._path = path
        self._now = now
        self._look = look
        self._counted = counted
        self._met = met
        self._empty = empty
        self._rewrite = rewrite
        self._soon = self._least = soon
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._check_at: float | None = None
        self._rewrite_at: float | None = None
        self._next_rewrite = 0.0
        self._round: asyncio.Task[None] | None = None
        self._thread: asyncio.Future[Any] | None = None
        self._connection: sqlite3.Connection | None = None
        self._written = self._deleted = self._closed = self._warned = self._cut_short = False

    def opened(self) -> None:
        """Begin: the log is open."""
        self._check_at = self._rewrite_at = asyncio.get_running_loop().time() + self.first_check
        self._written = self._deleted = True  # perhaps: a run that was killed says nothing
        self._plan(self._soon)

    def deleted(self) -> None:
        """Something was deleted: see that it does not stay in the write-ahead file, nor in the log."""
        self._written = self._deleted = True
        if self._rewrite_at is None:
            self._rewrite_at = max(asyncio.get_running_loop().time() + REWRITTEN, self._next_rewrite)
        self._plan(self._soon)

    def written(self) -> None:
        """Something was committed: see to it soon."""
        if not self._written:
            self._written = True
            self._plan(self._soon)

    def suspect(self) -> None:
        """Somebody met damage: check the whole file now."""
        self._check_at = asyncio.get_running_loop().time()
        self._plan(0)

    async def vacuum(self, there: tuple[int, int] | None) -> None:
        """Write the log anew, while it is that file, beside those who read it. Raises what keeps it from being done."""
        self._thread = asyncio.ensure_future(asyncio.to_thread(self._vacuum, there))
        await self._thread

    def leave(self) -> None:
        """The bot is leaving: nothing that takes long is begun any more, and what is in hand is cut short."""
        self.leaving = True
        self._interrupt()

    async def halt(self) -> None:
        """Wait until no file is in hand, cutting short what takes long: the log is about to be opened anew."""
        while self._thread is not None and not self._thread.done():
            self._interrupt()
            await asyncio.wait((self._thread,), timeout=_INTERRUPT_INTERVAL)

    async def close(self) -> None:
        """End the round that is under way, and begin no other."""
        self._closed = True
        self.leave()
        if self._timer is not None:
            self._timer.cancel()
        await self.halt()
        if self._round is not None:
            await asyncio.gather(self._round, return_exceptions=True)

    def _plan(self, wait: float) -> None:
        loop = asyncio.get_running_loop()
        if self._closed or (self._round is not None and not self._round.done()):
            return
        if self._timer is not None:
            if self._due <= loop.time() + wait:
                return
            self._timer.cancel()
        self._due = loop.time() + wait
        self._timer = later(wait, self._begin)

    def _begin(self) -> None:
        self._timer = None
        self._round = asyncio.get_running_loop().create_task(self._go())
        self._round.add_done_callback(lambda _: self._plan(self._pause()))

    def _pause(self) -> float:
        if self._warned:  # put off: a full disk is not freed by looking at it
            return max(self._soon, PUT_OFF)
        return self._soon if self._written or _is_over(self._check_at) else self.idle

    async def _go(self) -> None:
        try:
            seen = await self._look()
            check = _is_over(self._check_at)
            if seen is not None and (self._written or check):
                await self._round_of(*seen, check=check)
            if seen is not None and _is_over(self._rewrite_at):
                await self._leave_no_trace()
        except (MemoryError, RuntimeError) as error:  # no memory, or no thread to be had just now
            self._put_off(error)
        except Exception:  # noqa: BLE001  whatever it is, the next round is to have its chance
            _log.exception("upkeep of the log failed")

    async def _round_of(self, known: LogState, there: tuple[int, int], *, check: bool) -> None:
        now = asyncio.get_running_loop().time()
        written, self._written = self._written, False
        self._check_at = now + DAILY if check else self._check_at
        self._cut_short = False
        self._thread = asyncio.ensure_future(asyncio.to_thread(self._run_round, known, there, written, check))
        found: LogState | Exception | None = await self._thread
        if check and self._cut_short:
            self._check_at = now + self._soon
        if isinstance(found, Exception):
            await self._met(found)
        elif found is not None:
            await self._counted(known, found)
            await self._leave_nothing()

    async def _leave_no_trace(self) -> None:
        """After something was deleted: once in a while, as it takes long and nobody may write meanwhile."""
        clock = asyncio.get_running_loop().time
        began, self._rewrite_at = clock(), None
        done = await self._rewrite()
        self._next_rewrite = clock() + (clock() - began) * _SELDOM
        if not done:
            self._rewrite_at = max(clock() + REWRITTEN, self._next_rewrite)

    async def _leave_nothing(self) -> None:
        """After something was deleted: what is written ahead was brought home just now, so that this is quick."""
        deleted, self._deleted = self._deleted, False
        if deleted and not await self._empty():
            self._written = self._deleted = True

    def _vacuum(self, there: tuple[int, int] | None) -> None:
        try:
            vacuum(self._path, there, self._in_hand)
        finally:
            self._connection = None

    def _in_hand(self, log: sqlite3.Connection) -> None:
        """What takes long is about to begin on this connection, in a thread, unless the bot has begun to leave."""
        self._connection = log
        if self.leaving:
            raise InterruptedError("the bot is leaving")

    def _interrupt(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(*SQLITE_ERRORS):
                self._connection.interrupt()

    def _run_round(
        self, known: LogState, there: tuple[int, int], written: bool, check: bool
    ) -> LogState | Exception | None:
        """One round, in a thread. Gives what is known by it, or what it met."""
        try:
            with closing(
                sqlite3.connect(files.uri_rw(self._path), uri=True, timeout=0, check_same_thread=False)
            ) as log:
                if files.identity(self._path) != there:  # before its -shm is: that belongs to the connection in use
                    self._written = True
                    return None
                self._connection = log
                log.execute("PRAGMA query_only = ON")
                if any(kind == "trigger" for kind, _ in foreign_programs(log)):  # an opening drops it
                    return LogUnavailable("it has a trigger that Quoth did not make")
                if written:
                    known = self._count(log, known)
                if check and not self.leaving:
                    check_integrity(log)
                self._warned = False
                return known if written else None
        except SQLITE_ERRORS as error:
            if primary_code(error) in CORRUPTION_CODES:
                return error
            self._put_off(error)
        except OSError as error:
            self._put_off(error)
        finally:
            self._connection = None
        return None

    def _put_off(self, error: Exception) -> None:
        self._written = self._cut_short = True
        if not self._warned and not self.leaving:
            _log.warning("upkeep of the log %s is put off (%s)", self._path, str(error) or type(error).__name__)
        self._warned = True

    def _count(self, log: sqlite3.Connection, known: LogState) -> LogState:
        """Count the rows, bring what was counted home to the file, and keep it in the guard."""
        begun = time.perf_counter()
        known = row_counts.count_rows(log, known)
        self._soon = max(self._least, (time.perf_counter() - begun) * _SHARE)
        known = guard_file.as_of_now(self._path, known, self._now(), checkpoint(log))
        guard_file.write_new(self._path, known)  # what is committed meanwhile is known of beside it
        return known


def _is_over(time: float | None) -> bool:
    return time is not None and asyncio.get_running_loop().time() >= time


def checkpoint(log: sqlite3.Connection) -> int:
    """Bring what is committed from the write-ahead file into the log, stopping nobody. Gives the pages left."""
    log.execute("SELECT count(*) FROM sqlite_schema").fetchall()  # a connection that read nothing knows of no pages
    _, frames, done = log.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return max(0, int(frames) - int(done))
