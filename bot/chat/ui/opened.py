"""One topic or one source, opened from its list: what it holds, and the ways on and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from ...bank.dates import counted
from ...bank.link import LINK_LIMIT, address_of, link_label
from ...card import source_facts
from ...search.holdings import sources_of
from ...search.query import Query
from ...text import shorten
from ..acts.custom_ids import GivePack, GiveQuote, ShowTimeline, TurnList
from ..acts.saved_query import shortened
from ..escaping import escape
from . import buttons
from .cards import draw, rule, text
from .panels import counted_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...bank.quote import Quote, Source, Topic
    from ...search.index import Index

SPREAD = 300
"""Characters on the years, and on the outlets, of a topic's quotes."""

Item = discord.ui.Item[Any]


def topic(opened: Topic, index: Index) -> discord.ui.LayoutView:
    """What there is on a topic: how much, when and where; its quotes."""
    docs = index.inverted.topics[opened.id].docs
    spread = " · ".join(f"{year}: {count}" for year, count in sorted(index.dates.count_years(docs).items()))
    outlets = ", ".join(dict.fromkeys(source.outlet for source in sources_of(index, docs)))
    lines = [f"### {escape(opened.name)}", counted(len(docs), index.years_of(opened.id))]
    lines += [f"-# {escape(shorten(line, SPREAD))}" for line in (spread, outlets) if line]
    row = buttons.row(*_ways(Query(words=f"topic:{opened.id}")), buttons.button("All topics", TurnList("topics")))
    return draw(text(*lines), rule(), *_choice(index.bank.by_topic[opened.id]), row)


def source(opened: Source, index: Index) -> discord.ui.LayoutView:
    """A source's card: everything known of it and how each is known, and its quotes."""
    quotes = index.bank.by_source.get(opened.id, ())
    head = [f"### {escape(opened.title or f'{opened.outlet} (no title printed)')}", counted_of(opened, index)]
    facts = [f"-# {escape(name)}: {escape(value)}" for name, value in source_facts(opened) if name != "Title"]
    row = [*_ways(Query(source=opened.id)), buttons.button("All sources", TurnList("sources"))]
    address = address_of(quotes[0]) if quotes else None
    if address and len(address) <= LINK_LIMIT:
        row.append(buttons.link(link_label(quotes[0]), address))
    return draw(text(*head), text(*facts), rule(), *_choice(quotes), buttons.row(*row))


def _choice(quotes: Sequence[Quote]) -> list[Item]:
    """A list to show one of the quotes from; those that are not in it are reached by the buttons."""
    return [buttons.quotes(quotes, placeholder="Show one of its quotes …")] if quotes else []


def _ways(query: Query) -> tuple[discord.ui.Button[Any], ...]:
    saved_query = shortened(query)
    return (
        buttons.button("A quote", GiveQuote(saved_query), style=discord.ButtonStyle.primary),
        buttons.button("Timeline", ShowTimeline(saved_query)),
        buttons.button("Reading pack", GivePack(saved_query)),
    )
