"""Dates as they are written in the bank: to the year, the month or the day, or some day from one to another."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from ..text import quoted
from .dates import MONTHS
from .quote import PartialDate

EARLIEST = 1000
DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})", re.ASCII)
_DOTTED = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})", re.ASCII)
_IN_WORDS = re.compile(r"(?:(\d{1,2})\.? )?([A-Za-z]{3,9})\.? (\d{4})", re.ASCII)
HOW = "write 2017, 2017-06 or 2017-06-12; some day from … to … is 2014-10-01/2014-10-03"


class Fault(NamedTuple):
    """Why a value is not what it should be: code, sentence, advice."""

    code: str
    message: str
    hint: str


def parse_date(written: str, today: date) -> PartialDate | Fault:
    """One date, known to the year, the month or the day; not after `today`."""
    match = DATE.fullmatch(written)
    if match is None:
        return _unreadable(written)
    year, month, day = (int(part) if part else None for part in match.groups())
    if year is None or 0 in (month, day):
        message = f"“{written}” holds a month or a day 00"
        return Fault("impossible-date", message, "leave out what is not known: 2017-06, or 2017")
    try:
        floor = date(year, month or 1, day or 1)
    except ValueError:
        return Fault("impossible-date", f"“{written}” is not in the calendar", "check the month and the day")
    if floor > today:
        return Fault("future-date", f"“{written}” is still to come", "check the date")
    if year < EARLIEST:
        return Fault("impossible-date", f"“{written}” is too long ago", "check the date")
    return PartialDate(year, month or 0, day or 0)


def parse_span(written: str, today: date) -> tuple[PartialDate, PartialDate] | Fault:
    """One date twice, or the two ends of "some day from … to …"."""
    start, slash, end = written.partition("/")
    if slash and not (DATE.fullmatch(start.strip()) and DATE.fullmatch(end.strip())):
        return _unreadable(written)
    first = parse_date(start.strip(), today)
    last = parse_date(end.strip(), today) if slash else first
    if isinstance(first, Fault):
        return first
    if isinstance(last, Fault):
        return last
    if last < first:
        return Fault("date-order", f"“{written}” ends before it begins", "write the earlier date first")
    return first, last


def _unreadable(written: str) -> Fault:
    hint = f"write {better}" if (better := _rewritten(written)) else HOW
    return Fault("bad-date", f"“{quoted(written)}” is not a date as the bank writes it", hint)


def _rewritten(written: str) -> str | None:
    """The bank's way to write a date that was written in another common way, where only one can be meant."""
    if found := _YEAR_FIRST.fullmatch(written):
        year, month, day = found.groups()
        return f"{year}-{int(month):02}-{int(day):02}"
    if found := _IN_WORDS.fullmatch(written):
        day, name, year = found.groups()
        months = [number for number, month in enumerate(MONTHS, 1) if month[:3].lower() == name[:3].lower()]
        return f"{year}-{months[0]:02}" + (f"-{int(day):02}" if day else "") if months else None
    if found := _DOTTED.fullmatch(written):
        day, month, year = found.groups()
        return f"{year}-{int(month):02}-{int(day):02}"
    return None
