"""The names a query may use whole: topics with their aliases, speakers, outlets. Never inside another word."""

from __future__ import annotations

import json
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Literal

from bot.search.language import stem
from bot.search.parts import text_of
from bot.search.vocabulary import quick_words as words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.bank.bank import Bank
    from bot.search.parts import Parts

NameKind = Literal["topic", "alias", "speaker", "outlet"]
_SHORTEST_HEAD = 3


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a thing: `of` is the id of the topic or speaker, or the folded outlet; `written` as people write it."""

    kind: NameKind
    of: str
    written: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name stands in a query: its words are `first` up to, not including, `last`."""

    first: int
    last: int
    name: Name
    exact: bool

    @property
    def is_topic(self) -> bool:
        """Whether the name stands for a topic."""
        return self.name.kind in {"topic", "alias"}


class Names:
    """Names by their words; the longest that stands in a query wins."""

    def __init__(self) -> None:
        self.exact: dict[str, list[Name]] = {}
        self.stems: dict[str, list[str]] = {}
        """The names of some stems, by their words."""
        self.lengths: dict[str, list[int]] = {}
        """How many words the names have that begin with a stem."""

    @classmethod
    def build(cls, bank: Bank) -> Names:
        """All names of a bank."""
        names = cls()
        for topic in bank.topics:
            names._add(Name("topic", topic.id, topic.name), topic.name, topic.id)
            names._add(Name("alias", topic.id, topic.name), *topic.aliases)
        for speaker in bank.speakers:
            name = Name("speaker", speaker.id, speaker.name)
            names._add(name, speaker.name, speaker.family, speaker.id, *speaker.aliases)
        outlets: dict[str, Name] = {}
        for source in bank.sources:
            outlet = " ".join(words(source.outlet))
            if outlet not in outlets:
                outlets[outlet] = Name("outlet", outlet, source.outlet)
            names._add(outlets[outlet], source.outlet)
            for initials in _initials(source.outlet, source.id):
                names.exact.setdefault(initials, [outlets[outlet]])
                names._note([initials])
        return names

    def pack(self) -> Parts:
        """What a cache keeps of it."""
        number: dict[Name, int] = {}
        for held in self.exact.values():
            for name in held:
                number.setdefault(name, len(number))
        told = [[name.kind, name.of, name.written] for name in number]
        exact = {key: [number[name] for name in held] for key, held in self.exact.items()}
        return {"names": json.dumps([told, exact, self.stems, self.lengths])}

    @classmethod
    def unpack(cls, parts: Parts) -> Names:
        """The names that were packed."""
        names = cls()
        told, exact, names.stems, names.lengths = json.loads(text_of(parts["names"]))
        known = [Name(kind, of, written) for kind, of, written in told]
        names.exact = {key: [known[number] for number in held] for key, held in exact.items()}
        return names

    @property
    def outlets(self) -> Iterator[str]:
        """The words outlets go by."""
        return (key for key, held in self.exact.items() if held[-1].kind == "outlet")

    def _add(self, name: Name, *called: str) -> None:
        for one in called:
            key = words(one)
            if not key:
                continue
            self._note(key)
            written = " ".join(key)
            held = self.exact.setdefault(written, [])
            if not any((other.kind, other.of) == (name.kind, name.of) for other in held):
                held.append(name)
            alike = self.stems.setdefault(" ".join(map(stem, key)), [])
            if written not in alike:
                alike.append(written)

    def _note(self, key: Sequence[str]) -> None:
        lengths = self.lengths.setdefault(stem(key[0]), [])
        if len(key) not in lengths:
            lengths.append(len(key))

    def at(self, typed: Sequence[str]) -> list[Place]:
        """Every name that stands in the words of a query; a longer one hides the shorter ones inside it."""
        stems = [stem(word) for word in typed]
        found: list[tuple[int, int, list[Name], bool]] = []
        for first, stemmed in enumerate(stems):
            for length in self.lengths.get(stemmed, ()):
                last = first + length
                if last > len(typed):
                    continue
                exact = self.exact.get(" ".join(typed[first:last]) if length > 1 else typed[first])
                held = exact or self._inflected(typed[first:last], stems[first:last])
                if held is not None:
                    found.append((-length, first, held, exact is not None))
        if not found:
            return []
        found.sort(key=itemgetter(0, 1))
        taken = [False] * len(typed)
        places: list[Place] = []
        for negative, first, held, is_exact in found:
            last = first - negative
            if not any(taken[first:last]):
                taken[first:last] = [True] * -negative
                places.extend(Place(first, last, name, is_exact) for name in held)
        return places

    def _inflected(self, typed: Sequence[str], stems: Sequence[str]) -> list[Name] | None:
        """The names of which these words are other forms: of the same stems, and longer or shorter by an ending
        only."""
        held = self.stems.get(" ".join(stems))
        if held is None:
            return None
        near = [key for key in held if all(map(_is_ending, typed, key.split(" ")))]
        return self.exact[near[0]] if near else None

    def whole(self, typed: Sequence[str], kind: NameKind) -> Name | None:
        """The name of one kind that these words are, all of them."""
        return next((name for name in self.exact.get(" ".join(typed), ()) if name.kind == kind), None)


def _is_ending(one: str, other: str) -> bool:
    """Whether two forms differ by no more than an English ending."""
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    if longer.startswith(shorter):
        return longer[len(shorter) :] in _ENDINGS
    return longer in (shorter.removesuffix("y") + "ies", shorter.removesuffix("e") + "ing")


_ENDINGS = frozenset(["", "s", "es", "d", "ed", "ing"])


def _initials(outlet: str, source_id: str) -> Iterable[str]:
    """What an outlet is called for short ("voa"): its initials, and what its sources' ids begin with."""
    named = words(outlet)
    if len(named) >= _SHORTEST_HEAD:
        yield "".join(word[0] for word in named)
    head, dash, rest = source_id.partition("-")
    if dash and len(head) >= _SHORTEST_HEAD and rest[:4].isdigit():
        yield head
