"""What stands between quotation marks of all kinds, also where straight and curly marks are mixed."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .layout import Paragraph

_STRAIGHT = '"＂'
_ENGLISH = "“”„‟" + _STRAIGHT
_ANGLED = "«»"
_OPEN_SINGLE = "‘‚‹'"
_CLOSE_SINGLE = "’‘›'"
_BEFORE = "([{–—-/\u00a0"
_LONGEST_SINGLE = 1500
_PUNCTUATION = ".,!?…;"


@dataclass(frozen=True, slots=True)
class Quotation:
    """The words from `start` to `end`, without their marks. An open one has no closing mark in its paragraph."""

    start: int
    end: int
    single: bool = False
    open: bool = False


def quotations(part: Paragraph) -> list[Quotation]:
    """The quotations of a paragraph, in order, as places in the article's text."""
    text = part.text
    doubles = _doubles(text)
    begun = [double.start for double in doubles]
    singles = []
    for single in _singles(text):
        inside = bisect_left(begun, single.end) - 1  # the last double quotation that begins before this one ends
        if inside < 0 or doubles[inside].end <= single.start:
            singles.append(single)
    return [
        Quotation(part.start + quotation.start, part.start + quotation.end, quotation.single, quotation.open)
        for quotation in sorted([*doubles, *singles], key=lambda quotation: quotation.start)
    ]


def begins_quoted(part: Paragraph) -> bool:
    """True when a paragraph begins with an opening mark."""
    return part.text[:1] in _ENGLISH + _ANGLED


def _doubles(text: str) -> list[Quotation]:
    found: list[Quotation] = []
    opener, begun = "", 0
    for at, mark in enumerate(text):
        if mark not in _ENGLISH and mark not in _ANGLED:
            continue
        opens, closes = _does(text, at, opener)
        if closes:
            found.append(Quotation(begun, at))
            opener = ""
        elif opens:
            if opener:  # the one before was never closed
                found.append(Quotation(begun, at, open=True))
            opener, begun = mark, at + 1
    if opener:
        found.append(Quotation(begun, len(text), open=True))
    return [quotation for quotation in found if quotation.start < quotation.end]


def _does(text: str, at: int, opener: str) -> tuple[bool, bool]:
    """Whether a mark opens a quotation, and whether it closes the one that `opener` opened (empty: none is open)."""
    mark = text[at]
    opening, closing = _may_open(text, at), _may_close(text, at)
    if mark in _ANGLED:  # French puts a space inside these: which way they point says what they do
        opening, closing = not opener and (mark == "«" or opening), opener in _ANGLED and mark != opener
    if not opener:
        return opening or (mark in _STRAIGHT and not closing), False
    closes = _closes(opener, mark) and (closing or not opening)  # `" words "`: the marks stand apart from the words
    # Inside another quotation only a mark of the same family opens one anew.
    return opening and (opener in _ANGLED) == (mark in _ANGLED), closes


def _closes(opener: str, mark: str) -> bool:
    if opener in _ANGLED:
        return mark in _ANGLED and mark != opener
    return mark in _ENGLISH and mark != "„"


def _may_open(text: str, at: int) -> bool:
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    return (not before or before.isspace() or before in _BEFORE) and bool(after) and not after.isspace()


def _may_close(text: str, at: int) -> bool:
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    return bool(before) and not before.isspace() and not (after.isalnum() and before not in _PUNCTUATION)


def _singles(text: str) -> list[Quotation]:
    """British quotations. An apostrophe closes nothing while a mark behind punctuation is still to come."""
    closers = [at for at, mark in enumerate(text) if mark in _CLOSE_SINGLE and _closes_single(text, at)]
    spoken = [at for at in closers if text[at - 1] in _PUNCTUATION]
    found: list[Quotation] = []
    end = -1
    for at, mark in enumerate(text):
        if at <= end or mark not in _OPEN_SINGLE or not _may_open(text, at):
            continue
        closer = _next_within(spoken, at) or _next_within(closers, at)
        if closer:
            end = closer
            found.append(Quotation(at + 1, end, single=True))
    return found


def _next_within(places: list[int], at: int) -> int | None:
    """The first of the places behind `at`, with something between, where a single quotation is no longer than that."""
    number = bisect_left(places, at + 2)
    return places[number] if number < len(places) and places[number] - at < _LONGEST_SINGLE else None


def _closes_single(text: str, at: int) -> bool:
    return _may_close(text, at) and not text[at + 1 : at + 2].isalnum()
