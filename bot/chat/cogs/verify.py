"""`/verify`: did he really say that?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord import app_commands
from discord.ext import commands

from ..answers.checks import check
from ..requests import autocomplete
from ..requests.request import Request
from ..serving.destinations import reply_to

if TYPE_CHECKING:
    import discord

    from ..client import Quoth

TEXT_MOST = 6000
"""Characters that Discord lets a person type into an option."""


class Verify(commands.Cog):
    """Check a quotation."""

    def __init__(self, client: Quoth) -> None:
        self.client = client

    @app_commands.command(name="verify", description="Did they really say that? Checked word by word, for you alone")
    @app_commands.describe(
        text="The quotation, or a whole message with quotations in it",
        speaker="Who is said to have said it; anybody's name",
        public="Show the verdict to everybody here",
    )
    @app_commands.autocomplete(speaker=autocomplete.speaker)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def verify(
        self,
        interaction: discord.Interaction[Any],
        text: app_commands.Range[str, 1, TEXT_MOST],
        speaker: app_commands.Range[str, 1, autocomplete.NAME_MOST] | None = None,
        public: bool = False,
    ) -> None:
        """Check what was pasted."""
        request = Request.of(interaction, "slash", private=not public)
        await self.client.serve(reply_to(interaction), request, check(text, speaker))
