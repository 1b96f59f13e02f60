"""Letting go of editions that nobody uses any more, a little at a time: all at once would hold up an answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ..housekeeping import begin
from .columnar.bank_columns import materialized
from .malloc import give_back

if TYPE_CHECKING:
    from .edition import Edition

AT_A_TIME = 300
"""Quotes that are let go of between two turns of the event loop."""
MOST_WAITING = 1
"""Old editions that are waited with at a time; of more, the oldest is let go of at once."""


class Releases:
    """The old editions that are waited with: the last answers from them are given meanwhile."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._waiting: dict[asyncio.Task[None], list[Edition]] = {}

    def add(self, old: Edition) -> None:
        """Let go of an edition after the delay; of the oldest now, where many wait for that."""
        self._begin([old], self._delay)
        waiting = {task: editions for task, editions in self._waiting.items() if editions}
        for task in list(waiting)[:-MOST_WAITING]:
            task.cancel()
            self._begin(waiting[task], 0)

    async def close(self) -> None:
        """Let go of nothing any more."""
        for task in self._waiting:
            task.cancel()
        await asyncio.gather(*self._waiting, return_exceptions=True)

    def _begin(self, editions: list[Edition], delay: float) -> None:
        task = begin(release(editions, delay))
        self._waiting[task] = editions
        task.add_done_callback(self._waiting.pop)


async def release(editions: list[Edition], delay: float) -> None:
    """Take an edition out of the list and apart. The list is empty from then on, and may be before."""
    await asyncio.sleep(delay)
    if not editions:
        return
    bank = editions.pop().bank
    quotes, fingerprints = materialized(bank)
    del bank
    while quotes or fingerprints:
        del quotes[-AT_A_TIME:], fingerprints[-1:]
        await asyncio.sleep(0)
    await asyncio.to_thread(give_back)
