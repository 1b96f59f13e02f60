"""Which quotes cover enough of a query: the share of its rarity they cover, with BM25F to break ties.

Everything is done on whole lists by functions written in C (`map`, `compress`, `dict(zip(…))`): this is what lets plain
Python rank 100,000 quotes in a fraction of a millisecond.
"""

from __future__ import annotations

from heapq import nlargest
from itertools import compress, islice, repeat
from operator import add, itemgetter, mul, neg, truediv
from typing import TYPE_CHECKING

from bot.search.posting import KIND, SHARES, scaled, scaled_alone

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.search.understand import Unit, Way

KEPT = 64
"""The quotes that are looked at closely, the best by coverage."""
LIKELIEST, LOOKED_AT = 2, 1500
"""The very form is looked for in so many quotes, for so many of the words one word may be."""
FEW = 100
"""So many candidates are counted at once; more are sifted first."""


def covering(
    units: Sequence[Unit],
    size: int,
    bar: float,
    allowed: Callable[[int], bool] | None,
    is_exact: Callable[[str], Callable[[int], bool] | None],
) -> list[tuple[float, int]]:
    """The quotes that cover at least `bar` of the query, as (coverage with ties, -quote), best first, at most `KEPT`.

    `is_exact` makes a test from a word form: whether a quote holds it as it is.
    """
    total = sum(unit.weight for unit in units)
    need = bar * total
    if len(units) == 1 and allowed is None:
        return _best_of_one(units[0], bar, is_exact)
    order = [(unit.most, unit) for unit in units if unit.ways]
    order.sort(key=itemgetter(0), reverse=True)
    left = sum(most for most, _ in order)
    if left < need:
        return []
    docs = _candidates(order, size, left, need)
    if allowed is not None:
        docs = list(filter(allowed, docs))
    scores: Sequence[float] = ()
    for most, unit in order:
        gains = _gains(unit, docs, size)
        scores = list(map(add, scores, gains)) if scores else gains
        left -= most
        floor = need - left
        if floor > 0:
            passing = [score >= floor for score in scores]
            docs = list(compress(docs, passing))
            scores = list(compress(scores, passing))
        if not docs:
            return []
    return nlargest(KEPT, zip(map(truediv, scores, repeat(total)), map(neg, docs), strict=True))


def _candidates(order: Sequence[tuple[float, Unit]], size: int, left: float, need: float) -> Sequence[int]:
    """Quotes beside which none can pass: those that hold every word no quote can do without, else one of as many words
    as it takes that the others are not enough."""
    without = sorted((unit for most, unit in order if left - most < need), key=_size)
    if without:
        docs = _docs(without[:1])
        for unit in without[1:]:
            if len(docs) <= FEW:
                break
            held: set[int] = set()
            for way in unit.ways:
                held.update(compress(docs, way.posting.look_up(docs, size)))
            docs = list(held)
        return docs
    base = []
    for most, unit in order:
        if left < need:
            break
        base.append(unit)
        left -= most
    return _docs(base)


def _size(unit: Unit) -> int:
    return unit.size


def _docs(units: Sequence[Unit]) -> Sequence[int]:
    postings = [way.posting for unit in units for way in unit.ways if way.posting.size]
    if len(postings) == 1:
        return postings[0].docs
    return list(set[int]().union(*(posting.docs for posting in postings)))


def _gains(unit: Unit, docs: Sequence[int], size: int) -> Sequence[float]:
    gains: Sequence[float] | None = None
    for way in unit.ways:
        own = list(map(scaled(way.share).__getitem__, way.posting.look_up(docs, size)))
        gains = own if gains is None else list(map(max, gains, own))
    return [] if gains is None else list(map(mul, gains, repeat(unit.weight)))


def _best_of_one(
    unit: Unit, bar: float, is_exact: Callable[[str], Callable[[int], bool] | None]
) -> list[tuple[float, int]]:
    """The best quotes for one word; of a word that many quotes hold, some that hold its very form among them."""
    found: dict[int, float] = {}
    very: dict[int, float] = {}
    for place, way in enumerate(unit.ways):
        worth = scaled_alone(way.share)
        for held, doc in way.posting.best():
            if worth[held] >= bar and worth[held] > found.get(doc, 0.0):
                found[doc] = worth[held]
        if (
            way.kind != "prefix"
            and place < LIKELIEST
            and way.posting.size > KEPT
            and (exact := is_exact(way.matched)) is not None
        ):
            for doc in islice(filter(exact, way.posting.docs[:LOOKED_AT]), KEPT):
                very.setdefault(-doc, worth[way.posting.at(doc)])
    ranked = nlargest(KEPT, ((score, doc) for doc, score in found.items() if doc not in very))
    return sorted((*ranked, *((score, doc) for doc, score in very.items() if score >= bar)), reverse=True)


def coverage(units: Sequence[Unit], doc: int) -> tuple[float, list[tuple[Unit, Way, int]]]:
    """The share of the query one quote covers, without ties, and for each word covered the way and the field."""
    covered = 0.0
    ways: list[tuple[Unit, Way, int]] = []
    for unit in units:
        best = 0.0
        chosen: tuple[Way, int] | None = None
        for way in unit.ways:
            held = way.posting.at(doc)
            if held and (gain := scaled(way.share)[held]) > best:
                best, chosen = gain, (way, KIND[held])
        if chosen is not None:
            way, kind = chosen
            covered += unit.weight * way.share * SHARES[kind]
            ways.append((unit, way, kind))
    return covered / sum(unit.weight for unit in units), ways
