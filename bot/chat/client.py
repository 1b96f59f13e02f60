"""The bot as Discord sees it: intents, commands, and the one place where its errors end."""

from __future__ import annotations

import hashlib
import json
import logging
import sys
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat import faults
from bot.chat.cogs import ALL
from bot.chat.cogs.messages import Messages
from bot.chat.presses import Press
from bot.chat.resting import Resting
from bot.errors import LogUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.chat.answers import Answers
    from bot.chat.keywords import Keywords
    from bot.config import Settings

log = logging.getLogger(__name__)

discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # there is no voice here to warn about
REMEMBERED = 4096
"""Interaction ids kept to drop the ones Discord delivers twice."""
FINISH = 5.0
"""Seconds given to what is under way when the bot is told to stop."""


def intents(*, message_content: bool) -> discord.Intents:
    """What the bot listens to. Message content only where a moderator opted a channel in."""
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.guild_messages = True
    wanted.dm_messages = True
    wanted.message_content = message_content
    return wanted


class Tree(app_commands.CommandTree["Quoth"]):
    """The slash commands and menus. A repeated interaction is dropped, an error ends in `faults`."""

    async def interaction_check(self, interaction: discord.Interaction[Quoth], /) -> bool:
        """Say whether to go on with an interaction."""
        if interaction.type is discord.InteractionType.autocomplete:
            return True
        return self.client.first_time(interaction.id)

    async def on_error(self, interaction: discord.Interaction[Quoth], error: app_commands.AppCommandError, /) -> None:
        """End an error of a command."""
        if interaction.type is discord.InteractionType.autocomplete:
            faults.note(error, faults.new_code())
            return
        await faults.tell(interaction, error)


class Quoth(commands.Bot):
    """The Discord client. Everything it knows it is given.

    `reconnect` is called when a moderator's setting needs other intents; None where nobody can do that.
    `content_refused` says that Discord did not grant the message content intent.
    """

    def __init__(
        self,
        answers: Answers,
        keywords: Keywords,
        settings: Settings,
        *,
        message_content: bool = False,
        content_refused: bool = False,
        reconnect: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=Tree,
            intents=intents(message_content=message_content),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
        )
        self.answers = answers
        self.keywords = keywords
        self.settings = settings
        self.content_refused = content_refused
        self.reconnect = reconnect
        self.resting = Resting()
        self._seen: OrderedDict[int, None] = OrderedDict()

    async def setup_hook(self) -> None:
        """Put the cogs together and make sure Discord knows the commands."""
        for cog in ALL:
            await self.add_cog(cog(self))
        self.add_dynamic_items(Press)
        await self._sync_when_changed()

    async def _sync_when_changed(self) -> None:
        payload = sorted((command.to_dict(self.tree) for command in self.tree.get_commands()), key=_by_name)
        told = hashlib.sha256(json.dumps([self.application_id, payload], sort_keys=True).encode()).hexdigest()
        try:
            known = await self.answers.store.kept("commands")
        except LogUnavailable:
            known = None
        if known == told:
            return
        await self.tree.sync()
        log.info("told Discord about %d commands", len(payload))
        try:
            await self.answers.store.keep("commands", told)
        except LogUnavailable:
            log.info("the commands will be told again at the next start: the log is unavailable")

    def first_time(self, interaction_id: int) -> bool:
        """Say whether an interaction is new. Discord may deliver one twice; it is answered once."""
        if interaction_id in self._seen:
            return False
        self._seen[interaction_id] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return True

    async def on_ready(self) -> None:
        """Say that the bot is there."""
        log.info("ready: %d servers, edition %s", len(self.guilds), self.answers.library.edition.bank.edition)

    async def on_message(self, message: discord.Message, /) -> None:
        """Hand a message to the cog of messages. Prefix commands there are none."""
        reader = self.get_cog(Messages.__name__)
        if isinstance(reader, Messages):
            await reader.read(message)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget a server's settings when the bot is removed from it."""
        self.keywords.channels -= {channel.id for channel in guild.channels}
        try:
            await self.answers.store.forget_guild(guild.id)
        except LogUnavailable:
            log.warning("a server's settings could not be forgotten: the log is unavailable")

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        """End an error of an event. Nobody asked for anything, so nobody is told."""
        error = sys.exc_info()[1]
        if error is not None:
            code = faults.new_code()
            log.info("code %s in %s", code, event_method)
            faults.note(error, code)

    async def close(self) -> None:
        """Finish what is under way, then leave."""
        if not await self.answers.finish(FINISH):
            log.warning("left before everything under way was finished")
        await super().close()


def _by_name(command: dict[str, Any]) -> tuple[int, str]:
    return int(command.get("type", 1)), str(command["name"])
