"""The slash commands and menus: each waits for its turn, and its errors end in `faults`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from . import faults
from .connection import interactions
from .serving import destinations

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)


class Tree(interactions.InTurn):
    """The slash commands and menus. One unread is dropped."""

    async def in_turn(self, interaction: discord.Interaction[Any], go: Callable[[], Awaitable[None]], /) -> None:
        """Go on with an interaction when its turn has come."""

        async def say(sentence: str) -> None:
            await interaction.response.send_message(sentence, ephemeral=True)

        client = interaction.client
        with client.responder.working():  # also while it waits for its turn: what was taken is finished
            async with client.gate.turn(interaction.id, say) as mine:
                if mine:
                    await go()
            if mine:
                await destinations.tell_owed(interaction)

    async def on_error(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /) -> None:
        """End an error of a command."""
        if isinstance(error, interactions.Unread):
            self.client.drop("INTERACTION_CREATE", error.__cause__ or error)
            return
        if interaction.type is discord.InteractionType.autocomplete:
            if not isinstance(error, interactions.TooLong):  # whatever is typed: no line for each letter
                faults.note(error, faults.new_code(), self.client.log_limiter)
            return
        if self.client.closing:
            log.info("left before an answer was finished (%s)", type(getattr(error, "original", error)).__name__)
            return
        await faults.tell(interaction, error, log_limiter=self.client.log_limiter)
