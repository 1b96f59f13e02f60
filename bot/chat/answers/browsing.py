"""What there is to walk through: topics, sources, one quote's context and citation, how to ask, what the bot is."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from discord import app_commands

from ... import __version__
from ...search.parallels import like_statements
from ...search.tuning import JUDGED_RELATED, MAX_RELATED
from ..acts.custom_ids import ShowToChannel
from ..serving.reply import Reply, drawn
from ..ui import cards, opened, panels
from ..ui.help import how_to_ask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import discord

    Commands = Iterable[app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu]

    from ...bank.bank import Bank
    from ...bank.quote import Quote
    from ...editions.edition import Edition
    from ...search.index import Index
    from ..serving.reply import Maker


def topics(page: int = 0) -> Maker:
    """A page of the topics."""
    return drawn(lambda edition: Reply(panels.topics(edition.index, page)))


def sources(page: int = 0) -> Maker:
    """A page of the sources."""
    return drawn(lambda edition: Reply(panels.sources(edition.index, page)))


def topic(chosen: str) -> Maker:
    """One topic, opened; the list of all where it is there no more."""

    def view(index: Index) -> discord.ui.LayoutView:
        there = next((topic for topic in index.common if topic.id == chosen), None)
        return opened.topic(there, index) if there else panels.topics(index)

    return drawn(lambda edition: Reply(view(edition.index)))


def source(chosen: str) -> Maker:
    """One source, opened; the list of all where it is there no more."""

    def view(index: Index) -> discord.ui.LayoutView:
        with_quotes = (source for source in index.bank.sources if index.docs_of_source(source.id))
        there = next((source for source in with_quotes if source.id == chosen), None)
        return opened.source(there, index) if there else panels.sources(index)

    return drawn(lambda edition: Reply(view(edition.index)))


def about(days: int, state: Sequence[str] = ()) -> Maker:
    """What the bot is, and for how many days it keeps what it keeps; `state` are lines for those who run it."""
    return drawn(lambda edition: Reply(panels.about(edition.index, version=__version__, days=days, state=state)))


def guide(commands: Commands, days: int, *, private: bool = False) -> Maker:
    """How to ask: see `ui.help`."""
    lines = _with_description(commands)
    return drawn(lambda edition: Reply(how_to_ask(edition.index, lines, days=days, private=private)))


def greeting(edition: Edition, commands: Commands, days: int) -> discord.ui.LayoutView:
    """The same for a server that the bot was added to, where nobody asked."""
    return how_to_ask(edition.index, _with_description(commands), days=days, joined=True)


def context(quote_id: str) -> Maker:
    """The question asked and the words around."""

    def view(quote: Quote, bank: Bank) -> discord.ui.LayoutView:
        beside = (other for topic in quote.topics for other in bank.by_topic[topic.id])
        others = list(dict.fromkeys(islice(beside, JUDGED_RELATED)))
        return cards.context(quote, bank, like_statements(quote, others, MAX_RELATED))

    return _of(quote_id, lambda quote, bank: Reply(view(quote, bank), shows=ShowToChannel()))


def citation(quote_id: str, style: str = cards.FIRST_STYLE) -> Maker:
    """The citation in a style, with a list of the others."""
    return _of(quote_id, lambda quote, _: Reply(cards.citation(quote, style), shows=ShowToChannel()))


def copy(quote_id: str) -> Maker:
    """The words and where they are from as plain text."""
    return _of(quote_id, lambda quote, _: Reply(content=cards.copy(quote)))


def _of(quote_id: str, draw: Callable[[Quote, Bank], Reply]) -> Maker:
    """What is drawn of one quote; that it is gone where it is."""

    def reply(bank: Bank) -> Reply:
        quote = bank.by_id.get(quote_id)
        return Reply(content=cards.GONE, private=True) if quote is None else draw(quote, bank)

    return drawn(lambda edition: reply(edition.bank))


def _with_description(commands: Commands) -> list[tuple[str, str]]:
    """The name and the description of each command; menus of a message have none."""
    return [
        (command.name, command.description) for command in commands if not isinstance(command, app_commands.ContextMenu)
    ]
