"""A word of a query, and the ways in which a quote may cover it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..analysis import CHATTER, FOREIGN_STOP_WORDS, LIGHT_WORDS
from ..tuning import CHATTER_WEIGHT, LIGHT_WEIGHT

if TYPE_CHECKING:
    from ..indexing.names import Name
    from ..indexing.postings import Posting
    from ..query import ReasonKind

WEIGHT_FACTORS = {
    **dict.fromkeys((*LIGHT_WORDS, *FOREIGN_STOP_WORDS), LIGHT_WEIGHT),
    **dict.fromkeys(CHATTER, CHATTER_WEIGHT),
}
"""The part of its weight that each word keeps that carries little; every other word keeps all of it."""


class Expansion(NamedTuple):
    """One way to cover a word: by being in `posting`, which leaves `share` of the word's rarity.

    `matched` is the word it goes by, `spoken` the words of the query that say it. `name` is the topic that these words
    name, whose quotes are in the posting too.
    """

    posting: Posting
    share: float
    kind: ReasonKind
    matched: str
    spoken: str
    name: Name | None = None

    @property
    def topic(self) -> str | None:
        """The id of the topic the way leads to."""
        return self.name.of if self.name else None


class QueryTerm(NamedTuple):
    """A word of the query that carries something: its weight, and the ways to cover it, best first."""

    typed: str
    weight: float
    expansions: tuple[Expansion, ...]

    @property
    def max_gain(self) -> float:
        """The most a quote may gain by this word."""
        if len(self.expansions) == 1:
            expansion = self.expansions[0]
            return self.weight * expansion.share * expansion.posting.max_score
        return self.weight * max(
            [expansion.share * expansion.posting.max_score for expansion in self.expansions], default=0.0
        )

    @property
    def size(self) -> int:
        """How many quotes hold it, at most."""
        return sum([expansion.posting.size for expansion in self.expansions])


def weighed(terms: list[QueryTerm]) -> list[QueryTerm]:
    """Chatter and light words lose most of their weight while another word carries something."""
    parts = [WEIGHT_FACTORS.get(term.typed, 1.0) for term in terms]
    if min(parts, default=1.0) == 1.0:
        return terms
    named = [bool(term.expansions and term.expansions[0].name) for term in terms]
    if not any(part == 1.0 or name for part, name in zip(parts, named, strict=True)):
        return terms
    return [
        term if part == 1.0 or name else QueryTerm(term.typed, term.weight * part, term.expansions)
        for term, part, name in zip(terms, parts, named, strict=True)
    ]
