"""`/quote`: the main thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord import app_commands
from discord.ext import commands

from ...search.query import Query
from ..requests import autocomplete
from ..requests.request import Request
from ..serving.destinations import reply_to

if TYPE_CHECKING:
    import discord

    from ..client import Quoth


class QuoteCommand(commands.Cog):
    """Answer a query with a sourced quote."""

    def __init__(self, client: Quoth) -> None:
        self.client = client

    @app_commands.command(name="quote", description="A sourced quote, word for word: about anything, or any at all")
    @app_commands.describe(
        about=f"{autocomplete.ABOUT}; leave it out for any quote",
        speaker=autocomplete.SPEAKER,
        year=autocomplete.YEAR,
        source=autocomplete.SOURCE,
        private="Show the answer to you alone",
    )
    @app_commands.autocomplete(about=autocomplete.about, speaker=autocomplete.speaker, source=autocomplete.source)
    @app_commands.autocomplete(year=autocomplete.year)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def quote(
        self,
        interaction: discord.Interaction[Any],
        about: app_commands.Range[str, 1, autocomplete.ABOUT_MOST] | None = None,
        speaker: app_commands.Range[str, 1, autocomplete.NAME_MOST] | None = None,
        year: app_commands.Range[int, autocomplete.FIRST_YEAR, autocomplete.LAST_YEAR] | None = None,
        source: app_commands.Range[str, 1, autocomplete.NAME_MOST] | None = None,
        private: bool = False,
    ) -> None:
        """Read the options into a query and hand it on."""
        query = Query(words=about or "", speaker=speaker, source=source, first_year=year, last_year=year)
        request = Request.of(interaction, "slash", private=private)
        await self.client.serve(reply_to(interaction), request, self.client.quotes.about(query, request))
