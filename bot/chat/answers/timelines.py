"""A timeline, a page at a time; its picture follows once it is drawn."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import discord

from ...search.timeline import follow
from ...search.tuning import MAX_TIMELINE_QUOTES
from ..acts.custom_ids import ShowTimelineToChannel
from ..acts.saved_query import shortened
from ..serving.reply import Reply
from ..ui import chart, timeline_pages
from .finding import find, miss, result_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...bank.quote import Quote
    from ...editions.edition import Edition
    from ...search.query import Query
    from ...search.timeline import Timeline
    from ..serving.reply import Aside, Maker

MANY = 20
"""With more quotes than these a timeline is made where nobody else waits for it."""
PICTURES = 16
"""Pictures kept, for whoever turns back to the first page or asks the same."""
_drawn: dict[tuple[chart.Bar, ...], bytes] = {}


def timeline(query: Query, page: int = 0, *, brief: bool = False) -> Maker:
    """How a line moved, year by year. The first page has a picture where that shows more than the words.

    `brief`: see `finding.miss`.
    """

    async def make(edition: Edition, aside: Aside) -> Reply:
        found = await find(edition, query, MAX_TIMELINE_QUOTES, aside)
        line = await aside(lambda: follow(found), light=len(found.hits) <= MANY)
        if not line.years:
            return miss(query, line.found, edition, private=not brief, brief=brief)
        saved_query = shortened(query, line.found.key)
        view = timeline_pages.timeline(line, page, saved_query=saved_query)
        pictured = not page and chart.helps(line.quotes)
        follow_up = (lambda: illustrated(line, saved_query)) if pictured else None
        shows = ShowTimelineToChannel(page, saved_query)
        return Reply(view, result_of(line.found), follow_up=follow_up, shows=shows)

    return make


async def illustrated(line: Timeline, saved_query: Query) -> Reply | None:
    """The first page with its picture; None where none could be drawn: the words are all there is then."""
    drawn = await _picture(line.quotes)
    if drawn is None:
        return None
    view = timeline_pages.timeline(line, 0, saved_query=saved_query, picture=chart.alt(line.quotes))
    file = discord.File(io.BytesIO(drawn), chart.NAME)
    return Reply(view, files=(file,), shows=ShowTimelineToChannel(0, saved_query))


async def _picture(quotes: Sequence[Quote]) -> bytes | None:
    shown = chart.bars(quotes)
    if shown not in _drawn:
        drawn = await chart.picture(quotes)
        if drawn is None:
            return None
        if len(_drawn) >= PICTURES:
            _drawn.clear()
        _drawn[shown] = drawn
    return _drawn[shown]
