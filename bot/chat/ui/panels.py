"""The lists people walk through: topics, sources, counts of uses, what the bot is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import discord

from ...bank.attribution import where_pieces
from ...bank.dates import counted
from ...bank.link import address_of
from ...text import shorten
from ...use_names import NO_WORDS, UseNames, named
from ..acts.custom_ids import OpenSource, OpenTopic, TurnList
from ..escaping import escape, plain
from ..limits import SELECT_OPTIONS
from . import buttons
from .cards import draw, rule, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...bank.bank import Bank
    from ...bank.quote import Quote, Source
    from ...search.index import Index
    from ...store.records import Report

SOURCES_A_PAGE = 5
NAME_SHOWN = 80
CANNOT_COUNT = "My memory is unavailable just now, so I cannot count. Quotes still work."
STILL_COUNTING = (
    "There is so much to count here that it takes a while. Please ask again in a few seconds, or for fewer days."
)
SHOWN = 8
"""Rows of one list of counts."""

Item = discord.ui.Item[Any]


def topics(index: Index, page: int = 0) -> discord.ui.LayoutView:
    """The topics with their counts and years, the most quoted first; choosing one opens it."""
    pages = _pages(index.common, SELECT_OPTIONS)
    here = pages[min(page, len(pages) - 1)]
    count = {topic.id: index.inverted.topics[topic.id].size for topic in here}
    lines = [f"**{escape(topic.name)}** {count[topic.id]}" for topic in here]
    options = [
        buttons.option(topic.name, topic.id, counted(count[topic.id], index.years_of(topic.id))) for topic in here
    ]
    items: list[Item] = [
        text(f"### {len(index.common)} topics, {len(index.bank.quotes)} quotes", " · ".join(lines)),
        rule(),
        buttons.select(OpenTopic(), placeholder="Open a topic …", options=options),
    ]
    return draw(*items, *_turns("topics", page, len(pages)))


def sources(index: Index, page: int = 0) -> discord.ui.LayoutView:
    """The published places the quotes are from; choosing one opens it."""
    bank = index.bank
    pages = _pages([source for source in bank.sources if bank.by_source.get(source.id)], SOURCES_A_PAGE)
    here = pages[min(page, len(pages) - 1)]
    items: list[Item] = [text(f"### {len(bank.sources)} sources")]
    items += [text(*_source(source, bank.by_source[source.id])) for source in here]
    options = [
        buttons.option(source.title or source.outlet, source.id, f"{source.outlet} · {counted_of(source, index)}")
        for source in here
    ]
    items += [rule(), buttons.select(OpenSource(), placeholder="Open a source …", options=options)]
    return draw(*items, *_turns("sources", page, len(pages)))


def _source(source: Source, quotes: Sequence[Quote]) -> list[str]:
    title = f"**{escape(source.title)}**" if source.title else f"**{escape(source.outlet)}** (no title printed)"
    where = escape(" · ".join(where_pieces(quotes[0])))
    at, read = address_of(quotes[0]), "read it" if source.address else "read the reprint"
    address = f" · [{read}](<{at}>)" if at else ""
    return [title, f"-# {where} · {len(quotes)} quotes{address}"]


def about(index: Index, *, version: str, days: int, state: Sequence[str] = ()) -> discord.ui.LayoutView:
    """What the bot is, what it keeps and for how many days, and which bank it serves.

    `state` are lines for those who run the bot.
    """
    bank, years = index.bank, index.dates.each_year()
    there = counted(len(bank.quotes), (years[0], years[-1]) if years else None)
    speakers = ", ".join(speaker.name for speaker in bank.speakers)
    return draw(
        text(
            "### Quoth: sourced quotes, word for word",
            f"I answer with words somebody really said: {escape(speakers)}, from {len(bank.sources)} published "
            "sources. Every quote was held against its article, word for word, before I started. "
            "Where I have nothing, I say so and do not guess.",
        ),
        rule(),
        text(
            f"**What I keep**, for {days} days: when and where I was asked, with which words, and which quote I gave. "
            "No user id and no message is in that log, and no words of what you ask me in private: with `private`, by "
            "direct message, by right-click, by a button only you see. Others are shown words only when three "
            "members asked them. Of what moderators change I keep who and when, "
            "of a reported problem the text without a name.",
            "**What I read:** commands, and messages that mention me. "
            "Other messages only in channels a moderator opted in with `/settings keywords`.",
            f"-# {there} · state of the quotes {bank.edition} · Quoth {escape(version)}",
        ),
        *((rule(), text(*state)) if state else ()),
    )


def stats(report: Report, bank: Bank) -> discord.ui.LayoutView:
    """Counts of a place's uses, and the words the report holds: it leaves out what those who ask may not see."""
    items: list[Item] = [
        text(
            f"### The last {report.days} days",
            f"**{report.uses}** quote{_s(report.uses)} given, "
            f"**{report.misses}** {'query' if report.misses == 1 else 'queries'} found nothing.",
        )
    ]
    names = UseNames(bank)
    for title, rows, name in (
        ("Asked for most", report.keys, names.asked_for),
        ("Shown most", report.quotes, names.shown),
        ("Found nothing", report.missed, names.missed),
    ):
        if rows:
            most = [(plain(called) or NO_WORDS, count) for called, count in named(rows, name)[:SHOWN]]
            items.append(
                text(f"**{title}**", *(f"{count}× {escape(shorten(called, NAME_SHOWN))}" for called, count in most))
            )
    if report.waiting:
        items.append(text(f"-# {report.waiting} more {'is' if report.waiting == 1 else 'are'} not written down yet."))
    return draw(*items)


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def counted_of(source: Source, index: Index) -> str:
    """How many quotes a source has, and of which years."""
    docs = index.docs_of_source(source.id)
    return counted(len(docs), index.dates.years_of(docs))


def _pages(rows: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [rows[start : start + size] for start in range(0, len(rows), size)] or [[]]


def _turns(listed: Literal["topics", "sources"], page: int, pages: int) -> list[Item]:
    if pages < 2:
        return []
    back, on = TurnList(listed, max(page - 1, 0)), TurnList(listed, min(page + 1, pages - 1))
    return [buttons.row(*buttons.pages(back, on, page, pages))]
