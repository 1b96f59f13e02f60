"""The names a query may use whole: topics with their aliases, speakers, outlets. Never inside another word."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Literal, NamedTuple

from ...columns import bytes_of, lines_of, text_of
from ..analysis import stem
from ..tuning import INITIALS_FROM
from .lazy_rows import LazyRows, rows_to_columns
from .vocabulary import quick_words as words

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ...bank.bank import Bank
    from ...columns import Column, Columns

NameKind = Literal["topic", "alias", "speaker", "outlet"]
_KINDS: tuple[NameKind, ...] = ("topic", "alias", "speaker", "outlet")
_OF_TOPIC = frozenset({"topic", "alias"})
_END = "\x1f"


class Name(NamedTuple):
    """A name of a thing: `of` is the id of the topic or speaker, or the folded outlet; `written` as people write it."""

    kind: NameKind
    of: str
    written: str


class Place(NamedTuple):
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

    def __init__(
        self,
        exact: Mapping[str, Sequence[Name]],
        stems: Mapping[str, Sequence[str]],
        lengths: Mapping[str, Sequence[int]],
        of_topics: Sequence[str],
        outlets: Sequence[str],
    ) -> None:
        self.exact = exact
        self.stems = stems
        """The names of some stems, by their words."""
        self.lengths = lengths
        """How many words the names have that begin with a stem."""
        self.of_topics = of_topics
        """The words topics go by, in the order of the alphabet."""
        self.outlets = outlets
        """The words outlets go by."""

    @classmethod
    def build(cls, bank: Bank) -> Names:
        """All names of a bank."""
        names = _Gathered()
        for topic in bank.topics:
            names.add(Name("topic", topic.id, topic.name), topic.name, topic.id)
            names.add(Name("alias", topic.id, topic.name), *topic.aliases)
        for speaker in bank.speakers:
            name = Name("speaker", speaker.id, speaker.name)
            names.add(name, speaker.name, speaker.family, speaker.id, *speaker.aliases)
        outlets: dict[str, Name] = {}
        for source in bank.sources:
            outlet = " ".join(words(source.outlet))
            if outlet not in outlets:
                outlets[outlet] = Name("outlet", outlet, source.outlet)
            names.add(outlets[outlet], source.outlet)
            for initials in _initials(source.outlet, source.id):
                names.exact.setdefault(initials, [outlets[outlet]])
                names.note([initials])
        exact = names.exact
        return cls(
            exact,
            names.stems,
            names.lengths,
            sorted(key for key, namesakes in exact.items() if namesakes[0].kind in _OF_TOPIC),
            [key for key, namesakes in exact.items() if namesakes[-1].kind == "outlet"],
        )

    def to_columns(self) -> Columns:
        """What a cache keeps of it."""
        number: dict[Name, int] = {}
        for namesakes in self.exact.values():
            for name in namesakes:
                number.setdefault(name, len(number))
        key_number = {key: at for at, key in enumerate(self.exact)}
        return {
            "kinds": bytes(_KINDS.index(name.kind) for name in number),
            "of": _END.join(name.of for name in number),
            "written": _END.join(name.written for name in number),
            **rows_to_columns(
                "exact", {key: [number[name] for name in namesakes] for key, namesakes in self.exact.items()}
            ),
            **rows_to_columns(
                "stems", {key: [key_number[written] for written in namesakes] for key, namesakes in self.stems.items()}
            ),
            **rows_to_columns("lengths", self.lengths),
            "topics": "\n".join(self.of_topics),
            "outlets": "\n".join(self.outlets),
        }

    @classmethod
    def from_columns(cls, parts: Columns) -> Names:
        """The names that were packed."""
        kinds, of, written = bytes_of(parts["kinds"]), _split(parts["of"]), _split(parts["written"])
        if not len(kinds) == len(of) == len(written):
            raise ValueError("the names do not fit together")

        def named(numbers: array[int]) -> list[Name]:
            return [Name(_KINDS[kinds[number]], of[number], written[number]) for number in numbers]

        exact = LazyRows("exact", parts, named)
        keys = list(exact)
        return cls(
            exact,
            LazyRows("stems", parts, lambda numbers: [keys[number] for number in numbers]),
            LazyRows("lengths", parts, lambda numbers: numbers),
            lines_of(parts["topics"]),
            lines_of(parts["outlets"]),
        )

    def at(self, typed: Sequence[str], stem_of: Callable[[str], str] = stem) -> list[Place]:
        """Every name that stands in the words of a query; a longer one hides the shorter ones inside it."""
        taken = [False] * len(typed)
        places: list[Place] = []
        for negative, first, namesakes, is_exact in sorted(self._all_at(typed, stem_of), key=itemgetter(0, 1)):
            last = first - negative
            if not any(taken[first:last]):
                taken[first:last] = [True] * -negative
                places.extend(Place(first, last, name, is_exact) for name in namesakes)
        return places

    def _all_at(
        self, typed: Sequence[str], stem_of: Callable[[str], str]
    ) -> Iterator[tuple[int, int, Sequence[Name], bool]]:
        """The namesakes at every place of a query: words as a negative number, first word, and whether as written."""
        stems = list(map(stem_of, typed))
        for first, stemmed in enumerate(stems):
            for length in self.lengths.get(stemmed, ()):
                last = first + length
                if last > len(typed):
                    continue
                exact = self.exact.get(" ".join(typed[first:last]) if length > 1 else typed[first])
                namesakes = exact or self._inflected(typed[first:last], stems[first:last])
                if namesakes is not None:
                    yield -length, first, namesakes, exact is not None

    def _inflected(self, typed: Sequence[str], stems: Sequence[str]) -> Sequence[Name] | None:
        """The names of which these words are other forms: of the same stems, and longer or shorter by an ending
        only."""
        namesakes = self.stems.get(" ".join(stems))
        if namesakes is None:
            return None
        near = [key for key in namesakes if all(map(_is_ending, typed, key.split(" ")))]
        return self.exact[near[0]] if near else None

    def named(self, typed: Sequence[str], kind: NameKind) -> Name | None:
        """The name of one kind that these words are, all of them."""
        return next((name for name in self.exact.get(" ".join(typed), ()) if name.kind == kind), None)


class _Gathered:
    """Names as they are gathered."""

    def __init__(self) -> None:
        self.exact: dict[str, list[Name]] = {}
        self.stems: dict[str, list[str]] = {}
        self.lengths: dict[str, list[int]] = {}

    def add(self, name: Name, *called: str) -> None:
        for alias in called:
            key = words(alias)
            if not key:
                continue
            self.note(key)
            written = " ".join(key)
            namesakes = self.exact.setdefault(written, [])
            if not any((other.kind, other.of) == (name.kind, name.of) for other in namesakes):
                namesakes.append(name)
            alike = self.stems.setdefault(" ".join(map(stem, key)), [])
            if written not in alike:
                alike.append(written)

    def note(self, key: Sequence[str]) -> None:
        lengths = self.lengths.setdefault(stem(key[0]), [])
        if len(key) not in lengths:
            lengths.append(len(key))


def _split(part: Column) -> list[str]:
    text = text_of(part)
    return text.split(_END) if text else []


def _is_ending(form: str, other: str) -> bool:
    """Whether two forms differ by no more than an English ending."""
    longer, shorter = (form, other) if len(form) >= len(other) else (other, form)
    if longer.startswith(shorter):
        return longer[len(shorter) :] in _ENDINGS
    return longer in (shorter.removesuffix("y") + "ies", shorter.removesuffix("e") + "ing")


_ENDINGS = frozenset(["", "s", "es", "d", "ed", "ing"])


def _initials(outlet: str, source_id: str) -> Iterable[str]:
    """What an outlet is called for short ("voa"): its initials, and what its sources' ids begin with."""
    named = words(outlet)
    if len(named) >= INITIALS_FROM:
        yield "".join(word[0] for word in named)
    head, dash, rest = source_id.partition("-")
    if dash and len(head) >= INITIALS_FROM and rest[:4].isdigit():
        yield head
