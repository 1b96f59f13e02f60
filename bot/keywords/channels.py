"""The channels that want keyword replies, and what calls for one there now. Times are arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .cooldowns import Cooldowns

if TYPE_CHECKING:
    from datetime import datetime

    from .triggers import Match, Triggers


class KeywordChannels:
    """Who opted in, by channel; what rests and is muted there; and whose server each channel belongs to."""

    def __init__(self, cooldown: float) -> None:
        self.cooldowns = Cooldowns(cooldown)
        self.opted_in: set[int] = set()
        self._guild_of: dict[int, int] = {}
        """Of each channel of which anything is remembered: Discord does not tell us of every thread."""

    def opt_in(self, guild: int, channel: int) -> None:
        """A channel wants keyword replies."""
        self.opted_in.add(channel)
        self._guild_of[channel] = guild

    def opt_out(self, channel: int) -> None:
        """A channel wants none any more."""
        self.opted_in.discard(channel)

    def mute(self, guild: int | None, channel: int, trigger: str, until: datetime) -> None:
        """Keep a trigger quiet in a channel until a time."""
        self.cooldowns.mute(channel, trigger, until.timestamp())
        if guild is not None:
            self._guild_of[channel] = guild

    def forget(self, guild: int) -> None:
        """Remember nothing of a server's channels: neither those that opted in nor what rests or is muted there."""
        gone = {channel for channel, its in self._guild_of.items() if its == guild}
        self.opted_in -= gone
        self.cooldowns.forget(gone)
        for channel in gone:
            del self._guild_of[channel]

    def call(self, channel: int, message: str, triggers: Triggers, now: datetime, moment: float) -> Match | None:
        """The trigger a message calls with, where the channel opted in and is ready for a reply; begins its rest.

        `moment` is now on a clock that does not run backwards.
        """
        if channel not in self.opted_in:
            return None
        match = triggers.match(message, muted=self.cooldowns.muted(channel, now.timestamp()))
        if match is None or not self.cooldowns.ready(channel, match.topic.id, moment):
            return None
        self.cooldowns.replied(channel, match.topic.id, moment)
        return match

    def take_back(self, channel: int, match: Match) -> None:
        """The reply was not sent: its topic rests no longer than before."""
        self.cooldowns.take_back(channel, match.topic.id)
