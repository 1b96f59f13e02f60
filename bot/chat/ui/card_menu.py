"""What else can be done with a card, for whoever pressed *More*; and a message of ours drawn again, changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from ...text import shorten
from ..acts.custom_ids import Back, Copy, Discuss, More, MuteTrigger, Remove, ShowToChannel, WriteReport, parse
from ..escaping import escape, plain
from ..limits import BUTTONS_IN_ROW
from . import buttons
from .cards import draw, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...bank.quote import Quote
    from ...search.query import Query
    from ..acts.custom_ids import Act

THREAD_NAME = 100
"""Characters Discord takes for the name of a thread."""
WORDS_SHOWN = 80
NAME_SHOWN = 60
SHOW = "Show to the channel"
_OF_MENU = (Copy, Back, Discuss, Remove, ShowToChannel, WriteReport)

Item = discord.ui.Item[Any]


def choices(quote_id: str, message: int, can: frozenset[str]) -> buttons.Row:
    """The buttons of *More*. `can` names what works where it is pressed: show, discuss, remove, back."""
    offered = (
        ("show", buttons.button(SHOW, ShowToChannel())),
        ("discuss", buttons.button("Discuss", Discuss(quote_id, message))),
        ("remove", buttons.button("Remove", Remove(message))),
        ("back", buttons.button("Back", Back(message))),
    )
    report = buttons.button("Report a problem", WriteReport(quote_id), style=discord.ButtonStyle.danger)
    can_here = (button for name, button in offered if name in can)
    return buttons.row(buttons.button("Copy", Copy(quote_id)), *can_here, report)


def menu(quote: Quote | None, row: buttons.Row) -> discord.ui.LayoutView:
    """Those buttons as a message of their own, and which quote they are about."""
    about = f"“{shorten(quote.text, WORDS_SHOWN)}”" if quote else "a quote that is no longer in the bank"
    return draw(text(f"-# More for {escape(about)}"), row)


def with_menu(message: discord.Message, row: buttons.Row) -> discord.ui.LayoutView:
    """A card that one person alone sees, with those buttons below its own; what is in both is there once.

    Raises ValueError for a message that discord.py cannot draw; so do `copied` and `muted`.
    """
    view = _drawn_again(message)
    _strip(view, *_OF_MENU)
    _containers(view)[-1].add_item(row)
    return view


def offer(view: discord.ui.LayoutView, act: Act) -> None:
    """Put a button that shows a view to the channel below it, beside the last buttons where there is room."""
    container, button = _containers(view)[-1], buttons.button(SHOW, act)
    last = container.children[-1] if container.children else None
    beside = isinstance(last, discord.ui.ActionRow) and len(last.children) < BUTTONS_IN_ROW
    if isinstance(last, discord.ui.ActionRow) and beside and isinstance(last.children[0], discord.ui.Button):
        last.add_item(button)
    else:
        container.add_item(buttons.row(button))


def copied(message: discord.Message) -> discord.ui.LayoutView:
    """What one person alone sees, without the button to show it, nor what *More* unfolded below it."""
    view = _drawn_again(message)
    unfolds = any(isinstance(_act_of(item), More) for item in view.walk_children())
    _strip(view, *(_OF_MENU if unfolds else (ShowToChannel,)))
    return view


def shown_by(view: discord.ui.LayoutView, by: str) -> None:
    """Say below a view who showed it. What would ask again with their words is left out: they asked in private, and
    whoever pressed it would ask in the open.
    """
    _remove(view, _asks_words)
    view.add_item(text(f"-# Shown by {escape(shorten(plain(by), NAME_SHOWN))}"))


def muted(message: discord.Message, sentence: str) -> discord.ui.LayoutView:
    """A keyword reply as it stands, with a quiet line in place of the button that was pressed."""
    view = _drawn_again(message)
    _strip(view, MuteTrigger)
    view.add_item(text(f"-# {escape(sentence)}"))
    return view


def thread_name(quote: Quote) -> str:
    """What a thread on a quote is called."""
    return shorten(plain(f"{quote.speaker.name}: “{quote.text}”"), THREAD_NAME)


def _drawn_again(message: discord.Message) -> discord.ui.LayoutView:
    view = discord.ui.LayoutView.from_message(message, timeout=None)
    view.stop()  # else discord.py would remember it for as long as the bot runs
    return view


def _strip(view: discord.ui.LayoutView, *acts: type[Act]) -> None:
    """Take the buttons of these acts out of a view."""
    _remove(view, lambda act: isinstance(act, acts))


def _remove(view: discord.ui.LayoutView, unwanted: Callable[[Act | None], bool]) -> None:
    places: tuple[discord.ui.LayoutView | discord.ui.Container[Any], ...] = (view, *_containers(view))
    for place in places:
        for row in [item for item in place.children if isinstance(item, discord.ui.ActionRow)]:
            for item in [item for item in row.children if unwanted(_act_of(item))]:
                row.remove_item(item)
            if not row.children:
                place.remove_item(row)


def _asks_words(act: Act | None) -> bool:
    query: Query | None = getattr(act, "query", None)
    if query is None:
        return False
    named = not query.words or query.words.startswith(("topic:", "quote:"))
    return not named or query.speaker is not None or query.source is not None


def _act_of(item: Item) -> Act | None:
    """What a button does, or a list where its first choice is made."""
    first = [item.options[0].value] if isinstance(item, discord.ui.Select) and item.options else []
    return parse({"custom_id": getattr(item, "custom_id", None), "values": first})


def _containers(view: discord.ui.LayoutView) -> list[discord.ui.Container[Any]]:
    return [item for item in view.children if isinstance(item, discord.ui.Container)]
