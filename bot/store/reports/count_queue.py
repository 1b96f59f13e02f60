"""Counting for those who ask at once: the same is counted once, and no place keeps another waiting by its many uses."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from ...errors import TooBusy
from ..records import Guild, Place
from . import use_counts
from .read_connection import ReadConnection

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from .use_counts import Counts

QUICK_COUNT_LIMIT = 5000
"""Uses that are counted in ten milliseconds: where there are more, that is done apart from what is counted at once."""
PATIENCE = 2.0
"""Seconds anybody waits: Discord takes no answer after three."""
LONGEST = 20.0
"""Seconds one counting goes on, for those who ask again."""
MAX_WAITING, MAX_WAITING_PER_PLACE = 32, 16
"""Who waits at most for places of many uses, and for one of them. The others are told to ask again."""
MAX_QUEUED_PLACES, MAX_QUEUED_PER_PLACE = 16, 4
"""Places of many uses at most that are counted one after the other, and countings of one of them (of other days)."""
CACHE_FACTOR, MAX_CACHE_SECONDS = 20, 60.0
"""Counts of many uses are kept so many times as long as they took, but so many seconds at most."""


@dataclass(slots=True)
class _Large:
    """The counting of many uses that a person began, and its counts until that reading of the clock."""

    task: asyncio.Task[Counts]
    person: int | None
    waiting: int = 0
    cached_until: float | None = None


@dataclass(slots=True, weakref_slot=True, eq=False)
class _Turn:
    """What those who wait for a person's countings, or a place's, have in common: when its counts of so many days were
    made, and which.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    counted: dict[int, tuple[float, Counts | None]] = field(default_factory=dict)


class CountQueue:
    """Counts the uses of places, on connections of its own that only read."""

    def __init__(
        self,
        path: Path,
        now: Callable[[], datetime],
        met_damage: Callable[[], None] = lambda: None,
        *,
        clock: Callable[[], float] = time.monotonic,
        quick_limit: int = QUICK_COUNT_LIMIT,
        patience: float = PATIENCE,
    ) -> None:
        self._now = now
        self._clock = clock
        self._most = quick_limit
        self._patience = patience
        self._quick = ReadConnection(path, met_damage, patience=PATIENCE)
        self._slow = ReadConnection(path, met_damage, patience=LONGEST)
        self._large: dict[tuple[Place, int], _Large] = {}
        self._turns: WeakValueDictionary[Place | int, _Turn] = WeakValueDictionary()

    async def of(self, place: Place, days: int, person: int | None = None) -> Counts:
        """The counts of a place over the last `days` days.

        Raises LogUnavailable, and TooBusy where there are so many uses that they are still being counted: then the
        counts are there for whoever asks again. Of such a place a person has one counting begun at a time, so that
        nobody who asks for ever other days keeps the others out of the line.
        """
        if not isinstance(place, Place):  # nothing that is passed by mistake may stand for everything
            raise TypeError(f"a report is about a server or a channel, not about {type(place).__name__}")
        asked, mine = self._clock(), _Turn() if person is None else self._turns.setdefault(person, _Turn())
        try:
            async with asyncio.timeout(self._patience), mine.lock:
                if (counts := await self._quick_counts(place, days, asked)) is not None:
                    return counts
                return await self._apart(place, days, person)
        except TimeoutError:
            raise TooBusy from None

    async def of_all(self, days: int) -> Counts:
        """The counts of all places."""
        return await use_counts.counts(self._slow.rows, self._now(), days, None)

    def forget(self, guild: int) -> None:
        """Keep no counts of a server."""
        for asked in [asked for asked in self._large if asked[0] == Guild(guild)]:
            del self._large[asked]

    async def close(self) -> None:
        """Count no more. Safe to call twice."""
        await self._quick.close()
        await self._slow.close()

    async def _quick_counts(self, place: Place, days: int, asked: float) -> Counts | None:
        """The counts, if they are of few uses: for those who wait meanwhile as well, if they ask for the same days.

        One counting of a person goes on at a time, and one of a place, so that nobody who asks for ever other days
        keeps others waiting.
        """
        turn = self._turns.setdefault(place, _Turn())
        async with turn.lock:
            ended, counts = turn.counted.get(days, (-inf, None))
            if ended < asked:
                if any(where == place and known <= days for where, known in self._large):
                    return None
                counts = await use_counts.counts_if_at_most(self._quick.rows, self._now(), days, place, self._most)
                turn.counted[days] = self._clock(), counts
            return counts

    async def _apart(self, place: Place, days: int, person: int | None) -> Counts:
        now = self._clock()
        for asked in [
            asked
            for asked, large in self._large.items()
            if large.cached_until is not None and large.cached_until <= now
        ]:
            del self._large[asked]
        large = self._large.get((place, days)) or self._begin(place, days, person)
        if large.cached_until is not None:
            return large.task.result()
        if self._waiting(place) >= MAX_WAITING_PER_PLACE or self._waiting() >= MAX_WAITING:
            raise TooBusy
        large.waiting += 1
        try:
            return await asyncio.shield(large.task)
        finally:
            large.waiting -= 1

    def _begin(self, place: Place, days: int, person: int | None) -> _Large:
        line = [queued for where, queued in self._under_way() if where == place]
        if self._is_full(line) or any(queued.person == person for queued in line):
            raise TooBusy
        asked, began = (place, days), self._clock()
        task = asyncio.create_task(self._in_line(place, days, line[-1].task if line else None))
        large = self._large[asked] = _Large(task, person)

        def ended(_: object) -> None:
            if _succeeded(task):
                large.cached_until = self._clock() + min((self._clock() - began) * CACHE_FACTOR, MAX_CACHE_SECONDS)
            elif self._large.get(asked) is large:
                del self._large[asked]

        task.add_done_callback(ended)
        return large

    def _under_way(self) -> list[tuple[Place, _Large]]:
        """The countings that are not done, with their places."""
        return [(place, large) for (place, _), large in self._large.items() if large.cached_until is None]

    def _is_full(self, line: list[_Large]) -> bool:
        """Whether a place with so many countings in line takes no other, or, with none, there are too many places."""
        if line:
            return len(line) >= MAX_QUEUED_PER_PLACE
        return len({place for place, _ in self._under_way()}) >= MAX_QUEUED_PLACES

    async def _in_line(self, place: Place, days: int, before: asyncio.Task[Counts] | None) -> Counts:
        """Count once what the place had begun before is counted: so it takes turns with other places."""
        if before is not None:
            await asyncio.wait((before,))
        return await use_counts.counts(self._slow.rows, self._now(), days, place)

    def _waiting(self, place: Place | None = None) -> int:
        return sum(large.waiting for asked, large in self._large.items() if place in (None, asked[0]))


def _succeeded(task: asyncio.Task[Any]) -> bool:
    """Whether it did. What went wrong is told to those who wait, and to nobody else."""
    return not task.cancelled() and task.exception() is None
