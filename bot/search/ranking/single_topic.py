"""Whether a query asks for one topic and nothing else, and which quotes it is answered with then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..parsing.terms import WEIGHT_FACTORS
from ..tuning import NEAR_TOPIC

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..indexing.postings import Posting
    from ..parsing.filters import Filters
    from ..parsing.terms import QueryTerm


def sole_topic(terms: Sequence[QueryTerm]) -> str | None:
    """The id of the topic that every word of a query leads to, words that carry little apart; None where none is."""
    shared: set[str] | None = None
    for term in terms:
        if not term.expansions:
            return None
        if term.expansions[0].name is None:
            if term.typed in WEIGHT_FACTORS:
                continue
            if len(term.expansions) == 1:
                return None
        topics = _likely_topics(term)
        shared = topics if shared is None else shared & topics
        if not shared:
            return None
    if not shared:
        return None
    likeliest = (expansion.topic for expansion in terms[0].expansions if expansion.topic in shared)
    return next(likeliest, None) or min(shared)


def _likely_topics(term: QueryTerm) -> set[str]:
    least = term.expansions[0].share - NEAR_TOPIC
    return {
        expansion.name.of for expansion in term.expansions if expansion.name is not None and expansion.share >= least
    }


def of_topic(
    posting: Posting, ranked: Sequence[tuple[float, int]], filters: Filters, limit: int
) -> tuple[list[int], int]:
    """The quotes of a topic, the best first, then the others found; and how many are of the topic, at most `limit`.

    `ranked` are (score, -quote), best first.
    """
    inside = dict.fromkeys(-negative for _, negative in ranked if posting.code_of(-negative))
    for doc in filters.among(posting.docs):
        if len(inside) >= limit:
            break
        inside.setdefault(doc)
    return [*inside, *(-negative for _, negative in ranked if -negative not in inside)], min(len(inside), limit)
