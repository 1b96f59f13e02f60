"""Notices when the event loop stands still, and says where."""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
import time
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator

log = logging.getLogger(__name__)

STALL = 0.25
"""Seconds the loop may stand still before its stack is logged."""
LOOK = 0.1
"""Seconds between two looks."""
DEPTH = 12
"""Frames of the stack that are logged, the innermost."""
QUIET = 60.0
"""Seconds between two stacks at least: what stalls once stalls often."""


@contextlib.contextmanager
def watching_for_stalls(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """While open, the stack of a loop that stands still for a quarter of a second is logged."""
    watch = _Watch(loop)
    watch.beat()
    thread = threading.Thread(target=watch.look, name="stalls", daemon=True)
    thread.start()
    try:
        yield
    finally:
        watch.over.set()
        thread.join(1)


class _Watch:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._thread = threading.get_ident()
        self._last = time.monotonic()
        self._logged_at = self._last - QUIET
        self.over = threading.Event()

    def beat(self) -> None:
        """The loop is alive; ask it to say so again soon."""
        self._last = time.monotonic()
        if not self.over.is_set():
            self._loop.call_later(LOOK, self.beat)

    def look(self) -> None:
        """Look whether it is, until it is over. Runs in a thread of its own."""
        while not self.over.wait(LOOK):
            now = time.monotonic()
            still = now - self._last
            if still > STALL + LOOK and now - self._logged_at > QUIET:
                self._logged_at = now
                frame = sys._current_frames().get(self._thread)  # noqa: SLF001  the documented way to see another thread's stack
                stack = "".join(traceback.format_stack(frame)[-DEPTH:]) if frame else "unknown"
                log.warning("the event loop has stood still for %.2f s; it is here:\n%s", still, stack)
