"""How many requests Discord lets through on one route, as its answers say: nobody waits after his own was answered."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

from ...errors import Undelivered
from .circuit_breaker import LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST = 512
"""Buckets remembered; beyond it those that nobody uses are forgotten."""
UNLIMITED = 10
"""Requests at once on a route of which Discord names no limit."""


def number(text: object) -> float | None:
    """A number that is one, not negative and finite; None for anything else a header or body may hold."""
    try:
        value = float(text)  # type: ignore[arg-type]  # whatever it is, float says whether it is a number
    except (TypeError, ValueError, OverflowError):
        return None
    return value if math.isfinite(value) and value >= 0 else None


class Bucket:
    """One limit. Until the first answer has named it, requests go one by one."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._changed = asyncio.Event()
        self.limit = self.free = 1
        self.out = 0
        self.resets: float | None = None

    @property
    def idle(self) -> bool:
        """Whether forgetting it would lose nothing."""
        return not self.out and (self.resets is None or self.resets <= self._clock())

    async def take(self, until: float) -> None:
        """Wait for a turn. Raises Undelivered at once when it comes after `until`, a reading of the clock."""
        while not self._refilled():
            now = self._clock()
            if self.resets is not None and self.resets >= until:
                raise Undelivered("429", retry_after=self.resets - now)
            if now >= until:
                raise Undelivered("timeout")
            self._changed.clear()
            try:
                async with asyncio.timeout((self.resets or until) - now):
                    await self._changed.wait()
            except TimeoutError:
                continue
        self.free -= 1
        self.out += 1

    def _refilled(self) -> bool:
        if self.resets is not None and self.resets <= self._clock():
            self.resets, self.free = None, self.limit - self.out
        return self.free > 0

    def give_back(self, headers: Mapping[str, str] | None) -> None:
        """The request has ended, with these headers; None when it got no answer."""
        self.out -= 1
        if headers is not None:
            self._learn(headers)
        elif self.resets is None:
            self.free = self.limit - self.out
        self._changed.set()

    def _learn(self, headers: Mapping[str, str]) -> None:
        limit, left, after = (
            number(headers.get(f"X-RateLimit-{name}")) for name in ("Limit", "Remaining", "Reset-After")
        )
        if limit is None or left is None or after is None:
            self.limit = max(self.limit, UNLIMITED)
            if self.resets is None:
                self.free = self.limit - self.out
            return
        self.limit = max(int(limit), 1)
        self.free = min(int(left), self.limit - self.out)
        self.resets = self._clock() + min(after, LONGEST)

    def close_for(self, seconds: float) -> None:
        """Discord says that it was too much: nobody gets a turn for so long."""
        self.free = 0
        self.resets = max(self.resets or 0.0, self._clock() + min(seconds, LONGEST))


class Buckets:
    """The bucket of each route. Discord tells with an answer which routes share one."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._shared: dict[str, str] = {}
        self._buckets: dict[str, Bucket] = {}

    def of(self, route: str, place: str) -> Bucket:
        """The bucket of a route in a channel or server."""
        key = f"{self._shared.get(route, route)}:{place}"
        if key not in self._buckets:
            if len(self._buckets) >= MOST:
                self._buckets = {name: bucket for name, bucket in self._buckets.items() if not bucket.idle}
            self._buckets[key] = Bucket(self._clock)
        return self._buckets[key]

    def learn(self, route: str, place: str, bucket: Bucket, headers: Mapping[str, str]) -> None:
        """Note which bucket Discord counted a request in."""
        name = headers.get("X-RateLimit-Bucket")
        if name and self._shared.get(route) != name:
            self._shared[route] = name
            self._buckets.setdefault(f"{name}:{place}", bucket)
