"""What is under way ends at its deadline, whatever it waits for. One timer for all."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOK = 0.05
"""Seconds between two looks while anything is under way."""


class Overdue:
    """Ends tasks after their deadlines, readings of the event loop's clock, at most `LOOK` late."""

    def __init__(self) -> None:
        self._under_way: dict[asyncio.Task[Any], float] = {}
        self._ended: set[asyncio.Task[Any]] = set()
        self._timer: asyncio.TimerHandle | None = None

    @contextmanager
    def by(self, deadline: float | None) -> Iterator[None]:
        """End what the current task does here after the deadline, with a TimeoutError."""
        task = asyncio.current_task()
        if deadline is None or task is None or task in self._under_way:
            yield
            return
        self._under_way[task] = deadline
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(LOOK, self._look)
        try:
            yield
        except asyncio.CancelledError:
            if task in self._ended and task.uncancel() == 0:
                raise TimeoutError from None
            raise
        finally:
            del self._under_way[task]
            self._ended.discard(task)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for task, deadline in self._under_way.items():
            if now >= deadline and task not in self._ended:
                self._ended.add(task)
                task.cancel()
        self._timer = loop.call_later(LOOK, self._look) if self._under_way else None
