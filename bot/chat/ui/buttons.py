"""The buttons and selects under a card. What pressing one does, its custom id says: `chat/acts`."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import discord

from ...bank.attribution import where_pieces
from ...text import shorten
from ..acts.custom_ids import PAGE_NUMBER, ShowQuote
from ..escaping import plain
from ..limits import (
    BUTTON_LABEL,
    BUTTONS_IN_ROW,
    CUSTOM_ID,
    SELECT_DESCRIPTION,
    SELECT_LABEL,
    SELECT_OPTIONS,
    SELECT_PLACEHOLDER,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...bank.quote import Quote
    from ..acts.custom_ids import Act

Row = discord.ui.ActionRow[Any]


def button(
    label: str, act: Act, *, style: discord.ButtonStyle = discord.ButtonStyle.secondary, disabled: bool = False
) -> discord.ui.Button[Any]:
    """One button that survives restarts: its id says all that is needed."""
    shown = shorten(plain(label), BUTTON_LABEL)
    return discord.ui.Button(label=shown, custom_id=_id_of(act), style=style, disabled=disabled)


def link(label: str, url: str) -> discord.ui.Button[Any]:
    """A button that opens a page."""
    return discord.ui.Button(label=shorten(plain(label), BUTTON_LABEL), url=url)


def select(act: Act, *, placeholder: str, options: Iterable[discord.SelectOption]) -> Row:
    """A list to choose one thing from, in a row of its own."""
    listed = discord.ui.Select[Any](
        custom_id=_id_of(act),
        placeholder=shorten(plain(placeholder), SELECT_PLACEHOLDER),
        options=list(options)[:SELECT_OPTIONS],
    )
    return discord.ui.ActionRow(listed)


def quotes(offered: Iterable[Quote], *, placeholder: str) -> Row:
    """A list to choose one of these quotes from; of many the first ones."""
    options = (
        option(f"“{quote.text}”", quote.id, " · ".join(where_pieces(quote)[:2]))
        for quote in islice(offered, SELECT_OPTIONS)
    )
    return select(ShowQuote(), placeholder=placeholder, options=options)


def option(label: str, value: str, description: str) -> discord.SelectOption:
    """One choice of a list, as Discord shows it: plain, and cut where it is too long.

    Of a name that shows nothing when it is plain, its value is the label: Discord refuses an empty one.
    """
    shortened = shorten(plain(description), SELECT_DESCRIPTION)
    return discord.SelectOption(label=shorten(plain(label) or value, SELECT_LABEL), value=value, description=shortened)


def row(*items: discord.ui.Button[Any]) -> Row:
    """Buttons side by side. Raises ValueError for more than Discord takes."""
    if len(items) > BUTTONS_IN_ROW:
        raise ValueError(f"a row has room for {BUTTONS_IN_ROW} buttons, and not for {len(items)}")
    return discord.ui.ActionRow(*items)


def pages(back: Act, on: Act, page: int, count: int) -> tuple[discord.ui.Button[Any], ...]:
    """The buttons to turn pages with, and between them which of how many this is; `page` counts from 0."""
    return (
        button("Back", back, disabled=page == 0),
        discord.ui.Button(label=f"{page + 1} of {count}", custom_id=PAGE_NUMBER, disabled=True),
        button("Next", on, disabled=page >= count - 1),
    )


def _id_of(act: Act) -> str:
    custom_id = act.to_custom_id()
    if len(custom_id) > CUSTOM_ID:
        raise ValueError(f"a custom id has room for {CUSTOM_ID} characters: {act.name}")
    return custom_id
