"""What else a word may have been meant to be: a neighbour, another form, a beginning, two words run together."""

from __future__ import annotations

from math import sqrt
from operator import itemgetter
from typing import TYPE_CHECKING

from bot.search.indexing.edit_neighbours import EXACT_UP_TO
from bot.search.indexing.postings import Posting
from bot.search.parsing.real_words import is_common, is_real
from bot.search.parsing.terms import Expansion

if TYPE_CHECKING:
    from bot.search.indexing.edit_neighbours import Neighbour
    from bot.search.indexing.inverted_index import InvertedIndex
    from bot.search.query import ReasonKind

SHORT = 5
"""A word of so few letters, alone, is a slip for another only by the likeliest slips, or for a name."""
SELDOM, OFTEN, VERY_OFTEN = 0.001, 0.005, 0.05
"""The shares of all quotes that a word must be in to be taken for a slip of four or five letters that stands alone."""
SELDOM_BY_LENGTH = (0.0,) * 6 + (0.0144, 0.0096, 0.006, 0.0036)
"""How often a word must stand in the bank for a less likely slip, by the letters typed: so many times the root of the
number of quotes, with which a vocabulary grows, and with it the words that are near by chance."""
FAR_FROM = 11
"""Two edits away, only from so many letters on, or for a name."""
AGAIN = 0.05
"""What it costs to take a word that exists for another."""
PREFIX, PREFIX_ALONE = 0.93, 0.91
MOST_LONGER, FEW_LONGER = 8, 3
"""So many words a beginning may be of; one or two letters, fewer."""
LONG_BEGINNING = 7
RUN_TOGETHER = 0.95
SAME_STEM = 0.97
"""The share of a form that stands nowhere where another form of its stem does."""
RATHER = 8
"""A near word is meant rather than the stem where it stands more often than all forms of the stem together; by a likely
slip also where it stands so many times more seldom."""
_BY_SHARE = itemgetter(1)
_SPLIT_FROM = 6
_LOOKED_AT = 1000
"""Two words run together are looked for in so many quotes of the rarer."""
_PART = 3


class SpellingCorrector:
    """Takes words for others that a bank knows."""

    def __init__(self, inverted: InvertedIndex) -> None:
        self._inverted = inverted

    def of(
        self, word: str, *, exists: bool, open_end: bool, sure: bool, among: bool, named: bool, typing: bool
    ) -> list[Expansion]:
        """What else a word may have been meant to be, likeliest first.

        `sure` takes an ordinary word as it is typed, and so is an everyday one unless it stands `among` several
        others; `named` asks for evidence, as a word that stands alone needs it: see `_is_plausible`.
        """
        inverted = self._inverted
        real = not exists and is_real(word)
        # An ordinary word is no slip for another; a rare one may be, beside other words.
        meant = (real and sure) or ((real or exists) and not among and is_common(word))
        cost = AGAIN if exists or real else 0.0
        expansions: list[Expansion] = []
        likeliest = 0
        if not meant:
            for neighbour in inverted.spelling.neighbours(word):
                if (neighbour.edits == 1 or not real) and (not named or self._is_plausible(word, neighbour)):
                    if not expansions:
                        likeliest = neighbour.held * (RATHER if neighbour.likely else 1)
                    expansions.append(self._other(word, neighbour.word, neighbour.share - cost, "spelling"))
        if not exists and (same := inverted.posting(word)).size:
            rather = expansions and not real and likeliest > same.size
            expansions.append(Expansion(same, expansions[0].share - AGAIN if rather else SAME_STEM, "stem", word, word))
        if open_end and (typing or not (real and is_common(word))):  # an everyday word begins another only while typed
            expansions += [
                self._other(word, longer, (PREFIX_ALONE if named else PREFIX) - cost, "prefix")
                for longer in inverted.longer(word, MOST_LONGER if len(word) >= _PART else FEW_LONGER)
                if (not meant or exists or typing or longer in inverted.topic_words)
                and (not named or len(word) >= LONG_BEGINNING or inverted.is_named(longer))
            ]
        if not expansions and not exists and (len(word) >= _SPLIT_FROM or not word.isalpha()):
            expansions = self._in_two(word)
        if len(expansions) > 1:
            expansions.sort(key=_BY_SHARE, reverse=True)
        return expansions

    def _is_plausible(self, typed: str, neighbour: Neighbour) -> bool:
        """Whether a word that stands alone may be a slip for another: the shorter it is, the more words are near it by
        chance, so the more often the other must stand in the bank."""
        size, length = self._inverted.size, len(typed)
        if neighbour.likely:
            return length > EXACT_UP_TO + 1 or neighbour.held >= SELDOM * size
        if neighbour.edits > 1:
            return length >= FAR_FROM or self._inverted.is_named(neighbour.word)
        if length <= SHORT:
            least = OFTEN if length == SHORT else VERY_OFTEN
            return neighbour.held >= least * size and self._inverted.is_named(neighbour.word)
        return neighbour.held >= SELDOM_BY_LENGTH[min(length, len(SELDOM_BY_LENGTH) - 1)] * sqrt(size)

    def _other(self, typed: str, word: str, share: float, kind: ReasonKind) -> Expansion:
        name = self._inverted.topic_words.get(word)
        return Expansion(self._inverted.posting(word, name.of if name else None), share, kind, word, typed, name)

    def _in_two(self, word: str) -> list[Expansion]:
        """Two words run together: covered where one stands after the other."""
        vocabulary, lines = self._inverted.vocabulary, self._inverted.documents.lines
        for at in range(1, len(word)):
            if min(at, len(word) - at) < _PART and word[at - 1].isalpha() == word[at].isalpha():
                continue
            apart = vocabulary.as_line((word[:at], word[at:]))
            if apart is None:
                continue
            first, second = self._inverted.posting(word[:at]), self._inverted.posting(word[at:])
            rarer = first if first.size < second.size else second
            both = [doc for doc in rarer.docs[:_LOOKED_AT] if apart in lines[doc]] if rarer.size else []
            if both:
                codes = bytes(min(first.at(doc), second.at(doc)) for doc in both)
                return [Expansion(Posting(both, codes), RUN_TOGETHER, "spelling", f"{word[:at]} {word[at:]}", word)]
        return []
