"""Keyword replies: the channels that opted in, and when one of them has had enough."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.errors import LogUnavailable, NotInServer
from bot.search.calling.triggers import Cooldowns, Triggers

if TYPE_CHECKING:
    from datetime import datetime

    from bot.library import Library
    from bot.search.calling.triggers import Match
    from bot.store.store import Store

log = logging.getLogger(__name__)


class Keywords:
    """Which message in an opted-in channel calls for a quote. Times are arguments."""

    def __init__(self, library: Library, store: Store, *, cooldown: float) -> None:
        self.library = library
        self.store = store
        self.cooldowns = Cooldowns(cooldown)
        self.channels: set[int] = set()
        self.loaded = False
        """Whether it is known who opted in: not while the log has been unavailable since the start."""
        self._told = False
        self._left = 0
        self._changing = asyncio.Lock()
        self._guild_of: dict[int, int] = {}
        """Of each channel of which anything is remembered: Discord does not tell us of every thread."""
        self._edition = library.edition
        self._triggers = Triggers.build(self._edition.bank)

    async def load(self, now: datetime) -> bool:
        """Read the opted-in channels and the mutes back, where that was not done yet. Says whether it was done now."""
        async with self._changing:
            if self.loaded:
                return False
            try:
                left = -1
                while left != self._left:  # of a server that is left meanwhile nothing is to come back
                    left = self._left
                    chosen, mutes = await self.store.keyword_channels(), await self.store.mutes(now)
            except LogUnavailable:
                if not self._told:
                    log.warning("keyword replies wait: the memory of who opted in is unavailable")
                self._told = True
                return False
            self.loaded = True
        self.channels = {one.channel for one in chosen}
        self._guild_of.update((one.channel, one.guild) for one in chosen)
        for one in mutes:
            self._mute(one.guild, one.channel, one.trigger, one.until)
        return True

    async def switch(self, guild: int, channel: int, *, on: bool, by: int) -> None:
        """Opt a channel in or out. Raises LogUnavailable and NotInServer when that cannot be kept."""
        async with self._changing:
            await self.store.set_keyword_channel(guild, channel, on, by)
            if on:
                self.channels.add(channel)
                self._guild_of[channel] = guild
            else:
                self.channels.discard(channel)

    def forget(self, guild: int) -> None:
        """Remember nothing of a server's channels: neither those that opted in nor what rests or is muted there."""
        self._left += 1
        gone = {channel for channel, its in self._guild_of.items() if its == guild}
        self.channels -= gone
        self.cooldowns.forget(gone)
        for channel in gone:
            del self._guild_of[channel]

    def triggers(self) -> Triggers:
        """The triggers of the edition in use."""
        edition = self.library.edition
        if edition is not self._edition:
            self._edition, self._triggers = edition, Triggers.build(edition.bank)
        return self._triggers

    def call(self, channel: int, message: str, now: datetime) -> Match | None:
        """The trigger a message calls with, where the channel opted in and is ready for a reply; begins its rest."""
        if channel not in self.channels:
            return None
        moment = now.timestamp()
        match = self.triggers().match(message, muted=self.cooldowns.muted(channel, moment))
        if match is None or not self.cooldowns.ready(channel, match.topic.id, moment):
            return None
        self.cooldowns.replied(channel, match.topic.id, moment)
        return match

    def take_back(self, channel: int, match: Match) -> None:
        """The reply was not sent: its topic rests no longer than before."""
        self.cooldowns.take_back(channel, match.topic.id)

    async def mute(self, guild: int | None, channel: int, trigger: str, until: datetime) -> bool:
        """Keep a trigger quiet in a channel until a time. Says whether that outlives a restart. Raises NotInServer."""
        self._mute(guild, channel, trigger, until)
        try:
            await self.store.mute(channel, trigger, until, guild=guild)
        except LogUnavailable:
            return False
        except NotInServer:
            if guild is not None:
                self.forget(guild)
            raise
        return True

    def _mute(self, guild: int | None, channel: int, trigger: str, until: datetime) -> None:
        self.cooldowns.mute(channel, trigger, until.timestamp())
        if guild is not None:
            self._guild_of[channel] = guild
