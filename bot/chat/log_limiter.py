"""Lines of the output that anybody on Discord's side could cause: one of a kind in a while, not thousands."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

KINDS = 256
"""Kinds remembered; beyond that the oldest is forgotten, and may speak again."""


class LogLimiter:
    """Says whether a line of a kind may be written now: once in `every` seconds."""

    def __init__(self, every: float = 60, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._every = every
        self._clock = clock
        self._last: dict[Hashable, float] = {}

    def allows(self, kind: Hashable) -> bool:
        """Whether a line of this kind may be written now; then it counts as written."""
        now = self._clock()
        if kind in self._last and now - self._last[kind] < self._every:
            return False
        self._last.pop(kind, None)
        self._last[kind] = now
        if len(self._last) > KINDS:
            del self._last[next(iter(self._last))]
        return True
