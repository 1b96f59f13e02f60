"""`/timeline`: how a line moved, year by year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord import app_commands
from discord.ext import commands

from ...search.query import Query
from ..answers.timelines import timeline
from ..requests import autocomplete
from ..requests.request import Request
from ..serving.destinations import reply_to

if TYPE_CHECKING:
    import discord

    from ..client import Quoth


async def _topics(interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
    """Topics alone: a single quote has no timeline."""
    return [offer for offer in await autocomplete.about(interaction, typed) if offer.value.startswith("topic:")]


class TimelineCommand(commands.Cog):
    """Follow a topic, a word or a speaker through the years."""

    def __init__(self, client: Quoth) -> None:
        self.client = client

    @app_commands.command(name="timeline", description="How a line moved: year by year, with the words that changed")
    @app_commands.describe(
        about="A topic, a word, a speaker", speaker=autocomplete.SPEAKER, private="Show the answer to you alone"
    )
    @app_commands.autocomplete(about=_topics, speaker=autocomplete.speaker)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def timeline(
        self,
        interaction: discord.Interaction[Any],
        about: app_commands.Range[str, 1, autocomplete.ABOUT_MOST],
        speaker: app_commands.Range[str, 1, autocomplete.NAME_MOST] | None = None,
        private: bool = False,
    ) -> None:
        """Read the options into a query and hand it on."""
        query = Query(words=about, speaker=speaker)
        request = Request.of(interaction, "slash", private=private)
        await self.client.serve(reply_to(interaction), request, timeline(query))
