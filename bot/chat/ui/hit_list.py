"""The hits of `/search`, a page at a time, with the found words in bold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from ...bank.attribution import where_pieces
from ...search.analysis import stem
from ...text import shorten, words, words_in_place
from ..acts.custom_ids import TurnHits
from ..escaping import escape
from . import buttons
from .cards import draw, rule, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...search.query import Found, Hit, Query

A_PAGE = 5
SNIPPET = 280
"""Characters of a quote shown in a list; more of it stands on its card."""
BEFORE = 60
"""Characters shown before the first found word of a long quote."""

Item = discord.ui.Item[Any]


def results(found: Found, page: int, *, saved_query: Query) -> discord.ui.LayoutView:
    """One page of hits. `saved_query` is the query as buttons carry it."""
    last = max((len(found.hits) - 1) // A_PAGE, 0)
    page = min(page, last)
    here = found.hits[page * A_PAGE : (page + 1) * A_PAGE]
    asked = (
        f" for **{escape(shorten(found.query.words, 80))}**"
        if found.query.words and ":" not in saved_query.words
        else ""
    )
    lines = [f"### {len(found.hits)} quote{'s' if len(found.hits) != 1 else ''}{asked}"]
    for typed, taken in found.corrections:
        lines.append(f"-# Showing *{escape(taken)}* for *{escape(typed)}*")
    items: list[Item] = [text(*lines)]
    items += [text(*_hit(page * A_PAGE + place, hit)) for place, hit in enumerate(here, start=1)]
    items += [rule(), buttons.quotes([hit.quote for hit in here], placeholder="Show one of these …")]
    if last:
        back, on = TurnHits(max(page - 1, 0), saved_query), TurnHits(min(page + 1, last), saved_query)
        items.append(buttons.row(*buttons.pages(back, on, page, last + 1)))
    return draw(*items)


def _hit(number: int, hit: Hit) -> list[str]:
    where = escape(f"{hit.quote.speaker.name} · {where_pieces(hit.quote)[0]} · {hit.quote.source.outlet}")
    return [f"{number}\\. “{marked(hit)}”", f"-# {where}"]


def marked(hit: Hit) -> str:
    """The words of a quote, the found ones in bold, cut where it is long; escaped."""
    wanted = {stem(word) for reason in hit.why for said in (reason.matched, reason.typed) for word in words(said)}
    quoted = hit.quote.text
    spots = [(start, end) for word, start, end in words_in_place(quoted) if stem(word) in wanted]
    begin = _beginning(quoted, spots)
    cut = shorten(quoted[begin:], SNIPPET - 1)
    pieces, at = ["…" if begin else ""], 0
    for start, end in dict.fromkeys((start - begin, end - begin) for start, end in spots):
        if at <= start and end <= len(cut.rstrip("…")):
            pieces += [escape(cut[at:start]), f"**{escape(cut[start:end])}**"]
            at = end
    return "".join([*pieces, escape(cut[at:])])


def _beginning(quoted: str, spots: Sequence[tuple[int, int]]) -> int:
    """Where a quote is begun to be shown: not at its beginning where the first found word would be cut away."""
    if len(quoted) <= SNIPPET or not spots or spots[0][0] <= SNIPPET - BEFORE:
        return 0
    return quoted.rfind(" ", 0, spots[0][0] - BEFORE) + 1
