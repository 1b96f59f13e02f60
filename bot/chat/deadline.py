"""How long an answer is worth sending: set where a request is taken up, read where it is sent."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

deadline: ContextVar[float | None] = ContextVar("deadline", default=None)
"""The reading of the event loop's clock after which the first answer to an interaction is worth nothing."""
trying_again: ContextVar[bool] = ContextVar("trying_again", default=True)
"""Whether what fails is tried again. An apology is not."""


@contextmanager
def only_once() -> Iterator[None]:
    """What is sent here is sent once, whatever becomes of it."""
    before = trying_again.set(False)
    try:
        yield
    finally:
        trying_again.reset(before)
