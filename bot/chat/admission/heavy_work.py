"""Work that takes longer than anybody else should wait: in one thread, one after the other, and no more than fits.

Next is the member whose work was done there longest ago: whoever asks for much keeps nobody else from being served.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import math
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from ...errors import TooBusy
from .queues import EachInTurn

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

ROOM, MAX_PER_MEMBER = 32, 4
"""Pieces of work that wait at most: of all, and of one member, who would else leave no room for others."""
NEVER = 1_000_000
"""Rounds of the garbage collector between two that search everything."""
YIELDING = 0.001
"""Seconds until the event loop has the interpreter back from heavy work; measured in benchmarks/answers/stalls.py."""

Done = TypeVar("Done")


class HeavyWork:
    """One thread, started when it is first needed. What nobody waits for any more is not begun."""

    def __init__(self, room: int = ROOM) -> None:
        self.room = room
        self._waiting: Counter[int] = Counter()
        self._turns = EachInTurn(1, lambda: asyncio.get_running_loop().time())
        self._thread: ThreadPoolExecutor | None = None

    @property
    def under_way(self) -> int:
        """Pieces of work that wait, or are done just now."""
        return self._waiting.total()

    async def do(self, work: Callable[[], Done], until: float | None = None, who: int = 0) -> Done:
        """What `work` gives, for a member; 0 is nobody in particular.

        Raises TooBusy when too much waits already, when it takes until after the deadline, or without a thread.
        """
        if self.under_way >= self.room or (who and self._waiting[who] >= MAX_PER_MEMBER):
            raise TooBusy
        self._waiting[who] += 1
        try:
            async with asyncio.timeout_at(until):
                await self._turns.take(math.inf, who)
                return await asyncio.wrap_future(self._begun(work))
        except TimeoutError:
            raise TooBusy from None
        finally:
            self._waiting -= Counter((who,))

    def _begun(self, work: Callable[[], Done]) -> Future[Done]:
        """The work in the thread. Its turn is over when it is: nobody can end what has begun.

        Raises TooBusy where the machine gives no thread for it just now.
        """
        loop = asyncio.get_running_loop()

        def over(_done: Future[Done]) -> None:
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(self._turns.leave)

        try:
            if self._thread is None:
                self._thread = ThreadPoolExecutor(1, thread_name_prefix="heavy")
            doing = self._thread.submit(_aside, work)
        except Exception as error:
            self.close()  # the work lies there already: a thread started later would do it for nobody
            self._turns.leave()
            raise TooBusy from error
        doing.add_done_callback(over)
        return doing

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
