"""When a query asks for: years, months and ranges in its words ("after 2016", "june 2020", "not older than 2017")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.bank.quote import PartialDate, Quote, When

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_ALSO_WORDS = frozenset({"may", "march", "mar", "jan", "jun", "august", "dec", "sep", "apr"})
"""Months that are other words too: they are months only beside a year or after "in"."""
_AFTER = {("after",), ("later", "than"), ("newer", "than"), ("past",), ("more", "recent", "than"), ("younger", "than")}
_FROM = {
    ("since",),
    ("from",),
    ("starting",),
    ("starting", "in"),
    ("not", "before"),
    ("nothing", "before"),
    ("none", "before"),
    ("no", "earlier", "than"),
    ("not", "earlier", "than"),
    ("nothing", "earlier", "than"),
    ("no", "older", "than"),
    ("not", "older", "than"),
    ("nothing", "older", "than"),
    ("none", "older", "than"),
}
_BEFORE = {("before",), ("earlier", "than"), ("older", "than"), ("prior", "to")}
_UNTIL = {
    ("until",),
    ("till",),
    ("up", "to"),
    ("upto",),
    ("through",),
    ("by",),
    ("not", "after"),
    ("nothing", "after"),
    ("no", "later", "than"),
    ("not", "later", "than"),
    ("nothing", "later", "than"),
    ("no", "newer", "than"),
    ("not", "newer", "than"),
    ("nothing", "newer", "than"),
}
_IN = {("in",), ("of",), ("during",), ("year",), ("in", "the", "year"), ("the", "year"), ("said", "in"), ("dated",)}
_LONGEST = 3
FIRST, LAST = 0, 9999 * 12 + 11


@dataclass(frozen=True, slots=True)
class Period:
    """Months from `first` to `last`, inclusive, counted as year * 12 + month - 1; `asked` is how it is named back."""

    first: int = FIRST
    last: int = LAST
    asked: str = ""

    @property
    def open(self) -> bool:
        """Whether it leaves everything in."""
        return (self.first, self.last) == (FIRST, LAST)

    def holds(self, span: tuple[int, int] | None) -> bool:
        """Whether a quote said in these months was said in this period for sure."""
        return self.open or (span is not None and self.first <= span[0] and span[1] <= self.last)

    def both(self, other: Period) -> Period:
        """What two periods share."""
        asked = " ".join(part for part in (self.asked, other.asked) if part)
        return Period(max(self.first, other.first), min(self.last, other.last), asked)


@dataclass(frozen=True, slots=True)
class Asked:
    """A period among the words of a query, and where its words stand."""

    period: Period
    places: frozenset[int]


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


def asked(typed: Sequence[str], first_year: int, last_year: int) -> Asked:
    """The period a query asks for. A number is a year only from the bank's first year to its last, or in a range."""
    period, places = Period(), set[int]()
    if not any(word.isdigit() for word in typed):
        return Asked(period, frozenset())
    at = 0
    while at < len(typed):
        read = _one(typed, at)
        if read is None:
            at += 1
            continue
        first, last, after = read
        lead, bound = _lead(typed, at)
        within = first_year * 12 <= last and first <= last_year * 12 + 11
        end = _range_end(typed, after) if bound in {"from", "in", ""} else None
        if end is not None and end[1] >= first:
            period = period.both(Period(first, end[1], " ".join(typed[at : end[2]])))
            after = end[2]
        elif bound == "after":
            period = period.both(Period(last + 1, LAST, f"after {' '.join(typed[at:after])}"))
        elif bound == "from":
            period = period.both(Period(first, LAST, f"since {' '.join(typed[at:after])}"))
        elif bound == "before":
            period = period.both(Period(FIRST, first - 1, f"before {' '.join(typed[at:after])}"))
        elif bound == "until":
            period = period.both(Period(FIRST, last, f"until {' '.join(typed[at:after])}"))
        elif within:
            period = period.both(Period(first, last, " ".join(typed[at:after])))
        else:
            at = after
            continue
        places.update(range(at - lead, after))
        at = after
    return Asked(period, frozenset(places))


def _lead(typed: Sequence[str], at: int) -> tuple[int, str]:
    """How many words before a date belong to it, and which bound they set."""
    for length in range(min(_LONGEST, at), 0, -1):
        before = tuple(typed[at - length : at])
        for bound, phrases in (
            ("until", _UNTIL),
            ("from", _FROM),
            ("after", _AFTER),
            ("before", _BEFORE),
            ("in", _IN),
        ):
            if before in phrases:
                return length, bound
    if at and typed[at - 1] == "between":
        return 1, "from"
    return 0, ""


def _range_end(typed: Sequence[str], at: int) -> tuple[int, int, int] | None:
    """The date after "to", "and", "until" or a dash."""
    if at < len(typed) and typed[at] in {"to", "and", "until", "till", "through"}:
        return _one(typed, at + 1)
    return _one(typed, at) if at < len(typed) and _year(typed[at]) else None


def _one(typed: Sequence[str], at: int) -> tuple[int, int, int] | None:
    """A year, a month with its year, a month alone: its first and last month, and where the words after it begin."""
    if at >= len(typed):
        return None
    word = typed[at]
    following = typed[at + 1] if at + 1 < len(typed) else ""
    if (year := _year(word)) is not None:
        if following in MONTHS and (following not in _ALSO_WORDS or at + 2 == len(typed)):
            month = year * 12 + MONTHS[following] - 1
            return month, month, at + 2
        if len(following) == 2 and following.isdigit() and 1 <= int(following) <= 12:  # 2020-06
            month = year * 12 + int(following) - 1
            return month, month, at + 2
        return year * 12, year * 12 + 11, at + 1
    if word in MONTHS and (year := _year(following)) is not None:
        month = year * 12 + MONTHS[word] - 1
        return month, month, at + 2
    return None


def _year(word: str) -> int | None:
    return int(word) if len(word) == 4 and word.isascii() and word.isdigit() and "1000" <= word <= "2999" else None
