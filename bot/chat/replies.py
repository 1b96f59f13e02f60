"""The places a reply goes: a new answer, the message a button stands under, a reply to a message."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import discord

if TYPE_CHECKING:
    from bot.chat.answers import Send

log = logging.getLogger(__name__)


def reply_to(interaction: discord.Interaction[Any]) -> Send:
    """Answer an interaction with a new message."""

    async def send(view: discord.ui.LayoutView, *, private: bool) -> None:
        await interaction.response.send_message(view=view, ephemeral=private)

    return send


def edit_to(interaction: discord.Interaction[Any]) -> Send:
    """Put the answer where the pressed button stands; what is private comes as a message of its own."""

    async def send(view: discord.ui.LayoutView, *, private: bool) -> None:
        if private:
            await interaction.response.send_message(view=view, ephemeral=True)
        else:
            await interaction.response.edit_message(view=view)

    return send


def reply_under(message: discord.Message) -> Send:
    """Reply to a message. Discord has no private replies to messages, so what would be private is said there too."""

    async def send(view: discord.ui.LayoutView, *, private: bool) -> None:  # noqa: ARG001  see above
        try:
            await message.reply(view=view, mention_author=False)
        except discord.Forbidden:
            log.info("not allowed to reply in channel %d", message.channel.id)

    return send
