"""`/topics` and `/sources`: what there is to ask for, and where it is from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord import app_commands
from discord.ext import commands

from ..answers import browsing
from ..requests.request import Request
from ..serving.destinations import reply_to

if TYPE_CHECKING:
    import discord

    from ..client import Quoth


class Sources(commands.Cog):
    """Show the topics and the sources."""

    def __init__(self, client: Quoth) -> None:
        self.client = client

    @app_commands.command(name="topics", description="Everything there are quotes about")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def topics(self, interaction: discord.Interaction[Any]) -> None:
        """List the topics, privately."""
        request = Request.of(interaction, "slash", private=True)
        await self.client.serve(reply_to(interaction), request, browsing.topics())

    @app_commands.command(name="sources", description="The published sources the quotes are from")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def sources(self, interaction: discord.Interaction[Any]) -> None:
        """List the sources, privately."""
        request = Request.of(interaction, "slash", private=True)
        await self.client.serve(reply_to(interaction), request, browsing.sources())
