"""What was given and what became of it: every use is in exactly one of the counts, at all times."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from ...errors import LogUnavailable
from ...housekeeping import later
from ..records import place_of
from ..sqlite.column_values import storable
from ..sqlite.use_rows import use_from_row
from .batches import CommitGroup, PendingUse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from ..emergency.emergency_file import EmergencyFile
    from ..records import Departure, Place, Use
    from ..sqlite.use_rows import Row
    from .batches import Batch

RECENT = 2000
"""Settled uses remembered, so that a later outcome still replaces theirs, and ids of lost ones."""
_OUTCOME = 64
"""Characters of an outcome that are kept."""
SYNC = 2.0
"""Seconds that closing waits for the emergency file to reach the disk."""
WIPING = 3
"""Times that the emergency file is brought to the disk until nothing stands there that was forgotten."""
LOOK = 5.0
"""Seconds between two looks at the emergency file: it is made, or made larger, before it is needed."""
_log = logging.getLogger(__name__)


class Ledger:
    """The uses under way, in memory and in the emergency file, and the counts of all others.

    `given` = `settled` (by outcome) + `waiting` + `lost`, always. A use is `waiting` until its outcome is in the log's
    file (it is being sent, or unwritten), then it counts by that outcome; a `lost` one is gone. Counted are the uses of
    this run, and those that earlier ones left for this one to settle. A use recorded twice counts once and is
    `repeated`; one of a forgotten server leaves the count.
    """

    def __init__(self, emergency: EmergencyFile) -> None:
        self.given = self.logged = self.lost = self.repeated = self.reported_losses = 0
        self.settled: Counter[str] = Counter()
        """Uses in the file by what became of them: answered, failed, expired, unknown."""
        self.pending: dict[int, PendingUse] = {}
        """All that are waiting."""
        self.unwritten: dict[int, PendingUse] = {}
        """Those of them with something to write."""
        self.uncertain: set[int] = set()
        """Ids of a batch of which it was not seen whether it was committed."""
        self.emergency = emergency
        self.found = False
        """Whether uses of an earlier run came that were not yet held against the log."""
        self._recent: OrderedDict[int, PendingUse] = OrderedDict()
        self._gone: OrderedDict[int, None] = OrderedDict()
        self._thread = ThreadPoolExecutor(1, "emergency")  # a disk that is slow to sync holds up nothing else in it
        self._syncing: asyncio.Future[None] | None = None
        self._resync = False
        self._timer: asyncio.TimerHandle | None = None
        self.looked: Callable[[], None] = lambda: None
        """Called after each look at the emergency file."""

    @property
    def unreported_losses(self) -> int:
        """Losses the log's file does not know of yet."""
        return self.lost - self.reported_losses

    @property
    def beyond(self) -> int:
        """Uses of this run that the emergency file's header counts: lost and untold, or in memory alone."""
        return self.unreported_losses + sum(entry.beyond for entry in self.pending.values())

    def unknown_to_the_file(self, place: Place | None = None) -> int:
        """Uses, of one place or of all, of which the log's file holds no row yet."""
        unknown = (entry.use for entry in self.unwritten.values() if entry.written is None)
        return sum(place is None or place == place_of(use.guild, use.channel) for use in unknown)

    def known(self, asked: int) -> PendingUse | None:
        """The use of that id, if it is under way or was settled lately."""
        return self.pending.get(asked) or self._recent.get(asked)

    def unwritten_of(self, channel: int, key: str) -> list[Use]:
        """The uses of one round that are not in the log's file."""
        return [
            entry.use
            for entry in self.unwritten.values()
            if entry.use.channel == channel and entry.use.key == key and entry.written is None
        ]

    def unwritten_use(self, asked: int) -> Use | None:
        """The use of that id with its latest outcome, if that is not in the log's file."""
        entry = self.unwritten.get(asked)
        return entry.as_use() if entry else None

    def under_way(self) -> tuple[list[Row], list[int]]:
        """Rows that the log's file should hold, and the ids of all that are waiting."""
        return [entry.row() for entry in self.pending.values() if entry.written is not None], list(self.pending)

    def rows_in_both_files(self) -> int:
        """How many uses stand in both the log's file and the emergency file, there also such as are held no longer."""
        standing = self.emergency.standing
        unknown = sum(asked in standing and entry.written is None for asked, entry in self.unwritten.items())
        return len(standing) - unknown

    def add(self, entry: PendingUse) -> None:
        """A use that is new."""
        self.given += 1
        self.pending[entry.use.asked] = self.unwritten[entry.use.asked] = entry

    def lose(self, asked: int) -> None:
        """A use that is counted, and gone."""
        self.given += 1
        self.lost += 1
        self.emergency.count(1)
        self._gone[asked] = None
        if len(self._gone) > RECENT:
            self._gone.popitem(last=False)

    def is_lost(self, asked: int) -> bool:
        """Whether a use of that id was lost lately."""
        return asked in self._gone

    def remove(self, asked: int) -> None:
        """A use that is no longer under way, and is in none of the counts."""
        self.given -= 1
        entry = self.pending.pop(asked)
        self.unwritten.pop(asked, None)
        self.uncertain.discard(asked)
        self.emergency.discard(asked)
        if entry.beyond:
            self.emergency.count(-1)

    def settle(self, asked: int, outcome: str) -> PendingUse | None:
        """What became of an answer; the use, if there is something to write."""
        outcome = storable(outcome)[:_OUTCOME]
        entry = self.known(asked)
        if entry is None or outcome in ("begun", entry.outcome):
            return None
        if self._recent.pop(asked, None):
            self.pending[asked] = entry
            self.settled[_kind(entry.outcome)] -= 1
        entry.outcome = outcome
        if entry.written == outcome:
            self.mark_written(entry)
            return None
        self.unwritten[asked] = entry
        return entry

    def wrote(self, batch: Batch, repeats: set[int]) -> None:
        """The connection has a batch, if not the file by that path."""
        for entry, outcome in batch:
            if entry.use.asked not in repeats:
                self.logged += entry.written is None
                entry.written = outcome

    def committed(self, batch: Batch, repeats: set[int]) -> None:
        """Count a committed batch; `repeats` are ids that an earlier run had logged."""
        for entry, outcome in batch:
            if entry.use.asked in repeats:
                entry.written = outcome
                self.repeated += 1
                self.remove(entry.use.asked)
                continue
            if entry.beyond:  # counted while its commit was under way
                entry.beyond = False
                self.emergency.count(-1)
            if entry.outcome == outcome:
                self.mark_written(entry)
        for group in {entry.group for entry, _ in batch}:
            group.end(committed=True)
        self.emergency.clear_if_empty()

    def written_beyond(self, entries: Sequence[PendingUse]) -> None:
        """The log knows these by now. Those that the emergency file's header counted since then are not among them."""
        if entries:
            self.emergency.acknowledged(len(entries))
        for entry in entries:
            entry.beyond = False

    def mark_written(self, entry: PendingUse) -> None:
        """The log's file has the latest outcome of a use."""
        asked = entry.use.asked
        self.unwritten.pop(asked, None)
        self.uncertain.discard(asked)
        self.emergency.discard(asked)
        if entry.outcome == "begun":
            return
        del self.pending[asked]
        self.settled[_kind(entry.outcome)] += 1
        self._recent[asked] = entry
        if len(self._recent) > RECENT:
            self._recent.popitem(last=False)

    def write_to_emergency_file(self, entry: PendingUse) -> None:
        """Put a use into the emergency file; where that has no room for it, count it there."""
        self.adopt(self.emergency.reopen_if_gone())
        asked = entry.use.asked
        try:
            stored = self.emergency.write(asked, entry.row())
        except (TypeError, ValueError, OverflowError):
            _log.exception("a use cannot be put into the emergency file")
            stored = False
        beyond = not (stored or asked in self.emergency.payloads or entry.written)
        if beyond != entry.beyond:
            entry.beyond = beyond
            self.emergency.count(1 if beyond else -1)
        self._sync()

    def adopt(self, rows: Iterable[Sequence[Any]]) -> None:
        """Take over uses that an earlier run left in the emergency file."""
        for row in rows:
            try:
                use = use_from_row(row)
            except (TypeError, ValueError, OverflowError):
                _log.exception("a row of the emergency file cannot be understood")
                continue
            if use.asked not in self.pending:
                outcome = "unknown" if use.outcome == "begun" else use.outcome
                self.add(PendingUse(use, outcome, CommitGroup(), 0.0, inherited=True))
                self.found = True
        if self.emergency.took_over_counts():
            self.found = True

    def forget_guild(self, guild: int, left: Departure) -> None:
        """Forget the uses of a server that the bot left, in memory. See `wiped` for the emergency file."""
        self.adopt(self.emergency.reopen_if_gone())

        def of_it(entries: Mapping[int, PendingUse]) -> list[int]:
            return [
                asked for asked, entry in entries.items() if entry.use.guild == guild and left.covers(entry.use.time)
            ]

        for asked in of_it(self.pending):
            self.remove(asked)
        for asked in of_it(self._recent):
            del self._recent[asked]

    async def wiped(self) -> None:
        """Wait until nothing that was forgotten stands in the emergency file. Raises LogUnavailable where that fails.

        Its disk is waited for in a thread, and held by nobody: it may take seconds.
        """
        await self._wait_until_wiped()  # of what was forgotten before: else the disk were waited for here
        if not self.emergency.leave_out():
            raise LogUnavailable(self.emergency.problem)
        await self._wait_until_wiped()

    async def _wait_until_wiped(self) -> None:
        """What is left may be wiped when the disk has what is held, and is when it has that as well."""
        tries = 0
        while not self.emergency.is_wiped:
            if self._syncing is None:
                tries += 1
                self._sync()
            if self._syncing is None or tries > WIPING:
                raise LogUnavailable(self.emergency.problem or "what was forgotten stands in the emergency file still")
            await asyncio.wait((self._syncing,))

    async def open(self) -> None:
        """Make the emergency file, or take over what it holds."""
        self.adopt(await asyncio.get_running_loop().run_in_executor(self._thread, self.emergency.open))
        self._sync()
        self._timer = later(LOOK, self._look)

    def hand_over(self) -> int:
        """At the end: what is unwritten stays in the emergency file, the rest is lost. Returns how many are."""
        if self._timer:
            self._timer.cancel()
        if not self.emergency.is_intact():
            self.adopt(self.emergency.open())  # the last try, due or not
        left = list(self.unwritten.values())
        for entry in left:
            self.write_to_emergency_file(entry)
        if left:
            self.emergency.rewrite()  # what it held may have been spoilt meanwhile
            self._sync()
        gone = [entry for entry in left if entry.beyond]
        for entry in gone:
            entry.beyond = False  # the header goes on counting it, as lost
            self.remove(entry.use.asked)
        self.given += len(gone)
        self.lost += len(gone)
        return len(gone)

    async def close(self) -> None:
        """Close the emergency file when it is on the disk, or not to be waited for. Until then it counts losses."""
        while self._syncing:
            done, _ = await asyncio.wait((self._syncing,), timeout=SYNC)
            if not done:
                break
        self._thread.shutdown(wait=False)
        self.emergency.close()

    def _look(self) -> None:
        self._timer = later(LOOK, self._look)
        if not self.emergency.is_intact():
            self.adopt(self.emergency.reopen_if_gone())
            self._sync()
        elif self.emergency.unsynced:
            self._sync()
        else:
            self.emergency.grow()
        self.looked()

    def _sync(self) -> None:
        """Bring the emergency file to the disk, in a thread: a power cut is not waited for, but provided for."""
        self._resync = self._syncing is not None
        if self._syncing:
            return
        try:
            sync = self.emergency.syncing()
            if sync:
                self._syncing = asyncio.get_running_loop().run_in_executor(self._thread, sync)
                self._syncing.add_done_callback(self._synced)
        except (OSError, RuntimeError) as error:  # no descriptor or thread to be had
            _log.warning("the emergency file cannot be brought to the disk: %s", error)

    def _synced(self, _: asyncio.Future[None]) -> None:
        self._syncing = None
        self.emergency.synced()
        if self._resync:
            self._sync()


def _kind(outcome: str) -> str:
    return outcome if outcome in ("answered", "expired", "unknown") else "failed"
