"""Work that takes longer than anybody else should wait: in one thread, one after the other, and no more than fits."""

from __future__ import annotations

import asyncio
import gc
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from bot.errors import TooBusy

if TYPE_CHECKING:
    from collections.abc import Callable

ROOM = 32
"""Pieces of work that wait at most."""
NEVER = 1_000_000
"""Rounds of the garbage collector between two that search everything."""
YIELDING = 0.001
"""Seconds until the event loop has the interpreter back from heavy work; measured in benchmarks/answers/stalls.py."""

Done = TypeVar("Done")


class HeavyWork:
    """One thread, started when it is first needed. What nobody waits for any more is not begun."""

    def __init__(self, room: int = ROOM) -> None:
        self.room = room
        self.under_way = 0
        self._thread: ThreadPoolExecutor | None = None

    async def do(self, work: Callable[[], Done], until: float | None = None) -> Done:
        """What `work` gives. Raises TooBusy when too much waits already, or when it takes until after the deadline."""
        if self.under_way >= self.room:
            raise TooBusy
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="heavy")
        self.under_way += 1
        try:
            async with asyncio.timeout_at(until):
                return await asyncio.wrap_future(self._thread.submit(_aside, work))
        except TimeoutError:
            raise TooBusy from None
        finally:
            self.under_way -= 1

    def close(self) -> None:
        """Begin nothing more."""
        if self._thread is not None:
            self._thread.shutdown(wait=False, cancel_futures=True)
            self._thread = None


def _aside(work: Callable[[], Done]) -> Done:
    """Do it, letting the event loop have the interpreter back within a millisecond instead of five.

    Nor is everything searched for garbage meanwhile, which would hold it up for tens of milliseconds: most of what is
    made here is let go when the work is done.
    """
    switching, (young, middle, old) = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(YIELDING)
    gc.set_threshold(young, middle, NEVER)
    try:
        return work()
    finally:
        sys.setswitchinterval(switching)
        gc.set_threshold(young, middle, old)
