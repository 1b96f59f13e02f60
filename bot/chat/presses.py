"""What pressing a button or choosing from a list does. The state is in the custom id, so it works after a restart."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.chat import faults, packs, timelines
from bot.chat.again import unpack
from bot.chat.answers import Asked
from bot.chat.replies import edit_to, reply_to
from bot.chat.ui import buttons, cards, opened, panels
from bot.chat.ui.forms import ProblemForm
from bot.search.query import Query

if TYPE_CHECKING:
    import re
    from collections.abc import Awaitable, Callable, Iterator

    from bot.bank.quote import Quote
    from bot.chat.client import Quoth

    Interaction = discord.Interaction[Quoth]


class Press(discord.ui.DynamicItem[Any], template=buttons.OURS):
    """Any button or list of ours, found again by its custom id."""

    def __init__(self, item: discord.ui.Item[Any], act: str, rest: str) -> None:
        super().__init__(item)
        self.act = act
        self.rest = rest

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Find a button or a list again."""
        return cls(item, match["act"], match["rest"] or "")

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the button says, or what was chosen."""
        chosen = self.item.values[:1] if isinstance(self.item, discord.ui.Select) else []
        await _act(interaction, self.act, ":".join(part for part in (self.rest, *chosen) if part))


async def _act(interaction: Interaction, act: str, rest: str) -> None:
    client = interaction.client
    if not client.first_time(interaction.id):
        return
    with client.answers.working():
        try:
            await ACTS[act](interaction, rest)
        except Exception as error:  # noqa: BLE001  the one place where a press's errors end
            await faults.tell(interaction, error)


async def more(interaction: Interaction, rest: str) -> None:
    """Another quote on the same query, in the same message."""
    shown, _, packed = rest.partition(":")
    hushing = (button for button in _buttons(interaction) if button.startswith("q:hush:"))
    trigger = next((button.removeprefix("q:hush:") for button in hushing), None)
    await interaction.client.answers.give(
        edit_to(interaction), unpack(packed), _asked(interaction), skip=shown, trigger=trigger
    )


async def topic(interaction: Interaction, rest: str) -> None:
    """A quote on a topic that was offered, as a new answer."""
    name, _, private = rest.partition(":")
    asked = _asked(interaction, private=bool(private))
    await interaction.client.answers.give(reply_to(interaction), Query(words=f"topic:{name}"), asked)


async def from_topic(interaction: Interaction, rest: str) -> None:
    """A topic chosen from the list, opened in the same message."""
    answers = interaction.client.answers
    bank = answers.library.edition.bank
    chosen = next((one for one in bank.topics if one.id == rest and bank.by_topic[one.id]), None)
    view = opened.topic(chosen, bank, accent=answers.accent) if chosen else panels.topics(bank, accent=answers.accent)
    await interaction.response.edit_message(view=view)


async def from_source(interaction: Interaction, rest: str) -> None:
    """A source chosen from the list, opened in the same message."""
    answers = interaction.client.answers
    bank = answers.library.edition.bank
    chosen = next((one for one in bank.sources if one.id == rest and bank.by_source.get(one.id)), None)
    view = opened.source(chosen, bank, accent=answers.accent) if chosen else panels.sources(bank, accent=answers.accent)
    await interaction.response.edit_message(view=view)


async def give(interaction: Interaction, rest: str) -> None:
    """A quote on the query the button carries, as a new private answer."""
    await interaction.client.answers.give(reply_to(interaction), unpack(rest), _asked(interaction, private=True))


async def timeline(interaction: Interaction, rest: str) -> None:
    """The timeline of the query the button carries, as a new private answer."""
    asked = _asked(interaction, private=True)
    await timelines.show(interaction.client.answers, interaction, reply_to(interaction), unpack(rest), asked)


async def years(interaction: Interaction, rest: str) -> None:
    """Another page of a timeline, in the same message."""
    number, _, packed = rest.partition(":")
    wanted = int(number) if number.isdecimal() else 0
    await timelines.show(
        interaction.client.answers,
        interaction,
        edit_to(interaction),
        unpack(packed),
        _asked(interaction),
        page=wanted,
        turning=True,
    )


async def pack(interaction: Interaction, rest: str) -> None:
    """Everything that answers as a file, privately."""
    asked = _asked(interaction, private=True)
    await packs.cite(interaction.client.answers, interaction, unpack(rest), asked, None)


async def pack_as(interaction: Interaction, rest: str) -> None:
    """The same file in another style."""
    packed, _, chosen = rest.rpartition(":")
    await packs.restyle(interaction.client.answers, interaction, unpack(packed), packed, chosen)


async def context(interaction: Interaction, rest: str) -> None:
    """The question asked and the words around, privately."""
    quote = await _quote(interaction, rest)
    if quote:
        answers = interaction.client.answers
        view = cards.context(quote, answers.library.edition.bank, accent=answers.accent)
        await interaction.response.send_message(view=view, ephemeral=True)


async def cite(interaction: Interaction, rest: str) -> None:
    """The citation, privately, with a list of styles."""
    quote = await _quote(interaction, rest)
    if quote:
        view = cards.citation(quote, cards.FIRST_STYLE, accent=interaction.client.answers.accent)
        await interaction.response.send_message(view=view, ephemeral=True)


async def style(interaction: Interaction, rest: str) -> None:
    """The same citation in another style."""
    quote_id, _, chosen = rest.partition(":")
    quote = await _quote(interaction, quote_id)
    if quote:
        view = cards.citation(quote, chosen, accent=interaction.client.answers.accent)
        await interaction.response.edit_message(view=view)


async def copy(interaction: Interaction, rest: str) -> None:
    """The words and where they are from as plain text, privately."""
    quote = await _quote(interaction, rest)
    if quote:
        await interaction.response.send_message(cards.copy(quote), ephemeral=True)


async def problem(interaction: Interaction, rest: str) -> None:
    """A form to say what is wrong with a quote."""
    quote = await _quote(interaction, rest)
    if quote:
        await interaction.response.send_modal(ProblemForm(quote.id, interaction.client.answers))


async def hush(interaction: Interaction, rest: str) -> None:
    """Keep a trigger quiet in this channel for a while."""
    client = interaction.client
    minutes = client.settings.keyword_mute
    until = client.answers.now() + timedelta(minutes=minutes)
    lasting = await client.keywords.mute(interaction.guild_id, interaction.channel_id or 0, rest, until)
    kept = "" if lasting else " (until I am restarted: my memory is unavailable just now)"
    view = cards.notice(f"I keep quiet about “{rest}” here for {cards.span(minutes)}{kept}.")
    await interaction.response.edit_message(view=view)


async def find(interaction: Interaction, rest: str) -> None:
    """Another page of what a search found."""
    number, _, packed = rest.partition(":")
    answers = interaction.client.answers
    wanted = int(number) if number.isdecimal() else 0
    await answers.list_hits(
        edit_to(interaction), unpack(packed), _asked(interaction), page=max(wanted, 0), turning=True
    )


async def card(interaction: Interaction, rest: str) -> None:
    """One quote chosen from a list, as a message of its own for the person who chose."""
    query = Query(words=f"quote:{rest}")
    await interaction.client.answers.give(reply_to(interaction), query, _asked(interaction, private=True))


async def page(interaction: Interaction, rest: str) -> None:
    """Another page of a list."""
    what, _, number = rest.partition(":")
    answers = interaction.client.answers
    wanted = int(number) if number.isdecimal() else 0
    view = panels.PAGES[what](answers.library.edition.bank, wanted, accent=answers.accent)
    await interaction.response.edit_message(view=view)


def _buttons(interaction: Interaction) -> Iterator[str]:
    """The custom ids of the buttons of the message a button was pressed in."""
    shown = discord.ui.LayoutView.from_message(interaction.message) if interaction.message else None
    for item in shown.walk_children() if shown else ():
        if isinstance(item, discord.ui.Button) and item.custom_id:
            yield item.custom_id


def _asked(interaction: Interaction, *, private: bool = False) -> Asked:
    return Asked.by(interaction, "button", interaction.client.answers.clock(), private=private)


async def _quote(interaction: Interaction, quote_id: str) -> Quote | None:
    quote = interaction.client.answers.library.edition.bank.by_id.get(quote_id)
    if quote is None:
        await interaction.response.send_message(
            "That quote is no longer in the bank: it was taken out after this answer was given.", ephemeral=True
        )
    return quote


ACTS: dict[str, Callable[[discord.Interaction[Any], str], Awaitable[None]]] = {
    "more": more,
    "topic": topic,
    "fromtopic": from_topic,
    "fromsource": from_source,
    "context": context,
    "cite": cite,
    "style": style,
    "copy": copy,
    "problem": problem,
    "hush": hush,
    "page": page,
    "find": find,
    "card": card,
    "give": give,
    "timeline": timeline,
    "years": years,
    "pack": pack,
    "packas": pack_as,
}
"""Every action a custom id can name."""
