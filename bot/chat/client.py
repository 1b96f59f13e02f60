"""The bot as Discord sees it: intents, commands, and the one place where its errors end."""

from __future__ import annotations

import functools
import hashlib
import json
import logging
import sys
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat import faults, presses
from bot.chat.cogs import ALL
from bot.chat.cogs.messages import Messages
from bot.chat.gate import incoming
from bot.chat.gate.gate import Gate
from bot.chat.internals import arrivals
from bot.errors import LogUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from bot.chat.answers import Answers
    from bot.chat.gate.gate import Clocks
    from bot.chat.keywords import Keywords
    from bot.config import Settings
    from bot.store.records import Way

log = logging.getLogger(__name__)

discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # there is no voice here to warn about
PRESSED = (discord.InteractionType.component, discord.InteractionType.modal_submit)
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


class Tree(arrivals.InTurn):
    """The slash commands and menus. Each waits for its turn; an error ends in `faults`."""

    async def in_turn(self, interaction: discord.Interaction[Any], go: Callable[[], Awaitable[None]], /) -> None:
        """Go on with an interaction when its turn has come."""

        async def say(sentence: str) -> None:
            await interaction.response.send_message(sentence, ephemeral=True)

        async with interaction.client.gate.turn(interaction.id, say) as mine:
            if mine:
                await go()

    async def on_error(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /) -> None:
        """End an error of a command."""
        if interaction.type is discord.InteractionType.autocomplete:
            log.error("suggestions failed", exc_info=error)
            return
        await faults.tell(interaction, error)


class Quoth(commands.Bot):
    """The Discord client. Everything it knows it is given.

    `reconnect` is called when a moderator's setting needs other intents; None where nobody can do that.
    `content_refused` says that Discord did not grant the message content intent. A simulated Discord has `clocks`
    of its own.
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
        clocks: Clocks | None = None,
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
            http_trace=arrivals.dates(self._told_time),
        )
        self.answers = answers
        self.keywords = keywords
        self.settings = settings
        self.content_refused = content_refused
        self.reconnect = reconnect
        self.gate = Gate(
            answers.store,
            edition=lambda: answers.library.edition.bank.edition,
            now=answers.now,
            tell=functools.partial(arrivals.say_to, self),
            calls=self._calls,
            clocks=clocks,
        )
        arrivals.ask_first(self, self.gate.arrived)

    async def setup_hook(self) -> None:
        """Put the cogs together and make sure Discord knows the commands."""
        for cog in ALL:
            await self.add_cog(cog(self))
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

    def _calls(self, data: Mapping[str, Any]) -> Way | None:
        if self.user is None:
            return None
        return incoming.calling(self.user.id, self.keywords.channels, (self.user.name, self.user.display_name), data)

    def _told_time(self, date: datetime) -> None:
        self.gate.told_time(date)

    async def on_connect(self) -> None:
        """A session began: nothing that arrives has waited."""
        self.gate.session(resumed=False)

    async def on_disconnect(self) -> None:
        """Should the session be resumed, what arrives next has waited."""
        self.gate.session(resumed=True)

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:
        """Tell of an event; but of a command, which is the tree's alone, nobody needs a task of his own."""
        if event_name != "interaction" or args[0].type in PRESSED:
            super().dispatch(event_name, *args, **kwargs)

    async def on_interaction(self, interaction: discord.Interaction[Any], /) -> None:
        """Take a press, a choice or a form."""
        await presses.take(interaction)

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
        """End an error of an event."""
        log.error("code %s in %s", faults.new_code(), event_method, exc_info=sys.exc_info())

    async def close(self) -> None:
        """Finish what is under way, then leave. Nothing new is taken meanwhile."""
        self.gate.leave()
        if not await self.answers.finish(FINISH):
            log.warning("left before everything under way was finished")
        await super().close()


def _by_name(command: dict[str, Any]) -> tuple[int, str]:
    return int(command.get("type", 1)), str(command["name"])
