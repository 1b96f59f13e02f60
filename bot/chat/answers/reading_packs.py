"""Citing what answers a query: one quote as a citation, several as a reading pack. For the person who asked alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from bot.chat.acts.saved_query import pack as packed_query
from bot.chat.replies import reply_to
from bot.chat.ui import cards
from bot.chat.ui import pack_file as packs

if TYPE_CHECKING:
    from bot.bank.quote import Quote
    from bot.chat.requests.request import Asked
    from bot.chat.serving.responder import Answers
    from bot.search.query import Found, Query

FEW = 10
"""Quotes up to which a pack is written at once."""


async def cite(
    answers: Answers,
    interaction: discord.Interaction[Any],
    query: Query,
    asked: Asked,
    style: str | None,
    *,
    one: bool = False,
) -> None:
    """Cite everything that answers a query equally well, or the best of it alone. A use."""
    edition = answers.library.edition
    found = await answers.find(reply_to(interaction), edition, query, asked, packs.MOST + 1)
    if found is None:
        return
    quotes = _answering(found)[: 1 if one else None]
    file: discord.File | None = None
    if not quotes:
        view = answers.miss_card(query, found, private=True)
    elif len(quotes) == 1:
        view = cards.citation(quotes[0], style or cards.FIRST_STYLE, accent=answers.accent)
    else:
        packed = packed_query(query, found.key)
        made = await _pack(answers, interaction, found, asked, style or packs.USUAL, packed)
        if made is None:
            return
        view, file = made
    async with answers.sending(asked, answers.use_of(found, asked, edition)):
        attached = discord.utils.MISSING if file is None else file
        await interaction.response.send_message(view=view, file=attached, ephemeral=True)


async def restyle(
    answers: Answers, interaction: discord.Interaction[Any], query: Query, asked: Asked, packed: str, style: str
) -> None:
    """The same pack in another style, in the same message."""
    found = await answers.find(reply_to(interaction), answers.library.edition, query, asked, packs.MOST + 1)
    if found is None:
        return
    if not _answering(found):
        async with answers.sending(asked, None):
            await interaction.response.edit_message(view=answers.miss_card(query, found, private=True), attachments=[])
        return
    made = await _pack(answers, interaction, found, asked, style, packed)
    if made is not None:
        view, file = made
        async with answers.sending(asked, None):
            await interaction.response.edit_message(view=view, attachments=[file])


async def _pack(
    answers: Answers, interaction: discord.Interaction[Any], found: Found, asked: Asked, style: str, packed: str
) -> tuple[discord.ui.LayoutView, discord.File] | None:
    """The pack and its file, of many quotes without anybody else waiting."""
    quotes = _answering(found)

    def make() -> tuple[bytes, int]:
        return packs.contents(quotes, packs.known(style))

    made = make() if len(quotes) <= FEW else await answers.heavily(reply_to(interaction), asked, make)
    return made and packs.pack(found, quotes, style, packed=packed, accent=answers.accent, made=made)


def _answering(found: Found) -> list[Quote]:
    return [hit.quote for hit in found.hits[: max(found.equals, 1)]]
