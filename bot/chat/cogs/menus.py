"""The menus of a message: **Find a quote** and **Check this quote**. What they answer is for the person who asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from ..answers.checks import check, quotes_for
from ..requests.message_text import text_of
from ..requests.request import Request
from ..serving.destinations import reply_to

if TYPE_CHECKING:
    from ..client import Quoth

FIND, CHECK = "Find a quote", "Check this quote"
_EVERYWHERE = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
_BY_ANYONE = app_commands.AppInstallationType(guild=True, user=True)


class Menus(commands.Cog):
    """What a right-click on a message offers."""

    def __init__(self, client: Quoth) -> None:
        self.client = client
        self.menus = tuple(
            app_commands.ContextMenu(
                name=name, callback=callback, allowed_contexts=_EVERYWHERE, allowed_installs=_BY_ANYONE
            )
            for name, callback in ((FIND, self.find), (CHECK, self.check))
        )

    async def cog_load(self) -> None:
        """Put the menus up; a cog's menus are not found by themselves."""
        for menu in self.menus:
            self.client.tree.add_command(menu)

    async def cog_unload(self) -> None:
        """Take the menus down."""
        for menu in self.menus:
            self.client.tree.remove_command(menu.name, type=menu.type)

    async def find(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        """The best quotes for a whole message."""
        request = Request.of(interaction, "menu", private=True)
        await self.client.serve(reply_to(interaction), request, quotes_for(text_of(message)))

    async def check(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        """A verdict on each quotation in a message."""
        request = Request.of(interaction, "menu", private=True)
        await self.client.serve(reply_to(interaction), request, check(text_of(message)))
