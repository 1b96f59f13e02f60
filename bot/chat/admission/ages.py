"""How old is what arrives? Discord writes the moment into every id; this machine's clock may be wrong, and is measured.

Whatever says when it was sent (an id, the `Date` of a response) bounds how far this machine's clock is ahead: nothing
arrives before it was sent, so the clock is ahead by no more than arrival − stamp. The least of these over ten minutes
is the offset, and the age of what arrives is what lies above it. One stamp may be wrong; two responses that agree tell.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable  # noqa: TC003  a dataclass's fields name it
from dataclasses import dataclass, field
from datetime import UTC, datetime

DISCORD_EPOCH = 1_420_070_400.0
"""The first second of 2015, from which Discord counts."""
FIRST_STAMP = datetime(2018, 1, 1, tzinfo=UTC).timestamp()
"""No interaction is older: an id that says so is no moment."""
LATE = 2.5
"""Seconds after which an interaction cannot be answered any more, Discord's three less the way there."""
WRONG = 2.0
"""Seconds from which on this machine's clock is worth a line in the log."""
WINDOW, STEP = 600.0, 10.0
"""The offset is the least of so many seconds, remembered in steps of these."""
NEVER = 300.0
"""What is older than this in a session that nothing can be replayed in was not late: the clock is wrong."""
AGREEING, APART, SPREAD = 3, 1.0, 0.5
"""So many arrivals in a row, sent so far apart and of the same age within so much, were not late either."""
DATED, NO_MORE, CUT = 300.0, 1.0, 2.0
"""For so many seconds the time a response bore tells what is late and what is not: more than so much above it is late,
and what is less, down to so much below it (it is cut to a second, and was on its way), is fresh.
"""
ROUGH = 1.25
"""A response says up to so much more than the least: it is cut to a second, and was on its way. Two that agree within
this, and both say more, are right: a response before them was of a clock that is ahead.
"""
SUDDEN = 1.0
"""Seconds by which one stamp may lie in the future, once the offset was measured: believed, it would make all that is
fresh late by as much. An id further off waits for others that agree; a response, of whichever clock, waits for ids.
"""


def sent_at(snowflake: int) -> float | None:
    """When an id was made, in seconds since 1970; None for a number that is no such id."""
    stamp = (snowflake >> 22) / 1000 + DISCORD_EPOCH
    return stamp if FIRST_STAMP <= stamp < FIRST_STAMP + 3.2e9 else None  # a hundred years


def steady() -> float:
    """Seconds on a clock that never jumps, and goes on while the machine sleeps where there is such a clock."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


@dataclass(frozen=True, slots=True)
class Clocks:
    """Three readings in seconds: a steady clock for ages, one for the pace, and the time of day, read once.

    A simulated Discord, whose time stands still, has clocks of its own.
    """

    age: Callable[[], float] = steady
    pace: Callable[[], float] = steady
    wall: Callable[[], float] = time.time


@dataclass(slots=True)
class ArrivalClock:
    """Tells ages in seconds. `began` is the reading of a clock that never jumps, `wall` the time of day then.

    After the start only the steady clock is read, so that a time of day that is set anew changes nothing. `replayed`
    says that what arrives may have waited at Discord (the session was resumed).
    """

    began: float
    wall: float
    replayed: bool = False
    _offset: float | None = None
    _ids: deque[tuple[float, float]] = field(default_factory=deque)  # steps of the window, and the least of each
    _responses: deque[tuple[float, float]] = field(default_factory=deque)
    _doubted: deque[tuple[float, float]] = field(default_factory=deque)
    _dated: tuple[float, float] | None = None

    @property
    def offset(self) -> float | None:
        """Seconds by which this machine's clock is ahead of Discord's; None until anything told."""
        return self._offset

    def ahead(self, wall: float, at: float) -> float | None:
        """Seconds by which a time of day is ahead of Discord's, also where it was set since the start."""
        return None if self._offset is None else wall - (self.wall + at - self.began) + self._offset

    def observe_response_date(self, date: datetime, at: float) -> None:
        """A response that came at `at` bore this time: cut to whole seconds, and so never later than the truth."""
        ahead, before = self._ahead(date.timestamp(), at), self._dated
        self._dated = (at, ahead)
        if self._offset is not None and before is not None and abs(ahead - before[1]) <= ROUGH:
            agreed = min(ahead, before[1])
            if agreed > self._offset + ROUGH:
                self._forget(self._responses)
                ahead = agreed
        if self._offset is None or ahead >= self._offset - SUDDEN:
            self._learn(self._responses, ahead, at)

    def age(self, stamp: float, at: float) -> float:
        """Seconds between a stamp and its arrival, never negative. Learns from it."""
        ahead = self._ahead(stamp, at)
        if self._is_the_clock(ahead, stamp, at):
            self._doubted.clear()
            self._forget(self._ids, self._responses)
            self._learn(self._ids, ahead, at)
            return 0.0
        age = ahead - (self._offset or 0.0)
        if self._may_be(age):
            self._learn(self._ids, ahead, at)
        return max(age, 0.0)

    def _ahead(self, stamp: float, at: float) -> float:
        return self.wall + (at - self.began) - stamp

    def _may_be(self, age: float) -> bool:
        """Whether an age is one that what arrives has: neither late, nor sent in the future."""
        return age <= LATE and (age >= -SUDDEN or self._offset is None)

    def _is_the_clock(self, ahead: float, stamp: float, at: float) -> bool:
        """Whether it is the clock that is wrong, where something looks late or comes from the future."""
        age = ahead - (self._offset or 0.0)
        if self._may_be(age):
            self._doubted.clear()
            return False
        if self._dated is not None and at - self._dated[0] <= DATED and ahead >= self._dated[1] - CUT:
            # Discord said what time it is: this is fresh; or it was late, and however many others too.
            return ahead <= self._dated[1] + NO_MORE
        if self._offset is None and not self.replayed and age > NEVER:
            return True
        if self._doubted and abs(ahead - self._doubted[0][0]) > SPREAD:
            self._doubted.clear()
        if not self._doubted or stamp - self._doubted[-1][1] >= APART:
            self._doubted.append((ahead, stamp))
        return len(self._doubted) == AGREEING

    def _forget(self, *bounds: deque[tuple[float, float]]) -> None:
        for window in bounds:
            window.clear()
        self._offset = None

    def _learn(self, bounds: deque[tuple[float, float]], ahead: float, at: float) -> None:
        step = at // STEP
        if bounds and bounds[-1][0] >= step and self._offset is not None:
            if ahead < bounds[-1][1]:
                bounds[-1] = (bounds[-1][0], ahead)
                self._offset = min(self._offset, ahead)
            return
        bounds.append((step, ahead))
        for window in (self._ids, self._responses):
            while window and window[0][0] < step - WINDOW / STEP:
                window.popleft()
        self._offset = min(least for window in (self._ids, self._responses) for _, least in window)
