"""Which quotes cover enough of a query: the share of its rarity they cover, with BM25F to break ties.

Few quotes are scored: what no quote can do without is looked for first, and a quote is given up as soon as it lacks too
much.
"""

from __future__ import annotations

from heapq import nlargest
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING

from bot.search.indexing.postings import KIND, LENGTH_CODE, MAX_TEXT_SCORE, SCORES, scaled_for_single_term
from bot.search.ranking.candidates import candidates, different, first_of, likeliest
from bot.search.tuning import (
    EXACT_FORM_DOCS,
    EXACT_FORM_EXPANSIONS,
    FIELD_WEIGHTS,
    LACKING,
    MANY_CANDIDATES,
    MAX_SCORED,
    TOP_DOCS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from bot.search.indexing.postings import DocumentLines, Part
    from bot.search.parsing.terms import Expansion, QueryTerm
    from bot.search.ranking.candidates import Order

    Row = tuple[float, dict[int, float], Sequence[tuple[float, float, tuple[Part, ...]]]]
    """The least a quote must have with a word, lest nothing that follows be enough; quotes that are counted out, with
    what they gain of the worth of their length; and ways to hold it: the most each gives, what it gives of a part's
    worth, and the parts."""

_FIRST = itemgetter(0)


def score_candidates(
    terms: Sequence[QueryTerm],
    documents: DocumentLines,
    bars: Sequence[float],
    allowed: Callable[[int], bool] | None,
    is_exact: Callable[[str], str | None],
) -> list[tuple[float, int]]:
    """The quotes that cover at least the first of the bars that any quote passes, as (coverage with ties, -quote), best
    first, at most `TOP_DOCS`.

    `is_exact` gives the character of a word form, which stands in the line of a quote that holds it as it is.
    """
    if len(terms) == 1 and allowed is None:
        ranked = _best_of_one(terms[0], documents, is_exact)
        return next(filter(None, ([one for one in ranked if one[0] >= bar] for bar in bars)), [])
    total = left = 0.0
    order = []
    for term in terms:
        total += term.weight
        if term.expansions and (most := term.most) > 0:
            order.append((most, term))
            left += most
    order.sort(key=_FIRST, reverse=True)
    for bar in bars:
        if left >= bar * total and (found := _passing(order, left, bar * total, documents, allowed)):
            found.sort(reverse=True)
            return [(score / total, negative) for score, negative in found]
    return []


def _passing(
    order: Order, left: float, need: float, documents: DocumentLines, allowed: Callable[[int], bool] | None
) -> list[tuple[float, int]]:
    """The best quotes that gain what is needed, of `left` that can be gained."""
    spare = left - need
    if allowed is None and len(order) > 1 and order[1][0] <= spare < order[0][0] and order[0][1].size > MANY_CANDIDATES:
        return _best(_scored(first_of(order, documents.lines), order, left, need, documents))
    docs = candidates(order, documents.lines, spare)
    if allowed is not None:
        docs = list(filter(allowed, docs))
    if len(docs) > MANY_CANDIDATES and len(order) > 1:
        less = max(order[-1][0] * 0.99, LACKING * left)
        if len(docs) > MAX_SCORED:
            docs = likeliest(order, docs, documents.codes)
        elif less < spare:
            found = _scored(
                set(candidates(order, documents.lines, less)).intersection(docs), order, left, left - less, documents
            )
            if len(found) >= TOP_DOCS:  # those that lack a word cannot be among the best
                return _best(found)
    return _best(_scored(docs, order, left, need, documents))


def _best(found: list[tuple[float, int]]) -> list[tuple[float, int]]:
    return nlargest(TOP_DOCS, found) if len(found) > TOP_DOCS else found


def _scored(
    docs: Collection[int], order: Order, left: float, need: float, documents: DocumentLines
) -> list[tuple[float, int]]:
    """Those of some quotes that gain what is needed, with what they gain."""
    if not docs:
        return []
    rows = []
    for most, term in order:
        left -= most
        rows.append(_row(term, len(docs), need - left))
    lines, codes = documents.lines, documents.codes
    found = []
    for doc in docs:
        line, plain, score = lines[doc], codes[doc], 0.0
        for floor, held, expansions in rows:
            gain = held[doc] * SCORES[plain] if doc in held else 0.0
            for most, share, parts in expansions:
                if most <= gain:
                    break
                for char, code, _ in parts:
                    if char in line:
                        gain = max(gain, share * SCORES[code or plain])
                        break
            score += gain
            if score < floor:
                break
        else:
            found.append((score, -doc))
    return found


def _row(term: QueryTerm, docs: int, floor: float) -> Row:
    """How a word is looked for in so many quotes: a way that holds few is quicker counted out."""
    weight = term.weight
    if len(term.expansions) == 1 and (parts := (posting := term.expansions[0].posting).parts):
        share = weight * term.expansions[0].share
        return floor, {}, ((share * posting.most, share, parts),)
    held: dict[int, float] = {}
    alike: dict[float, list[Part]] = {}
    expansions = []
    for posting, share in reversed(different(term.expansions)):
        parts = posting.parts
        if parts and (len(parts) > 1 or parts[0].code != LENGTH_CODE):
            expansions.append((weight * share * posting.most, weight * share, parts))
        elif posting.size < docs or not parts:
            held.update(dict.fromkeys(posting.docs, weight * share))
        else:
            alike.setdefault(share, []).append(parts[0])
    expansions += [(weight * share * MAX_TEXT_SCORE, weight * share, tuple(parts)) for share, parts in alike.items()]
    expansions.sort(key=_FIRST, reverse=True)
    return floor, held, expansions


def _best_of_one(
    term: QueryTerm, documents: DocumentLines, is_exact: Callable[[str], str | None]
) -> list[tuple[float, int]]:
    """The best quotes for one word; of a word that many quotes hold, some that hold its very form among them."""
    found: dict[int, float] = {}
    very: dict[int, float] = {}
    lines = documents.lines
    for place, expansion in enumerate(term.expansions):
        posting, worth = expansion.posting, scaled_for_single_term(expansion.share)
        for held, negative in posting.best():
            if worth[held] > found.get(negative, 0.0):
                found[negative] = worth[held]
        if (
            place < EXACT_FORM_EXPANSIONS
            and expansion.kind != "prefix"
            and posting.size > TOP_DOCS
            and (char := is_exact(expansion.matched)) is not None
        ):
            said = next((part.runs[0] for part in posting.parts if part.code == LENGTH_CODE), ())
            for doc in islice((doc for doc in said[:EXACT_FORM_DOCS] if char in lines[doc]), TOP_DOCS):
                if -doc not in very:
                    very[-doc] = worth[posting.at(doc)]
    ranked = [(score, doc) for doc, score in found.items() if doc not in very]
    if len(ranked) > TOP_DOCS:
        ranked = nlargest(TOP_DOCS, ranked)
    ranked += [(score, doc) for doc, score in very.items()]
    ranked.sort(reverse=True)
    return ranked


def coverage(terms: Sequence[QueryTerm], doc: int) -> tuple[float, list[tuple[QueryTerm, Expansion, int]]]:
    """The share of a query's rarity that one quote covers, and by which way and field each word of it is covered."""
    covered = total = 0.0
    expansions: list[tuple[QueryTerm, Expansion, int]] = []
    for term in terms:
        total += term.weight
        best = 0.0
        chosen: tuple[Expansion, int] | None = None
        for expansion in term.expansions:
            share = expansion.share
            if share * expansion.posting.most <= best:
                continue
            held = expansion.posting.at(doc)
            if held and (gain := share * SCORES[held]) > best:
                best, chosen = gain, (expansion, KIND[held])
        if chosen is not None:
            expansion, kind = chosen
            covered += term.weight * expansion.share * FIELD_WEIGHTS[kind]
            expansions.append((term, expansion, kind))
    return covered / total, expansions
