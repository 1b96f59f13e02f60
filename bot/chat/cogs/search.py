"""`/search`: every quote that answers a query, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord import app_commands
from discord.ext import commands

from ...search.query import Query
from ..answers.finding import hits
from ..requests import autocomplete
from ..requests.request import Request
from ..serving.destinations import reply_to

if TYPE_CHECKING:
    import discord

    from ..client import Quoth


class Search(commands.Cog):
    """List what answers a query."""

    def __init__(self, client: Quoth) -> None:
        self.client = client

    @app_commands.command(name="search", description="Every quote that answers, a page at a time, for you alone")
    @app_commands.describe(
        about=autocomplete.ABOUT, speaker=autocomplete.SPEAKER, year=autocomplete.YEAR, source=autocomplete.SOURCE
    )
    @app_commands.autocomplete(about=autocomplete.about, speaker=autocomplete.speaker, source=autocomplete.source)
    @app_commands.autocomplete(year=autocomplete.year)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def search(
        self,
        interaction: discord.Interaction[Any],
        about: app_commands.Range[str, 1, autocomplete.ABOUT_MOST],
        speaker: app_commands.Range[str, 1, autocomplete.NAME_MOST] | None = None,
        year: app_commands.Range[int, autocomplete.FIRST_YEAR, autocomplete.LAST_YEAR] | None = None,
        source: app_commands.Range[str, 1, autocomplete.NAME_MOST] | None = None,
    ) -> None:
        """Read the options into a query and list what is found, privately."""
        query = Query(words=about, speaker=speaker, source=source, first_year=year, last_year=year)
        await self.client.serve(reply_to(interaction), Request.of(interaction, "slash", private=True), hits(query))
