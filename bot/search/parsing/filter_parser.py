"""Reads filters: the options of a query, and the years and outlets among its words."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING

from ...text import fold, shorten, words
from ..analysis import stem
from ..indexing.periods import of_years
from ..indexing.vocabulary import quick_words
from ..query import Reason
from .date_expressions import find_period
from .filters import Filter, Filters

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ...bank.bank import Bank
    from ..indexing.date_index import DateIndex
    from ..indexing.inverted_index import InvertedIndex
    from ..indexing.names import Place
    from ..indexing.periods import Period
    from ..query import Query

MAX_SHOWN = 60
"""Characters of what was asked for that are said back."""


class FilterParser:
    """Reads filters against one bank."""

    def __init__(self, bank: Bank, inverted: InvertedIndex, dates: DateIndex) -> None:
        self._bank = bank
        self._inverted = inverted
        self._dates = dates
        self._all = Filters(len(bank.quotes))
        self._outlet_stems = {stem(key.partition(" ")[0]) for key in inverted.names.outlets}

    @cached_property
    def _outlets(self) -> dict[str, set[str]]:
        """The sources of each outlet: gathered when a query first names one."""
        outlets: dict[str, set[str]] = {}
        for source in self._bank.sources:
            outlets.setdefault(" ".join(quick_words(source.outlet)), set()).add(source.id)
        return outlets

    def options(self, query: Query) -> Filters:
        """The filters of a query's own fields."""
        filters = self._all
        if query.speaker:
            filters = self._by_speaker(filters, query.speaker)
        if query.source and filters.note is None:
            filters = self._by_source(filters, query.source)
        if query.first_year is not None or query.last_year is not None:
            period = of_years(query.first_year, query.last_year)
            filters = self._said_in(filters, period, period.asked)
        return filters

    def words(self, typed: Sequence[str], options: Filters) -> tuple[Filters, Sequence[str]]:
        """The filters among the words of a query, and the words that are left."""
        may_name_outlet = not self._outlet_stems.isdisjoint(map(self._inverted.stem_of, typed))
        if not may_name_outlet and not any(map(str.isdigit, typed)):
            return options, typed
        filters, left = self._by_period(options, typed)
        return self._by_outlets(filters, left) if may_name_outlet else (filters, left)

    def _by_period(self, filters: Filters, typed: Sequence[str]) -> tuple[Filters, Sequence[str]]:
        asked = find_period(typed, *self._dates.years)
        left = [word for at, word in enumerate(typed) if at not in asked.places]
        if asked.period.is_open:
            return filters, left
        spoken = " ".join(typed[at] for at in sorted(asked.places))
        return self._said_in(filters, asked.period, spoken), left

    def _by_outlets(self, filters: Filters, typed: Sequence[str]) -> tuple[Filters, Sequence[str]]:
        outlets = self._outlets_in(typed)
        if not outlets:
            return filters, typed
        spoken = " ".join(" ".join(typed[place.first : place.last]) for place in outlets)
        reason = Reason("outlet", spoken, ", ".join(place.name.written for place in outlets))
        docs = self._docs_of({source for place in outlets for source in self._outlets[place.name.of]})
        taken = {at for place in outlets for at in range(place.first, place.last)}
        left = [word for at, word in enumerate(typed) if at not in taken]
        return filters.and_only(_docs_filter(docs), reason), left

    def _outlets_in(self, typed: Sequence[str]) -> list[Place]:
        """The outlets named in a query where no topic is."""
        places = self._inverted.names.at(typed, self._inverted.stem_of)
        of_topics = {at for place in places if place.is_topic for at in range(place.first, place.last)}
        outlets = (place for place in places if place.name.kind == "outlet" and self._is_outlet(typed, place))
        return [place for place in outlets if of_topics.isdisjoint(range(place.first, place.last))]

    def _is_outlet(self, typed: Sequence[str], place: Place) -> bool:
        """Whether an outlet's name is meant: not where it is one word that quotes hold too, and others stand beside."""
        return (
            place.last - place.first > 1 or len(typed) == 1 or typed[place.first] not in self._inverted.vocabulary.ids
        )

    def _by_speaker(self, filters: Filters, called: str) -> Filters:
        docs_of = self._inverted.speakers.docs
        name = self._inverted.names.named(words(called), "speaker")
        if called not in docs_of and (name is None or name.of not in docs_of):
            note = f"No quote by “{shorten(called, MAX_SHOWN)}” is in the bank."
            return Filters(filters.size, filters.each, f"{filters.key}|{fold(called)[:MAX_SHOWN]}", (), note)
        chosen = called if name is None or called in docs_of else name.of
        shown = next(speaker.name for speaker in self._bank.speakers if speaker.id == chosen)
        return filters.and_only(_docs_filter(docs_of[chosen]), Reason("speaker", called, shown))

    def _by_source(self, filters: Filters, called: str) -> Filters:
        if called in self._bank.by_source:
            sources, shown = {called}, called
        elif (name := self._inverted.names.named(words(called), "outlet")) is not None:
            sources, shown = self._outlets[name.of], name.written
        else:
            note = f"No source called “{shorten(called, MAX_SHOWN)}” is in the bank."
            return Filters(filters.size, filters.each, f"{filters.key}|{fold(called)[:MAX_SHOWN]}", (), note)
        docs = self._docs_of(sources)
        return filters.and_only(_docs_filter(docs), Reason("outlet", called, shown))

    def _docs_of(self, sources: Iterable[str]) -> list[int]:
        docs_of = self._inverted.sources.docs
        return sorted(chain.from_iterable(docs_of.get(source, ()) for source in sources))

    def _said_in(self, filters: Filters, period: Period, spoken: str) -> Filters:
        said_in = Filter(self._dates.within(period), partial(self._dates.said_in, period))
        return filters.and_only(said_in, Reason("date", spoken, period.asked))


def _docs_filter(docs: Sequence[int]) -> Filter:
    """That a number is one of these, which ascend."""
    count = len(docs)

    def test(doc: int) -> bool:
        at = bisect_left(docs, doc)
        return at < count and docs[at] == doc

    return Filter(docs, test)
