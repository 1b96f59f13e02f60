"""How dates are shown: to people, to programs, and in citations. What is not known is not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .quote import PartialDate, When

NO_DATE = "n.d."
# Our own names: the C library's depend on the locale the bot happens to run in.
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def show_date(date: PartialDate) -> str:
    """One date as precisely as it is known: "25 May 2017", "May 2017", "2017"."""
    return " ".join(_pieces(date))


def show_span(when: When) -> str:
    """One date or a range, without a word on how it is known: "1–3 October 2014", "30 June – 2 July 2017"."""
    if when.first == when.last:
        return show_date(when.first)
    first, last = _pieces(when.first), _pieces(when.last)
    shared = 0
    while shared < min(len(first), len(last)) - 1 and first[-1 - shared] == last[-1 - shared]:
        shared += 1
    first = first[: len(first) - shared]
    between = "–" if len(first) == 1 == len(last) - shared else " – "
    return " ".join(first) + between + " ".join(last)


def show(when: When | None) -> str:
    """A date as people read it; an inferred one says so, an unknown one is "n.d."."""
    if when is None:
        return NO_DATE
    return show_span(when) + (" (inferred)" if when.basis == "inferred" else "")


def show_with_basis(when: When) -> str:
    """A date and how it is known, also where it is printed or was looked up."""
    return f"{show_span(when)} ({when.basis})"


def counted(quotes: int, years: tuple[int, int] | None) -> str:
    """How many quotes of which years: "13 quotes, 2014–2020"."""
    span = "" if years is None else f", {years[0]}" if years[0] == years[1] else f", {years[0]}–{years[1]}"
    return f"{quotes:,} quote{'s' * (quotes != 1)}{span}"


def iso_date(date: PartialDate) -> str:
    """ISO 8601, cut where knowledge ends: "2017-05-25", "2017-05", "2017"."""
    return "-".join(f"{part:0{width}}" for part, width in zip(parts(date), (4, 2, 2), strict=False))


def date_parts(when: When) -> list[list[int]]:
    """CSL-JSON's date-parts: one list, or two for a range."""
    first, last = parts(when.first), parts(when.last)
    return [first] if first == last else [first, last]


def parts(date: PartialDate) -> list[int]:
    """Year, month and day as far as they are known."""
    known = [date.year]
    if date.month:
        known.append(date.month)
        if date.day:
            known.append(date.day)
    return known


def _pieces(date: PartialDate) -> list[str]:
    year, *rest = parts(date)
    month = [MONTHS[rest[0] - 1]] if rest else []
    day = [str(rest[1])] if len(rest) > 1 else []
    return [*day, *month, str(year)]
