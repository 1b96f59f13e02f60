"""The buttons and selects under a card. What pressing one does stands in `chat/presses`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord

from bot.chat.limits import BUTTON_LABEL, CUSTOM_ID, SELECT_OPTIONS, SELECT_PLACEHOLDER, plain
from bot.text import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

OURS = re.compile(r"[qcf]:(?P<act>[a-z]+)(?::(?P<rest>.*))?", re.DOTALL)
"""The custom ids of our buttons, lists and forms: an action, and what it is about."""

Row = discord.ui.ActionRow[Any]


def button(
    label: str,
    act: str,
    *about: str,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    emoji: str | None = None,
) -> discord.ui.Button[Any]:
    """One button that survives restarts: its id says all that is needed."""
    custom_id = ":".join(("q", act, *about))
    if len(custom_id) > CUSTOM_ID:
        raise ValueError(f"a button's id has room for {CUSTOM_ID} characters: {act}")
    return discord.ui.Button(label=shorten(plain(label), BUTTON_LABEL), custom_id=custom_id, style=style, emoji=emoji)


def link(label: str, url: str) -> discord.ui.Button[Any]:
    """A button that opens a page."""
    return discord.ui.Button(label=shorten(plain(label), BUTTON_LABEL), url=url)


def select(act: str, *about: str, placeholder: str, options: Iterable[discord.SelectOption]) -> discord.ui.Select[Any]:
    """A list to choose one thing from."""
    return discord.ui.Select(
        custom_id=":".join(("c", act, *about)),
        placeholder=shorten(plain(placeholder), SELECT_PLACEHOLDER),
        options=list(options)[:SELECT_OPTIONS],
    )


def row(*items: discord.ui.Item[Any]) -> Row:
    """Items side by side."""
    return discord.ui.ActionRow(*items)
