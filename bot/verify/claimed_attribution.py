"""Who is said to have said something and when, as people write it around a quotation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..bank.dates import MONTHS
from ..search.parsing.date_expressions import MONTHS as SHORT_MONTHS
from ..text import words
from .tuning import AROUND_CHARS, MIN_NAME_LETTERS

if TYPE_CHECKING:
    from collections.abc import Iterator


VERBS = (
    "said|says|say|saying|told|tells|stated|states|stressed|added|adds|noted|notes|argued|argues|claimed|claims|"
    "declared|declares|explained|insisted|tweeted|wrote|writes|warned|warns|remarked|underlined|announced|answered|"
    "replied|asked|concluded|emphasi[sz]ed|observed|pointed out|put it"
)
_TITLE = r"(?:Mr|Mrs|Ms|Dr|Prof|Gen|Sen|Gov|Sir|Lord|Lady)\.?"
_PART = r"(?:[^\W\d_a-zß-öø-ÿ][\w’'.-]*|de|da|di|van|von|der|den|bin|al|of|del|la|le)"
NAME = rf"(?:{_TITLE}\s+)?[^\W\d_a-zß-öø-ÿ][\w’'.-]*(?:\s+{_PART}){{0,5}}"
_SAID_BY = (
    re.compile(
        rf"(?P<who>{NAME})(?:,[^,.:\n]{{1,60}},)?\s+(?:(?:has|had|once|also|then|later|just|really)\s+){{0,2}}(?:{VERBS})\b"
    ),
    re.compile(rf"\b(?:{VERBS})\s+(?:the\s+)?(?P<who>{NAME})"),
    re.compile(
        rf"\b(?:according to|quoting|quote from|quotes? by|words of|attributed to|by)\s+(?P<who>{NAME})", re.IGNORECASE
    ),
    re.compile(rf"(?P<who>{NAME})(?:\s*\([^()\n]{{1,40}}\))?\s*:\s*$"),
)
_AFTER_DASH = re.compile(r"^[\s.,;)\]*_]*[—–―‒~⁓-]{1,3}\s*(?P<who>[^\n]{2,160})")
_IN_BRACKETS = re.compile(r"^[\s.,;]*\((?P<who>[^()\n]{2,160})\)")
_NO_NAMES = frozenset(
    """
    he she they it i we you who this that these those there then what when where why how as in on at by the a an and
    but or so if did does do is was are were has have had yes no not never source quote quotes quoted according also
    people someone somebody everyone anonymous unknown let my your his her our their here one today yesterday
    later earlier then next first second finally recently update edit note title headline fact breaking reminder
    question answer q reply re fwd btw text caption
    """.split()  # noqa: SIM905  a table of words reads better as words
)
_MONTH = "|".join(sorted({*(name.lower() for name in MONTHS), *SHORT_MONTHS}, key=len, reverse=True))
_DATES = (
    re.compile(r"\b(?P<y>(?:1[0-9]|20)\d\d)-(?P<m>\d\d?)(?:-(?P<d>\d\d?))?\b"),
    re.compile(
        rf"\b(?P<d>\d\d?)(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<n>{_MONTH})\.?,?\s+(?P<y>(?:1[0-9]|20)\d\d)\b", re.IGNORECASE
    ),
    re.compile(rf"\b(?P<n>{_MONTH})\.?\s+(?P<d>\d\d?)(?:st|nd|rd|th)?,?\s+(?P<y>(?:1[0-9]|20)\d\d)\b", re.IGNORECASE),
    re.compile(r"\b(?P<d>\d\d?)[./](?P<m>\d\d?)[./](?P<y>(?:1[0-9]|20)\d\d)\b"),
    re.compile(rf"\b(?P<n>{_MONTH})\.?,?\s+(?:of\s+)?(?P<y>(?:1[0-9]|20)\d\d)\b", re.IGNORECASE),
    re.compile(r"\b(?P<y>(?:1[5-9]|20)\d\d)\b"),
)


@dataclass(frozen=True, slots=True)
class Date:
    """A date somebody claims; `month` and `day` are 0 where they say nothing."""

    year: int
    month: int = 0
    day: int = 0

    def __str__(self) -> str:
        month = MONTHS[self.month - 1] if self.month else ""
        return " ".join(part for part in (str(self.day) if self.day else "", month, str(self.year)) if part)


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who and when, as claimed; None where nothing is said of it."""

    speaker: str | None = None
    date: Date | None = None


def read(before: str, after: str) -> Attribution:
    """What is said around a quotation about who said it and when."""
    before, after = before[-AROUND_CHARS:], after[:AROUND_CHARS]
    line = after.split("\n\n")[0]
    tail = _AFTER_DASH.match(line) or _IN_BRACKETS.match(line)
    if tail:
        return from_tail(tail["who"])
    name = next(_names(line), None) or next(_names(before), None)
    return Attribution(name, date_in(line) or date_in(before))


def from_tail(tail: str) -> Attribution:
    """What stands behind a dash or in brackets: “Jens Stoltenberg, Euronews, 25 May 2017”."""
    head = re.split(r"[,(;|·]|\s[–—-]\s|\bin\b\s*\d|\bon\b\s*\d", tail, maxsplit=1)[0]
    name = re.sub(r"^[\W_]+|[\W_]+$", "", head)
    spoken = words(name)
    is_name = 1 <= len(spoken) <= 8 and not any(word.isdigit() for word in spoken)
    is_name = is_name and (
        spoken[0] not in _NO_NAMES or (" " in name and all(part[0].isupper() for part in name.split()))
    )
    return Attribution(name if is_name and name[:1].isupper() else None, date_in(tail))


def _names(text: str) -> Iterator[str]:
    if len(text) < MIN_NAME_LETTERS:
        return
    for pattern in _SAID_BY:
        for found in pattern.finditer(text):
            name = found["who"].strip(" .,")
            while (first := name.split(" ", 1))[0].lower() in _NO_NAMES and len(first) > 1:
                name = first[1]
            if words(name) and words(name)[0] not in _NO_NAMES and name[:1].isupper():
                yield name


def date_in(text: str) -> Date | None:
    """The first date in a text: a day, a month or a year."""
    if not any(map(str.isdigit, text)):
        return None
    for pattern in _DATES:
        if found := pattern.search(text):
            parts = found.groupdict()
            month = int(parts["m"]) if parts.get("m") else SHORT_MONTHS.get((parts.get("n") or "").lower(), 0)
            day = int(parts.get("d") or 0)
            if month <= len(MONTHS) and day <= 31:
                return Date(int(parts["y"]), month, day)
    return None
