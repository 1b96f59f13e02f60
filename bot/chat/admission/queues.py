"""Whose turn is it? Few are answered at a time; while more wait, the newest is next and the oldest are told in time.

Answering everybody a little late answers nobody: Discord takes no answer after its three seconds. Who came last has the
most time left, and is served; who cannot be served any more hears so while that, too, is still in time.
"""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

TELLING = 0.0012
"""Seconds one refusal costs, before any was measured."""
TELLING_AT_ONCE = 200
"""Refusals on their way to Discord at most."""
UNSURE = 1.3
"""What is reckoned for a refusal is so much more than was measured."""
MARGIN = 0.12
"""Seconds before the deadline at which the last of those who wait is told, besides those of the way to Discord."""
SOON = 0.005
"""Seconds until it is looked again at the earliest."""
WAITING = 4000
"""Who waits at most; beyond it the oldest is told at once."""


@dataclass(slots=True)
class Cost:
    """What one refusal costs, in seconds: what was `measured`, and no less than Discord's `latency` leaves room for.

    The `round_trip` is the least of that lately: what is more is of our own making, when much is to be done.
    """

    measured: float = TELLING
    latency: float = 0.0
    round_trip: float = 0.0
    width: int = TELLING_AT_ONCE
    pending: int = 0

    @property
    def each(self) -> float:
        """Seconds between the ends of two refusals, while as many as may be are under way."""
        return max(self.measured, self.latency / self.width)

    @property
    def busy(self) -> bool:
        """Whether so many are being told that telling more would tell nobody sooner."""
        return self.pending >= self.width * 1.25

    def answered_in(self, seconds: float) -> None:
        """Learn how long Discord took for an answer."""
        self.latency += (seconds - self.latency) / 8
        self.round_trip = min(seconds, self.round_trip + (seconds - self.round_trip) / 64)


class Turn:
    """A turn that somebody has: first for the work, then while Discord has the answer."""

    def __init__(self, turns: Turns, answered: Callable[[float], None]) -> None:
        self._turns = turns
        self._sending = self._over = self.left = False
        self.answered = answered
        self.sent: Callable[[], None] = lambda: None
        """Called when the work is done."""

    def send_off(self) -> None:
        """The work is done: from now on it is waited for Discord."""
        if not (self._sending or self._over):
            self._sending = True
            self._turns.send_off()
            self.sent()

    def leave(self) -> None:
        """The turn is over."""
        self._over = True
        self._turns.leave(sending=self._sending)


class Turns:
    """At most `most` at work, and `sending` more where all but the work is done; deadlines are readings of `clock`."""

    def __init__(
        self,
        most: int,
        clock: Callable[[], float],
        *,
        sending: int = 0,
        waiting: int = WAITING,
        cost: Cost | None = None,
    ) -> None:
        self.most, self.at_once = most, most + sending
        self.under_way = self.sending = 0
        self.cost = cost or Cost()
        self._clock = clock
        self._room = waiting
        self._waiting: OrderedDict[asyncio.Future[bool], tuple[float, int]] = OrderedDict()  # the newest last
        self._timer: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._waiting)

    @property
    def full(self) -> bool:
        """Whether who comes now would have to wait."""
        return self.under_way >= self.most or self.under_way + self.sending >= self.at_once

    @property
    def idle(self) -> bool:
        """Whether nobody has a turn, or waits for one."""
        return not (self.under_way or self.sending or self._waiting)

    async def take(self, deadline: float, who: int = 0) -> bool:
        """Wait for a turn, to be given back with `leave`. False, and one more `cost.pending`, when there is none."""
        if not self.full:
            self.under_way += 1
            return True
        mine: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting[mine] = (deadline, who)
        if len(self._waiting) > self._room:
            self._refuse_oldest()
        self._refuse_late()
        try:
            return await mine
        except asyncio.CancelledError:
            if self._waiting.pop(mine, None) is None and mine.done() and not mine.cancelled():
                if mine.result():
                    self.leave()
                else:
                    self.cost.pending -= 1
            raise

    def leave(self, *, sending: bool = False) -> None:
        """Give a turn back: the newest who waits has it."""
        if sending:
            self.sending -= 1
        else:
            self.under_way -= 1
        self._next()

    def send_off(self) -> None:
        """One who was at work only waits for Discord now."""
        self.under_way -= 1
        self.sending += 1
        self._next()

    def _next(self) -> None:
        if self._waiting:
            self._refuse_late()
        while self._waiting and not self.full:
            mine = self._chosen()
            del self._waiting[mine]
            if not mine.done():
                self.under_way += 1
                mine.set_result(True)

    def _chosen(self) -> asyncio.Future[bool]:
        """Who of those that wait is next: the newest."""
        return next(reversed(self._waiting))

    def _refuse_oldest(self) -> None:
        mine, _ = self._waiting.popitem(last=False)
        if not mine.done():
            self.cost.pending += 1
            mine.set_result(False)

    def _refuse_late(self) -> None:
        """Refuse the oldest while telling everybody who waits would take as long as they have left.

        No more at a time than can be told at a time: who waits on may still be served.
        """
        cost = self.cost
        while self._waiting:
            spare = self._spare()
            if spare > 0 or (self._left() > 0 and cost.busy):
                break
            self._refuse_oldest()
        if self._waiting and self._timer is None and spare < math.inf:
            self._timer = asyncio.get_running_loop().call_later(max(spare, SOON), self._on_timer)

    def _left(self) -> float:
        """Seconds until the last refusal must leave, to be with Discord in time."""
        return next(iter(self._waiting.values()))[0] - self._clock() - MARGIN - self.cost.round_trip

    def _spare(self) -> float:
        return self._left() - (len(self._waiting) + self.cost.pending) * self.cost.each * UNSURE

    def _on_timer(self) -> None:
        self._timer = None
        self._next()


class EachInTurn(Turns):
    """Turns of which nobody has more for asking more often: next is who had one longest ago, with the newest asked."""

    def __init__(self, most: int, clock: Callable[[], float], waiting: int = WAITING) -> None:
        super().__init__(most, clock, waiting=waiting)
        self._had: dict[int, int] = {}  # who had a turn → the number of the last one; the longest ago first
        self._number = 0

    async def take(self, deadline: float, who: int = 0) -> bool:
        """As `Turns.take`, for one of several."""
        mine = await super().take(deadline, who)
        if mine:
            self._number += 1
            self._had.pop(who, None)
            self._had[who] = self._number
            if len(self._had) > WAITING:
                del self._had[next(iter(self._had))]
        return mine

    def _chosen(self) -> asyncio.Future[bool]:
        return min(reversed(self._waiting), key=lambda waiter: self._had.get(self._waiting[waiter][1], 0))


@asynccontextmanager
async def taken(turns: Turns, until: float, left: Callable[[], None], who: int = 0) -> AsyncIterator[Turns | None]:
    """The turns, of which one was taken that is to be given back; None where there was none, until that was told.

    `left` is called where whoever waits is cancelled.
    """
    try:
        mine = await turns.take(until, who)
    except asyncio.CancelledError:
        left()
        raise
    if mine:
        yield turns
        return
    try:
        yield None
    finally:
        turns.cost.pending -= 1
