"""Which message calls for a quote: by a trigger of a topic, or by a call with a topic's name in it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from ..text import within, words
from .calls import Call, asks
from .own_words import prose
from .tuning import MAX_MESSAGE_CHARS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from ..bank.bank import Bank
    from ..bank.quote import Topic


@dataclass(frozen=True, slots=True)
class Match:
    """A message calls for a quote on `topic`; `trigger` is the curated phrase that says so, the topic's name in it."""

    topic: Topic
    trigger: str


@dataclass(frozen=True, slots=True)
class Triggers:
    """What calls for a quote in a bank: its topics' triggers, and its calls together with its topics' names.

    Phrases and names are folded words; `lengths` and `name_lengths` tell how long those are that begin with a word.
    Calls are filed under the word before the name, those that have none under the word after it.
    """

    phrases: Mapping[tuple[str, ...], Match]
    lengths: Mapping[str, tuple[int, ...]]
    names: Mapping[tuple[str, ...], Topic]
    name_lengths: Mapping[str, tuple[int, ...]]
    calls: Mapping[str, tuple[Call, ...]]

    @classmethod
    def build(cls, bank: Bank) -> Triggers:
        """Triggers of every topic that has quotes. A phrase two topics claim belongs to the first of them."""
        phrases: dict[tuple[str, ...], Match] = {}
        names: dict[tuple[str, ...], Topic] = {}
        for topic in bank.topics:
            if not bank.by_topic.get(topic.id):
                continue
            for trigger in topic.triggers:
                if spelt := tuple(words(trigger)):
                    phrases.setdefault(spelt, Match(topic, trigger))
            for name in (topic.name, topic.id, *topic.aliases):
                if spelt := tuple(words(name)):
                    names.setdefault(spelt, topic)
        calls: dict[str, list[Call]] = {}
        for call in filter(None, map(Call.read, bank.calls)):
            calls.setdefault(call.before[-1] if call.before else call.after[0], []).append(call)
        return cls(
            phrases, _lengths(phrases), names, _lengths(names), {word: tuple(filed) for word, filed in calls.items()}
        )

    def match(self, message_text: str, *, muted: Collection[str] = ()) -> Match | None:
        """What calls most clearly for a quote in the writer's own words, or None.

        The trigger or call of most words wins, then the one of most letters, then the one that stands first. `muted`
        are triggers to pass over, as matches name them. Linear in the message, however many phrases there are.
        """
        best: Match | None = None
        best_rank = (0, 0)
        for stretch in prose(within(message_text, MAX_MESSAGE_CHARS)):
            said = words(stretch)
            for start, end, match in self._found(said):
                rank = (end - start, sum(map(len, said[start:end])))
                if rank > best_rank and match.trigger not in muted:
                    best, best_rank = match, rank
        return best

    def _found(self, said: Sequence[str]) -> Iterator[tuple[int, int, Match]]:
        """Every trigger and call in a clause with where it stands."""
        for start, word in enumerate(said):
            for length in self.lengths.get(word, ()):
                if match := self.phrases.get(tuple(said[start : start + length])):
                    yield start, start + length, match
            for length in self.name_lengths.get(word, ()):
                if topic := self.names.get(tuple(said[start : start + length])):
                    yield from self._called(said, start, start + length, topic)

    def _called(self, said: Sequence[str], start: int, end: int, topic: Topic) -> Iterator[tuple[int, int, Match]]:
        """The calls that stand around a topic's name and ask for a quote."""
        beside = {*said[max(start - 2, 0) : start], *said[end : end + 1]}
        for call in chain.from_iterable(self.calls.get(word, ()) for word in sorted(beside)):
            place = call.around(said, start, end)
            if place is not None and asks(said, *place, self.name_lengths):
                yield *place, Match(topic, call.on(topic))


def _lengths(phrases: Iterable[tuple[str, ...]]) -> dict[str, tuple[int, ...]]:
    lengths: dict[str, set[int]] = {}
    for spelt in phrases:
        lengths.setdefault(spelt[0], set()).add(len(spelt))
    return {first: tuple(sorted(found)) for first, found in lengths.items()}
