"""A quotation as it is compared: its words, what stands in brackets, where it leaves words out."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from ..bank.sentences import breaks
from ..text import APOSTROPHES, words, words_in_place
from .tuning import MAX_GAPS

ELLIPSIS = re.compile(r"[\[(]\s*(?:…|\.\s?\.\s?\.\.?)\s*[\])]|…|\.\s?\.\s?\.(?:\s?\.)?|\s\*\s\*\s\*\s")
_WORD = re.compile(rf"[^\W_](?:[{APOSTROPHES}]?[^\W_]|[\u0300-\u036f\u00ad])*")
_SIC = re.compile(r"[\[(]\s*sic\.?!?\s*[\])]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[([^\[\]]{1,300})\]")
_PART_OF_A_WORD = re.compile(r"\[(\w{1,20})\](?=\w)|(?<=\w)\[(\w{1,20})\]")


@dataclass(frozen=True)
class Claim:
    """Words in order: as `pasted`, and in `text` without what is no part of them.

    `gaps` are the positions in the words at which an ellipsis stands; `optional` those in brackets.
    """

    pasted: str
    text: str
    words: tuple[str, ...]
    gaps: tuple[int, ...] = ()
    optional: frozenset[int] = frozenset()

    @classmethod
    def of(cls, text: str) -> Claim:
        """A quotation read as it is compared."""
        plain = text
        if "[" in text or "(" in text:
            plain = _PART_OF_A_WORD.sub(r"\1\2", _SIC.sub(" ", text))
        gaps: list[int] = []
        spoken: list[str] = []
        if "…" in plain or ".." in plain or ". ." in plain or "*" in plain:
            *heads, last = ELLIPSIS.split(plain, maxsplit=MAX_GAPS)
            for head in heads:
                spoken += words(head)
                gaps.append(len(spoken))
            spoken += words(last)
            plain = ELLIPSIS.sub(" ", plain)
        else:
            spoken = words(plain)
        inside = sorted({gap for gap in gaps if 0 < gap < len(spoken)})
        return cls(text, plain, tuple(spoken), tuple(inside), bracketed(plain) if "[" in plain else frozenset())

    @property
    def pieces(self) -> list[tuple[int, int]]:
        """The [start, end) of each run of words that no ellipsis parts."""
        edges = [0, *self.gaps, len(self.words)]
        return list(pairwise(edges))

    @cached_property
    def edges(self) -> frozenset[int]:
        """The positions in the words before which a sentence begins, the end among them."""
        placed = list(words_in_place(self.text))
        return frozenset(breaks(self.text, placed)) if len(placed) == len(self.words) else frozenset()

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Where each word stands in `text`."""
        return spans(self.text, self.words)


def bracketed(text: str) -> frozenset[int]:
    """The positions of the words that stand in square brackets."""
    starts, ends = [], []
    for mark in _BRACKETS.finditer(text):
        starts.append(mark.start())
        ends.append(mark.end())
    if not starts:
        return frozenset()
    found = set()
    for place, (_, start, end) in enumerate(words_in_place(text)):
        before = bisect_right(starts, start) - 1
        if before >= 0 and end < ends[before]:
            found.add(place)
    return frozenset(found)


def spans(text: str, spoken: tuple[str, ...] | list[str]) -> list[tuple[int, int]]:
    """The [start, end) of each of the words of a text. Where places cannot be told, each word gets the whole text."""
    found = [match.span() for match in _WORD.finditer(text)]
    if len(found) != len(spoken):
        found = [(start, end) for _, start, end in words_in_place(text)]
    return found if len(found) == len(spoken) else [(0, len(text))] * len(spoken)
