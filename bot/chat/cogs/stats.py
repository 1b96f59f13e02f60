"""`/stats`: counts of uses in this server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord import app_commands
from discord.ext import commands

from ...store.records import place_of
from ..answers.statistics import statistics
from ..requests.request import Request, server_of
from ..serving.destinations import reply_to

if TYPE_CHECKING:
    import discord

    from ..client import Quoth

DAYS_MOST = 3650


class Stats(commands.Cog):
    """Show what was asked for."""

    def __init__(self, client: Quoth) -> None:
        self.client = client

    @app_commands.command(name="stats", description="What was asked for here: topics and quotes, for you alone")
    @app_commands.describe(days="How many days to look back")
    @app_commands.guild_only()
    async def stats(
        self, interaction: discord.Interaction[Any], days: app_commands.Range[int, 1, DAYS_MOST] | None = None
    ) -> None:
        """Count this server's uses, privately; what found nothing for its moderators alone."""
        place = place_of(server_of(interaction), interaction.channel_id)
        moderates = interaction.guild_id is not None and interaction.permissions.manage_guild
        days = days or self.client.settings.stats_days
        request = Request.of(interaction, "slash", private=True)
        make = statistics(self.client.store, request, days, place, misses=moderates)
        await self.client.serve(reply_to(interaction), request, make)
