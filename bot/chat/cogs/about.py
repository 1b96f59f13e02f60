"""`/about`: what it is, what it stores, which edition of the bank it serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord import app_commands
from discord.ext import commands

from bot import __version__
from bot.chat import owner
from bot.chat.operator import is_operator
from bot.chat.ui import panels

if TYPE_CHECKING:
    import discord

    from bot.chat.client import Quoth


class About(commands.Cog):
    """Say what the bot is."""

    def __init__(self, client: Quoth) -> None:
        self.client = client

    @app_commands.command(name="about", description="What Quoth is, what it keeps, which bank it serves")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def about(self, interaction: discord.Interaction[Any]) -> None:
        """Say it, privately; to those who run the bot also how its log is."""
        answers = self.client.answers
        runs_it = await is_operator(self.client, interaction.user.id)
        view = panels.about(
            answers.library.edition.bank,
            version=__version__,
            accent=answers.accent,
            days=self.client.settings.retention_days,
            state=owner.state(answers.store, self.client.settings.data, owner.sessions(self.client)) if runs_it else (),
        )
        await interaction.response.send_message(view=view, ephemeral=True)
