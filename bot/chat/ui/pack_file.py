"""A reading pack: everything that answers a query as one file to read, hand in or put into a reference manager."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import discord

from ...text import shorten
from ..acts.custom_ids import PackInStyle
from ..escaping import escape
from ..limits import FILE_BYTES
from . import buttons, timeline_pages
from .cards import draw, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...bank.quote import Quote
    from ...search.query import Found, Query

USUAL = "markdown"
"""The style of a pack where none is chosen: the only one that holds the words with all that is known of them."""
MOST = 1000
"""Quotes of one pack at most."""
ASKED = 80
_TOPIC = re.compile(r"topic:([a-z0-9][a-z0-9-]{0,59})")

Item = discord.ui.Item[Any]


def file_name(key: str, style: str) -> str:
    """A file name that no person's words are part of: `quoth-russia.md`, `quoth-reading-pack.bib`."""
    from ...bank.citation import STYLES  # noqa: PLC0415  loaded when somebody first cites, not at every start

    topic = _TOPIC.fullmatch(key)
    return f"quoth-{topic[1] if topic else 'reading-pack'}.{STYLES[style].ending}"


def contents(quotes: Sequence[Quote], style: str, *, most: int = FILE_BYTES) -> tuple[bytes, int]:
    """The file, and how many of the quotes it has room for."""
    from ...bank.citation import cite_many  # noqa: PLC0415  see above

    count = min(len(quotes), MOST)
    while len(written := f"{cite_many(quotes[:count], style).rstrip()}\n".encode()) > most and count > 1:
        count //= 2
    return written, count


def known(style: str) -> str:
    """The style of that name; an unknown one is taken as the usual one."""
    from ...bank.citation import STYLES  # noqa: PLC0415  see above

    return style if style in STYLES else USUAL


def pack(
    found: Found,
    quotes: Sequence[Quote],
    style: str,
    *,
    saved_query: Query,
    made: tuple[bytes, int],
) -> tuple[discord.ui.LayoutView, discord.File]:
    """The message and its file, with the contents that were `made` of the quotes in that style."""
    from ...bank.citation import STYLES  # noqa: PLC0415  see above

    written, count = made
    name = file_name(found.key, style)
    about = escape(shorten(timeline_pages.about(found), ASKED))
    lines = [
        f"### Reading pack{f': {about}' if about else ''}",
        f"{_summary(quotes[:count])}, as {STYLES[style].label}.",
    ]
    if count < len(quotes):
        lines.append(f"-# The first {count} of more than fit into one file.")
    lines += [f"-# Showing *{escape(taken)}* for *{escape(typed)}*" for typed, taken in found.corrections]
    options = [
        discord.SelectOption(label=offered.label, value=offered.id, default=offered.id == style)
        for offered in STYLES.values()
    ]
    view = draw(
        text(*lines),
        discord.ui.File[Any](f"attachment://{name}"),
        buttons.select(PackInStyle(saved_query), placeholder="In another style", options=options),
    )
    return view, discord.File(io.BytesIO(written), name)


def _summary(quotes: Sequence[Quote]) -> str:
    said = timeline_pages.counted(quotes)
    return said[0].upper() + said[1:]
