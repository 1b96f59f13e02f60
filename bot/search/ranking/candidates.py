"""Which quotes may cover enough of a query: as few as can be, and none left out that might.

What no quote can do without is looked for first; sets of quotes are put together by functions written in C.
"""

from __future__ import annotations

from heapq import nlargest
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING

from ..indexing.impact_codes import SCORES
from ..tuning import CACHED_SET_FROM, LINE_COST, MAX_SCORED, MAX_SCORED_AT_ONCE, TOP_DOCS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from ..indexing.postings import Posting
    from ..parsing.terms import Expansion, QueryTerm

    Order = Sequence[tuple[float, QueryTerm]]
    """Words with the most each may give, the most first."""

_SHARE = attrgetter("share")


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
    candidates = {-negative for _, negative in first}
    for _, term in order[1:]:
        fewer, more = (term, needed) if term.size < needed.size else (needed, term)
        candidates |= _holding(more, _docs(fewer), lines)
    return candidates


def likeliest(order: Order, docs: Collection[int], codes: bytes) -> Collection[int]:
    """Of very many quotes those that are most about any word of a query, and of the others the shortest."""
    first = {doc for _, term in order for expansion in term.expansions for doc, _ in expansion.posting.top_of_fields()}
    return first.intersection(docs).union(nlargest(MAX_SCORED, docs, key=codes.__getitem__))


def different(expansions: Iterable[Expansion]) -> list[tuple[Posting, float]]:
    """The postings of ways with their shares, the best first: other forms of a word lead to the same quotes."""
    found: dict[Posting, float] = {}
    for expansion in sorted(expansions, key=_SHARE, reverse=True):
        found.setdefault(expansion.posting, expansion.share)
    return list(found.items())


def candidates(order: Order, lines: Sequence[str], spare: float) -> Collection[int]:
    """Quotes beside which none can pass that may lack `spare` of what there is to gain.

    With words that may give 5, 3 and 2, and 4 to spare, no quote can do without the first word: only those that hold
    it are candidates. With three words that may give 4 each and 5 to spare, any of them may be lacking, but not two: a
    quote must hold one of the first two, and two of the three.
    """
    needed = [term for gain, term in order if gain > spare]
    return _with_all(needed, lines) if needed else _with_enough(order, lines, spare)


def _with_all(needed: list[QueryTerm], lines: Sequence[str]) -> Collection[int]:
    """Quotes that hold every one of these words; about so, once they are few enough to be scored at once."""
    needed.sort(key=_size)
    docs = _docs(needed[0])
    for term in needed[1:]:
        if len(docs) <= MAX_SCORED_AT_ONCE:
            break
        docs = _holding(term, docs, lines)
    return docs


def _with_enough(order: Order, lines: Sequence[str], spare: float) -> Collection[int]:
    """Quotes that hold one of as many words, or two of as many, as it takes that a quote without them lacks too much.

    The words that give most for the fewest quotes come first. Whether a quote holds two is asked where that takes fewer
    steps: sets of quotes are joined and cut by functions written in C.
    """
    cheapest = sorted([(term.size / gain, place) for place, (gain, term) in enumerate(order)])
    total = highest = 0.0
    with_one: set[int] | None = None
    once: set[int] = set()
    twice: set[int] = set()
    for _, place in cheapest:
        gain, term = order[place]
        total += gain
        highest = max(highest, gain)
        if total - highest > spare:  # whoever lacks all of these words but one lacks too much
            return twice | _holding(term, once, lines)
        if with_one is not None and (len(with_one) <= MAX_SCORED_AT_ONCE or term.size > LINE_COST * len(with_one)):
            break
        docs = _docs(term)
        twice |= once.intersection(docs)
        once.update(docs)
        if with_one is None and total > spare:
            with_one = set(once)
    return once if with_one is None else with_one


def _holding(term: QueryTerm, docs: Collection[int], lines: Sequence[str]) -> set[int]:
    """Those of some quotes that hold a word: by its list, or, of a long list, by a look into each line."""
    found: set[int] = set()
    among = set(docs)
    looked_for: list[str] = []
    for posting, _ in different(term.expansions):
        is_set = posting.size >= CACHED_SET_FROM
        if posting.parts and posting.size > (4 * LINE_COST if is_set else LINE_COST) * len(among):
            looked_for += [char for char, _, _ in posting.parts]
        elif is_set:
            found |= among & posting.as_set()
        else:
            found.update(*map(among.intersection, posting.runs))
    if looked_for:
        found.update([doc for doc in among - found if _holds_any(lines[doc], looked_for)])
    return found


def _holds_any(line: str, chars: Sequence[str]) -> bool:
    for char in chars:  # noqa: SIM110  any() with a generator takes several times as long
        if char in line:
            return True
    return False


def _size(term: QueryTerm) -> int:
    return term.size


def _docs(term: QueryTerm) -> Collection[int]:
    """The quotes that hold a word in any way."""
    postings = {expansion.posting for expansion in term.expansions}
    if len(postings) == 1 and (posting := postings.pop()).size >= CACHED_SET_FROM:
        return posting.as_set()
    runs = [run for expansion in term.expansions for run in expansion.posting.runs]
    return runs[0] if len(runs) == 1 else set(chain.from_iterable(runs))
