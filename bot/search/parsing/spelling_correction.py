"""What else a word may have been meant to be: a neighbour, another form, a beginning, two words run together."""

from __future__ import annotations

from math import sqrt
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from ..indexing.postings import EMPTY, Posting
from ..tuning import (
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
from .real_words import is_common, is_real
from .terms import Expansion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..indexing.edit_neighbours import Neighbour
    from ..indexing.inverted_index import InvertedIndex
    from ..query import ReasonKind

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
        is_ordinary = not inside.exists and is_real(word)
        is_meant = _is_meant(word, inside, is_ordinary=is_ordinary)
        cost = REAL_WORD_COST if inside.exists or is_ordinary else 0.0
        neighbours = [] if is_meant else self._neighbours(word, inside, most_edits=1 if is_ordinary else 2)
        found = [self._other(word, neighbour.word, neighbour.share - cost, "spelling") for neighbour in neighbours]
        if not inside.exists:
            found += self._same_stem(word, [] if is_ordinary else neighbours)
        if inside.may_be_begun and (inside.typing or not _is_everyday(word, is_ordinary=is_ordinary)):
            found += self._completions(word, inside, cost, is_meant=is_meant)
        if not found and not inside.exists:
            return self._run_together(word)
        found.sort(key=_BY_SHARE, reverse=True)
        return found

    def _neighbours(self, word: str, inside: InQuery, most_edits: int) -> list[Neighbour]:
        return [
            neighbour
            for neighbour in self._inverted.spelling.neighbours(word)
            if neighbour.edits <= most_edits and (not inside.needs_evidence or self._is_plausible(word, neighbour))
        ]

    def _same_stem(self, word: str, rivals: Sequence[Neighbour]) -> list[Expansion]:
        """Other forms of a word that stands in no quote as it is; behind a neighbour that is likelier to be meant."""
        posting = self._inverted.posting(word)
        if not posting.size:
            return []
        share = STEM_SHARE
        for rival in rivals[:1]:
            if rival.frequency * (LIKELY_SLIP_FACTOR if rival.is_likely else 1) > posting.size:
                share = rival.share - REAL_WORD_COST
        return [Expansion(posting, share, "stem", word, word)]

    def _completions(self, word: str, inside: InQuery, cost: float, *, is_meant: bool) -> list[Expansion]:
        """Words that begin with a word: where that is an ordinary one, and not being typed, only names of topics."""
        inverted, alone = self._inverted, inside.needs_evidence
        share = (PREFIX_SHARE_ALONE if alone else PREFIX_SHARE) - cost
        longer = inverted.longer(word, MAX_COMPLETIONS if len(word) >= COMPLETION_FROM else MAX_SHORT_COMPLETIONS)
        if is_meant and not inside.exists and not inside.typing:
            longer = [completion for completion in longer if completion in inverted.topic_words]
        if alone and len(word) < PREFIX_ALONE_FROM:
            longer = [completion for completion in longer if inverted.is_named(completion)]
        return [self._other(word, completion, share, "prefix") for completion in longer]

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
        if len(word) < SPLIT_FROM and word.isalpha():
            return []
        for at in range(1, len(word)):
            is_edge = word[at - 1].isalpha() != word[at].isalpha()
            if is_edge or min(at, len(word) - at) >= SPLIT_PART_FROM:
                posting = self._side_by_side(word[:at], word[at:])
                if posting.size:
                    return [Expansion(posting, RUN_TOGETHER_SHARE, "spelling", f"{word[:at]} {word[at:]}", word)]
        return []

    def _side_by_side(self, left: str, right: str) -> Posting:
        """Quotes in which one word stands right before another."""
        line = self._inverted.vocabulary.as_line((left, right))
        if line is None:
            return EMPTY
        lines = self._inverted.documents.lines
        first, second = self._inverted.posting(left), self._inverted.posting(right)
        rarer = first if first.size < second.size else second
        docs = [doc for doc in rarer.docs[:SPLIT_DOCS] if line in lines[doc]]
        return Posting(docs, bytes(min(first.code_of(doc), second.code_of(doc)) for doc in docs))


def _is_everyday(word: str, *, is_ordinary: bool) -> bool:
    """Whether an ordinary word is one that everybody knows: it begins another only while it is typed."""
    return is_ordinary and is_common(word)


def _is_meant(word: str, inside: InQuery, *, is_ordinary: bool) -> bool:
    """Whether a word is meant as it is typed: an ordinary word is no slip; a rare one may be, beside other words."""
    if is_ordinary and inside.is_trusted:
        return True
    return (is_ordinary or inside.exists) and not inside.is_among_others and is_common(word)
