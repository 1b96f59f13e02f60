"""The log of uses: many answers share one commit; what cannot be written yet waits, and is counted.

A use is `begun` when it is committed, before its answer is sent, and settled afterwards. What the log does not take in
time goes to the emergency file before the answer leaves.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from itertools import islice
from typing import TYPE_CHECKING

from ...errors import LogUnavailable
from ...housekeeping import later
from ..sqlite.sqlite_errors import ROW_ERRORS
from . import batches
from .batches import CommitGroup, PendingUse
from .loss_reports import LossReports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from ..database.transactions import Database
    from ..records import Use
    from .batches import Batch
    from .ledger import Ledger

WAIT = 0.25
"""Seconds an answer waits for its use to be committed."""
RETRY = 10.0
"""Seconds until rows that wait are tried again when no new use comes by."""
SOON = 0.2
"""Seconds until outcomes are written when no new use takes them along."""
ROOM = 100_000
"""Uses kept in memory while the log is unavailable; beyond them uses are counted lost."""
TOGETHER = 2000
"""Uses of one commit at most, so that making its text holds up nobody (6 ms)."""
LIFE = 900.0
"""Seconds after which an answer that nobody settled is `unknown`: Discord takes none later."""

_log = logging.getLogger(__name__)


class UseWriter:
    """Takes uses and writes them, one writer at a time; the writer ends when nothing is to be written."""

    def __init__(
        self,
        database: Database,
        ledger: Ledger,
        now: Callable[[], datetime],
        room: int = ROOM,
        retry: float = RETRY,
        soon: float = SOON,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._room = room
        self._retry = retry
        self._soon = soon
        self._group: CommitGroup | None = None
        self._writer: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._taken_over = 0
        self._aged = 0.0
        self._losses = LossReports(database, ledger, now)

    async def resume(self) -> None:
        """Take over what an earlier run left, now if that can be done."""
        if not self._database.paused and self._database.opened:
            with contextlib.suppress(LogUnavailable):
                await self._take_over()
        self.wake_writer()

    async def record(self, use: Use, wait: float) -> bool:
        """True when the use is committed within `wait` seconds; else it waits, or is counted lost, and False."""
        entry = self._enter(use)
        if entry is None:
            return False
        self.wake_writer()
        if not self._database.paused:
            await self._committed(entry, wait)
        there = entry.written is not None and use.asked not in self._ledger.uncertain
        if not there and self._ledger.pending.get(use.asked) is entry:
            self._ledger.write_to_emergency_file(entry)
        return there

    def record_later(self, use: Use) -> None:
        """Take a use that nobody waits for."""
        entry = self._enter(use)
        if entry is not None and entry.written is None and self._database.paused:
            self._ledger.write_to_emergency_file(entry)
        self._write_soon()

    def settle(self, asked: int, outcome: str) -> None:
        """Say what became of an answer. The last word counts; an unknown id is nothing. Never raises."""
        try:
            entry = None if self._database.closed else self._ledger.settle(asked, outcome)
            if entry is None:
                return
            if asked in self._ledger.emergency.payloads or self._database.paused:
                self._ledger.write_to_emergency_file(entry)
            if self._writer is None or self._writer.done():
                self._write_soon()
        except Exception:  # noqa: BLE001  an answer is not to fail by it
            _log.exception("what became of an answer cannot be noted")

    def wake_writer(self) -> None:
        """Start the writer if something is to be written; while the log rests, see that it is started later."""
        if not self._due() or self._database.closed or (self._writer and not self._writer.done()):
            return
        if self._database.paused:
            self._later(self._retry)
        else:
            self._writer = asyncio.get_running_loop().create_task(self._write())

    async def drain(self, wait: float) -> None:
        """Write what is unwritten, for at most `wait` seconds; leave the rest to the next start, as far as it fits."""
        ledger = self._ledger
        for entry in list(ledger.pending.values()):
            if entry.outcome == "begun":  # nobody will say any more
                self.settle(entry.use.asked, "unknown")
        self._database.wake()
        self.wake_writer()
        if self._writer and not self._writer.done():
            await asyncio.wait((self._writer,), timeout=wait)
            self._writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._writer
        if self._timer:
            self._timer.cancel()
        self._release(ledger.unwritten.values())
        left = len(ledger.unwritten)
        lost = ledger.hand_over()
        if left:
            emergency = ledger.emergency
            counted = "counted" if emergency.problem is None else f"counted nowhere ({emergency.problem})"
            _log.error(
                "%d uses could not be written (%s): %d stand in %s for the next start, %d are lost and %s",
                *(left, self._database.problem or "there was no time", left - lost, emergency.path, lost, counted),
            )

    def _enter(self, use: Use) -> PendingUse | None:
        """The use as it is kept from now on: None when it is lost."""
        known = self._ledger.known(use.asked)
        if known or self._ledger.is_lost(use.asked):
            self._ledger.repeated += 1
            return known
        if self._database.closed or len(self._ledger.unwritten) >= self._room:
            self._ledger.lose(use.asked)
            self.wake_writer()
            return None
        self._group = self._group or CommitGroup()
        entry = PendingUse(use, use.outcome, self._group, asyncio.get_running_loop().time())
        self._ledger.add(entry)
        return entry

    async def _committed(self, entry: PendingUse, wait: float) -> None:
        """Wait until a use is committed, given up for now, or the time is over."""
        loop = asyncio.get_running_loop()
        end = loop.time() + wait
        while entry.written is None and (left := end - loop.time()) > 0:
            if entry.group.committed is not None:
                if not entry.group.committed or entry.use.asked not in self._ledger.unwritten:
                    return
                entry.group = self._group = self._group or CommitGroup()  # its commit was full: the next one
            await entry.group.over(left)

    def _due(self) -> bool:
        opened = self._database.opened
        return bool(
            self._ledger.unwritten
            or self._ledger.unreported_losses
            or self._ledger.found
            or not opened
            or opened != self._taken_over
        )

    def _write_soon(self) -> None:
        self._later(self._retry if self._database.paused else self._soon)

    def _later(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        if self._timer:
            if self._timer.when() <= loop.time() + seconds:
                return
            self._timer.cancel()
        self._timer = later(seconds, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self.wake_writer()

    async def _write(self) -> None:
        try:
            while self._due() and not self._database.paused and not self._database.closed:
                with contextlib.suppress(LogUnavailable):
                    await self._round()
        except Exception:  # noqa: BLE001  whatever it is, the next writer is to have its chance
            _log.exception("the log cannot be written; %d uses wait", len(self._ledger.unwritten))
        finally:
            self._release(self._ledger.unwritten.values())
        if self._due() and not self._database.closed:
            self._later(self._retry)

    async def _round(self) -> None:
        if not self._database.opened:
            await self._database.open()
        await self._losses.resolve()  # before what is known is acknowledged
        if self._database.opened != self._taken_over or self._ledger.found:
            await self._take_over()
        self._age()
        if self._ledger.unwritten:
            await self._commit()
        if self._ledger.unreported_losses and self._database.opened == self._taken_over:
            await self._losses.report()  # else the log's word on what an earlier run counted is still to be read

    async def _take_over(self) -> None:
        """Settle what earlier runs left: rows under way, uses in the emergency file, those counted in its header."""
        ledger = self._ledger
        inherited = [
            entry for asked, entry in ledger.pending.items() if entry.inherited and asked not in ledger.uncertain
        ]
        async with self._database.writing() as connection:
            opened, ledger.found = self._database.opened, False
            known = await batches.read_overflow(connection, ledger.emergency)
            better = await batches.settled_in_log(connection, inherited)
            left = await batches.settle_unfinished(connection, ledger.pending)
        for asked in better & ledger.pending.keys():
            ledger.remove(asked)
        if known:
            ledger.emergency.acknowledged(known)
        lost = max(0, ledger.emergency.tally.beyond - ledger.beyond)
        ledger.lost += lost
        ledger.given += lost + left
        ledger.settled["unknown"] += left
        self._taken_over = opened
        if left or lost or len(inherited) > len(better):
            _log.warning(
                "an earlier run was cut short: %d uses come from %s, %d answers are of unknown end, %d uses are lost",
                *(len(inherited) - len(better), ledger.emergency.path, left, lost),
            )

    async def _commit(self) -> None:
        batch: Batch = []
        new, quickly = 0, False

        def wrote() -> None:
            if quickly:
                self._ledger.wrote(batch, set())

        try:
            async with self._database.writing(single=True, committed=wrote) as connection:
                if self._database.opened != self._taken_over:
                    return
                batch = [(entry, entry.outcome) for entry in islice(self._ledger.unwritten.values(), TOGETHER)]
                self._group = None
                if self._are_plain(batch):
                    added = [entry.use.asked for entry, _ in batch if entry.written is None]
                    self._database.writes(added)
                    new = len(added)
                    quickly = await batches.write(connection, batch)
                    if not quickly:  # a row was gone that was there: the others are written
                        self._ledger.uncertain.update(entry.use.asked for entry, _ in batch)
        except (LogUnavailable, asyncio.CancelledError):
            self._mark_uncertain(batch)
            raise
        except ROW_ERRORS:
            quickly = False
        if quickly:
            self._ledger.committed(batch, set())
            self._database.added(new)
        else:
            await self._commit_carefully(batch)

    def _are_plain(self, batch: Batch) -> bool:
        """Whether it is known of each which row the log has of it."""
        return all(entry.is_plain and entry.use.asked not in self._ledger.uncertain for entry, _ in batch)

    async def _commit_carefully(self, batch: Batch) -> None:
        ledger, repeats = self._ledger, set[int]()
        try:
            async with self._database.writing(committed=lambda: ledger.wrote(batch, repeats)) as connection:
                batch = [(entry, entry.outcome) for entry, _ in batch if ledger.pending.get(entry.use.asked) is entry]
                repeats = await batches.write_carefully(connection, batch, ledger.uncertain, self._database.writes)
                beyond = [entry for entry, _ in batch if entry.beyond]
                if beyond:
                    await batches.write_overflow(connection, ledger.emergency, len(beyond))
        except (LogUnavailable, asyncio.CancelledError):
            self._mark_uncertain(batch)
            raise
        except ROW_ERRORS as error:
            self._release(entry for entry, _ in batch)
            await self._commit_halves(batch, error)
        else:
            ledger.written_beyond(beyond)
            ledger.committed(batch, repeats)
            self._database.added(0)

    async def _commit_halves(self, batch: Batch, error: Exception) -> None:
        """Commit the halves of a batch that was refused, until the one use is found, and lost, that is to blame."""
        if len(batch) > 1:
            for half in (batch[: len(batch) // 2], batch[len(batch) // 2 :]):
                await self._commit_carefully(half)
            return
        _log.error("a use cannot be written and is lost: %s", error)
        self._ledger.remove(batch[0][0].use.asked)
        self._ledger.lose(batch[0][0].use.asked)

    def _mark_uncertain(self, batch: Batch) -> None:
        if self._database.uncertain:
            self._ledger.uncertain.update(entry.use.asked for entry, _ in batch)

    def _release(self, entries: Iterable[PendingUse]) -> None:
        """Let those who wait go on: their uses stay in memory."""
        self._group = None
        for group in {entry.group for entry in entries}:
            group.end(committed=False)

    def _age(self) -> None:
        """What nobody settled in time is of unknown end."""
        time = asyncio.get_running_loop().time()
        if time < self._aged + LIFE / 10:
            return
        self._aged = time
        for entry in list(self._ledger.pending.values()):
            if entry.outcome == "begun" and entry.since < time - LIFE:
                self.settle(entry.use.asked, "unknown")
