"""The names a query may use whole: topics with their aliases, speakers, outlets. Never inside another word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bot.search.language import stem
from bot.text import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.bank.bank import Bank

NameKind = Literal["topic", "alias", "speaker", "outlet"]


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a thing: `of` is the id of the topic or speaker, or the folded outlet."""

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


class Names:
    """Names by their words; the longest that stands in a query wins."""

    def __init__(self, bank: Bank) -> None:
        self._exact: dict[tuple[str, ...], list[Name]] = {}
        self._stems: dict[tuple[str, ...], list[Name]] = {}
        self.words: set[str] = set()
        for topic in bank.topics:
            self._add(Name("topic", topic.id, topic.name), topic.name)
            self._add(Name("topic", topic.id, topic.name), topic.id)
            for alias in topic.aliases:
                self._add(Name("alias", topic.id, alias), alias)
        for speaker in bank.speakers:
            for called in (speaker.name, speaker.family, speaker.id, *speaker.aliases):
                self._add(Name("speaker", speaker.id, speaker.name), called)
        for source in bank.sources:
            for called in _outlet_names(source.outlet, source.id):
                self._add(Name("outlet", " ".join(words(source.outlet)), source.outlet), called)
        self._longest = max(map(len, self._exact), default=0)

    def _add(self, name: Name, called: str) -> None:
        key = tuple(words(called))
        if not key:
            return
        for table, of in ((self._exact, key), (self._stems, tuple(map(stem, key)))):
            held = table.setdefault(of, [])
            if name not in held and not any((other.kind, other.of) == (name.kind, name.of) for other in held):
                held.append(name)
        self.words.update(key)

    def at(self, typed: Sequence[str]) -> Iterable[Place]:
        """Every name that stands in the words of a query; a longer one hides the shorter ones inside it."""
        taken = [False] * len(typed)
        stems = [stem(word) for word in typed]
        for length in range(min(self._longest, len(typed)), 0, -1):
            for first in range(len(typed) - length + 1):
                last = first + length
                if any(taken[first:last]):
                    continue
                exact = self._exact.get(tuple(typed[first:last]))
                held = exact or self._stems.get(tuple(stems[first:last]))
                if not held:
                    continue
                taken[first:last] = [True] * length
                for name in held:
                    yield Place(first, last, name, exact is not None)

    def whole(self, typed: Sequence[str], kind: NameKind) -> Name | None:
        """The name of one kind that these words are, all of them."""
        held = self._exact.get(tuple(typed), ())
        return next((name for name in held if name.kind == kind), None)


def _outlet_names(outlet: str, source_id: str) -> Iterable[str]:
    yield outlet
    named = words(outlet)
    if len(named) >= 3:  # Voice of America → voa
        yield "".join(word[0] for word in named)
    head = source_id.split("-", 1)[0]
    if len(head) >= 3 and not head.isdigit():
        yield head
