"""The end of a store: what waits is written, the file closed, and what takes too long left to the process's end."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .database.transactions import Database
    from .reports.count_queue import CountQueue
    from .server_data.erasure import Erasure
    from .uses.ledger import Ledger
    from .uses.use_writer import UseWriter

DRAIN = 5.0
"""Seconds closing waits for rows that are not written yet."""
FORGET = 1.0
"""Seconds of it, besides, for servers that are still to be forgotten: a large one's uses take longer, and have time."""
FINISH = 3.0
"""Seconds for bringing home what is written ahead, and closing the file."""
GIVE_UP = 2.0
"""Seconds from when the bot begins to leave until the end of writing the log anew is waited for no longer."""
TOGETHER = 5.0
"""Seconds for everything from when the bot begins to leave, answers that are under way and all; but"""
AT_LEAST = 0.5
"""seconds there are for each of the above, whatever was before."""
AFTER_IT = 1.0
"""Seconds for each of the above where that was waited for."""
HURRY = 0.5
"""Seconds for everything from when the bot is told to leave at once."""


class Shutdown:
    """How a store is left. What takes too long is left as it is by a process that is killed, and for the same reasons
    loses nothing: what is not in the log stands in the emergency file.
    """

    def __init__(
        self, database: Database, ledger: Ledger, uses: UseWriter, erasure: Erasure, count_queue: CountQueue
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._uses = uses
        self._erasure = erasure
        self._count_queue = count_queue
        self._hurry = asyncio.Event()
        self._began: float | None = None
        self._drained = False
        self._closing: asyncio.Task[None] | None = None

    @property
    def over(self) -> bool:
        """Whether the file is closed, and no thread has it in hand."""
        return self._closing is not None and self._closing.done()

    def begin(self, *, at_once: bool) -> None:
        """Nothing that takes long is begun any more, and what is under way of it is cut short."""
        if self._began is None:
            self._began = asyncio.get_running_loop().time()
        self._database.leave()
        if at_once:
            self._hurry.set()

    async def close(self, wait: float) -> None:
        """Write what waits, for at most `wait` seconds, and close the file; told to hurry, leave what is not done."""
        self.begin(at_once=False)
        work, hurried = asyncio.create_task(self._close(wait)), asyncio.create_task(self._hurry.wait())
        await asyncio.wait((work, hurried), return_when=asyncio.FIRST_COMPLETED)
        hurried.cancel()
        await asyncio.wait((work,), timeout=HURRY)
        if work.done():
            return work.result()
        work.cancel()
        await asyncio.wait((work,))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HURRY):
                await self._end(0, 0)
        return None

    async def _close(self, wait: float) -> None:
        # The last connection that closes checkpoints the write-ahead log: that is to be the one that writes.
        await self._count_queue.close()
        finish = FINISH
        if not self._database.free:
            wait = finish = min(wait, AFTER_IT) if await self._database.let_write(self._patience()) else 0
        await self._erasure.close(self._left(min(wait, FORGET)))
        await self._end(wait, finish)

    def _left(self, most: float) -> float:
        """Seconds that are left for something, of so many."""
        return min(most, max(AT_LEAST, TOGETHER - self._since()))

    def _patience(self) -> float:
        return 0 if self._hurry.is_set() else max(0, GIVE_UP - self._since())

    def _since(self) -> float:
        """Seconds since the bot began to leave."""
        return asyncio.get_running_loop().time() - (self._began or 0)

    async def _end(self, wait: float, finish: float) -> None:
        if not self._drained and not self._database.closed:
            await self._uses.drain(self._left(wait))
            self._drained = True
        self._closing = self._closing or asyncio.create_task(self._database.close())
        await asyncio.wait((self._closing,), timeout=self._left(finish))
        await self._ledger.close()
        if self.over:
            self._closing.result()
