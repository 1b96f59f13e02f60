"""The best quotes of a query of one word: its postings are in order already, so nothing is counted."""

from __future__ import annotations

from heapq import nlargest
from itertools import islice
from typing import TYPE_CHECKING

from ..indexing.impact_codes import LENGTH_CODE, scores_for_single_term
from ..tuning import EXACT_FORM_DOCS, EXACT_FORM_EXPANSIONS, TOP_DOCS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..indexing.inverted_index import InvertedIndex
    from ..indexing.postings import Posting
    from ..parsing.terms import Expansion, QueryTerm


def score_single_term(term: QueryTerm, inverted: InvertedIndex) -> list[tuple[float, int]]:
    """The best quotes for one word as (score, -quote), best first, at most twice `TOP_DOCS`.

    Of a word that many quotes hold, some that hold its very form are among them.
    """
    found: dict[int, float] = {}
    exact: dict[int, float] = {}
    for place, expansion in enumerate(term.expansions):
        posting, scores = expansion.posting, scores_for_single_term(expansion.share)
        for code, negative in posting.top():
            if scores[code] > found.get(negative, 0.0):
                found[negative] = scores[code]
        if place < EXACT_FORM_EXPANSIONS and expansion.kind != "prefix" and posting.size > TOP_DOCS:
            for doc in _with_exact_form(expansion, inverted):
                exact.setdefault(-doc, scores[posting.code_of(doc)])
    ranked = [(score, negative) for negative, score in found.items() if negative not in exact]
    if len(ranked) > TOP_DOCS:
        ranked = nlargest(TOP_DOCS, ranked)
    ranked += [(score, negative) for negative, score in exact.items()]
    ranked.sort(reverse=True)
    return ranked


def _with_exact_form(expansion: Expansion, inverted: InvertedIndex) -> Iterable[int]:
    """The first quotes whose text holds a word in the very form that is meant, not only another form of its stem."""
    char = inverted.vocabulary.char(expansion.matched)
    if char is None:
        return ()
    lines = inverted.documents.lines
    in_text = _docs_in_text(expansion.posting)[:EXACT_FORM_DOCS]
    return islice((doc for doc in in_text if char in lines[doc]), TOP_DOCS)


def _docs_in_text(posting: Posting) -> Sequence[int]:
    return next((part.runs[0] for part in posting.parts if part.code == LENGTH_CODE), ())
