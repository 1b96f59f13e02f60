"""What happens by itself: servers that are gone are forgotten, and the owner is told when the log is in trouble."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from discord.ext import commands

from ...errors import LogUnavailable
from ...housekeeping import begin
from ...store.server_data.retention import keep_sweeping
from ..moderation import log_notices
from ..moderation.operators import operators

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    import discord

    from ..client import Quoth

LOOK = 5.0
"""Seconds between two looks at the log's state."""
DAILY = 24 * 3600.0 + 60.0
"""Seconds between two looks for missing servers: what is missing at one of them is so for a day at the next."""
log = logging.getLogger(__name__)


class Periodic(commands.Cog):
    """Look after what is kept."""

    def __init__(self, client: Quoth) -> None:
        self.client = client
        self._sweeping: asyncio.Task[None] | None = None
        self._loops: list[asyncio.Task[None]] = []
        self._to_look = False

    async def cog_load(self) -> None:
        """Begin to look, and to sweep."""
        self._loops = [begin(_every(LOOK, self.often)), begin(_every(DAILY, self.look_for_missing))]
        days = self.client.settings.retention_days
        self._sweeping = asyncio.create_task(keep_sweeping(self.client.store.sweep, days, self.time), name="sweeping")

    async def cog_unload(self) -> None:
        """Look no more, and sweep no more."""
        tasks = [*self._loops, *([self._sweeping] if self._sweeping else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def time(self) -> datetime | None:
        """What the time is at least: the earlier of `times`. To delete late costs nothing."""
        times = self.times()
        return times and times[0]

    def times(self) -> tuple[datetime, datetime] | None:
        """The time by this machine's clock and by Discord's, the earlier one first; None until anything told that.

        Either may be wrong, Discord's where an answer of its bore a wrong date.
        """
        ahead = self.client.gate.ahead()
        if ahead is None:
            return None
        ours = self.client.now()
        first, last = sorted((ours, ours - timedelta(seconds=ahead)))
        return first, last

    async def often(self) -> None:
        """Look at the log's state, and for what could not be read from it yet."""
        await _try(self.look_at_log())
        await _try(self.look_for_keywords())
        if self._to_look:
            await _try(self.look_for_missing())

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Every shard's servers are listed now, those among them that are not available too."""
        await self.look_for_missing()
        await operators(self.client).of(self.client)  # known before somebody needs to be told in time

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """A server that had been missing is not missing from now on."""
        with contextlib.suppress(LogUnavailable):  # the next look for missing servers finds it there
            await self.client.store.mark_present(guild.id)

    async def look_at_log(self) -> None:
        """Tell the owner what there is to tell, and keep the counts of who asked what no longer than a day."""
        self.client.responder.tidy()
        if self.client.is_ready():
            await log_notices.look(self.client, asyncio.get_running_loop().time())

    async def look_for_keywords(self) -> None:
        """Read who opted in to keyword replies as soon as the log can be read, where it could not at the start."""
        keywords = self.client.keywords
        if await keywords.load(self.client.now()) and keywords.channels:
            log.info("keyword replies are on in %d channels", len(keywords.channels))
        if keywords.channels:  # also where whoever opted in could not be answered, and so nobody asked for it
            self.client.ask_for_content()

    async def look_for_missing(self) -> None:
        """Mark the servers the bot is no longer in, and forget those that are missing for a day.

        By the later of two clocks a server is missing from now on, and by the earlier one the day is over. While
        neither is known to be right that waits.
        """
        servers, shards, times = self.client.servers, self.client.shards, self.times()
        if not self.client.is_ready() or not servers.complete(shards):
            return
        self._to_look = times is None
        if times is None:
            return
        try:
            missing = await self.client.store.mark_missing(servers.ids, *times)
        except LogUnavailable:
            log.warning("servers that are gone could not be looked for: the log is unavailable")
            return
        forgotten = 0
        for guild in sorted(missing):
            if guild not in servers:  # the one before may have taken minutes, and this one be back
                forgotten += await self.client.on_left(guild)
        if forgotten:
            log.info("%d servers are missing for a day: what was kept of them is forgotten", forgotten)


async def _every(seconds: float, look: Callable[[], Awaitable[None]]) -> None:
    """Look now, and again and again. The loops of discord.py wait for a time of day, which a clock that is set right
    may put hours off, or may pass a thousand times at once.
    """
    while True:
        await _try(look())
        await asyncio.sleep(seconds)


async def _try(look: Awaitable[None]) -> None:
    """Whatever goes wrong in one look, the next is to come."""
    try:
        await look
    except Exception:
        log.exception("a look at what is kept failed; it is tried again")
