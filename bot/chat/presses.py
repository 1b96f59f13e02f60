"""What pressing a button, choosing from a list or sending a form in does.

The state is in the custom id, so it works after a restart; what the id says is not trusted.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import discord

from bot.chat import faults
from bot.chat.acts.saved_query import unpack
from bot.chat.answers import reading_packs as packs
from bot.chat.answers import timelines
from bot.chat.limits import CUSTOM_ID, SELECT_VALUE, clean
from bot.chat.replies import edit_to, reply_to, tell_owed
from bot.chat.requests.request import NOT_HERE, Asked, is_outside, server_of, shown_to_one
from bot.chat.ui import buttons, cards, forms, opened, panels
from bot.errors import LogUnavailable
from bot.search.query import Query
from bot.store.records import Complaint

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping

    from bot.bank.quote import Quote
    from bot.chat.client import Quoth

    Interaction = discord.Interaction[Quoth]

log = logging.getLogger(__name__)

UNKNOWN = "I do not know that button any more: it is too old, or damaged. Ask again with /quote, /search or a mention."
GONE = "That quote is no longer in the bank: it was taken out after this answer was given."
UNKNOWN_FORM = "I do not know that form any more, so nothing was sent in."
THANKS = "Thank you. The people who look after the bank will see it; your name is not kept."
NOTHING_WRITTEN = "Nothing was written that I could read, so nothing was sent in. Please say what is wrong."
NOT_KEPT = "I could not keep that just now: my memory is unavailable. Please try again later."


@dataclass(frozen=True, slots=True)
class Act:
    """Something a custom id can name, and what the rest of the id must look like."""

    do: Callable[[discord.Interaction[Any], str], Awaitable[None]]
    rest: re.Pattern[str]


def read(data: Mapping[str, Any], *, form: bool = False) -> tuple[Act, str] | None:
    """The act and the rest that a press or a form names, with what was chosen from a list; None when it is no such.

    What it is, Discord says: a button's id in a form, or a form's id on a button, names nothing.
    """
    custom_id, chosen = data.get("custom_id"), data.get("values") or []
    if not isinstance(custom_id, str) or len(custom_id) > CUSTOM_ID or not isinstance(chosen, list):
        return None
    found = buttons.OURS.fullmatch(custom_id)
    act = (FORMS if form else ACTS).get(found["act"]) if found else None
    if (
        found is None
        or act is None
        or custom_id.startswith("f:") is not form
        or not all(isinstance(one, str) and len(one) <= SELECT_VALUE for one in chosen[:1])
    ):
        return None
    rest = ":".join(part for part in (found["rest"] or "", *chosen[:1]) if part)
    return (act, rest) if act.rest.fullmatch(rest) else None


async def take(interaction: Interaction) -> None:
    """Do what a press, a choice or a form says, in its turn. What nobody knows any more is told so."""
    client = interaction.client

    async def say(sentence: str) -> None:
        await interaction.response.send_message(forms.handed_back(sentence, interaction.data or {}), ephemeral=True)

    with client.answers.working():
        async with client.gate.turn(interaction.id, say) as mine:
            if not mine:
                return
            try:
                data: Any = interaction.data or {}
                named = read(data, form=interaction.type is discord.InteractionType.modal_submit)
                if named is None:
                    await _unknown(interaction, data)
                else:
                    await named[0].do(interaction, named[1])
            except Exception as error:  # noqa: BLE001  the one place where a press's errors end
                await faults.tell(interaction, error)
                return
        await tell_owed(interaction)


async def _unknown(interaction: Interaction, data: Mapping[str, Any]) -> None:
    """Say that something is not known; of a form, with what was written, so that nobody has to write it again."""
    form = interaction.type is discord.InteractionType.modal_submit
    what = "form" if form else "button"
    if interaction.client.quiet.may(("not known", what)):
        log.warning("a %s that is not known, outdated or damaged was used", what)
    said = forms.handed_back(UNKNOWN_FORM, data) if form else UNKNOWN
    await interaction.response.send_message(said, ephemeral=True)


async def more(interaction: Interaction, rest: str) -> None:
    """Another quote on the same query, in the same message."""
    quote, _, packed = rest.partition(":")
    message = interaction.message
    shown = _ids(message.components) if message is not None else ()
    hushing = (one.removeprefix("q:hush:") for one in shown if one.startswith("q:hush:"))
    trigger = next(filter(ACTS["hush"].rest.fullmatch, hushing), None)
    asked = replace(_asked(interaction), hidden=shown_to_one(interaction))
    await interaction.client.answers.give(edit_to(interaction), unpack(packed), asked, skip=quote, trigger=trigger)


async def topic(interaction: Interaction, rest: str) -> None:
    """A quote on a topic that was offered, as a new answer."""
    name, _, mark = rest.partition(":")
    asked = _asked(interaction, private=mark == "p" or (mark != "o" and shown_to_one(interaction)))
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
    await packs.restyle(interaction.client.answers, interaction, unpack(packed), _asked(interaction), packed, chosen)


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
        form = forms.problem(quote.id)
        await interaction.response.send_modal(form)
        form.stop()  # else discord.py would remember every form; ours are found by their ids


async def reported(interaction: Interaction, rest: str) -> None:
    """Keep what somebody wrote about a quote."""
    data: Any = interaction.data
    answers = interaction.client.answers
    text = clean(forms.written(data)).strip()[: forms.WRITTEN]
    if not text:
        await interaction.response.send_message(NOTHING_WRITTEN, ephemeral=True)
        return
    if not await _quote(interaction, rest):
        return
    if is_outside(interaction):
        await interaction.response.send_message(forms.handed_back(NOT_HERE, data), ephemeral=True)
        return
    complaint = Complaint(
        time=answers.now(),
        guild=server_of(interaction),
        quote=rest,
        edition=answers.library.edition.bank.edition,
        text=text,
    )
    try:
        await answers.store.complain(complaint)
        said = THANKS
    except LogUnavailable:
        said = forms.handed_back(NOT_KEPT, data)
    await interaction.response.send_message(said, ephemeral=True)


async def hush(interaction: Interaction, rest: str) -> None:
    """Keep a trigger quiet in this channel for a while."""
    client, guild = interaction.client, server_of(interaction)
    if not clean(rest).strip():
        await interaction.response.send_message(UNKNOWN, ephemeral=True)
        return
    if guild is None:
        await interaction.response.send_message(NOT_HERE, ephemeral=True)
        return
    minutes = client.settings.keyword_mute
    until = client.answers.now() + timedelta(minutes=minutes)
    lasting = await client.keywords.mute(guild, interaction.channel_id or 0, rest, until)
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


def _ids(components: Iterable[Any]) -> Iterator[str]:
    """The custom ids of what a message shows, which may be more than discord.py would let anybody build."""
    for one in components:
        if isinstance(named := getattr(one, "custom_id", None), str):
            yield named
        yield from _ids(getattr(one, "children", ()))


def _asked(interaction: Interaction, *, private: bool = False) -> Asked:
    return Asked.by(interaction, "button", interaction.client.answers.clock(), private=private)


async def _quote(interaction: Interaction, quote_id: str) -> Quote | None:
    quote = interaction.client.answers.library.edition.bank.by_id.get(quote_id)
    if quote is None:
        said = forms.handed_back(GONE, interaction.data or {})
        await interaction.response.send_message(said, ephemeral=True)
    return quote


_ID = r"[\w.-]{1,64}"
_ANYTHING = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]*")
_NUMBERED = re.compile(r"[0-9]{1,5}:[^\x00-\x1f\x7f\ud800-\udfff]*")
_QUOTE = re.compile(_ID)
ACTS: dict[str, Act] = {
    "more": Act(more, re.compile(rf"{_ID}:{_ANYTHING.pattern}")),
    "topic": Act(topic, re.compile(rf"{_ID}(?::[op])?")),
    "fromtopic": Act(from_topic, _QUOTE),
    "fromsource": Act(from_source, _QUOTE),
    "context": Act(context, _QUOTE),
    "cite": Act(cite, _QUOTE),
    "style": Act(style, re.compile(rf"{_ID}:{_ID}")),
    "copy": Act(copy, _QUOTE),
    "problem": Act(problem, _QUOTE),
    "hush": Act(hush, re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,90}")),
    "page": Act(page, re.compile(rf"(?:{'|'.join(panels.PAGES)}):[0-9]{{1,5}}")),
    "find": Act(find, _NUMBERED),
    "card": Act(card, _QUOTE),
    "give": Act(give, _ANYTHING),
    "timeline": Act(timeline, _ANYTHING),
    "years": Act(years, _NUMBERED),
    "pack": Act(pack, _ANYTHING),
    "packas": Act(pack_as, re.compile(rf"{_ANYTHING.pattern}:{_ID}")),
}
"""Every action that the custom id of a button, a list or a form can name."""
FORMS: dict[str, Act] = {"problem": Act(reported, _QUOTE)}
