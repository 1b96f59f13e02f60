"""Which words somebody may have meant by a misspelt one: neighbours among known words, never among the quotes.

Two words one edit apart become one when each of them loses at most one letter. So each word of the bank is filed under
what is left of it without each of its letters (as a hash), and RapidFuzz verifies the few that come up.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from itertools import accumulate, chain, repeat
from math import log
from operator import and_, rshift
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from rapidfuzz import process
from rapidfuzz.distance import OSA, Prefix

from ..tuning import (
    ANY_LETTER,
    DOUBLED_LETTER,
    EDIT_COST,
    EXACT_UP_TO,
    FIRST_LETTER_COST,
    LIKELIHOOD_WEIGHT,
    MAX_LIKELIHOOD,
    MAX_NEIGHBOURS,
    NEIGHBOUR_MARGIN,
    TWO_EDITS_FROM,
    USUAL_LIKELIHOOD,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

distance, alike = OSA.distance, Prefix.similarity
_ALL = (1 << 32) - 1
_LAST = chr(0x10FFFF)


class Neighbour(NamedTuple):
    """A known word near a typed one, and the share of a match that the edits leave.

    `frequency` is how often it stands in the bank; `is_likely` is whether one letter left out, or two swapped, makes
    what was typed of it: the slips that happen most.
    """

    share: float
    word: str
    edits: int
    frequency: int
    is_likely: bool


class DeletionIndex(NamedTuple):
    """Where each known word is filed: a hash of what is left of it, ascending, and beside it the word's number.

    Hashes that begin alike make a shelf: shelf s is `hashes[shelves[s]:shelves[s + 1]]`. There are about two shelves
    for each hash, so that most of what was never filed is told by an empty shelf.
    """

    hashes: array[int]
    numbers: array[int]
    shelves: array[int]


def index_deletions(words: Sequence[str]) -> DeletionIndex:
    """File every known word."""
    filed = sorted(chain.from_iterable(map(_filed, words, range(len(words)))))
    hashes, numbers = array("I", map(rshift, filed, repeat(32))), array("I", map(and_, filed, repeat(_ALL)))
    bits = max(1, len(filed)).bit_length() + 1
    sizes = Counter(map(rshift, hashes, repeat(32 - bits)))
    counts = map(sizes.get, range(1 << bits), repeat(0))
    return DeletionIndex(hashes, numbers, array("I", accumulate(counts, initial=0)))


class EditNeighbours:
    """Neighbours among `words`, which are in the order of the alphabet. `frequencies` says how often each stands in the
    bank."""

    def __init__(self, words: Sequence[str], deletions: DeletionIndex, frequencies: Sequence[int]) -> None:
        self.words = words
        self.deletions = deletions
        self._shift = 33 - len(deletions.shelves).bit_length()
        self._frequencies = frequencies

    @classmethod
    def build(cls, words: Sequence[str], frequencies: Sequence[int]) -> EditNeighbours:
        """File every word."""
        return cls(words, index_deletions(words), frequencies)

    def neighbours(self, typed: str) -> list[Neighbour]:
        """The words within the edits that a typed word's length allows, likeliest first; never the word itself."""
        if len(typed) <= EXACT_UP_TO or not typed.isalpha():
            return []
        found = self._one_edit(typed) or (self._two_edits(typed) if len(typed) >= TWO_EDITS_FROM else [])
        if len(found) > 1:
            found.sort(reverse=True)
            least = found[0].share - NEIGHBOUR_MARGIN
            found = [neighbour for neighbour in found[:MAX_NEIGHBOURS] if neighbour.share >= least]
        return found

    def _one_edit(self, typed: str) -> list[Neighbour]:
        hashes, numbers, shelves = self.deletions
        shift = self._shift
        found = set[int]()
        for key in _deletion_hashes(typed):
            shelf = key >> shift
            first, last = shelves[shelf], shelves[shelf + 1]
            while first < last:
                if hashes[first] == key:
                    found.add(numbers[first])
                first += 1
        if not found:
            return []
        words = self.words
        return [self._near(typed, number, 1) for number in found if distance(typed, words[number], score_cutoff=1) == 1]

    def _two_edits(self, typed: str) -> list[Neighbour]:
        """Long words only, and only those whose first two letters are alike."""
        words, begun = self.words, typed[:2]
        alike = words[bisect_left(words, begun) : bisect_left(words, begun + _LAST)]
        close = process.extract(typed, alike, scorer=OSA.distance, score_cutoff=2, limit=MAX_NEIGHBOURS)
        return [self._near(typed, bisect_left(words, word), int(edits)) for word, edits, _ in close]

    def _near(self, typed: str, number: int, edits: int) -> Neighbour:
        word, frequency = self.words[number], self._frequencies[number]
        slip = _slip_likelihood(typed, word) if edits == 1 else 0.0
        likelihood = slip + log(1 + frequency) - USUAL_LIKELIHOOD
        share = 1.0 - EDIT_COST[edits] + LIKELIHOOD_WEIGHT * min(MAX_LIKELIHOOD, likelihood)
        if typed[0] != word[0] and typed[:2] != word[1::-1]:
            share -= FIRST_LETTER_COST
        return Neighbour(share, word, edits, frequency, slip >= ANY_LETTER)


def _slip_likelihood(typed: str, word: str) -> float:
    """How likely one slip of the finger makes this of that, as a logarithm beside a letter taken for another.

    A letter left out, or two swapped, can happen in as many ways as the word has letters; a wrong or an extra letter
    can also be any of 25. Of two like letters either may be left out, or doubled.
    """
    at = alike(typed, word)
    if len(typed) == len(word):
        return 0.0 if typed[at + 1 :] == word[at + 1 :] else ANY_LETTER
    longer = word if len(word) > len(typed) else typed
    doubled = DOUBLED_LETTER if longer[at] in (longer[at - 1 : at], longer[at + 1 : at + 2]) else 0.0
    return doubled + (ANY_LETTER if longer is word else 0.0)


def _filed(word: str, number: int) -> set[int]:
    return {key << 32 | number for key in _deletion_hashes(word)} if len(word) >= EXACT_UP_TO else set()


def _deletion_hashes(word: str) -> list[int]:
    """The hash of a word, and of what is left of it without each of its letters."""
    if not word.isascii():
        return [crc32((word[:at] + word[at + 1 :]).encode()) for at in range(len(word))] + [crc32(word.encode())]
    letters = word.encode()
    keys = [crc32(letters[at + 1 :], crc32(letters[:at])) for at in range(len(letters))]
    keys.append(crc32(letters))
    return keys
