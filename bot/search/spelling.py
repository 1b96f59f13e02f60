"""Which words somebody may have meant by a misspelt one: neighbours among known words, never among the quotes.

Two words one edit apart become one when each of them loses at most one letter. So each known word is filed under what
is left of it without each of its letters (as a hash), and RapidFuzz verifies the few that come up.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from itertools import accumulate, chain
from math import log
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from rapidfuzz import process
from rapidfuzz.distance import OSA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

distance = OSA.distance
EXACT_UP_TO = 3
"""Words of this many letters and fewer are taken as they are typed."""
TWO_EDITS_FROM = 9
COST = (0.0, 0.08, 0.2)
"""What each number of edits takes from a match."""
FIRST_LETTER = 0.012
"""What a wrong first letter takes on top."""
LIKELIER = 0.008
"""What each step of likelihood (a factor of e) is worth between words equally near: never as much as an edit."""
MOST = 8
_SHELF = 18
"""Bits of a hash within a shelf of the file: looking in one shelf is quicker than looking in all."""
_NUMBERS = 1 << 32
_USUAL = 4.0
_MOST_LIKELY = 8.0
_OF_ANY_LETTER = 3.2
_TWICE = 0.7


class Near(NamedTuple):
    """A known word near a typed one, and the share of a match that the edits leave.

    `held` is how often it stands in the bank; `likely` is whether one letter left out, or two swapped, makes what was
    typed of it: the slips that happen most.
    """

    share: float
    word: str
    edits: int
    held: int
    likely: bool


def _shelved(filed: array[int]) -> Iterable[int]:
    """Where each shelf of a file begins."""
    shelves = range(2 ** (32 - _SHELF))
    if len(filed) > len(shelves):
        return (bisect_left(filed, shelf << (32 + _SHELF)) for shelf in (*shelves, len(shelves)))
    held = Counter(entry >> (32 + _SHELF) for entry in filed)  # most shelves are empty: counting is quicker
    return accumulate((held[shelf] for shelf in shelves), initial=0)


class Spelling:
    """Neighbours among `known` words, which are in the order of the alphabet. `count` says how often a word stands in
    the bank."""

    def __init__(
        self, known: Sequence[str], filed: array[int], shelves: array[int], count: Callable[[str], int]
    ) -> None:
        self.known = known
        self.filed = filed
        """Hash of what is left of a word, times 2³², plus the word's number; ascending."""
        self.shelves = shelves
        """Where each shelf of the file begins: the hashes that begin alike."""
        self._count = count
        self._by_letter: dict[str, dict[int, list[str]]] = {}

    @classmethod
    def build(cls, known: Sequence[str], count: Callable[[str], int]) -> Spelling:
        """File every known word."""
        filed = array("Q", sorted(chain.from_iterable(map(_file, known, range(len(known))))))
        return cls(known, filed, array("I", _shelved(filed)), count)

    def near(self, typed: str) -> list[Near]:
        """The known words within the edits this length allows, likeliest first; never the word itself."""
        if len(typed) <= EXACT_UP_TO or not typed.isalpha():
            return []
        found = self._one_edit(typed) or (self._two_edits(typed) if len(typed) >= TWO_EDITS_FROM else [])
        found.sort(reverse=True)
        return found[:MOST]

    def _one_edit(self, typed: str) -> list[Near]:
        numbers: set[int] = set()
        filed, shelves = self.filed, self.shelves
        for left in _left_of(typed):
            key = crc32(left)
            shelf = key >> _SHELF
            key <<= 32
            last = shelves[shelf + 1]
            at = bisect_left(filed, key, shelves[shelf], last)
            while at < last and (number := filed[at] - key) < _NUMBERS:
                numbers.add(number)
                at += 1
        known = self.known
        words = [known[number] for number in numbers]
        return [
            self._near(typed, word, 1) for word in words if word != typed and distance(typed, word, score_cutoff=1) == 1
        ]

    def _two_edits(self, typed: str) -> list[Near]:
        """Long words only, and only those that begin alike."""
        by_length = self._by_letter.get(typed[0])
        if by_length is None:
            self._by_letter[typed[0]] = by_length = {}
            first, last = bisect_left(self.known, typed[0]), bisect_left(self.known, chr(ord(typed[0]) + 1))
            for word in self.known[first:last]:
                by_length.setdefault(len(word), []).append(word)
        alike: list[str] = []
        for length in range(len(typed) - 2, len(typed) + 3):
            alike += by_length.get(length, ())
        close = process.extract(typed, alike, scorer=OSA.distance, score_cutoff=2, limit=MOST)
        return [self._near(typed, word, int(edits)) for word, edits, _ in close]

    def _near(self, typed: str, word: str, edits: int) -> Near:
        count = self._count(word)
        slip = _slip(typed, word) if edits == 1 else 0.0
        share = 1.0 - COST[edits] + LIKELIER * min(_MOST_LIKELY, slip + log(1 + count) - _USUAL)
        if typed[0] != word[0] and typed[:2] != word[1::-1]:
            share -= FIRST_LETTER
        return Near(share, word, edits, count, slip >= _OF_ANY_LETTER)


def _slip(typed: str, word: str) -> float:
    """How likely one slip of the finger makes this of that, as a logarithm beside a letter taken for another.

    A letter left out, or two swapped, can happen in as many ways as the word has letters; a wrong or an extra letter
    can also be any of 25. Of two like letters either may be left out, or doubled.
    """
    at = 0
    for letter, other in zip(typed, word, strict=False):
        if letter != other:
            break
        at += 1
    if len(typed) == len(word):
        return 0.0 if typed[at + 1 :] == word[at + 1 :] else _OF_ANY_LETTER
    longer = word if len(word) > len(typed) else typed
    doubled = _TWICE if longer[at] in (longer[at - 1 : at], longer[at + 1 : at + 2]) else 0.0
    return doubled + (_OF_ANY_LETTER if longer is word else 0.0)


def _file(word: str, number: int) -> list[int]:
    return [crc32(left) << 32 | number for left in _left_of(word)] if len(word) >= EXACT_UP_TO else []


def _left_of(word: str) -> set[bytes]:
    spelled = word.encode()
    if not word.isascii():
        return {spelled, *((word[:at] + word[at + 1 :]).encode() for at in range(len(word)))}
    return {spelled, *(spelled[:at] + spelled[at + 1 :] for at in range(len(spelled)))}
