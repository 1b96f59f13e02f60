"""Which quotes cover enough of a query: the share of its rarity they cover, with BM25F to break ties.

Few quotes are scored: what no quote can do without is looked for first, and a quote is given up as soon as it lacks too
much.
"""

from __future__ import annotations

from heapq import nlargest
from operator import itemgetter
from typing import TYPE_CHECKING

from ..indexing.impact_codes import FIELD_OF, LENGTH_CODE, MAX_TEXT_SCORE, SCORES
from ..tuning import FIELD_WEIGHTS, LACKING, MANY_CANDIDATES, MAX_SCORED, TOP_DOCS
from .candidates import candidates, different, first_of, likeliest
from .single_term import score_single_term

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from ..indexing.inverted_index import InvertedIndex
    from ..indexing.postings import DocumentLines, FieldPosting
    from ..parsing.terms import Expansion, QueryTerm
    from .candidates import Order

    Among = Callable[[Iterable[int]], Iterable[int]]
    """Those of some quotes that filters leave in."""
    Scorer = tuple[float, dict[int, float], Sequence[tuple[float, float, tuple[FieldPosting, ...]]]]
    """How one word is scored in a quote: (floor, counted, looked for).

    The floor is the least a quote must have with this word, lest nothing that follows be enough. Counted are quotes of
    postings so short that they were counted out, with what they gain of the worth of their length. Looked for are the
    other postings, best first: the most each gives, what it gives of a field's score, and its fields.
    """

_FIRST = itemgetter(0)


def score_candidates(
    terms: Sequence[QueryTerm],
    inverted: InvertedIndex,
    bars: Sequence[float],
    among: Among | None,
) -> list[tuple[float, int]]:
    """The quotes that cover at least the first of the bars that any quote passes, as (coverage with ties, -quote), best
    first, at most `TOP_DOCS`."""
    if len(terms) == 1 and among is None:
        ranked = score_single_term(terms[0], inverted)
        return next(filter(None, ([scored for scored in ranked if scored[0] >= bar] for bar in bars)), [])
    total = sum([term.weight for term in terms])
    order = [(gain, term) for term in terms if term.expansions and (gain := term.max_gain) > 0]
    left = sum([gain for gain, _ in order])
    order.sort(key=_FIRST, reverse=True)
    for bar in bars:
        if left >= bar * total and (found := _passing(order, left, bar * total, inverted.documents, among)):
            found.sort(reverse=True)
            return [(score / total, negative) for score, negative in found]
    return []


def _passing(
    order: Order, left: float, need: float, documents: DocumentLines, among: Among | None
) -> list[tuple[float, int]]:
    """The best quotes that gain what is needed, of `left` that can be gained."""
    spare = left - need
    if among is None and _first_is_enough(order, spare):
        return _best(_scored(first_of(order, documents.lines), order, left, need, documents))
    docs = candidates(order, documents.lines, spare)
    if among is not None:
        docs = list(among(docs))
    if len(docs) > MANY_CANDIDATES and len(order) > 1:
        less = max(order[-1][0] * 0.99, LACKING * left)
        if len(docs) > MAX_SCORED:
            docs = likeliest(order, docs, documents.length_codes)
        elif less < spare:
            nearly_all = set(candidates(order, documents.lines, less)).intersection(docs)
            found = _scored(nearly_all, order, left, left - less, documents)
            if len(found) >= TOP_DOCS:  # those that lack a word cannot be among the best
                return _best(found)
    return _best(_scored(docs, order, left, need, documents))


def _first_is_enough(order: Order, spare: float) -> bool:
    """Whether no quote can do without the first word, every one can without the second, and many hold the first."""
    return len(order) > 1 and order[1][0] <= spare < order[0][0] and order[0][1].size > MANY_CANDIDATES


def _best(found: list[tuple[float, int]]) -> list[tuple[float, int]]:
    return nlargest(TOP_DOCS, found) if len(found) > TOP_DOCS else found


def _scored(
    docs: Collection[int], order: Order, left: float, need: float, documents: DocumentLines
) -> list[tuple[float, int]]:
    """Those of some quotes that gain what is needed, with what they gain.

    A quote is given up at the first word with which it is below the floor: with weights 5, 3, 2 and 8 needed, at once
    where it lacks the word of weight 5.
    """
    if not docs:
        return []
    scorers = []
    for gain, term in order:
        left -= gain
        scorers.append(_scorer(term, len(docs), need - left))
    lines, codes = documents.lines, documents.length_codes
    found = []
    for doc in docs:
        line, length_code, score = lines[doc], codes[doc], 0.0
        for floor, counted, looked_for in scorers:
            gain = counted[doc] * SCORES[length_code] if doc in counted else 0.0
            for most, share, parts in looked_for:
                if most <= gain:
                    break
                for char, code, _ in parts:
                    if char in line:
                        gain = max(gain, share * SCORES[code or length_code])
                        break
            score += gain
            if score < floor:
                break
        else:
            found.append((score, -doc))
    return found


def _scorer(term: QueryTerm, docs: int, floor: float) -> Scorer:
    """How a word is scored in so many quotes: a posting that holds few is quicker counted out than looked for."""
    weight = term.weight
    if len(term.expansions) == 1 and (parts := (posting := term.expansions[0].posting).parts):
        share = weight * term.expansions[0].share
        return floor, {}, ((share * posting.max_score, share, parts),)
    counted: dict[int, float] = {}
    alike: dict[float, list[FieldPosting]] = {}
    looked_for = []
    for posting, share in reversed(different(term.expansions)):
        parts = posting.parts
        if parts and (len(parts) > 1 or parts[0].code != LENGTH_CODE):
            looked_for.append((weight * share * posting.max_score, weight * share, parts))
        elif posting.size < docs or not parts:
            counted.update(dict.fromkeys(posting.docs, weight * share))
        else:
            alike.setdefault(share, []).append(parts[0])
    looked_for += [(weight * share * MAX_TEXT_SCORE, weight * share, tuple(parts)) for share, parts in alike.items()]
    looked_for.sort(key=_FIRST, reverse=True)
    return floor, counted, looked_for


def coverage(terms: Sequence[QueryTerm], doc: int) -> tuple[float, list[tuple[QueryTerm, Expansion, int]]]:
    """The share of a query's rarity that one quote covers; and the expansion and the field that cover each word."""
    covered = total = 0.0
    by_term: list[tuple[QueryTerm, Expansion, int]] = []
    for term in terms:
        total += term.weight
        best = 0.0
        chosen: tuple[Expansion, int] | None = None
        for expansion in term.expansions:
            share = expansion.share
            if share * expansion.posting.max_score <= best:
                continue
            code = expansion.posting.code_of(doc)
            if code and (gain := share * SCORES[code]) > best:
                best, chosen = gain, (expansion, FIELD_OF[code])
        if chosen is not None:
            expansion, field = chosen
            covered += term.weight * expansion.share * FIELD_WEIGHTS[field]
            by_term.append((term, expansion, field))
    return covered / total, by_term
