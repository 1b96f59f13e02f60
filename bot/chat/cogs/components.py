"""What pressing a button, choosing from a list or sending a form in does, by the act that its custom id names."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from ...search.query import Query
from ...store.records import Complaint
from .. import faults
from ..acts import custom_ids as acts
from ..answers import browsing
from ..answers.finding import hits
from ..answers.reading_packs import cite_all, restyle
from ..answers.timelines import timeline
from ..escaping import clean
from ..moderation.complaints import keep
from ..requests.request import NOT_HERE, Request, is_outside, on_ephemeral_message, server_of
from ..serving.destinations import edit_to, reply_to, tell_owed
from ..serving.reply import unlogged
from ..ui import cards, forms

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping

    from ..client import Quoth
    from ..serving.reply import Maker

    Interaction = discord.Interaction[Any]

log = logging.getLogger(__name__)

PRESSED = (discord.InteractionType.component, discord.InteractionType.modal_submit)
UNKNOWN = "I do not know that button any more: it is too old, or damaged. Ask again with /quote, /search or a mention."
UNKNOWN_FORM = "I do not know that form any more, so nothing was sent in."


class Components(commands.Cog):
    """Do what buttons, lists and forms say."""

    def __init__(self, client: Quoth) -> None:
        self.client = client
        self.acts: dict[type[acts.Act], Callable[[Interaction, Any], Awaitable[None]]] = {
            acts.Another: self.another,
            acts.QuoteOnTopic: self.quote_on_topic,
            acts.GiveQuote: self.give_quote,
            acts.ShowQuote: self.show_quote,
            acts.MuteTrigger: self.mute_trigger,
            acts.WriteReport: self.write_report,
            acts.SendReport: self.send_report,
            **dict.fromkeys(_PRIVATELY, self.privately),
            **dict.fromkeys(_IN_PLACE, self.in_place),
        }

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Do what a press, a choice or a form says, in its turn. What nobody knows any more is told so."""
        if interaction.type not in PRESSED:
            return

        async def say(sentence: str) -> None:
            await interaction.response.send_message(forms.handed_back(sentence, interaction.data or {}), ephemeral=True)

        with self.client.responder.working():
            async with self.client.gate.turn(interaction.id, say) as mine:
                if not mine:
                    return
                try:
                    data: Any = interaction.data or {}
                    act = acts.parse(data, form=interaction.type is discord.InteractionType.modal_submit)
                    if act is None:
                        await self.unknown(interaction, data)
                    else:
                        await self.acts[type(act)](interaction, act)
                except Exception as error:  # noqa: BLE001  the one place where a press's errors end
                    await faults.tell(interaction, error, log_limiter=self.client.log_limiter)
                    return
            await tell_owed(interaction)

    async def unknown(self, interaction: Interaction, data: Mapping[str, Any]) -> None:
        """Say that something is not known; of a form, with what was written, so that nobody has to write it again."""
        form = interaction.type is discord.InteractionType.modal_submit
        what = "form" if form else "button"
        if self.client.log_limiter.allows(("not known", what)):
            log.warning("a %s that is not known, outdated or damaged was used", what)
        said = forms.handed_back(UNKNOWN_FORM, data) if form else UNKNOWN
        await interaction.response.send_message(said, ephemeral=True)

    async def privately(self, interaction: Interaction, act: acts.Act) -> None:
        """Answer with a new message, for whoever pressed."""
        make = _PRIVATELY[type(act)](act)
        await self.client.serve(reply_to(interaction), Request.of(interaction, "button", private=True), make)

    async def give_quote(self, interaction: Interaction, act: acts.GiveQuote) -> None:
        """A quote on a query, as a new message for whoever pressed."""
        await self._quote(interaction, act.query, Request.of(interaction, "button", private=True))

    async def show_quote(self, interaction: Interaction, act: acts.ShowQuote) -> None:
        """One quote chosen from a list, as a new message for whoever chose."""
        await self._quote(interaction, Query(f"quote:{act.quote}"), Request.of(interaction, "button", private=True))

    async def in_place(self, interaction: Interaction, act: acts.Act) -> None:
        """Put the answer where the pressed button stands."""
        make = _IN_PLACE[type(act)](act)
        await self.client.serve(edit_to(interaction), Request.of(interaction, "button"), make)

    async def another(self, interaction: Interaction, act: acts.Another) -> None:
        """Another quote on the same query, in the same message, with the phrase that called for the one before."""
        message = interaction.message
        shown = _ids(message.components) if message is not None else ()
        under = (acts.parse({"custom_id": custom_id}) for custom_id in shown)
        trigger = next((act.trigger for act in under if isinstance(act, acts.MuteTrigger)), None)
        request = replace(Request.of(interaction, "button"), hidden=on_ephemeral_message(interaction))
        make = self.client.quotes.about(act.query, request, skip=act.quote, trigger=trigger)
        await self.client.serve(edit_to(interaction), request, make)

    async def quote_on_topic(self, interaction: Interaction, act: acts.QuoteOnTopic) -> None:
        """A quote on a topic that was offered, as private as what it was offered for; where nobody knows, in doubt."""
        private = act.asked == "p" or (act.asked is None and on_ephemeral_message(interaction))
        await self._quote(interaction, Query(f"topic:{act.topic}"), Request.of(interaction, "button", private=private))

    async def _quote(self, interaction: Interaction, query: Query, request: Request) -> None:
        await self.client.serve(reply_to(interaction), request, self.client.quotes.about(query, request))

    async def write_report(self, interaction: Interaction, act: acts.WriteReport) -> None:
        """A form to say what is wrong with a quote."""
        if act.quote not in self.client.library.edition.bank.by_id:
            await interaction.response.send_message(cards.GONE, ephemeral=True)
            return
        form = forms.problem(act.quote)
        await interaction.response.send_modal(form)
        form.stop()  # else discord.py would remember every form; ours are found by their ids

    async def send_report(self, interaction: Interaction, act: acts.SendReport) -> None:
        """Hand on what somebody wrote about a quote; where it comes to nothing, hand it back."""
        data: Any = interaction.data
        bank = self.client.library.edition.bank
        complaint = Complaint(
            time=self.client.now(),
            guild=server_of(interaction),
            quote=act.quote,
            edition=bank.edition,
            text=clean(forms.written(data)).strip()[: forms.WRITTEN],
        )
        written, sentence = await keep(self.client.store, bank, complaint, outside=is_outside(interaction))
        said = sentence if written else forms.handed_back(sentence, data)
        await interaction.response.send_message(said, ephemeral=True)

    async def mute_trigger(self, interaction: Interaction, act: acts.MuteTrigger) -> None:
        """Keep a trigger quiet in this channel for a while."""
        client, guild = self.client, server_of(interaction)
        if not clean(act.trigger).strip():
            await interaction.response.send_message(UNKNOWN, ephemeral=True)
            return
        if guild is None:
            await interaction.response.send_message(NOT_HERE, ephemeral=True)
            return
        minutes = client.settings.keyword_mute
        until = client.now() + timedelta(minutes=minutes)
        lasting = await client.keywords.mute(guild, interaction.channel_id or 0, act.trigger, until)
        until_when = "" if lasting else " (perhaps only until I am restarted: my memory is slow or unavailable)"
        view = cards.notice(f"I keep quiet about “{act.trigger}” here for {cards.span(minutes)}{until_when}.")
        await interaction.response.edit_message(view=view)


def _page(act: acts.TurnList) -> Maker:
    return browsing.topics(act.page) if act.listed == "topics" else browsing.sources(act.page)


_PRIVATELY: dict[type[acts.Act], Callable[[Any], Maker]] = {
    acts.ShowContext: lambda act: browsing.context(act.quote),
    acts.Cite: lambda act: browsing.citation(act.quote),
    acts.Copy: lambda act: browsing.copy(act.quote),
    acts.ShowTimeline: lambda act: timeline(act.query),
    acts.GivePack: lambda act: cite_all(act.query),
}
"""What is answered to whoever pressed alone, as a new message."""
_IN_PLACE: dict[type[acts.Act], Callable[[Any], Maker]] = {
    acts.TurnList: _page,
    acts.OpenTopic: lambda act: browsing.topic(act.topic),
    acts.OpenSource: lambda act: browsing.source(act.source),
    acts.TurnHits: lambda act: unlogged(hits(act.query, act.page)),
    acts.TurnTimeline: lambda act: unlogged(timeline(act.query, act.page)),
    acts.CiteInStyle: lambda act: browsing.citation(act.quote, act.style),
    acts.PackInStyle: lambda act: restyle(act.query, act.style),
}
"""What takes the place of the message that the button stands under."""


def _ids(components: Iterable[Any]) -> Iterator[str]:
    """The custom ids of what a message shows, which may be more than discord.py would let anybody build."""
    for component in components:
        if isinstance(named := getattr(component, "custom_id", None), str):
            yield named
        yield from _ids(getattr(component, "children", ()))
