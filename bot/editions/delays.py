"""How long is waited before a change of the folder is taken up, and the waiting itself."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Delays:
    """How soon a change is taken up, in seconds.

    A change counts as finished when nothing more happened for `debounce`; one that never is, is read after `longest`.
    The folder is looked over every `poll`, whatever the system tells of it. The last answers from an old edition are
    most likely given before `release` is over; one that is not keeps what it needs. A reading somebody asked for begins
    when nobody asked any more for `coalesce`, but after five times as long at most: all who ask until then share it.
    """

    debounce: float = 0.2
    longest: float = 10.0
    poll: float = 2.0
    release: float = 1.0
    coalesce: float = 0.1


async def debounced(changed: asyncio.Event, delays: Delays, clock: Callable[[], float] = time.monotonic) -> None:
    """Wait for a change, and then until it is over."""
    await changed.wait()
    began = clock()
    while changed.is_set():
        changed.clear()
        if clock() - began >= delays.longest or not await set_within(changed, delays.debounce):
            return


async def set_within(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event, so long at most. Says whether it is set."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()
