"""A timeline, a page at a time: a passage for each year, and like statements side by side with the changed words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from ...bank.attribution import outlet, where_pieces
from ...text import shorten
from ..acts.custom_ids import GivePack, GiveQuote, TurnTimeline
from ..escaping import escape
from . import buttons, chart
from .cards import draw, rule, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ...bank.quote import Quote
    from ...search.parallels import Parallel, Stretch
    from ...search.query import Found, Query
    from ...search.timeline import Timeline, Year

ENTRIES = 6
ROOM = 2800
"""Entries of a page, and characters of them once they are escaped, at most."""
WHERE = 200
STRETCH = 240
STATEMENT = 700
ASKED = 80

Item = discord.ui.Item[Any]
Entry = tuple[str, tuple["Quote", ...]]


def timeline(line: Timeline, page: int, *, saved_query: Query, picture: str | None = None) -> discord.ui.LayoutView:
    """One page. `saved_query` is the query as buttons carry it; `picture` says what the attached picture shows."""
    pages = _pages([_year(year) for year in line.years] + [_parallel(pair) for pair in line.parallels])
    page = min(page, len(pages) - 1)
    items: list[Item] = [text(*_head(line)), *_apart(said for said, _ in pages[page])]
    if picture:
        shown = discord.MediaGalleryItem(f"attachment://{chart.NAME}", description=picture)
        items.append(discord.ui.MediaGallery(shown))
    offered = {quote.id: quote for _, quotes in pages[page] for quote in quotes}
    items += [rule(), buttons.quotes(offered.values(), placeholder="Show one of these in full …")]
    items.append(_doors(saved_query, page, len(pages)))
    return draw(*items)


def about(found: Found) -> str:
    """What was asked for, as people call it."""
    key, words = found.key, found.query.words.strip()
    for topic in found.hits[0].quote.topics if found.hits else ():
        if key == f"topic:{topic.id}" or words == f"topic:{topic.id}":
            return topic.name
    if words.startswith(("quote:", "topic:")):
        return "One quote"
    return words


def counted(quotes: Sequence[Quote]) -> str:
    """ "9 quotes from 4 sources"."""
    sources = len({quote.source.id for quote in quotes})
    many, places = "s" * (len(quotes) != 1), "s" * (sources != 1)
    return f"{len(quotes)} quote{many} from {sources} source{places}"


def _apart(entries: Iterable[str]) -> Iterator[Item]:
    """Entries with air between."""
    for said in entries:
        yield discord.ui.Separator(visible=False)
        yield text(said)


def _head(line: Timeline) -> Iterator[str]:
    years = [year.year for year in line.years if year.year]
    name = escape(shorten(about(line.found), ASKED)) or "Everything"
    span = f", {years[0]}–{years[-1]}" if len(years) > 1 else f", {years[0]}" if years else ""
    yield f"### {name}{span}"
    yield f"-# {counted(line.quotes)}, year by year"
    for typed, taken in line.found.corrections:
        yield f"-# Showing *{escape(taken)}* for *{escape(shorten(typed, ASKED))}*"
    if line.found.note:
        yield f"-# {escape(line.found.note)}"
    if len(years) == 1:
        yield f"-# All I have on this is from {years[0]}."


def _year(year: Year) -> Entry:
    passage = year.passage
    rest = len(year.quotes) - 1
    more = f" · {rest} more {'of' if year.year else 'without a date'} {year.year or ''}".rstrip() if rest else ""
    said = f"**{year.year or 'No date'}** “{escape(passage.text)}”\n-# {escape(_where(passage.quote))}{more}"
    return said, (passage.quote, *(quote for quote in year.quotes if quote is not passage.quote))


def _parallel(pair: Parallel) -> Entry:
    earlier, later = pair.earlier, pair.later
    said = (
        f"**{pair.heading}**",
        f"{earlier.year} “{_marked(pair.before, '~~')}”",
        f"{later.year} “{_marked(pair.after, '**')}”",
        f"-# {earlier.year}: {escape(_where(earlier))}",
        f"-# {later.year}: {escape(_where(later))}",
    )
    return "\n".join(said), (earlier, later)


def _marked(stretches: Iterable[Stretch], mark: str) -> str:
    pieces: list[str] = []
    room = STATEMENT
    for stretch in stretches:
        said = escape(shorten(stretch.text, STRETCH))
        if (room := room - len(said)) < 0:
            pieces.append("…")
            break
        pieces.append(f"{mark}{said}{mark}" if stretch.changed else said)
    return " ".join(pieces)


def _where(quote: Quote) -> str:
    return shorten(f"{quote.speaker.name} · {where_pieces(quote)[0]} · {outlet(quote.source)}", WHERE)


def _pages(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Entries by pages: as many as there is room for."""
    pages: list[list[Entry]] = [[]]
    room = ROOM
    for entry in entries:
        if pages[-1] and (len(pages[-1]) == ENTRIES or len(entry[0]) > room):
            pages.append([])
            room = ROOM
        pages[-1].append(entry)
        room -= len(entry[0])
    return pages


def _doors(saved_query: Query, page: int, pages: int) -> buttons.Row:
    doors = buttons.button("A quote", GiveQuote(saved_query)), buttons.button("Reading pack", GivePack(saved_query))
    back, on = TurnTimeline(page - 1, saved_query), TurnTimeline(page + 1, saved_query)
    return buttons.row(*doors, *(buttons.pages(back, on, page, pages) if pages > 1 else ()))
