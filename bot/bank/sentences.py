"""Where a passage may begin and end in a text: sentences, quotation marks, labels, lines."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from ..text import words_in_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DOUBLE_MARKS = '"“”„‟«»＂'
SINGLE_MARKS = "'‘’‚‛‹›"
_MARKS = ".!?…。！？"
# Each looks as far as the next of its kind, so that a long run of them is read once.
_END = re.compile(rf"[{_MARKS}](?=[^\w\s{_MARKS}]*\s)")
_SINGLE = re.compile(rf"(?<!\w)[{SINGLE_MARKS}]|[{SINGLE_MARKS}](?!\w)")
_LABEL = re.compile(r":[^\w\s:]*\s")
# Behind the end of a sentence: closing marks (caught), a space, and whatever stands before the next word.
_AFTER_END = re.compile(rf"([.!?…]*[)\]{DOUBLE_MARKS}{SINGLE_MARKS}]*)\s+[(\[{DOUBLE_MARKS}{SINGLE_MARKS}–—-]*\s*")
_LAST_WORD = re.compile(r"[^\W_]+$")
# After these a full stop ends nothing.
_TITLES = ("mr", "mrs", "ms", "dr", "prof", "gen", "col", "maj", "capt", "lt", "sgt", "sen", "rep", "gov", "rev", "hon")
_SHORT = frozenset((*_TITLES, "st", "no", "vs", "jr", "sr", "hr", "fr", "nr", "bzw", "ca"))

Place = tuple[str, int, int]
"""A folded word with the start and end of where it stands."""


def breaks(text: str, places: Sequence[Place], edges: Iterable[int] = ()) -> list[int]:
    """Word positions before which a passage may begin, in order; 0 and the end are among them.

    `edges` are further character offsets at which the text is to be parted (the ends of a quotation, say).
    """
    parted = sorted(set(edges))
    found = [0]
    next_edge = 0
    for position, (before, after) in enumerate(pairwise(places), start=1):
        gap = text[before[2] : after[1]]
        edge = False
        while next_edge < len(parted) and parted[next_edge] <= after[1]:
            edge = edge or parted[next_edge] >= before[2]
            next_edge += 1
        if edge or (gap and parts(text[before[1] : before[2]], gap, text[after[1] : after[1] + 1])):
            found.append(position)
    if places:
        found.append(len(places))
    return found


def parts(before: str, gap: str, first: str) -> bool:
    """True when what stands between two words (`before` and the one that begins with `first`) parts them."""
    if "\n" in gap or "\r" in gap or any(mark in DOUBLE_MARKS for mark in gap):
        return True
    if _SINGLE.search(gap) or _LABEL.search(gap):
        return True
    if not _END.search(gap) or first.islower():
        return False
    short = gap.startswith(".") and (before.lower() in _SHORT or (len(before) == 1 and before.isupper()))
    return not short


def placed(text: str) -> list[Place]:
    """The folded words of a text with their places, as a list."""
    return list(words_in_place(text))


def sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """The [start, end) of each sentence in a stretch of text, without the space around it. Lines do not part them."""
    stop = len(text) if end is None else end
    cuts = [start]
    for mark in _END.finditer(text, start, stop):
        rest = _AFTER_END.match(text, mark.end(), stop)
        if rest is None or rest.end() == stop:
            continue
        before = _LAST_WORD.search(text[max(start, mark.start() - 20) : mark.start()])
        if parts(before.group() if before else "", f"{text[mark.start()]} ", text[rest.end()]):
            cuts.append(rest.end(1))
    spans = (_trimmed(text, first, last) for first, last in pairwise([*cuts, stop]))
    return [(first, last) for first, last in spans if first < last]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end
