"""What is done by and by, in a context of its own: it is no part of the answer during which it is planned.

So nothing of that answer (its deadline, for one) counts for it, and a simulated Discord, which shows an answer when
nothing that it began is to be done any more, does not wait for it.
"""

from __future__ import annotations

import asyncio
from contextvars import Context
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine


def later(seconds: float, call: Callable[[], object]) -> asyncio.TimerHandle:
    """Call it in so many seconds."""
    return Context().run(asyncio.get_running_loop().call_later, seconds, call)


def begin(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Begin what goes on by itself."""
    return Context().run(asyncio.get_running_loop().create_task, work)
