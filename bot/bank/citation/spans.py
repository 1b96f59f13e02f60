"""Dates in the order and spelling of each style. Ranges and partial dates in all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dates import MONTHS, show_span
from .facts import is_inferred

if TYPE_CHECKING:
    from ..quote import PartialDate, When

_SHORT = {month: "Sept." if month == "September" else f"{month[:3]}." for month in MONTHS if len(month) > len("July")}


def american(when: When) -> str:
    """Chicago: "May 25, 2017", "June 8–9, 2020"; supplied by us: "[June 2017?]"."""
    return _supplied(when, _american(when))


def abbreviated(when: When) -> str:
    """MLA: "25 May 2017", "3 Oct. 2014"; supplied by us: "[8–9 June 2020?]"."""
    text = show_span(when)
    for month, short in _SHORT.items():
        text = text.replace(month, short)
    return _supplied(when, text)


def year_first(when: When, letter: str = "") -> str:
    """APA: "2017, May 25", "2017a, May 25"; supplied by us: "ca. 2017, June"."""
    first, last = when.first, when.last
    if first.year != last.year:
        text = f"{_dated(first, letter)}–{_dated(last)}"
    else:
        rest = _days(first, last)
        text = f"{first.year}{letter}, {rest}" if rest else f"{first.year}{letter}"
    return f"ca. {text}" if is_inferred(when) else text


def _dated(date: PartialDate, letter: str = "") -> str:
    return ", ".join(filter(None, (f"{date.year}{letter}", _day(date))))


def _american(when: When) -> str:
    first, last = when.first, when.last
    if first.year != last.year:
        return f"{_alone(first)}–{_alone(last)}"
    days = _days(first, last)
    if not days:
        return str(first.year)
    return f"{days}{', ' if last.day else ' '}{first.year}"


def _alone(date: PartialDate) -> str:
    return f"{_day(date)}{', ' if date.day else ' '}{date.year}".strip()


def _days(first: PartialDate, last: PartialDate) -> str:
    """Month and day of a span within one year: "June 8–9", "June 30–July 2", "June–July"."""
    if first == last:
        return _day(first)
    if not (first.month and last.month):
        return ""
    if first.month == last.month:
        return f"{_day(first)}–{last.day}" if first.day and last.day else MONTHS[first.month - 1]
    return f"{_day(first)}–{_day(last)}"


def _day(date: PartialDate) -> str:
    if not date.month:
        return ""
    return f"{MONTHS[date.month - 1]} {date.day}" if date.day else MONTHS[date.month - 1]


def _supplied(when: When, text: str) -> str:
    return f"[{text}?]" if is_inferred(when) else text
