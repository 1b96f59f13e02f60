"""`/help`: how to ask; and the same where the bot was added to a server, once."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from ..answers import browsing
from ..connection.network_errors import SEND_ERRORS, cause
from ..deadline import said_within
from ..requests.request import Request
from ..serving.destinations import TELLING, reply_to

if TYPE_CHECKING:
    from ..client import Quoth

log = logging.getLogger(__name__)


class Help(commands.Cog):
    """Say how to ask."""

    def __init__(self, client: Quoth) -> None:
        self.client = client

    @app_commands.command(name="help", description="What you can ask, with examples, for you alone")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def help(self, interaction: discord.Interaction[Any]) -> None:
        """Say it, privately."""
        client = self.client
        make = browsing.guide(client.tree.get_commands(), client.settings.retention_days, private=True)
        await client.serve(reply_to(interaction), Request.of(interaction, "slash", private=True), make)

    @commands.Cog.listener()
    async def on_joined(self, server: int) -> None:
        """Say it where the bot was added to a server, once: nobody asked, so what goes wrong is one line of the log."""
        client, guild = self.client, self.client.get_guild(server)
        channel = None if guild is None or client.leaving else self.place_to_greet(guild)
        if channel is None:
            return
        view = browsing.greeting(client.library.edition, client.tree.get_commands(), client.settings.retention_days)
        client.responder.tint(view)
        try:
            async with said_within(TELLING):
                # The nonce: what is sent twice Discord shows once.
                await channel.send(view=view, nonce=server, allowed_mentions=discord.AllowedMentions.none())
        except SEND_ERRORS as error:
            log.info("server %d could not be greeted: %s", server, cause(error))

    def place_to_greet(self, guild: discord.Guild) -> discord.TextChannel | None:
        """The system channel where the bot may speak there, else the first text channel where it may; else none."""
        user = self.client.user
        me = guild.get_member(user.id) if user else None
        if me is None:  # Discord did not say what we may
            return None
        for channel in (guild.system_channel, *guild.text_channels):
            if channel is not None:
                allowed = channel.permissions_for(me)
                if allowed.view_channel and allowed.send_messages:
                    return channel
        return None
