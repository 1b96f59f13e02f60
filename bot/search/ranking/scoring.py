"""Which quotes cover enough of a query: the share of its rarity they cover, with BM25F to break ties.

Few quotes are scored: what no quote can do without is looked for first, and a quote is given up as soon as it lacks too
much.
"""

from __future__ import annotations

from heapq import nlargest
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING

from bot.search.indexing.postings import BY_LENGTH, KEPT, KIND, PLAIN, SHARES, WORTH, scaled_alone
from bot.search.ranking.candidates import MOST, candidates, different, first_of, likeliest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from bot.search.indexing.postings import Part, Standing
    from bot.search.parsing.terms import Unit, Way
    from bot.search.ranking.candidates import Order

    Row = tuple[float, dict[int, float], Sequence[tuple[float, float, tuple[Part, ...]]]]
    """The least a quote must have with a word, lest nothing that follows be enough; quotes that are counted out, with
    what they gain of the worth of their length; and ways to hold it: the most each gives, what it gives of a part's
    worth, and the parts."""

LIKELIEST, LOOKED_AT = 2, 1500
"""The very form is looked for in so many quotes, for so many of the words one word may be."""
MANY = 400
"""Of more candidates than these, those that hold every word may be enough."""
NEARLY = 0.08
"""This part of what there is to gain may be lacking where all words are held."""
_FIRST = itemgetter(0)


def covering(
    units: Sequence[Unit],
    standing: Standing,
    bars: Sequence[float],
    allowed: Callable[[int], bool] | None,
    is_exact: Callable[[str], str | None],
) -> list[tuple[float, int]]:
    """The quotes that cover at least the first of the bars that any quote passes, as (coverage with ties, -quote), best
    first, at most `KEPT`.

    `is_exact` gives the character of a word form, which stands in the line of a quote that holds it as it is.
    """
    if len(units) == 1 and allowed is None:
        ranked = _best_of_one(units[0], standing, is_exact)
        return next(filter(None, ([one for one in ranked if one[0] >= bar] for bar in bars)), [])
    total = left = 0.0
    order = []
    for unit in units:
        total += unit.weight
        if unit.ways and (most := unit.most) > 0:
            order.append((most, unit))
            left += most
    order.sort(key=_FIRST, reverse=True)
    for bar in bars:
        if left >= bar * total and (found := _passing(order, left, bar * total, standing, allowed)):
            found.sort(reverse=True)
            return [(score / total, negative) for score, negative in found]
    return []


def _passing(
    order: Order, left: float, need: float, standing: Standing, allowed: Callable[[int], bool] | None
) -> list[tuple[float, int]]:
    """The best quotes that gain what is needed, of `left` that can be gained."""
    spare = left - need
    if allowed is None and len(order) > 1 and order[1][0] <= spare < order[0][0] and order[0][1].size > MANY:
        return _best(_scored(first_of(order, standing.lines), order, left, need, standing))
    docs = candidates(order, standing.lines, spare)
    if allowed is not None:
        docs = list(filter(allowed, docs))
    if len(docs) > MANY and len(order) > 1:
        less = max(order[-1][0] * 0.99, NEARLY * left)
        if len(docs) > MOST:
            docs = likeliest(order, docs, standing.codes)
        elif less < spare:
            found = _scored(
                set(candidates(order, standing.lines, less)).intersection(docs), order, left, left - less, standing
            )
            if len(found) >= KEPT:  # those that lack a word cannot be among the best
                return _best(found)
    return _best(_scored(docs, order, left, need, standing))


def _best(found: list[tuple[float, int]]) -> list[tuple[float, int]]:
    return nlargest(KEPT, found) if len(found) > KEPT else found


def _scored(
    docs: Collection[int], order: Order, left: float, need: float, standing: Standing
) -> list[tuple[float, int]]:
    """Those of some quotes that gain what is needed, with what they gain."""
    if not docs:
        return []
    rows = []
    for most, unit in order:
        left -= most
        rows.append(_row(unit, len(docs), need - left))
    lines, codes = standing.lines, standing.codes
    found = []
    for doc in docs:
        line, plain, score = lines[doc], codes[doc], 0.0
        for floor, held, ways in rows:
            gain = held[doc] * WORTH[plain] if doc in held else 0.0
            for most, share, parts in ways:
                if most <= gain:
                    break
                for char, code, _ in parts:
                    if char in line:
                        gain = max(gain, share * WORTH[code or plain])
                        break
            score += gain
            if score < floor:
                break
        else:
            found.append((score, -doc))
    return found


def _row(unit: Unit, docs: int, floor: float) -> Row:
    """How a word is looked for in so many quotes: a way that holds few is quicker counted out."""
    weight = unit.weight
    if len(unit.ways) == 1 and (parts := (posting := unit.ways[0].posting).parts):
        share = weight * unit.ways[0].share
        return floor, {}, ((share * posting.most, share, parts),)
    held: dict[int, float] = {}
    alike: dict[float, list[Part]] = {}
    ways = []
    for posting, share in reversed(different(unit.ways)):
        parts = posting.parts
        if parts and (len(parts) > 1 or parts[0].code != BY_LENGTH):
            ways.append((weight * share * posting.most, weight * share, parts))
        elif posting.size < docs or not parts:
            held.update(dict.fromkeys(posting.docs, weight * share))
        else:
            alike.setdefault(share, []).append(parts[0])
    ways += [(weight * share * PLAIN, weight * share, tuple(parts)) for share, parts in alike.items()]
    ways.sort(key=_FIRST, reverse=True)
    return floor, held, ways


def _best_of_one(unit: Unit, standing: Standing, is_exact: Callable[[str], str | None]) -> list[tuple[float, int]]:
    """The best quotes for one word; of a word that many quotes hold, some that hold its very form among them."""
    found: dict[int, float] = {}
    very: dict[int, float] = {}
    lines = standing.lines
    for place, way in enumerate(unit.ways):
        posting, worth = way.posting, scaled_alone(way.share)
        for held, negative in posting.best():
            if worth[held] > found.get(negative, 0.0):
                found[negative] = worth[held]
        if (
            place < LIKELIEST
            and way.kind != "prefix"
            and posting.size > KEPT
            and (char := is_exact(way.matched)) is not None
        ):
            said = next((part.runs[0] for part in posting.parts if part.code == BY_LENGTH), ())
            for doc in islice((doc for doc in said[:LOOKED_AT] if char in lines[doc]), KEPT):
                if -doc not in very:
                    very[-doc] = worth[posting.at(doc)]
    ranked = [(score, doc) for doc, score in found.items() if doc not in very]
    if len(ranked) > KEPT:
        ranked = nlargest(KEPT, ranked)
    ranked += [(score, doc) for doc, score in very.items()]
    ranked.sort(reverse=True)
    return ranked


def coverage(units: Sequence[Unit], doc: int) -> tuple[float, list[tuple[Unit, Way, int]]]:
    """The share of a query's rarity that one quote covers, and by which way and field each word of it is covered."""
    covered = total = 0.0
    ways: list[tuple[Unit, Way, int]] = []
    for unit in units:
        total += unit.weight
        best = 0.0
        chosen: tuple[Way, int] | None = None
        for way in unit.ways:
            share = way.share
            if share * way.posting.most <= best:
                continue
            held = way.posting.at(doc)
            if held and (gain := share * WORTH[held]) > best:
                best, chosen = gain, (way, KIND[held])
        if chosen is not None:
            way, kind = chosen
            covered += unit.weight * way.share * SHARES[kind]
            ways.append((unit, way, kind))
    return covered / total, ways
