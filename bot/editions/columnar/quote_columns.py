"""Quotes in columns: one is made when it is asked for, so that 100,000 are there at once. Making them all would cost
every start and every reload two seconds (benchmarks/reading/start.py).

The columns are checked when they are put together; after that every quote can be made, whatever they say. Quote
number 7 is line 7 (`lines[ends[7]:ends[8]]`: its id, what is around it and its segments), the speaker with the number
`speakers[7]`, the source `sources[7]`, the topics `topics[topic_ends[7]:topic_ends[8]]` and the date `dates[7]` (0: its
source's).
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, overload

from ...bank.bank import Lookups
from ...bank.digest import NOTHING, SEPARATOR, digest_of, line_of
from ...bank.quote import Quote, When
from ...columns import bytes_of, ints_of
from .quote_lookups import QuotesById, QuotesByOwner, are_equal, by_hash, grouped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sized

    from ...bank.quote import Source, Speaker, Topic
    from ...columns import Columns

_BEFORE_SEGMENTS = 5
_NUMBERS = ("ends", "speakers", "sources", "topics", "topic ends", "dates")
_BY_ID, _BY_TOPIC, _BY_SOURCE = "by id", "by topic", "by source"


@dataclass(frozen=True, slots=True)
class Shared:
    """What quotes share, by its number."""

    speakers: tuple[Speaker, ...]
    sources: tuple[Source, ...]
    topics: tuple[Topic, ...]
    dates: tuple[When, ...]


def quotes_to_columns(quotes: Sequence[Quote], shared: Shared) -> Columns:
    """The columns. Raises ValueError where a quote does not fit into them."""
    if isinstance(quotes, ColumnarQuotes):
        return quotes.columns
    try:
        return _words(quotes) | _numbers(quotes, shared)
    except (KeyError, OverflowError):
        raise ValueError("a quote is of something that the bank does not list") from None


def _words(quotes: Sequence[Quote]) -> Columns:
    lines = [line_of(quote) for quote in quotes]
    return {
        "lines": b"".join(lines),
        "ends": _ends(lines),
        "digests": array("Q", map(digest_of, quotes, lines)),
        _BY_ID: by_hash(quote.id for quote in quotes),
    }


def _numbers(quotes: Sequence[Quote], shared: Shared) -> Columns:
    sources = _places(shared.sources, (quote.source for quote in quotes))
    topics = _places(shared.topics, (topic for quote in quotes for topic in quote.topics))
    topic_ends = _ends(quote.topics for quote in quotes)
    date_numbers = {None: 0} | {date: number for number, date in enumerate(shared.dates, start=1)}
    return {
        "speakers": _places(shared.speakers, (quote.speaker for quote in quotes)),
        "sources": sources,
        "topics": topics,
        "topic ends": topic_ends,
        "dates": array("I", (date_numbers[quote.said_on] for quote in quotes)),
        **grouped(_BY_TOPIC, len(shared.topics), (topics[start:end] for start, end in pairwise(topic_ends))),
        **grouped(_BY_SOURCE, len(shared.sources), ([source] for source in sources)),
    }


def _places(things: Sequence[object], chosen: Iterable[object]) -> array[int]:
    # By identity: what quotes share is one object. A source is hashed by all its values, anew for each quote: for
    # 100,000 quotes .1 s instead of .006.
    place = {id(thing): number for number, thing in enumerate(things)}
    return array("I", [place[id(thing)] for thing in chosen])


def _ends(things: Iterable[Sized]) -> array[int]:
    return array("I", accumulate(map(len, things), initial=0))


class ColumnarQuotes(Sequence[Quote]):
    """The quotes of a bank. One that was made stays, so that it is the same whenever it is asked for."""

    def __init__(self, columns: Columns, shared: Shared) -> None:
        self.columns = columns
        self.shared = shared
        self.materialized: dict[int, Quote] = {}
        """The quotes that were asked for, by their place."""
        self._lines = bytes_of(columns["lines"])
        self._ends, self._speakers, self._sources, self._topics, self._topic_ends, self._dates = (
            ints_of(columns[name]) for name in _NUMBERS
        )
        self._digests = ints_of(columns["digests"])
        self._check()

    def _check(self) -> None:
        shared, count = self.shared, len(self)
        per_quote = (self._speakers, self._sources, self._dates, ints_of(self.columns[_BY_ID]))
        _require(all(len(numbers) == count for numbers in per_quote))
        _require(_fit(self._ends, count, self._lines) and _fit(self._topic_ends, count, self._topics))
        _require(_below(self._speakers, len(shared.speakers)) and _below(self._sources, len(shared.sources)))
        _require(_below(self._topics, len(shared.topics)) and _below(self._dates, len(shared.dates) + 1))
        for name, owners in ((_BY_TOPIC, shared.topics), (_BY_SOURCE, shared.sources)):
            places, ends = self._group(name)
            _require(_fit(ends, len(owners), places) and _below(places, count))

    def _group(self, name: str) -> tuple[array[int], array[int]]:
        return ints_of(self.columns[name]), ints_of(self.columns[f"{name}: ends"])

    def lookups(self) -> Lookups:
        """The quotes by id, topic and source, and their digests."""
        # Held by who asks: held here, each would be a ring, which goes away only with a search for garbage.
        return Lookups(
            by_id=QuotesById(self, self._id_at, ints_of(self.columns[_BY_ID])),
            by_topic=QuotesByOwner(self, *self._group(_BY_TOPIC), (topic.id for topic in self.shared.topics)),
            by_source=QuotesByOwner(self, *self._group(_BY_SOURCE), (source.id for source in self.shared.sources)),
            digests=self._digests,
        )

    def _id_at(self, place: int) -> str:
        """The id of a quote, without making it."""
        return self._line(place).partition(SEPARATOR)[0]

    def __len__(self) -> int:
        return len(self._digests)

    @overload
    def __getitem__(self, place: int) -> Quote: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Quote, ...]: ...
    def __getitem__(self, place: int | slice) -> Quote | tuple[Quote, ...]:
        if isinstance(place, slice):
            return tuple([self[number] for number in range(*place.indices(len(self)))])
        quote = self.materialized.get(place)
        if quote is not None:
            return quote
        number = place + len(self) if place < 0 else place
        if not 0 <= number < len(self):
            raise IndexError("there are fewer quotes")
        return self.materialized.setdefault(number, self._quote(number))  # two threads may ask at once: one is kept

    def _line(self, place: int) -> str:
        return self._lines[self._ends[place] : self._ends[place + 1]].decode("utf-8", "replace")

    def _quote(self, place: int) -> Quote:
        shared = self.shared
        words = self._line(place).split(SEPARATOR)
        id_, *optional = words[:_BEFORE_SEGMENTS] + [NOTHING] * (_BEFORE_SEGMENTS - len(words))
        question, before, after, note = (None if text == NOTHING else text for text in optional)
        topics = self._topics[self._topic_ends[place] : self._topic_ends[place + 1]]
        date = self._dates[place]
        return Quote(
            id_,
            tuple(words[_BEFORE_SEGMENTS:]),
            shared.speakers[self._speakers[place]],
            shared.sources[self._sources[place]],
            tuple([shared.topics[number] for number in topics]),
            question,
            before,
            after,
            shared.dates[date - 1] if date else None,
            note,
        )

    def __eq__(self, other: object) -> bool:
        return are_equal(self, other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as a list has none: it would take all quotes


def _fit(ends: array[int], count: int, things: Sized) -> bool:
    """Whether these are the ends of so many pieces of something. That none ends before it begins is not asked: what is
    cut there is empty."""
    return len(ends) == count + 1 and ends[-1] == len(things)


def _below(numbers: array[int], count: int) -> bool:
    return not numbers or max(numbers) < count


def _require(holds: bool) -> None:
    if not holds:
        raise ValueError("the columns do not fit together")
