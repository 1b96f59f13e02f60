"""Citing what answers a query: one quote as a citation, several as a reading pack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..acts.custom_ids import ShowPackToChannel, ShowToChannel
from ..acts.saved_query import shortened
from ..serving.reply import Reply
from ..ui import cards, pack_file
from .finding import find, miss, result_of

if TYPE_CHECKING:
    import discord

    from ...bank.quote import Quote
    from ...editions.edition import Edition
    from ...search.query import Found, Query
    from ..serving.reply import Aside, Maker

AT_ONCE = 10
"""Quotes up to which a pack is written at once."""


def cite_best(query: Query, style: str | None) -> Maker:
    """A citation of the quote that answers a query best."""

    async def make(edition: Edition, aside: Aside) -> Reply:
        found = await find(edition, query, pack_file.MOST + 1, aside)
        if not found.hits:
            return miss(query, found, edition)
        return _citation(found, style)

    return make


def cite_all(query: Query, style: str | None = None) -> Maker:
    """A reading pack of everything that answers a query equally well; where that is one quote, its citation."""

    async def make(edition: Edition, aside: Aside) -> Reply:
        found = await find(edition, query, pack_file.MOST + 1, aside)
        quotes = _answering(found)
        if not quotes:
            return miss(query, found, edition)
        if len(quotes) == 1:
            return _citation(found, style)
        chosen, saved_query = style or pack_file.USUAL, shortened(query, found.key)
        view, file = await _pack(found, chosen, saved_query, aside)
        return Reply(view, result_of(found), files=(file,), shows=ShowPackToChannel(chosen, saved_query))

    return make


def restyle(query: Query, style: str) -> Maker:
    """The same pack in another style, in the same message; where nothing of it is left, what there is."""

    async def make(edition: Edition, aside: Aside) -> Reply:
        found = await find(edition, query, pack_file.MOST + 1, aside)
        if not _answering(found):
            return Reply(cards.miss(query, found, edition.bank, private=True), files=())
        view, file = await _pack(found, style, query, aside)
        return Reply(view, files=(file,), shows=ShowPackToChannel(style, query))

    return make


def _citation(found: Found, style: str | None) -> Reply:
    view = cards.citation(found.hits[0].quote, style or cards.FIRST_STYLE)
    return Reply(view, result_of(found), shows=ShowToChannel())


async def _pack(
    found: Found, style: str, saved_query: Query, aside: Aside
) -> tuple[discord.ui.LayoutView, discord.File]:
    """The message and its file; of many quotes without anybody else waiting."""
    quotes, chosen = _answering(found), pack_file.known(style)
    made = await aside(lambda: pack_file.contents(quotes, chosen), light=len(quotes) <= AT_ONCE)
    return pack_file.pack(found, quotes, chosen, saved_query=saved_query, made=made)


def _answering(found: Found) -> list[Quote]:
    return [hit.quote for hit in found.hits[: max(found.equals, 1)]]
