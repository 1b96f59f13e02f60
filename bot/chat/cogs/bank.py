"""`/bank`: for moderators, what is wrong with the bank's files; and telling of it in the channel they chose."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.ui import problems
from bot.errors import LogUnavailable

if TYPE_CHECKING:
    from bot.chat.client import Quoth
    from bot.library import Outcome

log = logging.getLogger(__name__)


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class BankCommand(
    commands.GroupCog, group_name="bank", group_description="For moderators: the files the quotes are in"
):
    """What moderators see of the bank itself."""

    def __init__(self, client: Quoth) -> None:
        self.client = client
        self._told = client.answers.library.faulty

    async def cog_load(self) -> None:
        """Be told when the files were read again."""
        self.client.answers.library.tell = self.tell

    async def cog_unload(self) -> None:
        """Be told no more."""
        library = self.client.answers.library
        if library.tell == self.tell:
            library.tell = None

    @app_commands.command(name="problems", description="What is wrong with the bank's files, and how to mend it")
    @app_commands.checks.has_permissions(manage_guild=True)
    async def problems(self, interaction: discord.Interaction[Any]) -> None:
        """List them, privately."""
        await interaction.response.send_message(view=self._listed(), ephemeral=True)

    @app_commands.command(name="reload", description="Read the bank's files again now, and say what came of it")
    @app_commands.checks.has_permissions(manage_guild=True)
    async def reload(self, interaction: discord.Interaction[Any]) -> None:
        """Read them, and list what is wrong with them, privately."""
        library = self.client.answers.library
        if library.reload is None:
            await interaction.response.send_message("The bank's files are read only when I start.", ephemeral=True)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        with self.client.answers.working():
            await library.reload()
        await interaction.followup.send(view=self._listed(), ephemeral=True)

    def _listed(self) -> discord.ui.LayoutView:
        answers = self.client.answers
        return problems.problems(answers.library, self.client.settings.bank_folder, accent=answers.accent)

    async def tell(self, outcome: Outcome) -> None:
        """Say in the chosen channels that the files are faulty, after each such reading; and once that they are not."""
        library = self.client.answers.library
        if outcome.faulty:
            said = problems.fault_notice(library, self.client.settings.bank_folder)
        elif self._told:
            said = problems.mended_notice(library)
        else:
            return
        self._told = outcome.faulty
        for guild in self.client.guilds:
            await self._post(guild, said)

    async def _post(self, guild: discord.Guild, said: str) -> None:
        try:
            channel = await self.client.answers.store.kept(f"reports:{guild.id}")
            if channel:
                await self.client.get_partial_messageable(int(channel), guild_id=guild.id).send(said)
        except (LogUnavailable, discord.HTTPException) as fault:
            log.warning("a fault of the bank could not be told in server %d: %s", guild.id, fault)
