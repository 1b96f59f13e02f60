"""How much one member, or one server, may ask in a while. Kept in memory only, and never more than so many of them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field


@dataclass(slots=True)
class Pace:
    """Token buckets: `most` at once, and as many again every `seconds`. Times are readings of a steady clock."""

    most: float
    seconds: float
    remembered: int = 10_000
    _left: OrderedDict[int, tuple[float, float]] = field(default_factory=OrderedDict, repr=False)
    _notified_at: OrderedDict[int, float] = field(default_factory=OrderedDict, repr=False)

    def take(self, who: int, now: float, much: float = 1.0) -> bool:
        """Say whether there is so much left, and take it."""
        left = self._now(who, now)
        self._left[who] = (left - much if left >= much else left, now)
        self._left.move_to_end(who)
        if len(self._left) > self.remembered:
            self._left.popitem(last=False)
        return left >= much

    def first_refusal(self, who: int, now: float) -> bool:
        """Whether somebody refused was not told within the last `seconds`; from now on they were."""
        notified_at = self._notified_at.get(who)
        if notified_at is not None and now - notified_at < self.seconds:
            return False
        self._notified_at[who] = now
        self._notified_at.move_to_end(who)
        if len(self._notified_at) > self.remembered:
            self._notified_at.popitem(last=False)
        return True

    def _now(self, who: int, now: float) -> float:
        if who not in self._left:
            return self.most
        left, then = self._left[who]
        return min(self.most, left + max(now - then, 0.0) * self.most / self.seconds)
