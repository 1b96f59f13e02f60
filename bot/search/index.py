"""The index of one bank: a query goes in, the quotes that answer it come out, best first, or none at all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.search.analysis import FUNCTION
from bot.search.indexing.date_index import Dates
from bot.search.indexing.inverted_index import Known
from bot.search.indexing.postings import WORTH
from bot.search.parsing.filters import Narrowed, Narrower
from bot.search.parsing.query_parser import Reader
from bot.search.parsing.requested_speaker import Offices
from bot.search.query import Found, Hit, Query, Reason
from bot.search.ranking.reranking import look_closely, sole_topic
from bot.search.ranking.scoring import coverage, covering
from bot.search.topic_suggestions import nearest_topics
from bot.strict_yaml import no_collection
from bot.text import fold, is_longer, within, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.bank.bank import Bank
    from bot.bank.quote import Quote
    from bot.search.parsing.terms import Unit

BAR = 0.6
"""The share of a query's rarity that a quote must cover to be an answer."""
MOST_OF_IT = 0.8
SPELT_OUT = 4
"""So many single letters are no words."""
WELL = 0.8
"""Below this coverage a word that exists may have been meant to be another."""
FEW = 3
"""Of more words than these, only those that the best answer lacks may have been meant to be others."""
BAR_OF_TWO = 0.66
"""The same where two words carry it: one of them alone is no answer."""
PAIR, LIGHTER = 2, 0.2
LONGEST = 200
"""Characters of a query that are read, after folding."""
TOO_LONG = 1000
"""What is longer than this is no query."""


class Index:
    """Finds quotes in one bank. Nothing of it changes once it is built."""

    def __init__(
        self, bank: Bank, known: Known, dates: Dates, years: dict[str, tuple[int, int] | None] | None = None
    ) -> None:
        self.bank = bank
        self.known = known
        self.dates = dates
        self._reader = Reader(self.known)
        self._narrower = Narrower(bank, self.known, self.dates)
        self._years = {} if years is None else years
        self._offices = Offices(bank, self.known.names)
        self.topics = {topic.id: topic for topic in bank.topics}
        self.common = sorted(
            (topic for topic in bank.topics if self.known.topics[topic.id].size),
            key=lambda topic: -self.known.topics[topic.id].size,
        )
        """The topics that have quotes, the most common first."""

    @classmethod
    def build(cls, bank: Bank) -> Index:
        """The index of a bank."""
        with no_collection():
            return cls(bank, Known.build(bank), Dates.build(bank.quotes))

    def find(self, query: Query, limit: int = 25, *, typing: bool = False) -> Found:
        """The quotes that answer a query, best first, at most `limit`; none where nothing passes the bar.

        `typing` takes the last word as the beginning of one. `limit` also bounds `equals`: ask for more to go round
        among more.
        """
        spoken = query.words.strip()
        options = self._narrower.options(query)
        if options.note is not None or is_longer(spoken, TOO_LONG):
            return self._nothing(query, fold(within(spoken, LONGEST)).strip() + options.key, options.note)
        if not spoken:
            why = (Reason("any", "", options.key.strip("|")),) if options.key else ()
            return self._listed(query, None, options, f"any{options.key}", limit, why)
        if spoken.startswith(("quote:", "topic:")):
            return self._exactly(query, spoken, options, limit)
        typed = words(spoken)
        if len(spoken) > LONGEST or not spoken.isascii():
            typed = words(" ".join(typed)[:LONGEST])
        if len(typed) >= SPELT_OUT and max(map(len, typed)) == 1:
            return self._nothing(query, "".join(typed) + options.key)
        return self._answer(query, typed, options, limit, typing=typing)

    def years_of(self, topic: str) -> tuple[int, int] | None:
        """The first and the last year of a topic's quotes; None where no date is known."""
        if topic not in self._years:
            years = self.dates.years_of(self.known.topics[topic].docs)
            self._years[topic] = years
        return self._years[topic]

    def _exactly(self, query: Query, value: str, options: Narrowed, limit: int) -> Found:
        """What a value of the autocomplete stands for."""
        kind, _, name = value.partition(":")
        if kind == "quote" and (quote := self.bank.by_id.get(name)) is not None:
            return self._the_one(query, quote, options, value)
        if kind == "topic" and (topic := self.topics.get(name)) is not None:
            why = (Reason("topic", topic.name, topic.name),)
            return self._listed(query, self._of_topic(name), options, f"{value}{options.key}", limit, why)
        return self._nothing(query, fold(value))

    def _the_one(self, query: Query, quote: Quote, options: Narrowed, value: str) -> Found:
        if options.holds is not None and all(self.bank.quotes[doc] is not quote for doc in options.all()):
            return self._nothing(query, f"{value}{options.key}")
        return Found(query, (Hit(quote, 1.0, options.said),), 1, value)

    def _of_topic(self, topic: str) -> list[int]:
        """The quotes of a topic, those first that are most about it."""
        posting = self.known.topics[topic]
        return list(dict.fromkeys((*(-negative for _, negative in posting.best()), *posting.docs)))

    def _answer(self, query: Query, typed: Sequence[str], options: Narrowed, limit: int, *, typing: bool) -> Found:
        narrowed, left = self._narrower.words(typed, options)
        found: Found | None = None
        if len(left) == len(typed):
            found = self._meant(query, typed, options, limit, typing=typing)
        else:
            if any(word not in FUNCTION for word in left):
                found = self._meant(query, left, narrowed, limit, typing=typing)
            elif narrowed.all():
                found = self._listed(query, None, narrowed, f"any{narrowed.key}", limit, narrowed.said)
            # A year or an outlet may have been a word of what is remembered: it was, where the words stand like that,
            # or where it is the year of no quote.
            plain = self._meant(query, typed, options, limit, typing=typing)
            if plain is not None and (plain.hits[0].why[0].kind == "phrase" or (found is None and not narrowed.all())):
                found = plain
        if found is None:
            found = self._nothing(query, " ".join(left) + narrowed.key)
        if found.hits and "phrase" in [why.kind for why in found.hits[0].why]:
            return found
        note = found.note or self._offices.note(typed, found.hits)
        return found if note is None else replace(found, note=note)

    def _meant(
        self, query: Query, typed: Sequence[str], narrowed: Narrowed, limit: int, *, typing: bool
    ) -> Found | None:
        """The answer to words: as they stand, and where that finds little, with those it lacks taken for others."""
        units = self._reader.units(typed, again=(), typing=typing)
        found, best = self._ranked(query, typed, units, narrowed, limit) if units else (None, 0)
        if not units or (found is not None and found.hits[0].score >= WELL):
            return found
        lacking = {unit.typed for unit in units}
        if found is not None and len(units) > FEW:
            lacking -= {unit.typed for unit, *_ in coverage(units, best)[1]}
            lacking.add(typed[-1])  # it may only have been begun
        again = self._reader.units(typed, again=lacking, typing=typing)
        above = 0.0 if found is None else found.hits[0].score
        other, _ = self._ranked(query, typed, again, narrowed, limit, above) if again else (None, 0)
        better = other is not None and (found is None or other.hits[0].score > above)
        return other if better else found

    def _ranked(
        self,
        query: Query,
        typed: Sequence[str],
        units: Sequence[Unit],
        narrowed: Narrowed,
        limit: int,
        above: float = 0.0,
    ) -> tuple[Found | None, int]:
        """What these words find, where any quote covers more than `above`; and the number of the best quote."""
        weights = [unit.weight for unit in units]
        lighter = max(weights) * LIGHTER
        bar = BAR_OF_TWO if sum([weight > lighter for weight in weights]) == PAIR else BAR
        ranked: Sequence[tuple[float, int]] = self._of_one_topic(units, narrowed)
        if not ranked:  # where some quotes cover most of a query, those that cover less answer nothing
            exact = self.known.vocabulary.char
            ranked = covering(units, self.known.standing, (MOST_OF_IT, max(bar, above)), narrowed.holds, exact)
            if 0 < len(ranked) < limit and ranked[0][0] < MOST_OF_IT and above > bar:
                ranked = covering(units, self.known.standing, (bar,), narrowed.holds, exact)
        if not ranked:
            return None, 0
        found, best = look_closely(self, query, typed, units, ranked, narrowed, limit, bar)
        return (found if found.hits else None), best

    def _of_one_topic(self, units: Sequence[Unit], narrowed: Narrowed) -> list[tuple[float, int]]:
        """The best quotes of the topic that several words name together: they need no counting word by word."""
        if len(units) < 2 or narrowed.holds is not None:
            return []
        for unit in units:
            if not unit.ways or unit.ways[0].name is None:
                return []
        topic = sole_topic(units)
        if topic is None:
            return []
        return [(WORTH[held], negative) for held, negative in self.known.topics[topic].best()]

    def _listed(
        self,
        query: Query,
        docs: Sequence[int] | None,
        narrowed: Narrowed,
        key: str,
        limit: int,
        why: tuple[Reason, ...],
    ) -> Found:
        """All of some quotes that the filters leave; all of the bank for None."""
        left: Sequence[int]
        if docs is None:
            left = narrowed.all()
        else:
            left = [doc for doc in docs if narrowed.holds is None or narrowed.holds(doc)]
        if not left:
            return self._nothing(query, key)
        hits = tuple(Hit(self.bank.quotes[doc], 1.0, why) for doc in left[:limit])
        return Found(query, hits, len(hits), key)

    def _nothing(self, query: Query, key: str, note: str | None = None) -> Found:
        near = nearest_topics(self, words(within(query.words, LONGEST)))
        return Found(query, (), 0, key, suggestions=near, note=note)
