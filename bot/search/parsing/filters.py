"""What a query leaves out: by its options, and by years and outlets among its words."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from bot.search.analysis import stem
from bot.search.indexing.vocabulary import quick_words
from bot.search.parsing import periods
from bot.search.query import Reason
from bot.text import fold, shorten, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.bank.bank import Bank
    from bot.search.indexing.date_index import DateIndex
    from bot.search.indexing.inverted_index import InvertedIndex
    from bot.search.indexing.names import Place
    from bot.search.parsing.periods import Period
    from bot.search.query import Query

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a query: each a predicate over quote numbers.

    `key` is their part of a round's key, `reasons` the reasons they give, `note` what cannot be served; none is left in
    but
    those `among`.
    """

    size: int
    tests: tuple[Callable[[int], bool], ...] = ()
    key: str = ""
    reasons: tuple[Reason, ...] = ()
    note: str | None = None
    among: Sequence[int] | None = None

    @property
    def accepts(self) -> Callable[[int], bool] | None:
        """Whether a quote is left in; None where all are."""
        if not self.tests:
            return None
        if len(self.tests) == 1:
            return self.tests[0]
        return lambda doc: all(test(doc) for test in self.tests)

    def docs(self) -> Sequence[int]:
        """Every quote that is left in."""
        accepts = self.accepts
        among = range(self.size) if self.among is None else self.among
        return among if accepts is None else list(filter(accepts, among))

    def and_only(self, test: Callable[[int], bool], reason: Reason, docs: Sequence[int]) -> Filters:
        """The same with one filter more, which leaves `docs` of all quotes."""
        among = docs if self.among is None or len(docs) < len(self.among) else self.among
        key = f"{self.key}|{fold(reason.matched)}"
        return Filters(self.size, (*self.tests, test), key, (*self.reasons, reason), self.note, among)


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
            period = periods.of_years(query.first_year, query.last_year)
            filters = filters.and_only(
                self._said_in(period), Reason("date", period.asked, period.asked), self._dates.within(period)
            )
        return filters

    def words(self, typed: Sequence[str], options: Filters) -> tuple[Filters, Sequence[str]]:
        """The filters among the words of a query, and the words that are left."""
        stem_of = self._inverted.stem_of
        if self._outlet_stems.isdisjoint(map(stem_of, typed)) and not any(map(str.isdigit, typed)):
            return options, typed
        asked = periods.asked(typed, *self._dates.years)
        left = [word for at, word in enumerate(typed) if at not in asked.places]
        filters = options
        if not asked.period.open:
            spoken = " ".join(typed[at] for at in sorted(asked.places))
            filters = filters.and_only(
                self._said_in(asked.period),
                Reason("date", spoken, asked.period.asked),
                self._dates.within(asked.period),
            )
        places = self._inverted.names.at(left, stem_of) if not self._outlet_stems.isdisjoint(map(stem_of, left)) else []
        spoken_of = {at for place in places if place.is_topic for at in range(place.first, place.last)}
        gone: set[int] = set()
        sources: set[str] = set()
        named: list[tuple[str, str]] = []
        for place in places:
            at = set(range(place.first, place.last))
            if place.name.kind == "outlet" and not at & spoken_of and self._is_outlet(left, place):
                gone |= at
                sources |= self._outlets[place.name.of]
                named.append((" ".join(left[place.first : place.last]), place.name.written))
        if sources:
            reason = Reason("outlet", " ".join(typed for typed, _ in named), ", ".join(name for _, name in named))
            docs = self._docs_of(sources)
            filters = filters.and_only(_one_of(docs), reason, docs)
            left = [word for at, word in enumerate(left) if at not in gone]
        return filters, left

    def _is_outlet(self, typed: Sequence[str], place: Place) -> bool:
        """Whether an outlet's name is meant: not where it is one word that quotes hold too, and others stand beside."""
        return (
            place.last - place.first > 1 or len(typed) == 1 or typed[place.first] not in self._inverted.vocabulary.ids
        )

    def _by_speaker(self, filters: Filters, called: str) -> Filters:
        held = self._inverted.speakers.docs
        name = self._inverted.names.named(words(called), "speaker")
        if called not in held and (name is None or name.of not in held):
            note = f"No quote by “{shorten(called, _SHOWN)}” is in the bank."
            return Filters(filters.size, filters.tests, f"{filters.key}|{fold(called)[:_SHOWN]}", (), note)
        chosen = called if name is None or called in held else name.of
        shown = next(speaker.name for speaker in self._bank.speakers if speaker.id == chosen)
        return filters.and_only(_one_of(held[chosen]), Reason("speaker", called, shown), held[chosen])

    def _by_source(self, filters: Filters, called: str) -> Filters:
        if called in self._bank.by_source:
            sources, shown = {called}, called
        elif (name := self._inverted.names.named(words(called), "outlet")) is not None:
            sources, shown = self._outlets[name.of], name.written
        else:
            note = f"No source called “{shorten(called, _SHOWN)}” is in the bank."
            return Filters(filters.size, filters.tests, f"{filters.key}|{fold(called)[:_SHOWN]}", (), note)
        docs = self._docs_of(sources)
        return filters.and_only(_one_of(docs), Reason("outlet", called, shown), docs)

    def _docs_of(self, sources: Iterable[str]) -> list[int]:
        held = self._inverted.sources.docs
        return sorted(chain.from_iterable(held.get(source, ()) for source in sources))

    def _said_in(self, period: Period) -> Callable[[int], bool]:
        dates = self._dates
        return lambda doc: dates.holds(period, doc)


def _one_of(docs: Sequence[int]) -> Callable[[int], bool]:
    """A test whether a number is one of these, which ascend."""
    count = len(docs)

    def test(doc: int) -> bool:
        at = bisect_left(docs, doc)
        return at < count and docs[at] == doc

    return test
