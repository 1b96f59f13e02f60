"""`/about`: what it is, what it stores, which edition of the bank it serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord import app_commands
from discord.ext import commands

from ..answers import browsing
from ..moderation import log_notices
from ..moderation.operators import is_operator
from ..requests.request import Request
from ..serving.destinations import reply_to

if TYPE_CHECKING:
    import discord

    from ..client import Quoth


class About(commands.Cog):
    """Say what the bot is."""

    def __init__(self, client: Quoth) -> None:
        self.client = client

    @app_commands.command(name="about", description="What Quoth is, what it keeps, which bank it serves")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def about(self, interaction: discord.Interaction[Any]) -> None:
        """Say it, privately; to those who run the bot also how its log is."""
        client = self.client
        runs_it = await is_operator(client, interaction.user.id)
        state = log_notices.state(client.store, client.settings.data, log_notices.sessions(client)) if runs_it else ()
        make = browsing.about(client.settings.retention_days, state)
        await client.serve(reply_to(interaction), Request.of(interaction, "slash", private=True), make)
