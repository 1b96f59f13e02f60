"""The bot as Discord sees it: intents, commands, and the one place where its errors end."""

from __future__ import annotations

import asyncio
import logging
import random
import sys
from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from ..errors import LogUnavailable
from . import faults
from .admission import raw_requests
from .admission.ages import steady
from .admission.gate import Gate
from .cogs import ALL
from .cogs.components import PRESSED
from .cogs.messages import Messages
from .connection import event_guard, interactions, library_log
from .connection.backoff import Pauses
from .connection.command_sync import CommandSync
from .connection.gateway import ShardConnections
from .connection.host import Host
from .connection.identify_budget import IdentifyBudget
from .log_limiter import LogLimiter
from .requests.weight import checks_quickly, completes_quickly, finds_quickly
from .tree import Tree
from .ui import forms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from ..store.records import EntryPoint
    from .requests.request import Request
    from .services import Services
    from .serving.reply import Maker, Send

log = logging.getLogger(__name__)

discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # there is no voice here to warn about
OF_THE_LIBRARY = LogLimiter()
"""How often is told of what only the library could catch: suggestions, as many as there are letters typed."""
library_log.clean(lambda error: faults.note(error, faults.new_code(), OF_THE_LIBRARY))
FINISH, ANEW = 5.0, 1.0
"""Seconds given to what is under way when the bot is told to stop, and when it only connects anew: nothing new is taken
in that time.
"""
CLOSE = 1.5
"""Seconds given to the connections to close."""
SILENT = 50.0
"""Seconds without a frame after which a connection is not believed; heartbeats are answered every 41."""
WORK = ("discord.py: on_", "CommandTree-", "discord-ui-")
"""How discord.py names the tasks in which it serves an event."""


def intents(*, message_content: bool) -> discord.Intents:
    """What the bot listens to. Message content only where a moderator opted a channel in."""
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.guild_messages = True
    wanted.dm_messages = True
    wanted.message_content = message_content
    return wanted


class Quoth(Host):
    """The Discord client. Everything it knows it is given.

    `reconnect` is called when a moderator's setting needs other intents; None where nobody can do that.
    `content_refused` says that Discord did not grant the message content intent. `refused` is called when Discord no
    longer takes the token. `shard_count` None: as many shards as Discord recommends.

    `gate` is asked about each interaction and message.
    """

    def __init__(
        self,
        given: Services,
        *,
        message_content: bool = False,
        content_refused: bool = False,
        reconnect: Callable[[], None] | None = None,
        refused: Callable[[], None] | None = None,
        identifies: IdentifyBudget | None = None,
        pauses: Pauses | None = None,
        rng: random.Random | None = None,
        shard_count: int | None = None,
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
            shard_count=shard_count,
            heartbeat_timeout=SILENT,
            http_trace=interactions.dates(self._observe_response_date, steady),
        )
        self.settings = given.settings
        self.library = given.library
        self.store = given.store
        self.responder = given.responder
        self.now, self.clock = given.responder.now, given.responder.clock
        self.quotes = given.quotes
        self.keywords = given.keywords
        self.resting = given.resting
        self.askers = given.askers
        self.content_refused = content_refused
        self.reconnect = reconnect
        self.store.present = self.servers.__contains__
        self.gate = Gate(
            self.store,
            edition=lambda: self.library.edition.bank.edition,
            now=self.now,
            tell=self._refuse,
            calls=self._calls,
            present=self.servers.__contains__,
            light=self._light,
            recent=given.recent,
            clocks=given.clocks,
        )
        self.closing = self.set_up = False
        self.finish = FINISH
        pauses, rng = pauses or Pauses(), rng or random.SystemRandom()
        self.identifies = identifies or IdentifyBudget(None, rng=rng, pauses=pauses.identify)
        self._refused = refused
        self._shard_connections = ShardConnections(self, self.identifies, pauses, rng)
        self._command_sync = CommandSync(self, self.store, pauses.telling, rng)
        self._syncing_commands: asyncio.Task[None] | None = None
        self._left: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()
        event_guard.guard(self)

    async def setup_hook(self) -> None:
        """Put the cogs together. Discord is told about the commands beside serving."""
        self.set_up = True
        for cog in ALL:
            await self.add_cog(cog(self))
        self._syncing_commands = asyncio.create_task(self._command_sync.tell(), name="telling the commands")

    async def serve(self, send: Send, request: Request, make: Maker) -> None:
        """Answer a request: see `Responder.serve`."""
        await self.responder.serve(send, request, make)

    @property
    def may_ask_for_content(self) -> bool:
        """Whether connecting anew may show the bot messages that it does not see yet."""
        return not self.intents.message_content and not self.content_refused and self.reconnect is not None

    def ask_for_content(self) -> None:
        """Connect anew where that may show the bot messages that it does not see yet."""
        if self.may_ask_for_content and self.reconnect is not None:
            self.reconnect()

    async def connect(self, *, reconnect: bool = True) -> None:
        """Hold every shard until the bot is closed. Raises ConnectionClosed when Discord refuses for good."""
        self._reconnect = reconnect
        await self._shard_connections.serve()

    def hears(self) -> bool:
        """Whether every shard of this process is connected, and Discord has greeted it."""
        shards = self.shards
        ready = self.is_ready() and not self.is_closed() and len(shards) == len(self._connection.shard_ids or shards)
        ready = ready and self._shard_connections.greeted()
        return ready and bool(shards) and not any(shard.is_closed() for shard in shards.values())

    def takes(self, kind: str, data: Mapping[str, Any]) -> bool:
        """Whether an interaction or message is served at all."""
        return self.gate.arrived(kind, data)

    def token_refused(self) -> None:
        """Discord answered a request with 401: stop, for each further one counts against this machine's address."""
        if self._refused is not None:
            self._refused()

    async def _refuse(self, data: Mapping[str, Any], sentence: str | None) -> None:
        said = sentence and forms.handed_back(sentence, data["data"])
        await interactions.say_to(self, data, said)

    def _calls(self, data: Mapping[str, Any]) -> EntryPoint | None:
        if self.user is None:
            return None
        return raw_requests.calling(
            self.user.id, self.keywords.channels, (self.user.name, self.user.display_name), data
        )

    def _light(self, act: str, text: str) -> bool:
        quickly = {"verify": checks_quickly, "typing": completes_quickly}.get(act, finds_quickly)
        return quickly(text, self.library.edition)

    def _observe_response_date(self, date: datetime) -> None:
        self.gate.observe_response_date(date)

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

    async def on_ready(self) -> None:
        """Say that the bot is there."""
        log.info("ready: %d servers, edition %s", len(self.servers.ids), self.library.edition.bank.edition)

    async def on_message(self, message: discord.Message, /) -> None:
        """Hand a message to the cog of messages. Prefix commands there are none."""
        reader = self.get_cog(Messages.__name__)
        if isinstance(reader, Messages):
            await reader.read(message)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel, /) -> None:
        """A channel that is gone rests no more."""
        self.resting.worked(channel.id)

    async def on_raw_thread_delete(self, thread: discord.RawThreadDeleteEvent, /) -> None:
        """Nor does a thread."""
        self.resting.worked(thread.thread_id)

    async def on_left(self, guild: int) -> bool:
        """Forget what is kept of a server that the bot was removed from, whether or not discord.py ever knew it.

        Whether all of it is forgotten by now; if not, the store goes on trying.
        """
        self.forget(guild)
        try:
            await self.store.forget_guild(guild)
        except LogUnavailable:
            log.warning("what was kept of a server is not wholly forgotten yet, for the log is unavailable: it will be")
            return False
        return True

    def forget(self, guild: int) -> None:
        """Have nothing of a server in memory any more."""
        self.keywords.forget(guild)
        self.responder.forget(guild)
        self.quotes.forget(guild)
        self.resting.forget(guild)

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        """End an error of an event. Nobody asked for anything, so nobody is told."""
        error = sys.exc_info()[1]
        if self.closing:
            log.info("left before %s was finished", event_method)
        elif error is not None:
            code = faults.new_code()
            log.info("code %s in %s", code, event_method)
            faults.note(error, code)

    def leave(self, *, at_once: bool = False) -> None:
        """Take nothing new any longer; at once: do not even wait for what is under way."""
        self.leaving = True
        self.gate.leave()
        if at_once:
            self._hurry.set()

    async def close(self) -> None:
        """Take nothing new, finish what is under way, then leave."""
        self.leave()
        if self._left is None:
            self._left = asyncio.create_task(self._leave(), name="leaving")
        await asyncio.shield(self._left)

    async def part(self) -> None:
        """Leave so that another client may connect: what is under way is given less time, for nobody is heard."""
        self.finish = ANEW
        await self.close()

    async def _leave(self) -> None:
        if self._syncing_commands is not None:
            self._syncing_commands.cancel()
        if not await self._finished():
            log.warning("left before everything under way was finished")
        connected = self.hears()
        self.closing = True
        self._shard_connections.stop()
        for task in asyncio.all_tasks():
            if task.get_name().startswith(WORK):
                task.cancel()
        try:
            async with asyncio.timeout(CLOSE):
                await super().close()
        except TimeoutError:
            await self.http.close()
        if connected:
            self.identifies.forgive()

    async def _finished(self) -> bool:
        finishing = asyncio.ensure_future(self.responder.finish(self.finish))
        hurry = asyncio.ensure_future(self._hurry.wait())
        await asyncio.wait({finishing, hurry}, return_when=asyncio.FIRST_COMPLETED)
        hurry.cancel()
        if not finishing.done():
            finishing.cancel()
            return False
        return finishing.result()
