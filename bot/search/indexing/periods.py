"""Periods in months, and the months in which a quote may have been said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...bank.quote import PartialDate, Quote, When

FIRST, LAST = 0, 9999 * 12 + 11


@dataclass(frozen=True, slots=True)
class Period:
    """Months from `first` to `last`, inclusive, counted as year * 12 + month - 1; `asked` is how it is named back."""

    first: int = FIRST
    last: int = LAST
    asked: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it leaves everything in."""
        return (self.first, self.last) == (FIRST, LAST)

    def both(self, other: Period) -> Period:
        """What two periods share."""
        asked = " ".join(part for part in (self.asked, other.asked) if part)
        return Period(max(self.first, other.first), min(self.last, other.last), asked)


def of_years(first: int | None, last: int | None) -> Period:
    """The period from one year to another, either of them open."""
    asked = "" if first is None and last is None else f"{first or ''}–{last or ''}" if first != last else str(first)
    return Period(FIRST if first is None else first * 12, LAST if last is None else last * 12 + 11, asked)


def span(quote: Quote) -> tuple[int, int] | None:
    """The first and last month in which a quote may have been said (else published); None where nothing is known."""
    when = quote.said or quote.source.published
    return None if when is None else months(when)


def months(when: When) -> tuple[int, int]:
    """The first and last month of a date."""
    return _month(when.first, 1), _month(when.last, 12)


def _month(date: PartialDate, unknown: int) -> int:
    return date.year * 12 + (date.month or unknown) - 1
