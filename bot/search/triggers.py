"""Keyword replies: which message calls for a quote, and when a channel has had enough of them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.search.prose import prose
from bot.text import words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bot.bank.bank import Bank
    from bot.bank.quote import Topic


@dataclass(frozen=True, slots=True)
class Match:
    """A message calls for a quote on `topic`; `trigger` is the curated phrase that says so."""

    topic: Topic
    trigger: str


@dataclass(frozen=True, slots=True)
class Triggers:
    """The curated trigger phrases of a bank as folded words, and the lengths there are for each first word."""

    phrases: Mapping[tuple[str, ...], Match]
    lengths: Mapping[str, tuple[int, ...]]

    @classmethod
    def build(cls, bank: Bank) -> Triggers:
        """Triggers of every topic that has quotes. A phrase two topics claim belongs to the first of them."""
        phrases: dict[tuple[str, ...], Match] = {}
        for topic in bank.topics:
            for trigger in topic.triggers if bank.by_topic.get(topic.id) else ():
                if spelt := tuple(words(trigger)):
                    phrases.setdefault(spelt, Match(topic, trigger))
        lengths: dict[str, set[int]] = {}
        for spelt in phrases:
            lengths.setdefault(spelt[0], set()).add(len(spelt))
        return cls(phrases, {first: tuple(sorted(found)) for first, found in lengths.items()})

    def match(self, message_text: str, *, muted: Collection[str] = ()) -> Match | None:
        """The most specific trigger in the writer's own words, or None.

        The phrase of most words wins, then the one of most letters, then the one that stands first. `muted` are
        triggers to pass over, as they stand in the bank. Linear in the message, however many phrases there are.
        """
        best: Match | None = None
        best_rank = (0, 0)
        for stretch in prose(message_text):
            said = words(stretch)
            for place, word in enumerate(said):
                for length in self.lengths.get(word, ()):
                    spelt = tuple(said[place : place + length])
                    match = self.phrases.get(spelt)
                    if match and match.trigger not in muted and (rank := (length, sum(map(len, spelt)))) > best_rank:
                        best, best_rank = match, rank
        return best


@dataclass(slots=True)
class Cooldowns:
    """Which channel had a reply on which topic lately, and which triggers its people silenced.

    Times are seconds on any one clock that does not run backwards. At most `most` cool-downs and as many mutes are
    remembered; beyond that the oldest is forgotten.
    """

    seconds: float
    most: int = 10_000
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

    def _forget(self, key: tuple[int, str]) -> None:
        channel, trigger = key
        del self._mutes[key]
        left = self._muted_in[channel]
        left.discard(trigger)
        if not left:
            del self._muted_in[channel]
