"""The quotes of a bank by when they were said."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from bot.search import filters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.bank.quote import Quote
    from bot.search.filters import Period

_UNKNOWN = 0xFFFF_FFFF


class Dates:
    """The months of every quote, and the quotes in the order of their first month."""

    def __init__(self, quotes: Sequence[Quote]) -> None:
        of_source: dict[str, tuple[int, int]] = {}
        spans = []
        for quote in quotes:
            span = None if quote.said_on else of_source.get(quote.source.id)
            if span is None:
                span = filters.span(quote) or (_UNKNOWN, _UNKNOWN)
                if not quote.said_on:
                    of_source[quote.source.id] = span
            spans.append(span)
        self.first = array("I", (first for first, _ in spans))
        self.last = array("I", (last for _, last in spans))
        self._order = array("I", sorted(range(len(spans)), key=self.first.__getitem__))
        self._months = array("I", (self.first[doc] for doc in self._order))
        known = bisect_left(self._months, _UNKNOWN)
        self.years = (
            (self._months[0] // 12, max(last for last in self.last if last != _UNKNOWN) // 12) if known else (1, 0)
        )
        """The first year and the last; (1, 0) where no date is known."""

    def holds(self, period: Period, doc: int) -> bool:
        """Whether a quote was said in a period for sure."""
        return period.first <= self.first[doc] and self.last[doc] <= period.last

    def within(self, period: Period) -> list[int]:
        """The quotes said in a period for sure, ascending."""
        low = bisect_left(self._months, period.first)
        high = bisect_right(self._months, period.last)
        return sorted(doc for doc in self._order[low:high] if self.last[doc] <= period.last)
