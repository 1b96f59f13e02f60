"""Citing what answers a query: one quote as a citation, several as a reading pack. For the person who asked alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.chat.again import pack as packed_query
from bot.chat.ui import cards, packs

if TYPE_CHECKING:
    import discord

    from bot.bank.quote import Quote
    from bot.chat.answers import Answers, Asked
    from bot.search.query import Found, Query


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
    with answers.working():
        edition = answers.library.edition
        found = edition.index.find(query, packs.MOST + 1)
        await answers.note(found, asked, edition)
        quotes = _answering(found)[: 1 if one else None]
        if not quotes:
            view = answers.miss_card(query, found, private=True)
        elif len(quotes) == 1:
            view = cards.citation(quotes[0], style or cards.FIRST_STYLE, accent=answers.accent)
        else:
            packed = packed_query(query, found.key)
            view, file = packs.pack(found, quotes, style or packs.USUAL, packed=packed, accent=answers.accent)
            await interaction.response.send_message(view=view, file=file, ephemeral=True)
            return
        await interaction.response.send_message(view=view, ephemeral=True)


async def restyle(
    answers: Answers, interaction: discord.Interaction[Any], query: Query, packed: str, style: str
) -> None:
    """The same pack in another style, in the same message."""
    found = answers.library.edition.index.find(query, packs.MOST + 1)
    quotes = _answering(found)
    if not quotes:
        await interaction.response.edit_message(view=answers.miss_card(query, found), attachments=[])
        return
    view, file = packs.pack(found, quotes, style, packed=packed, accent=answers.accent)
    await interaction.response.edit_message(view=view, attachments=[file])


def _answering(found: Found) -> list[Quote]:
    return [hit.quote for hit in found.hits[: max(found.equals, 1)]]
