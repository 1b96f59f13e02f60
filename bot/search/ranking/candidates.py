"""Which quotes may cover enough of a query: as few as can be, and none left out that might.

What no quote can do without is looked for first; sets of quotes are put together by functions written in C.
"""

from __future__ import annotations

from heapq import nlargest
from itertools import chain
from typing import TYPE_CHECKING

from bot.search.indexing.impact_codes import SCORES
from bot.search.tuning import CACHED_SET_FROM, FEW_CANDIDATES, LINE_COST, MAX_SCORED, TOP_DOCS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from bot.search.indexing.postings import Posting
    from bot.search.parsing.terms import Expansion, QueryTerm

    Order = Sequence[tuple[float, QueryTerm]]
    """Words with the most each may give, the most first."""


def first_of(order: Order, lines: Sequence[str]) -> Collection[int]:
    """Of the quotes that hold a first word, which alone is enough, those that hold another too, and the best of all."""
    needed = order[0][1]
    gains: dict[int, float] = {}
    for expansion in reversed(needed.expansions):
        share = expansion.share
        for doc, code in expansion.posting.top_of_fields():
            if (gain := share * SCORES[code]) > gains.get(-doc, 0.0):
                gains[-doc] = gain
    first = nlargest(TOP_DOCS, zip(gains.values(), gains, strict=True))
    kept = {-negative for _, negative in first}
    for _, term in order[1:]:
        fewer, more = (term, needed) if term.size < needed.size else (needed, term)
        kept |= _holding(more, _docs(fewer), lines)
    return kept


def likeliest(order: Order, docs: Collection[int], codes: bytes) -> Collection[int]:
    """Of very many quotes those that are most about any word of a query, and of the others the shortest."""
    first = {doc for _, term in order for expansion in term.expansions for doc, _ in expansion.posting.top_of_fields()}
    return first.intersection(docs).union(nlargest(MAX_SCORED, docs, key=codes.__getitem__))


def different(expansions: Iterable[Expansion]) -> list[tuple[Posting, float]]:
    """The postings of ways with their shares, the best first: other forms of a word lead to the same quotes."""
    found: dict[Posting, float] = {}
    for expansion in sorted(expansions, key=_share, reverse=True):
        found.setdefault(expansion.posting, expansion.share)
    return list(found.items())


def _share(expansion: Expansion) -> float:
    return expansion.share


def candidates(order: Order, lines: Sequence[str], spare: float) -> Collection[int]:
    """Quotes beside which none can pass that may lack `spare` of what there is to gain.

    Those that hold every word no quote can do without; else two of as many words, or one of as many, as it takes that a
    quote without them lacks too much.
    """
    without = [term for most, term in order if most > spare]
    if without:
        without.sort(key=_size)
        docs = _docs(without[0])
        for term in without[1:]:
            if len(docs) <= FEW_CANDIDATES:
                break
            docs = _holding(term, docs, lines)
        return docs
    cheapest = sorted([(term.size / most, place) for place, (most, term) in enumerate(order)])
    most = highest = 0.0
    base: set[int] | None = None
    once: set[int] = set()
    twice: set[int] = set()
    for _, place in cheapest:
        gain, term = order[place]
        most += gain
        highest = max(highest, gain)
        if most - highest > spare:
            return twice | _holding(term, once, lines)
        if base is not None and (len(base) <= FEW_CANDIDATES or term.size > LINE_COST * len(base)):
            break
        docs = _docs(term)
        twice |= once.intersection(docs)
        once.update(docs)
        if base is None and most > spare:
            base = set(once)
    return once if base is None else base


def _holding(term: QueryTerm, docs: Collection[int], lines: Sequence[str]) -> set[int]:
    """Those of some quotes that hold a word in any way."""
    held: set[int] = set()
    among = set(docs)
    looked_for: list[str] = []
    for posting, _ in different(term.expansions):
        dearer = LINE_COST if posting.size < CACHED_SET_FROM else 4 * LINE_COST
        if posting.parts and posting.size > dearer * len(among):
            looked_for += [char for char, _, _ in posting.parts]
        elif posting.size < CACHED_SET_FROM:
            for run in posting.runs:
                held |= among.intersection(run)
        else:
            held |= among & posting.as_set()
    if looked_for:
        for doc in among - held:
            line = lines[doc]
            for char in looked_for:
                if char in line:
                    held.add(doc)
                    break
    return held


def _size(term: QueryTerm) -> int:
    return term.size


def _docs(term: QueryTerm) -> Collection[int]:
    """The quotes that hold a word in any way."""
    postings = {expansion.posting for expansion in term.expansions}
    if len(postings) == 1 and (posting := postings.pop()).size >= CACHED_SET_FROM:
        return posting.as_set()
    runs = [run for expansion in term.expansions for run in expansion.posting.runs]
    return runs[0] if len(runs) == 1 else set(chain.from_iterable(runs))
