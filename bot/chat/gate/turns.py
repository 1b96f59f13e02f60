"""Whose turn is it? Few are answered at a time; while more wait, the newest is next and the oldest are told in time.

Answering everybody a little late answers nobody: Discord takes no answer after its three seconds. Who came last has the
most time left, and is served; who cannot be served any more hears so while that, too, is still in time.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

TELLING = 0.0006
"""Seconds one refusal costs, before any was measured."""
UNSURE = 1.3
"""What is reckoned for a refusal is so much more than was measured."""
MARGIN = 0.12
"""Seconds before the deadline at which the last of those who wait is told, for the way to Discord."""
SOON = 0.005
"""Seconds until it is looked again at the earliest."""
WAITING = 4000
"""Who waits at most; beyond it the oldest is told at once."""


class Turns:
    """At most `most` at a time. Deadlines are readings of `clock`, the event loop's."""

    def __init__(self, most: int, clock: Callable[[], float], *, waiting: int = WAITING) -> None:
        self.most = most
        self.under_way = 0
        self.telling = TELLING
        self._clock = clock
        self._room = waiting
        self._waiting: OrderedDict[asyncio.Future[bool], float] = OrderedDict()  # the newest last
        self._timer: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._waiting)

    @property
    def full(self) -> bool:
        """Whether who comes now would have to wait."""
        return self.under_way >= self.most

    async def take(self, deadline: float) -> bool:
        """Wait for a turn, to be given back with `leave`. False when there is none in time."""
        if not self.full:
            self.under_way += 1
            return True
        mine: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting[mine] = deadline
        if len(self._waiting) > self._room:
            self._refuse_oldest()
        self._refuse_late()
        try:
            return await mine
        except asyncio.CancelledError:
            if self._waiting.pop(mine, None) is None and mine.done() and not mine.cancelled() and mine.result():
                self.leave()
            raise

    def leave(self) -> None:
        """Give a turn back: the newest who waits has it."""
        if self._waiting:
            self._refuse_late()
        while self._waiting:
            mine, _ = self._waiting.popitem()
            if not mine.done():
                mine.set_result(True)
                return
        self.under_way -= 1

    def _refuse_oldest(self) -> None:
        mine, _ = self._waiting.popitem(last=False)
        if not mine.done():
            mine.set_result(False)

    def _refuse_late(self) -> None:
        """Refuse the oldest while telling everybody who waits would take as long as they have left."""
        now = self._clock()
        while self._waiting:
            spare = next(iter(self._waiting.values())) - now - MARGIN - len(self._waiting) * self.telling * UNSURE
            if spare > 0:
                break
            self._refuse_oldest()
        if self._waiting and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(max(spare, SOON), self._look_again)

    def _look_again(self) -> None:
        self._timer = None
        self._refuse_late()
