"""Quotes that hold a claim word for word, in one piece or in the pieces that its ellipses make of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..text import words
from .altered import verbatim
from .differences import hides_a_negation
from .matching_runs import MatchingRun
from .reference import cut
from .spliced import spliced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..bank.bank import Bank
    from .claim import Claim
    from .passage_index import PassageIndex
    from .verdict import Verdict


class ExactMatcher:
    """Looks for the very words of claims in the quotes of a bank."""

    def __init__(self, bank: Bank, passages: PassageIndex) -> None:
        self._bank = bank
        self._passages = passages

    def holding(self, claim: Claim, line: str) -> list[int]:
        """The quotes that hold a claim word for word, with what its ellipses leave out and without its brackets."""
        if claim.optional:
            bare = "".join(char for at, char in enumerate(line) if at not in claim.optional)
            if docs := self._passages.holding(line) or self._passages.holding(bare):
                return docs
        if not claim.gaps:
            return self._passages.holding(line)
        first, last = max(claim.pieces, key=lambda piece: piece[1] - piece[0])
        return [doc for doc in self._passages.holding(line[first:last]) if self._in_order(claim, line, doc)]

    def joined(self, claim: Claim, line: str) -> Verdict | None:
        """Pieces from several quotes, every one of them word for word: honest where they follow in one answer."""
        holders = [self._passages.holding(line[first:last]) for first, last in claim.pieces]
        if not all(holders) or any(last - first < 3 for first, last in claim.pieces):
            return None
        if any(self._in_order(claim, line, doc, strictly=False) for doc in holders[0]):
            return None
        docs = self._following(holders)
        quotes = [self._bank.quotes[doc] for doc in dict.fromkeys(docs)]
        answers = {(quote.source.id, quote.question) for quote in quotes}
        if len(answers) == 1 and docs == sorted(set(docs)):
            return replace(verbatim(claim, quotes), is_excerpt=True)
        parts = [
            MatchingRun(doc, first, last, at, at + last - first)
            for doc, (first, last) in zip(docs, claim.pieces, strict=True)
            for at in (self._passages.line_of(doc).find(line[first:last]),)
        ]
        passages = tuple(cut(claim.text, claim.spans, first, last) for first, last in claim.pieces)
        return spliced(self._bank, self._passages, claim, parts, passages)

    def _in_order(self, claim: Claim, line: str, doc: int, *, strictly: bool = True) -> bool:
        """Whether the pieces of a claim stand in a quote in order; strictly, with no negation left out alone."""
        quote = self._passages.line_of(doc)
        after = -1
        for first, last in claim.pieces:
            at = quote.find(line[first:last], max(after, 0))
            if at < 0:
                return False
            if strictly and after >= 0 and hides_a_negation(words(self._bank.quotes[doc].text)[after:at]):
                return False
            after = at + last - first
        return True

    def _following(self, holders: Sequence[Sequence[int]]) -> list[int]:
        """For each piece the quote that holds it and stands nearest behind that of the piece before."""
        docs: list[int] = []
        for choices in holders:
            docs.append(min(choices, key=lambda doc: (self._distance(docs[-1], doc) if docs else 0, doc)))
        return docs

    def _distance(self, doc: int, other: int) -> int:
        """Quotes from one to another; farther where it stands before, farthest in another source."""
        if self._bank.quotes[doc].source.id != self._bank.quotes[other].source.id:
            return len(self._bank.quotes)
        return other - doc if other >= doc else len(self._bank.quotes) // 2 + doc - other
