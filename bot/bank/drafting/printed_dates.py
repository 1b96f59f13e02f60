"""Dates as they are printed in articles, in a few languages."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from ...text import fold
from ..quote import PartialDate

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES = (
    "january jan januar janvier enero ocak",
    "february feb februar fevrier febrero subat",
    "march mar marz mars marzo mart",
    "april apr avril abril nisan",
    "may mai mayo mayis",
    "june jun juni juin junio haziran",
    "july jul juli juillet julio temmuz",
    "august aug aout agosto agustos",
    "september sep sept septembre septiembre eylul",
    "october oct oktober okt octobre octubre ekim",
    "november nov novembre noviembre kasim",
    "december dec dezember dez decembre diciembre aralik",
)
_MONTHS = {name: number for number, names in enumerate(_NAMES, start=1) for name in names.split()}
_PATTERNS = (
    re.compile(r"\b(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})\b"),
    re.compile(r"\b(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})\b"),
    re.compile(
        r"\b(?P<d>\d{1,2})(?:st|nd|rd|th|er)?\.?\s+(?:of\s+|de\s+)?(?P<m>[^\W\d_]{3,10})\.?,?\s+(?:de\s+)?(?P<y>\d{4})\b"
    ),
    re.compile(r"\b(?P<m>[^\W\d_]{3,10})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})\b"),
)


class Printed(NamedTuple):
    """A date to the day, and where it is printed."""

    date: PartialDate
    start: int
    end: int


def printed_dates(text: str) -> Iterator[Printed]:
    """The dates printed to the day, in order. Dates like 5/6/2017, which people read in two ways, are left out."""
    found = [
        Printed(day, match.start(), match.end())
        for pattern in _PATTERNS
        for match in pattern.finditer(text)
        if (day := _date(match["y"], match["m"], match["d"])) is not None
    ]
    yield from sorted(found, key=lambda printed: printed.start)


def _date(year: str, month: str, day: str) -> PartialDate | None:
    number = int(month) if month.isascii() and month.isdigit() else _MONTHS.get(fold(month), 0)
    try:
        exact = date(int(year), number, int(day))
    except ValueError:
        return None
    return PartialDate(exact.year, exact.month, exact.day)
