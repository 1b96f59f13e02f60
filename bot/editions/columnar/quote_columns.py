"""Quotes in columns: one is made when it is asked for, so that 100,000 are there at once.

The columns are checked when they are put together; after that every quote can be made, whatever they say.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any, overload
from zlib import crc32

from bot.bank.bank import Lookups
from bot.bank.digest import NOTHING, SEPARATOR, digest_of, line_of
from bot.bank.quote import Quote, When
from bot.columns import bytes_of, ints_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.bank.quote import Source, Speaker, Topic
    from bot.columns import Columns

_BEFORE_SEGMENTS = 5
_NUMBERS = 1 << 32


@dataclass(frozen=True, slots=True)
class Around:
    """What quotes share, by its number."""

    speakers: tuple[Speaker, ...]
    sources: tuple[Source, ...]
    topics: tuple[Topic, ...]
    dates: tuple[When, ...]


def pack_quotes(quotes: Sequence[Quote], around: Around) -> Columns:
    """The columns. Raises ValueError where a quote does not fit into them."""
    if isinstance(quotes, PackedQuotes):
        return quotes.pack()
    lines = [line_of(quote) for quote in quotes]
    speakers, sources, topics = map(_numbers, (around.speakers, around.sources, around.topics))
    dates = {date: number for number, date in enumerate(around.dates, start=1)}
    try:
        return {
            "lines": b"".join(lines),
            "ends": array("I", accumulate(map(len, lines), initial=0)),
            "speakers": array("I", (speakers[id(quote.speaker)] for quote in quotes)),
            "sources": array("I", (sources[id(quote.source)] for quote in quotes)),
            "topics": array("I", (topics[id(topic)] for quote in quotes for topic in quote.topics)),
            "topic ends": array("I", accumulate((len(quote.topics) for quote in quotes), initial=0)),
            "dates": array("I", (dates[quote.said_on] if quote.said_on else 0 for quote in quotes)),
            "filed": array("Q", sorted(_filed(quote.id) + at for at, quote in enumerate(quotes))),
            "digests": array("Q", map(digest_of, quotes, lines)),
            **_grouped("of topic", len(topics), ([topics[id(one)] for one in quote.topics] for quote in quotes)),
            **_grouped("of source", len(sources), ([sources[id(quote.source)]] for quote in quotes)),
        }
    except (KeyError, OverflowError):
        raise ValueError("a quote is of something that the bank does not list") from None


class PackedQuotes(Sequence[Quote]):
    """The quotes of a bank. One that was made stays, so that it is the same whenever it is asked for."""

    def __init__(self, parts: Columns, around: Around) -> None:
        self._parts = parts
        self.around = around
        self._lines = bytes_of(parts["lines"])
        columns = ("ends", "speakers", "sources", "topics", "topic ends", "dates")
        ends, speakers, sources, topics, topic_ends, dates = (ints_of(parts[name]) for name in columns)
        self._ends, self._speakers, self._sources, self._topics = ends, speakers, sources, topics
        self._topic_ends, self._dates = topic_ends, dates
        self.digests = ints_of(parts["digests"])
        """What stands for each quote where two banks are compared: see `digest_of`."""
        self.made: dict[int, Quote] = {}
        """The quotes that were asked for, by their place."""
        count = len(self.digests)
        _check(all(len(one) == count for one in (speakers, sources, dates, ints_of(parts["filed"]))))
        for those, of in ((ends, self._lines), (topic_ends, topics)):
            _check(len(those) == count + 1 and those[-1] == len(of))
        for numbers, things in ((speakers, around.speakers), (sources, around.sources), (topics, around.topics)):
            _check(not numbers or max(numbers) < len(things))
        _check(not dates or max(dates) <= len(around.dates))
        for name, things in (("of topic", around.topics), ("of source", around.sources)):
            docs, stops = ints_of(parts[name]), ints_of(parts[f"{name}: ends"])
            _check(len(stops) == len(things) + 1 and stops[-1] == len(docs) and (not docs or max(docs) < count))

    def lookups(self) -> Lookups:
        """The quotes by id, topic and source."""
        # Held by who asks: held here, each would be a ring, which goes away only with a search for garbage.
        return Lookups(
            by_id=_ById(self, ints_of(self._parts["filed"])),
            by_topic=_shelves(self, "of topic", self.around.topics),
            by_source=_shelves(self, "of source", self.around.sources),
            digests=self.digests,
        )

    def pack(self) -> Columns:
        """The columns these quotes were made of."""
        return self._parts

    def id_at(self, at: int) -> str:
        """The id of a quote, without making it."""
        return self._line(at).partition(SEPARATOR)[0]

    def __len__(self) -> int:
        return len(self.digests)

    @overload
    def __getitem__(self, at: int) -> Quote: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Quote, ...]: ...
    def __getitem__(self, at: int | slice) -> Quote | tuple[Quote, ...]:
        if isinstance(at, slice):
            return tuple([self[one] for one in range(*at.indices(len(self)))])
        made = self.made.get(at)
        if made is not None:
            return made
        place = at + len(self) if at < 0 else at
        if not 0 <= place < len(self):
            raise IndexError("there are fewer quotes")
        return self.made.setdefault(place, self._make(place))  # two threads may ask at once: one is kept

    def _line(self, at: int) -> str:
        return self._lines[self._ends[at] : self._ends[at + 1]].decode("utf-8", "replace")

    def _make(self, at: int) -> Quote:
        around = self.around
        told = self._line(at).split(SEPARATOR)
        id_, *said = told[:_BEFORE_SEGMENTS] + [NOTHING] * (_BEFORE_SEGMENTS - len(told))
        question, before, after, note = (None if one == NOTHING else one for one in said)
        date = self._dates[at]
        return Quote(
            id_,
            tuple(told[_BEFORE_SEGMENTS:]),
            around.speakers[self._speakers[at]],
            around.sources[self._sources[at]],
            tuple([around.topics[one] for one in self._topics[self._topic_ends[at] : self._topic_ends[at + 1]]]),
            question,
            before,
            after,
            around.dates[date - 1] if date else None,
            note,
        )

    def __eq__(self, other: object) -> bool:
        return _alike(self, other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as a list has none: to tell would take all quotes


class Chosen(Sequence[Quote]):
    """Some of the quotes, by their places."""

    def __init__(self, quotes: Sequence[Quote], places: Sequence[int]) -> None:
        self._quotes = quotes
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, at: int) -> Quote: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Quote]: ...
    def __getitem__(self, at: int | slice) -> Quote | Sequence[Quote]:
        if isinstance(at, slice):
            return Chosen(self._quotes, self._places[at])
        return self._quotes[self._places[at]]

    def __eq__(self, other: object) -> bool:
        return _alike(self, other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]


class _ById(Mapping[str, Quote]):
    """The quotes by their ids: each is filed under the hash of its id (times 2³², plus its place), ascending."""

    def __init__(self, quotes: PackedQuotes, filed: array[int]) -> None:
        self._quotes = quotes
        self._filed = filed

    def __len__(self) -> int:
        return len(self._filed)

    def __iter__(self) -> Iterator[str]:
        return map(self._quotes.id_at, range(len(self._quotes)))

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._place(key) is not None

    def __getitem__(self, key: str) -> Quote:
        place = self._place(key)
        if place is None:
            raise KeyError(key)
        return self._quotes[place]

    def _place(self, key: str) -> int | None:
        filed, first = self._filed, _filed(key)
        for at in range(bisect_left(filed, first), len(filed)):
            place = filed[at] - first
            if place >= _NUMBERS:
                break
            if place < len(self._quotes) and self._quotes.id_at(place) == key:
                return place
        return None


class _Shelves(Mapping[str, Sequence[Quote]]):
    """The quotes of each topic, or of each source."""

    def __init__(self, quotes: PackedQuotes, docs: array[int], ends: array[int], numbers: dict[str, int]) -> None:
        self._quotes = quotes
        self._docs = docs
        self._ends = ends
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __contains__(self, key: object) -> bool:
        return key in self._numbers

    def __getitem__(self, key: str) -> Sequence[Quote]:
        number = self._numbers[key]
        return Chosen(self._quotes, self._docs[self._ends[number] : self._ends[number + 1]])


def _shelves(quotes: PackedQuotes, name: str, things: Sequence[Topic | Source]) -> Mapping[str, Sequence[Quote]]:
    docs, ends = ints_of(quotes.pack()[name]), ints_of(quotes.pack()[f"{name}: ends"])
    return _Shelves(quotes, docs, ends, {thing.id: number for number, thing in enumerate(things)})


def _grouped(name: str, count: int, owners_of: Iterable[Sequence[int]]) -> Columns:
    held: list[list[int]] = [[] for _ in range(count)]
    for doc, owners in enumerate(owners_of):
        for owner in owners:
            held[owner].append(doc)
    return {
        name: array("I", chain.from_iterable(held)),
        f"{name}: ends": array("I", accumulate(map(len, held), initial=0)),
    }


def _numbers(things: Sequence[object]) -> dict[int, int]:
    return {id(thing): number for number, thing in enumerate(things)}


def _filed(key: str) -> int:
    return crc32(key.encode("utf-8", "surrogatepass")) << 32


def _alike(some: Sequence[Any], others: Sequence[Any]) -> bool:
    return len(some) == len(others) and all(one == other for one, other in zip(some, others, strict=True))


def _check(holds: bool) -> None:
    if not holds:
        raise ValueError("the columns do not fit together")
