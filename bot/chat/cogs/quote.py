"""`/quote`: the main thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord import app_commands
from discord.ext import commands

from bot.chat.replies import reply_to
from bot.chat.requests import autocomplete as suggestions
from bot.chat.requests.request import Asked
from bot.search.query import Query

if TYPE_CHECKING:
    import discord

    from bot.chat.client import Quoth


class QuoteCommand(commands.Cog):
    """Answer a query with a sourced quote."""

    def __init__(self, client: Quoth) -> None:
        self.client = client

    @app_commands.command(name="quote", description="A sourced quote, word for word: about anything, or any at all")
    @app_commands.describe(
        about=f"{suggestions.ABOUT}; leave it out for any quote",
        speaker=suggestions.SPEAKER,
        year=suggestions.YEAR,
        source=suggestions.SOURCE,
        private="Show the answer to you alone",
    )
    @app_commands.autocomplete(about=suggestions.about, speaker=suggestions.speaker, source=suggestions.source)
    @app_commands.autocomplete(year=suggestions.year)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def quote(
        self,
        interaction: discord.Interaction[Any],
        about: app_commands.Range[str, 1, suggestions.ABOUT_MOST] | None = None,
        speaker: app_commands.Range[str, 1, suggestions.NAME_MOST] | None = None,
        year: app_commands.Range[int, suggestions.FIRST_YEAR, suggestions.LAST_YEAR] | None = None,
        source: app_commands.Range[str, 1, suggestions.NAME_MOST] | None = None,
        private: bool = False,
    ) -> None:
        """Read the options into a query and hand it on."""
        query = Query(words=about or "", speaker=speaker, source=source, first_year=year, last_year=year)
        asked = Asked.by(interaction, "slash", private=private)
        await self.client.serve(reply_to(interaction), asked, self.client.quotes.about(query, asked))
