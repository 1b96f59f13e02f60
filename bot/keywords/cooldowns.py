"""When a channel has had enough: replies on a topic rest, and triggers are muted. Times are arguments."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .tuning import MAX_REMEMBERED

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(slots=True)
class Cooldowns:
    """Which channel had a reply on which topic lately, and which triggers its people silenced.

    Cool-downs are told by seconds on a clock that does not run backwards, mutes by the time of day, for they outlive a
    restart. At most `most` cool-downs and as many mutes are
    remembered; beyond that the oldest is forgotten.
    """

    seconds: float
    most: int = MAX_REMEMBERED
    _replied: OrderedDict[tuple[int, str], float] = field(default_factory=OrderedDict, repr=False)
    _mutes: OrderedDict[tuple[int, str], float] = field(default_factory=OrderedDict, repr=False)
    _muted_in: dict[int, set[str]] = field(default_factory=dict, repr=False)

    def ready(self, channel: int, topic: str, now: float) -> bool:
        """Whether a reply on this topic may be given in this channel now."""
        replied = self._replied.get((channel, topic))
        return replied is None or now - replied >= self.seconds

    def replied(self, channel: int, topic: str, now: float) -> None:
        """Begin the cool-down: a reply on this topic was given in this channel."""
        self._replied[channel, topic] = now
        self._replied.move_to_end((channel, topic))
        while len(self._replied) > self.most:
            self._replied.popitem(last=False)

    def take_back(self, channel: int, topic: str) -> None:
        """The reply could not be sent: there was none."""
        self._replied.pop((channel, topic), None)

    def mute(self, channel: int, trigger: str, until: float) -> None:
        """Pass over a trigger in a channel until a time. A later mute of the same trigger replaces it."""
        self._mutes[channel, trigger] = until
        self._mutes.move_to_end((channel, trigger))
        self._muted_in.setdefault(channel, set()).add(trigger)
        while len(self._mutes) > self.most:
            self._forget(next(iter(self._mutes)))

    def muted(self, channel: int, now: float) -> frozenset[str]:
        """The triggers silenced in a channel now, for `Triggers.match`."""
        for trigger in tuple(self._muted_in.get(channel, ())):
            if self._mutes[channel, trigger] <= now:
                self._forget((channel, trigger))
        return frozenset(self._muted_in.get(channel, ()))

    def forget(self, channels: Collection[int]) -> None:
        """Remember nothing of these channels."""
        for key in [key for key in self._replied if key[0] in channels]:
            del self._replied[key]
        for key in [key for key in self._mutes if key[0] in channels]:
            self._forget(key)

    def _forget(self, key: tuple[int, str]) -> None:
        channel, trigger = key
        del self._mutes[key]
        left = self._muted_in[channel]
        left.discard(trigger)
        if not left:
            del self._muted_in[channel]
