"""Counting for those who ask at once: the same is counted once, and no place keeps another waiting by its many uses."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.errors import TooBusy
from bot.store import reports
from bot.store.reader import Reader
from bot.store.reports import Guild, Place

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from bot.store.reports import Counts

FEW = 5000
"""Uses that are counted in ten milliseconds: where there are more, that is done apart from what is counted at once."""
PATIENCE = 2.0
"""Seconds anybody waits: Discord takes no answer after three."""
LONGEST = 20.0
"""Seconds one counting goes on, for those who ask again."""
WAITING, OF_ONE = 32, 16
"""Who waits at most for places of many uses, and for one of them. The others are told to ask again."""
IN_LINE = 16
"""Places of many uses at most that are counted one after the other."""
WORTH, KEPT = 20, 60.0
"""Counts of many uses are kept so many times as long as they took, but so many seconds at most."""


@dataclass(slots=True)
class _Large:
    """The counting of many uses, and its counts until that reading of the clock."""

    task: asyncio.Task[Counts]
    waiting: int = 0
    kept_until: float | None = None


class Counting:
    """Counts the uses of places, on connections of its own that only read."""

    def __init__(
        self,
        path: Path,
        now: Callable[[], datetime],
        met_damage: Callable[[], None] = lambda: None,
        *,
        clock: Callable[[], float] = time.monotonic,
        few: int = FEW,
        patience: float = PATIENCE,
    ) -> None:
        self._now = now
        self._clock = clock
        self._most = few
        self._patience = patience
        self._quick = Reader(path, met_damage, patience=PATIENCE)
        self._slow = Reader(path, met_damage, patience=LONGEST)
        self._few: dict[tuple[Place, int], asyncio.Task[Counts | None]] = {}
        self._large: dict[tuple[Place, int], _Large] = {}

    async def of(self, place: Place, days: int) -> Counts:
        """The counts of a place over the last `days` days.

        Raises LogUnavailable, and TooBusy where there are so many uses that they are still being counted: then the
        counts are there for whoever asks again.
        """
        if not isinstance(place, Place):  # nothing that is passed by mistake may stand for everything
            raise TypeError(f"a report is about a server or a channel, not about {type(place).__name__}")
        try:
            async with asyncio.timeout(self._patience):
                if (place, days) not in self._large:
                    counts = await self._if_few(place, days)
                    if counts is not None:
                        return counts
                return await self._apart(place, days)
        except TimeoutError:
            raise TooBusy from None

    async def of_all(self, days: int) -> Counts:
        """The counts of all places."""
        return await reports.counts(self._slow.rows, self._now(), days, None)

    def forget(self, guild: int) -> None:
        """Keep no counts of a server."""
        for asked in [asked for asked in self._large if asked[0] == Guild(guild)]:
            del self._large[asked]

    async def close(self) -> None:
        """Count no more. Safe to call twice."""
        await self._quick.close()
        await self._slow.close()

    async def _if_few(self, place: Place, days: int) -> Counts | None:
        asked = (place, days)
        if asked not in self._few:
            task = asyncio.create_task(reports.counts_of_few(self._quick.rows, self._now(), days, place, self._most))
            self._few[asked] = task
            task.add_done_callback(lambda _: _went_well(self._few.pop(asked)))
        return await asyncio.shield(self._few[asked])

    async def _apart(self, place: Place, days: int) -> Counts:
        now = self._clock()
        for asked in [
            asked for asked, one in self._large.items() if one.kept_until is not None and one.kept_until <= now
        ]:
            del self._large[asked]
        large = self._large.get((place, days)) or self._begin(place, days)
        if large.kept_until is not None:
            return large.task.result()
        if self._waiting(place) >= OF_ONE or self._waiting() >= WAITING:
            raise TooBusy
        large.waiting += 1
        try:
            return await asyncio.shield(large.task)
        finally:
            large.waiting -= 1

    def _begin(self, place: Place, days: int) -> _Large:
        under_way = [asked[0] for asked, one in self._large.items() if one.kept_until is None]
        if place in under_way or len(under_way) >= IN_LINE:
            raise TooBusy
        asked, began = (place, days), self._clock()
        task = asyncio.create_task(reports.counts(self._slow.rows, self._now(), days, place))
        large = self._large[asked] = _Large(task)

        def ended(_: object) -> None:
            if _went_well(task):
                large.kept_until = self._clock() + min((self._clock() - began) * WORTH, KEPT)
            elif self._large.get(asked) is large:
                del self._large[asked]

        task.add_done_callback(ended)
        return large

    def _waiting(self, place: Place | None = None) -> int:
        return sum(one.waiting for asked, one in self._large.items() if place in (None, asked[0]))


def _went_well(task: asyncio.Task[Any]) -> bool:
    """Whether it did. What went wrong is told to those who wait, and to nobody else."""
    return not task.cancelled() and task.exception() is None
