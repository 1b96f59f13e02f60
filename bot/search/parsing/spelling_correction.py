"""What else a word may have been meant to be: a neighbour, another form, a beginning, two words run together."""

from __future__ import annotations

from math import sqrt
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from bot.search.indexing.postings import Posting
from bot.search.parsing.real_words import is_common, is_real
from bot.search.parsing.terms import Expansion
from bot.search.tuning import (
    COMPLETION_FROM,
    EXACT_UP_TO,
    FIVE_LETTERS_SHARE,
    FOUR_LETTERS_SHARE,
    LIKELY_SLIP_FACTOR,
    LIKELY_SLIP_SHARE,
    MAX_COMPLETIONS,
    MAX_SHORT_COMPLETIONS,
    PREFIX_ALONE_FROM,
    PREFIX_SHARE,
    PREFIX_SHARE_ALONE,
    REAL_WORD_COST,
    RUN_TOGETHER_SHARE,
    SHORT_WORD,
    SLIP_FREQUENCY_BY_LENGTH,
    SPLIT_DOCS,
    SPLIT_FROM,
    SPLIT_PART_FROM,
    STEM_SHARE,
    TWO_EDITS_ALONE_FROM,
)

if TYPE_CHECKING:
    from bot.search.indexing.edit_neighbours import Neighbour
    from bot.search.indexing.inverted_index import InvertedIndex
    from bot.search.query import ReasonKind

_BY_SHARE = itemgetter(1)


class InQuery(NamedTuple):
    """What a query says of one of its words, before it is asked whether the word is a slip for another."""

    exists: bool
    """The word stands in the bank."""
    may_be_begun: bool
    """It is the last word, and long enough to be the beginning of another."""
    is_trusted: bool
    """Where it is an ordinary word, it is taken as it is typed."""
    is_among_others: bool
    """Several other words carry something beside it, so that even an everyday word may be a slip."""
    needs_evidence: bool
    """It stands alone: see `_is_plausible`."""
    typing: bool
    """The query is still being typed."""


class SpellingCorrector:
    """Takes words for others that a bank holds."""

    def __init__(self, inverted: InvertedIndex) -> None:
        self._inverted = inverted

    def expansions(self, word: str, inside: InQuery) -> list[Expansion]:
        """What else a word may have been meant to be, likeliest first."""
        exists = inside.exists
        is_ordinary = not exists and is_real(word)
        # An ordinary word is no slip for another; a rare one may be, beside other words.
        is_meant = (is_ordinary and inside.is_trusted) or (
            (is_ordinary or exists) and not inside.is_among_others and is_common(word)
        )
        cost = REAL_WORD_COST if exists or is_ordinary else 0.0
        neighbours = [] if is_meant else self._neighbours(word, inside, most_edits=1 if is_ordinary else 2)
        found = [self._other(word, one.word, one.share - cost, "spelling") for one in neighbours]
        if not exists and (same_stem := self._inverted.posting(word)).size:
            is_less_likely = bool(neighbours) and not is_ordinary and _is_likelier(neighbours[0], same_stem.size)
            share = found[0].share - REAL_WORD_COST if is_less_likely else STEM_SHARE
            found.append(Expansion(same_stem, share, "stem", word, word))
        # An everyday word begins another only while it is typed.
        if inside.may_be_begun and (inside.typing or not (is_ordinary and is_common(word))):
            found += self._completions(word, inside, cost, only_topics=is_meant and not exists and not inside.typing)
        if not found and not exists and (len(word) >= SPLIT_FROM or not word.isalpha()):
            found = self._run_together(word)
        if len(found) > 1:
            found.sort(key=_BY_SHARE, reverse=True)
        return found

    def _neighbours(self, word: str, inside: InQuery, most_edits: int) -> list[Neighbour]:
        return [
            one
            for one in self._inverted.spelling.neighbours(word)
            if one.edits <= most_edits and (not inside.needs_evidence or self._is_plausible(word, one))
        ]

    def _completions(self, word: str, inside: InQuery, cost: float, *, only_topics: bool) -> list[Expansion]:
        inverted, alone = self._inverted, inside.needs_evidence
        share = (PREFIX_SHARE_ALONE if alone else PREFIX_SHARE) - cost
        most = MAX_COMPLETIONS if len(word) >= COMPLETION_FROM else MAX_SHORT_COMPLETIONS
        return [
            self._other(word, longer, share, "prefix")
            for longer in inverted.longer(word, most)
            if (not only_topics or longer in inverted.topic_words)
            and (not alone or len(word) >= PREFIX_ALONE_FROM or inverted.is_named(longer))
        ]

    def _is_plausible(self, typed: str, neighbour: Neighbour) -> bool:
        """Whether a word that stands alone may be a slip for another: the shorter it is, the more words are near it by
        chance, so the more often the other must stand in the bank."""
        size, length = self._inverted.size, len(typed)
        if neighbour.is_likely:
            return length > EXACT_UP_TO + 1 or neighbour.frequency >= LIKELY_SLIP_SHARE * size
        if neighbour.edits > 1:
            return length >= TWO_EDITS_ALONE_FROM or self._inverted.is_named(neighbour.word)
        if length <= SHORT_WORD:
            least = FIVE_LETTERS_SHARE if length == SHORT_WORD else FOUR_LETTERS_SHARE
            return neighbour.frequency >= least * size and self._inverted.is_named(neighbour.word)
        least = SLIP_FREQUENCY_BY_LENGTH[min(length, len(SLIP_FREQUENCY_BY_LENGTH) - 1)]
        return neighbour.frequency >= least * sqrt(size)

    def _other(self, typed: str, word: str, share: float, kind: ReasonKind) -> Expansion:
        name = self._inverted.topic_words.get(word)
        return Expansion(self._inverted.posting(word, name.of if name else None), share, kind, word, typed, name)

    def _run_together(self, word: str) -> list[Expansion]:
        """Two words run together: covered where one stands after the other."""
        vocabulary, lines = self._inverted.vocabulary, self._inverted.documents.lines
        for at in range(1, len(word)):
            if min(at, len(word) - at) < SPLIT_PART_FROM and word[at - 1].isalpha() == word[at].isalpha():
                continue
            apart = vocabulary.as_line((word[:at], word[at:]))
            if apart is None:
                continue
            first, second = self._inverted.posting(word[:at]), self._inverted.posting(word[at:])
            rarer = first if first.size < second.size else second
            both = [doc for doc in rarer.docs[:SPLIT_DOCS] if apart in lines[doc]] if rarer.size else []
            if both:
                posting = Posting(both, bytes(min(first.at(doc), second.at(doc)) for doc in both))
                return [Expansion(posting, RUN_TOGETHER_SHARE, "spelling", f"{word[:at]} {word[at:]}", word)]
        return []


def _is_likelier(neighbour: Neighbour, same_stem: int) -> bool:
    """Whether a neighbour is meant rather than another form of the word's stem, which so many quotes hold."""
    return neighbour.frequency * (LIKELY_SLIP_FACTOR if neighbour.is_likely else 1) > same_stem
