"""`/bank`: what is wrong with the operator's files, for whom it may concern; and telling of it in a channel."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from ...editions.loss import CODE
from ...text import shorten, shown
from ..connection.network_errors import SEND_ERRORS
from ..escaping import plain
from ..limits import CHOICE_NAME
from ..moderation.permissions import admit, may_hear, trusts
from ..requests.autocomplete import NAME_MOST  # noqa: TC001  discord.py reads the annotation
from ..ui import problems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...editions.edition import Outcome
    from ..client import Quoth

AT_ONCE = 5
"""Servers told at once: one where Discord hangs holds up no other, and answers come before this."""
log = logging.getLogger(__name__)


async def _unconfirmed(interaction: discord.Interaction[Any], _typed: str) -> list[app_commands.Choice[str]]:
    """The edition whose loss waits for somebody's word, with what would be gone."""
    client: Quoth = interaction.client
    library = client.library
    if not library.unconfirmed_key or not await trusts(client, interaction):
        return []
    label = next((problem.message for problem in library.problems if problem.code == CODE), library.unconfirmed)
    return [app_commands.Choice(name=shorten(plain(label), CHOICE_NAME), value=library.unconfirmed)]


@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)  # whoever runs the bot, wherever
@app_commands.default_permissions(manage_guild=True)
class BankCommand(
    commands.GroupCog, group_name="bank", group_description="For moderators: the files the quotes are in"
):
    """What is seen of the bank itself, by those who may: see `chat.moderation.permissions`."""

    def __init__(self, client: Quoth) -> None:
        self.client = client
        self._fault_reported = client.library.faulty
        self._posting_slots = asyncio.Semaphore(AT_ONCE)
        self._telling: asyncio.Task[None] | None = None

    async def cog_load(self) -> None:
        """Be told when the files were read again."""
        self.client.library.tell = self.tell

    async def cog_unload(self) -> None:
        """Be told no more, and tell nobody."""
        if self._telling is not None:
            self._telling.cancel()
        library = self.client.library
        if library.tell == self.tell:
            library.tell = None

    @app_commands.command(name="problems", description="What is wrong with the bank's files, and how to mend it")
    async def problems(self, interaction: discord.Interaction[Any]) -> None:
        """List them, privately."""
        if not await admit(self.client, interaction, "bank problems"):
            return
        await interaction.response.send_message(view=self._listed(), ephemeral=True)

    @app_commands.command(name="reload", description="Read the bank's files again now, and say what came of it")
    @app_commands.describe(confirm="Serve this edition though many quotes are gone from it, as I told of it")
    @app_commands.autocomplete(confirm=_unconfirmed)
    async def reload(
        self, interaction: discord.Interaction[Any], confirm: app_commands.Range[str, 1, NAME_MOST] = ""
    ) -> None:
        """Read them, and list what is wrong with them, privately."""
        if not await admit(self.client, interaction, "bank reload"):
            return
        library = self.client.library
        if library.reload is None:
            await interaction.response.send_message("The bank's files are read only when I start.", ephemeral=True)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        await library.reload(confirm=confirm)
        await interaction.edit_original_response(view=self._listed())  # put there twice, it is there once

    def _listed(self) -> discord.ui.LayoutView:
        view = problems.problems(self.client.library)
        self.client.responder.tint(view)
        return view

    async def tell(self, outcome: Outcome) -> None:
        """Say in the chosen channels that the files are faulty, after each such reading; and once that they are not.

        Only in servers that may hear of it, whatever was chosen there before. Nobody waits for it, so that a hanging
        Discord keeps no change of the files from being read.
        """
        library = self.client.library
        if outcome.faulty:
            said = problems.fault_notice(library)
        elif self._fault_reported:
            said = problems.mended_notice(library)
        else:
            return
        self._fault_reported = outcome.faulty
        hearing = [guild.id for guild in self.client.guilds if may_hear(self.client.settings, guild.id)]
        self._telling = asyncio.create_task(self._tell(self._telling, hearing, said))

    async def _tell(self, before: asyncio.Task[None] | None, hearing: Sequence[int], said: str) -> None:
        if before is not None:
            await asyncio.wait({before})  # what is told later is to be read later
        await asyncio.gather(*(self._post(guild, said) for guild in hearing))

    async def _post(self, guild: int, said: str) -> None:
        async with self._posting_slots:
            try:
                channel = await self.client.store.reports_channel(guild)
                if channel and channel.isdecimal():
                    await self.client.get_partial_messageable(int(channel), guild_id=guild).send(said)
            except SEND_ERRORS as fault:
                log.warning("a fault of the bank could not be told in server %d: %s", guild, shown(str(fault)))
