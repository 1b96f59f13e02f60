"""Keyword replies: what the store remembers of them, and the triggers of the edition in use."""

from __future__ import annotations

import asyncio
import logging
from contextlib import nullcontext
from typing import TYPE_CHECKING

from ...errors import LogUnavailable, LogUncertain, NotInServer
from ...keywords.channels import KeywordChannels
from ...keywords.triggers import Triggers
from ..deadline import from_log

if TYPE_CHECKING:
    from datetime import datetime

    from ...editions.library import Library
    from ...keywords.cooldowns import Cooldowns
    from ...keywords.triggers import Match
    from ...store.store import Store

log = logging.getLogger(__name__)


class Keywords:
    """The channels that opted in, as the store remembers them. Times are arguments."""

    def __init__(self, library: Library, store: Store, *, cooldown: float) -> None:
        self.library = library
        self.store = store
        self._here = KeywordChannels(cooldown)
        self.loaded = False
        """Whether it is known who opted in: not while the log has been unavailable since the start."""
        self._warned = False
        self._changes = 0
        self._changing = asyncio.Lock()
        self._edition = library.edition
        self._triggers = Triggers.build(self._edition.bank)

    @property
    def channels(self) -> set[int]:
        """The channels that opted in."""
        return self._here.opted_in

    @property
    def cooldowns(self) -> Cooldowns:
        """What rests and is muted in them."""
        return self._here.cooldowns

    async def load(self, now: datetime) -> bool:
        """Read the opted-in channels and the mutes back, where that was not done yet. Says whether it was done now."""
        async with self._changing:
            if self.loaded:
                return False
            try:
                changes = -1
                while changes != self._changes:  # else what is left or chosen meanwhile would be as it was before
                    changes = self._changes
                    chosen, mutes = await self.store.keyword_channels(), await self.store.mutes(now)
            except LogUnavailable:
                if not self._warned:
                    log.warning("keyword replies wait: the memory of who opted in is unavailable")
                self._warned = True
                return False
            self.loaded = True
        self._here.opted_in.clear()
        for choice in chosen:
            self._here.opt_in(choice.guild, choice.channel)
        for muted in mutes:
            self._here.mute(muted.guild, muted.channel, muted.trigger, muted.until)
        return True

    async def switch(self, guild: int, channel: int, *, on: bool, by: int) -> None:
        """Opt a channel in or out. Raises LogUnavailable, LogUncertain and NotInServer where that is not kept (yet)."""
        await from_log(self._switch(guild, channel, on=on, by=by))

    async def _switch(self, guild: int, channel: int, *, on: bool, by: int) -> None:
        async with nullcontext() if self.loaded else self._changing:  # what is read at once would miss it
            try:
                await self.store.set_keyword_channel(guild, channel, on, by)
            except LogUncertain:
                self.loaded = False  # what is kept is read as soon as it can be
                raise
            finally:
                self._changes += 1
            if on and self.store.present(guild):  # else it was left in the moment in which that was kept
                self._here.opt_in(guild, channel)
            else:
                self._here.opt_out(channel)

    def forget(self, guild: int) -> None:
        """Remember nothing of a server's channels: neither those that opted in nor what rests or is muted there."""
        self._changes += 1
        self._here.forget(guild)

    def triggers(self) -> Triggers:
        """The triggers of the edition in use."""
        edition = self.library.edition
        if edition is not self._edition:
            self._edition, self._triggers = edition, Triggers.build(edition.bank)
        return self._triggers

    def call(self, channel: int, message: str, now: datetime, moment: float) -> Match | None:
        """The trigger a message calls with, where the channel opted in and is ready for a reply; begins its rest.

        `moment` is now on a clock that does not run backwards.
        """
        return self._here.call(channel, message, self.triggers(), now, moment) if channel in self.channels else None

    def take_back(self, channel: int, match: Match) -> None:
        """The reply was not sent: its topic rests no longer than before."""
        self._here.take_back(channel, match)

    async def mute(self, guild: int, channel: int, trigger: str, until: datetime) -> bool:
        """Keep a trigger quiet in a channel until a time. Says whether that outlives a restart.

        That is False where it is not known. Raises NotInServer.
        """
        self._here.mute(guild, channel, trigger, until)
        try:
            await from_log(self._keep_mute(guild, channel, trigger, until))
        except LogUnavailable:
            return False
        return True

    async def _keep_mute(self, guild: int, channel: int, trigger: str, until: datetime) -> None:
        try:
            await self.store.mute(channel, trigger, until, guild=guild)
        except NotInServer:
            self.forget(guild)
            raise
