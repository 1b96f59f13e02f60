"""What pressing a button, choosing from a list or sending a form in does, by the act that its custom id names."""

from __future__ import annotations

import contextlib
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
from ..moderation.own_messages import may_change, may_discuss, own_message, possible
from ..requests.asker import by_asker
from ..requests.request import NOT_HERE, Request, can_show, is_outside, on_ephemeral_message, server_of
from ..serving.destinations import edit_another, edit_to, reply_to, tell_owed
from ..serving.reply import Reply, drawn, shown_to_all, unlogged
from ..ui import card_menu, cards, forms

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping

    from ..client import Quoth
    from ..serving.reply import Maker

    Interaction = discord.Interaction[Any]

log = logging.getLogger(__name__)

PRESSED = (discord.InteractionType.component, discord.InteractionType.modal_submit)
UNKNOWN = "I do not know that button any more: it is too old, or damaged. Ask again with /quote, /search or a mention."
NOT_THERE = "That message is not there any more, or it is not yours to change."
NOTHING_BEFORE = "That message shows nothing that came before."
NOT_YOURS = "Only whoever asked for that message, or members who manage messages, can take it away."
NOT_TO_SHOW = "I cannot show it to this channel: you may not write here, or I am not in this server."
NO_THREAD = "No thread can be opened here: that takes a text channel, and that both you and I may open threads."
WENT_BACK = "The quote before is shown again."
THREAD_THERE = 160004
"""Discord's code where a message has a thread already."""
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
            acts.More: self.more,
            acts.Back: self.back,
            acts.Discuss: self.discuss,
            acts.Remove: self.remove,
            acts.ShowToChannel: self.show_to_channel,
            acts.ShowTimelineToChannel: self.show_to_channel,
            acts.ShowPackToChannel: self.show_to_channel,
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
        """Put the answer where the pressed button stands; for whoever did not ask for that, in a message apart."""
        make, mine = _IN_PLACE[type(act)](act), await by_asker(interaction)
        send = edit_to(interaction) if mine else reply_to(interaction)
        await self.client.serve(send, Request.of(interaction, "button", private=not mine), make)

    async def another(self, interaction: Interaction, act: acts.Another) -> None:
        """Another quote on the same query: for whoever asked in the same message, for others in a new one."""
        request = replace(Request.of(interaction, "button"), hidden=on_ephemeral_message(interaction))
        if await by_asker(interaction):
            trigger, before, send = _trigger_under(interaction.message), act.quote, edit_to(interaction)
        else:
            trigger, before, send = None, None, reply_to(interaction)
        make = self.client.quotes.about(act.query, request, skip=act.quote, trigger=trigger, before=before)
        await self.client.serve(send, request, make)

    async def more(self, interaction: Interaction, act: acts.More) -> None:
        """What else can be done with a quote: for whoever pressed, or in a message that one person alone sees."""
        message = interaction.message
        if message is None:
            await interaction.response.send_message(UNKNOWN, ephemeral=True)
            return
        can = await possible(interaction, was_another=act.before is not None)
        row = card_menu.choices(act.quote, message.id, can)
        if on_ephemeral_message(interaction):
            await interaction.response.edit_message(view=card_menu.with_menu(message, row))
            return
        view = card_menu.menu(self.client.library.edition.bank.by_id.get(act.quote), row)
        self.client.responder.tint(view)
        await interaction.response.send_message(view=view, ephemeral=True)

    async def back(self, interaction: Interaction, act: acts.Back) -> None:
        """What a message showed before, in it again: for whoever asked for it."""
        message = await own_message(interaction, act.message)
        under = {type(shown): shown for shown in _acts_under(message)}
        another, more = under.get(acts.Another), under.get(acts.More)
        alone = message is not None and message is interaction.message and on_ephemeral_message(interaction)
        if message is None or not (alone or await may_change(interaction, message)):
            await interaction.response.send_message(NOT_THERE, ephemeral=True)
            return
        if not isinstance(another, acts.Another) or not isinstance(more, acts.More) or more.before is None:
            await interaction.response.send_message(NOTHING_BEFORE, ephemeral=True)
            return
        make = self.client.quotes.shown(more.before, another.query, _trigger_under(message))
        send = edit_to(interaction) if alone else edit_another(interaction, message, WENT_BACK)
        await self.client.serve(send, Request.of(interaction, "button"), make)

    async def discuss(self, interaction: Interaction, act: acts.Discuss) -> None:
        """A thread on a quote, below the message that shows it."""
        quote, channel = self.client.library.edition.bank.by_id.get(act.quote), interaction.channel
        if quote is None or not may_discuss(interaction) or not isinstance(channel, discord.TextChannel):
            await interaction.response.send_message(cards.GONE if quote is None else NO_THREAD, ephemeral=True)
            return
        said = f"Here you can talk about it: <#{act.message}>"  # a thread has the id of the message it stands below
        try:
            await channel.get_partial_message(act.message).create_thread(name=card_menu.thread_name(quote))
        except discord.NotFound:
            said = NOT_THERE
        except discord.HTTPException as error:
            if error.code != THREAD_THERE:
                raise
        await interaction.response.send_message(said, ephemeral=True)

    async def remove(self, interaction: Interaction, act: acts.Remove) -> None:
        """A message of ours, deleted: for whoever asked for it, and who manages messages."""
        message = await own_message(interaction, act.message)
        manages = interaction.permissions.manage_messages
        if message is None or not (manages or await may_change(interaction, message)):
            await interaction.response.send_message(NOT_THERE if message is None else NOT_YOURS, ephemeral=True)
            return
        with contextlib.suppress(discord.NotFound):
            await message.delete()
        await interaction.response.edit_message(view=cards.notice("I took that message away."))

    async def show_to_channel(self, interaction: Interaction, act: acts.Act) -> None:
        """What whoever pressed alone sees, as a new message for everybody, with their name."""
        message, by = interaction.message, interaction.user.display_name
        if message is None or not can_show(interaction):
            await interaction.response.send_message(NOT_TO_SHOW, ephemeral=True)
            return
        if type(act) in _ANEW:
            make = _ANEW[type(act)](act)
        else:
            make = drawn(lambda _: Reply(card_menu.copied(message), tinted=False))
        await self.client.serve(reply_to(interaction), Request.of(interaction, "button"), shown_to_all(make, by))

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
        said = f"I keep quiet about “{act.trigger}” here for {cards.span(minutes)}{until_when}."
        message = interaction.message
        view = cards.notice(said) if message is None else card_menu.muted(message, said)
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
_ANEW: dict[type[acts.Act], Callable[[Any], Maker]] = {
    acts.ShowTimelineToChannel: lambda act: timeline(act.query, act.page),
    acts.ShowPackToChannel: lambda act: cite_all(act.query, act.style),
}
"""What is made anew to be shown to everybody, because of the file that comes with it."""


def _acts_under(message: discord.Message | None) -> Iterator[acts.Act]:
    """What the buttons under a message do."""
    for custom_id in _ids(message.components) if message is not None else ():
        if (act := acts.parse({"custom_id": custom_id})) is not None:
            yield act


def _trigger_under(message: discord.Message | None) -> str | None:
    """The phrase that called for a keyword reply, where a message is one."""
    return next((act.trigger for act in _acts_under(message) if isinstance(act, acts.MuteTrigger)), None)


def _ids(components: Iterable[Any]) -> Iterator[str]:
    """The custom ids of what a message shows, which may be more than discord.py would let anybody build."""
    for component in components:
        if isinstance(named := getattr(component, "custom_id", None), str):
            yield named
        yield from _ids(getattr(component, "children", ()))
