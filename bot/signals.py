"""What the system tells the process: to leave, and to read the bank again. Heard from the first moment to the last."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator

LEAVE = (signal.SIGTERM, signal.SIGINT)
HANG_UP: signal.Signals | None = getattr(signal, "SIGHUP", None)
"""None on Windows, which has no such signal."""
_hung_up: list[int] = []


def at_the_start() -> None:
    """From now on, told to leave, the process is gone at once with status 0; a hang-up is remembered.

    For the time in which nothing is open yet. To raise something would not do: what is being imported may swallow it,
    or tell it with a traceback.
    """
    for name in LEAVE:
        signal.signal(name, lambda _number, _frame: os._exit(0))
    if HANG_UP is not None:
        signal.signal(HANG_UP, _remember)


def at_the_end() -> None:
    """From now on nothing counts any more: everything is closed, and the process ends."""
    for name in LEAVE if HANG_UP is None else (*LEAVE, HANG_UP):
        signal.signal(name, signal.SIG_IGN)


def on_stop_signal(loop: asyncio.AbstractEventLoop, came: Callable[[], None]) -> None:
    """Call `came` in this loop each time the process is told to leave; no more when the loop is closed."""
    for name in LEAVE:
        signal.signal(name, _calling(loop, came))


@contextlib.contextmanager
def hung_up(loop: asyncio.AbstractEventLoop, ask: Callable[[], None]) -> Iterator[None]:
    """Call `ask` in this loop at each hang-up, and at once when one came before."""
    if HANG_UP is None:
        yield
        return
    try:
        before = signal.signal(HANG_UP, _calling(loop, ask))
    except ValueError:  # not the main thread, which alone hears signals
        yield
        return
    if _hung_up:
        _hung_up.clear()
        ask()
    try:
        yield
    finally:
        signal.signal(HANG_UP, before)


def _remember(_number: int, _frame: Any) -> None:
    _hung_up.append(1)


def _calling(loop: asyncio.AbstractEventLoop, what: Callable[[], None]) -> Callable[[int, Any], None]:
    # Not loop.add_signal_handler: that ends with the loop, and the signal after it would kill the process.
    def call(_number: int, _frame: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(what)

    return call
