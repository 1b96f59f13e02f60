"""Quotes in columns by id, topic and source: each lookup is an array that is searched, and makes no quote by itself."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any, overload
from zlib import crc32

from ...bank.quote import Quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ...columns import Columns

_PLACES = 1 << 32


def by_hash(ids: Iterable[str]) -> array[int]:
    """The places of ids by the hash of each: hash × 2³² + place, ascending."""
    return array("Q", sorted(_first_entry(id_) + place for place, id_ in enumerate(ids)))


def grouped(name: str, count: int, owners_of: Iterable[Sequence[int]]) -> Columns:
    """For each of so many topics or sources the places of its quotes, one after the other, and where each ends."""
    places: list[list[int]] = [[] for _ in range(count)]
    for place, owners in enumerate(owners_of):
        for owner in owners:
            places[owner].append(place)
    return {
        name: array("I", chain.from_iterable(places)),
        f"{name}: ends": array("I", accumulate(map(len, places), initial=0)),
    }


class QuotesById(Mapping[str, Quote]):
    """Quotes by their ids, found in what `by_hash` gives: no dict of 100,000 keys need be made at the start.

    `id_at` tells the id of a quote without making it.
    """

    def __init__(self, quotes: Sequence[Quote], id_at: Callable[[int], str], entries: array[int]) -> None:
        self._quotes = quotes
        self._id_at = id_at
        self._entries = entries

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[str]:
        return map(self._id_at, range(len(self._quotes)))

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._place(key) is not None

    def __getitem__(self, key: str) -> Quote:
        place = self._place(key)
        if place is None:
            raise KeyError(key)
        return self._quotes[place]

    def _place(self, key: str) -> int | None:
        entries, first = self._entries, _first_entry(key)
        for number in range(bisect_left(entries, first), len(entries)):
            place = entries[number] - first
            if place >= _PLACES:
                break
            if place < len(self._quotes) and self._id_at(place) == key:
                return place
        return None


class QuotesByOwner(Mapping[str, Sequence[Quote]]):
    """The quotes of each topic, or of each source, from what `grouped` gives; `owners` are their ids."""

    def __init__(self, quotes: Sequence[Quote], places: array[int], ends: array[int], owners: Iterable[str]) -> None:
        self._quotes = quotes
        self._places = places
        self._ends = ends
        self._numbers = {owner: number for number, owner in enumerate(owners)}

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __contains__(self, key: object) -> bool:
        return key in self._numbers

    def __getitem__(self, key: str) -> Sequence[Quote]:
        number = self._numbers[key]
        return QuotesAt(self._quotes, self._places[self._ends[number] : self._ends[number + 1]])


class QuotesAt(Sequence[Quote]):
    """Some of the quotes, by their places."""

    def __init__(self, quotes: Sequence[Quote], places: Sequence[int]) -> None:
        self._quotes = quotes
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, number: int) -> Quote: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Quote]: ...
    def __getitem__(self, number: int | slice) -> Quote | Sequence[Quote]:
        if isinstance(number, slice):
            return QuotesAt(self._quotes, self._places[number])
        return self._quotes[self._places[number]]

    def __eq__(self, other: object) -> bool:
        return are_equal(self, other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as a list has none: it would take all quotes


def are_equal(some: Sequence[Any], others: Sequence[Any]) -> bool:
    """Whether two sequences hold the same, of whatever kind they are."""
    return len(some) == len(others) and all(one == other for one, other in zip(some, others, strict=True))


def _first_entry(key: str) -> int:
    return crc32(key.encode("utf-8", "surrogatepass")) << 32
