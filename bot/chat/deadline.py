"""How long an answer is worth sending: set where a request is taken up, read where it is sent."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol, TypeVar

from ..errors import LogUncertain, QuothError, Undelivered

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterator
    from typing import Any

Given = TypeVar("Given")

log = logging.getLogger(__name__)
deadline: ContextVar[float | None] = ContextVar("deadline", default=None)
"""The reading of the event loop's clock after which the first answer to an interaction is worth nothing."""
LOG_SLOW = 0.03
"""Seconds after which a log that is waited for keeps nobody else's turn from beginning."""
FOR_SAYING_SO = 0.5
"""Seconds before the deadline at which the log is waited for no longer, so that saying so is in time."""
retry_enabled: ContextVar[bool] = ContextVar("retry_enabled", default=True)
"""Whether what fails is tried again. An apology is not."""


class Waited(Protocol):
    """Who waits for Discord, and no longer for work of ours. `left`: a request has left with the answer."""

    left: bool

    def send_off(self) -> None:
        """The work is done."""

    def answered(self, seconds: float, /) -> None:
        """Discord took an answer, after so long."""


turn: ContextVar[Waited | None] = ContextVar("turn", default=None)
"""The turn in which something is answered: it is given back for the next one's work before the answer is sent."""


@contextmanager
def waiting_for_log() -> Iterator[None]:
    """What is waited for here is the log, no work of ours: where that takes long the turn is given back for the next.

    Every wait for the log on the way to an answer stands in this, or in `from_log`.
    """
    mine = turn.get()
    timer = mine and asyncio.get_running_loop().call_later(LOG_SLOW, mine.send_off)
    try:
        yield
    finally:
        if timer:
            timer.cancel()


async def from_log(work: Coroutine[Any, Any, Given]) -> Given:
    """What the log gives, or how it takes what somebody chose; waited for until shortly before the deadline.

    Raises LogUncertain after that: the work goes on all the same, for nobody can tell how far it has come.
    """
    task, until = asyncio.ensure_future(work), deadline.get()
    _asked_of_the_log.add(task)
    task.add_done_callback(_ended)
    with waiting_for_log():
        left = None if until is None else max(0.0, until - FOR_SAYING_SO - asyncio.get_running_loop().time())
        await asyncio.wait({task}, timeout=left)
    if not task.done():
        raise LogUncertain("it has not answered in time")
    return task.result()


_asked_of_the_log: set[asyncio.Future[Any]] = set()


def _ended(task: asyncio.Future[Any]) -> None:
    _asked_of_the_log.discard(task)
    if not task.cancelled() and not isinstance(error := task.exception(), QuothError | None):
        log.error("what the log was asked for has failed: %s", type(error).__name__)


def leaves() -> None:
    """Now a request leaves with the answer."""
    mine = turn.get()
    if mine is not None:
        mine.left = True


def refused() -> None:
    """Discord took none of what left."""
    mine = turn.get()
    if mine is not None:
        mine.left = False


def may_have_left() -> bool:
    """Whether a request may have left with the answer, so that nobody knows whether it is there."""
    mine = turn.get()
    return mine is None or mine.left


@contextmanager
def only_once() -> Iterator[None]:
    """What is sent here is sent once, whatever becomes of it."""
    before = retry_enabled.set(False)
    try:
        yield
    finally:
        retry_enabled.reset(before)


class _Beside:
    """What is said beside an answer has no turn to give back."""

    left = False

    def send_off(self) -> None:
        pass

    def answered(self, _seconds: float, /) -> None:
        pass


@asynccontextmanager
async def said_within(seconds: float) -> AsyncIterator[None]:
    """What is said here, beside an answer, has so many seconds. Raises Undelivered where it took longer.

    It may have arrived only where its last request left and Discord did not refuse it: not where it waited for a limit.
    """
    mine = _Beside()
    before = turn.set(mine)
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise Undelivered("timeout", perhaps=mine.left) from error
    finally:
        turn.reset(before)
