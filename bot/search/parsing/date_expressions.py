"""When a query asks for: years, months and ranges in its words ("after 2016", "june 2020", "not older than 2017")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ..indexing.periods import FIRST, LAST, Period

if TYPE_CHECKING:
    from collections.abc import Sequence

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

_OPEN_ENDED = {"", "from", "in"}
"""Bounds after which a second date may follow: "from 2014 to 2017", "in 2014 and 2017", "2014 2017"."""


@dataclass(frozen=True, slots=True)
class PeriodInWords:
    """A period among the words of a query, and where its words stand."""

    period: Period
    places: frozenset[int]


class _Date(NamedTuple):
    """A year, or a month of one: its first and last month, and where the words after it begin."""

    first: int
    last: int
    end: int


def find_period(typed: Sequence[str], first_year: int, last_year: int) -> PeriodInWords:
    """The period a query asks for. A number is a year only from the bank's first year to its last, or in a range."""
    period, places = Period(), set[int]()
    if not any(word.isdigit() for word in typed):
        return PeriodInWords(period, frozenset())
    at = 0
    while at < len(typed):
        date = _date(typed, at)
        if date is None:
            at += 1
            continue
        lead, bound = _bound(typed, at)
        last = _range_end(typed, date) if bound in _OPEN_ENDED else None
        end = date.end if last is None else last.end
        written = " ".join(typed[at:end])
        if last is not None:
            found: Period | None = Period(date.first, last.last, written)
        else:
            is_known = first_year * 12 <= date.last and date.first <= last_year * 12 + 11
            found = _bounded(date, bound, written) or (Period(date.first, date.last, written) if is_known else None)
        if found is not None:
            period = period.both(found)
            places.update(range(at - lead, end))
        at = end
    return PeriodInWords(period, frozenset(places))


def _bounded(date: _Date, bound: str, written: str) -> Period | None:
    """The period on one side of a date; None where no word says which."""
    if bound == "after":
        return Period(date.last + 1, LAST, f"after {written}")
    if bound == "from":
        return Period(date.first, LAST, f"since {written}")
    if bound == "before":
        return Period(FIRST, date.first - 1, f"before {written}")
    if bound == "until":
        return Period(FIRST, date.last, f"until {written}")
    return None


def _bound(typed: Sequence[str], at: int) -> tuple[int, str]:
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


def _range_end(typed: Sequence[str], date: _Date) -> _Date | None:
    """The date after "to", "and", "until" or a dash, where it is no earlier."""
    at = date.end
    last = None
    if at < len(typed) and typed[at] in {"to", "and", "until", "till", "through"}:
        last = _date(typed, at + 1)
    elif at < len(typed) and _year(typed[at]):
        last = _date(typed, at)
    return last if last is not None and last.last >= date.first else None


def _date(typed: Sequence[str], at: int) -> _Date | None:
    """A year, or a month with its year before or behind it."""
    if at >= len(typed):
        return None
    word = typed[at]
    following = typed[at + 1] if at + 1 < len(typed) else ""
    if (year := _year(word)) is not None:
        month = _month_after_year(following, is_last=at + 2 == len(typed))
        return _Date(year * 12, year * 12 + 11, at + 1) if month is None else _month(year, month, at + 2)
    if word in MONTHS and (year := _year(following)) is not None:
        return _month(year, MONTHS[word], at + 2)
    return None


def _month(year: int, month: int, end: int) -> _Date:
    return _Date(year * 12 + month - 1, year * 12 + month - 1, end)


def _month_after_year(word: str, *, is_last: bool) -> int | None:
    """The month behind a year: "2020 june", "2020 may" at the end of a query, 2020-06."""
    if word in MONTHS and (word not in _ALSO_WORDS or is_last):
        return MONTHS[word]
    if len(word) == 2 and word.isdigit() and 1 <= int(word) <= 12:
        return int(word)
    return None


def _year(word: str) -> int | None:
    return int(word) if len(word) == 4 and word.isascii() and word.isdigit() and "1000" <= word <= "2999" else None
