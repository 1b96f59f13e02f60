"""What answers a query: one page of everything found, and what is said where nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...search.holdings import other_years
from ...text import fold
from ..acts.custom_ids import ShowToChannel
from ..acts.saved_query import shortened
from ..requests.weight import finds_quickly
from ..serving.reply import Reply, Result
from ..ui import cards, hit_list

if TYPE_CHECKING:
    from ...editions.edition import Edition
    from ...search.query import Found, Query
    from ..serving.reply import Aside, Maker

HITS = 1000
"""Quotes that a list, or a round of one after another, goes through at most."""


def hits(query: Query, page: int = 0, *, brief: bool = False) -> Maker:
    """Everything that answers a query, a page at a time. `brief`: see `miss`."""

    async def make(edition: Edition, aside: Aside) -> Reply:
        found = await find(edition, query, HITS, aside)
        if not found.hits:
            return miss(query, found, edition, private=not brief, brief=brief)
        view = hit_list.results(found, page, saved_query=shortened(query))
        return Reply(view, result_of(found), shows=ShowToChannel())

    return make


async def find(edition: Edition, query: Query, most: int, aside: Aside) -> Found:
    """What answers a query; a long one, in a large bank, is heavy work."""
    return await aside(lambda: edition.index.find(query, most), light=finds_quickly(query.words, edition))


def result_of(found: Found) -> Result:
    """That something was asked: a use where quotes answer it, else a miss."""
    first = found.hits[0].quote.id if found.hits else None
    return Result(found.key, first, bool(found.hits), fold(found.query.words))


def miss(
    query: Query, found: Found, edition: Edition, *, private: bool = True, brief: bool = False, years: bool = True
) -> Reply:
    """That nothing was found, and what there is: for the asker alone. What is chosen of it is as private as asked.

    `brief` where it cannot be for the asker alone: under a message. `years`: a year among the words was asked for.
    """
    there = other_years(edition.index, query) if years and finds_quickly(query.words, edition) else None
    view = cards.miss(query, found, edition.bank, private=private, years=there, brief=brief)
    return Reply(view, result_of(found), private=True)
