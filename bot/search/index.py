"""The index of one bank: a query goes in, the quotes that answer it come out, best first, or none at all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.search.analysis import STOP_WORDS
from bot.search.indexing.date_index import DateIndex
from bot.search.indexing.inverted_index import InvertedIndex
from bot.search.indexing.postings import SCORES
from bot.search.parsing.filters import FilterParser, Filters
from bot.search.parsing.query_parser import QueryParser
from bot.search.parsing.requested_speaker import RequestedSpeakers
from bot.search.query import Found, Hit, Query, Reason
from bot.search.ranking.reranking import rerank, sole_topic
from bot.search.ranking.scoring import coverage, score_candidates
from bot.search.topic_suggestions import suggest_topics
from bot.strict_yaml import no_collection
from bot.text import fold, is_longer, within, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.bank.bank import Bank
    from bot.bank.quote import Quote
    from bot.search.parsing.terms import QueryTerm

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
        self, bank: Bank, known: InvertedIndex, dates: DateIndex, years: dict[str, tuple[int, int] | None] | None = None
    ) -> None:
        self.bank = bank
        self.known = known
        self.dates = dates
        self._reader = QueryParser(self.known)
        self._filter_parser = FilterParser(bank, self.known, self.dates)
        self._years = {} if years is None else years
        self._offices = RequestedSpeakers(bank, self.known.names)
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
            return cls(bank, InvertedIndex.build(bank), DateIndex.build(bank.quotes))

    def find(self, query: Query, limit: int = 25, *, typing: bool = False) -> Found:
        """The quotes that answer a query, best first, at most `limit`; none where nothing passes the bar.

        `typing` takes the last word as the beginning of one. `limit` also bounds `equals`: ask for more to go round
        among more.
        """
        spoken = query.words.strip()
        options = self._filter_parser.options(query)
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

    def _exactly(self, query: Query, value: str, options: Filters, limit: int) -> Found:
        """What a value of the autocomplete stands for."""
        kind, _, name = value.partition(":")
        if kind == "quote" and (quote := self.bank.by_id.get(name)) is not None:
            return self._the_one(query, quote, options, value)
        if kind == "topic" and (topic := self.topics.get(name)) is not None:
            why = (Reason("topic", topic.name, topic.name),)
            return self._listed(query, self._of_topic(name), options, f"{value}{options.key}", limit, why)
        return self._nothing(query, fold(value))

    def _the_one(self, query: Query, quote: Quote, options: Filters, value: str) -> Found:
        if options.holds is not None and all(self.bank.quotes[doc] is not quote for doc in options.all()):
            return self._nothing(query, f"{value}{options.key}")
        return Found(query, (Hit(quote, 1.0, options.said),), 1, value)

    def _of_topic(self, topic: str) -> list[int]:
        """The quotes of a topic, those first that are most about it."""
        posting = self.known.topics[topic]
        return list(dict.fromkeys((*(-negative for _, negative in posting.best()), *posting.docs)))

    def _answer(self, query: Query, typed: Sequence[str], options: Filters, limit: int, *, typing: bool) -> Found:
        filters, left = self._filter_parser.words(typed, options)
        found: Found | None = None
        if len(left) == len(typed):
            found = self._meant(query, typed, options, limit, typing=typing)
        else:
            if any(word not in STOP_WORDS for word in left):
                found = self._meant(query, left, filters, limit, typing=typing)
            elif filters.all():
                found = self._listed(query, None, filters, f"any{filters.key}", limit, filters.said)
            # A year or an outlet may have been a word of what is remembered: it was, where the words stand like that,
            # or where it is the year of no quote.
            plain = self._meant(query, typed, options, limit, typing=typing)
            if plain is not None and (plain.hits[0].why[0].kind == "phrase" or (found is None and not filters.all())):
                found = plain
        if found is None:
            found = self._nothing(query, " ".join(left) + filters.key)
        if found.hits and "phrase" in [why.kind for why in found.hits[0].why]:
            return found
        note = found.note or self._offices.note(typed, found.hits)
        return found if note is None else replace(found, note=note)

    def _meant(self, query: Query, typed: Sequence[str], filters: Filters, limit: int, *, typing: bool) -> Found | None:
        """The answer to words: as they stand, and where that finds little, with those it lacks taken for others."""
        terms = self._reader.terms(typed, again=(), typing=typing)
        found, best = self._ranked(query, typed, terms, filters, limit) if terms else (None, 0)
        if not terms or (found is not None and found.hits[0].score >= WELL):
            return found
        lacking = {term.typed for term in terms}
        if found is not None and len(terms) > FEW:
            lacking -= {term.typed for term, *_ in coverage(terms, best)[1]}
            lacking.add(typed[-1])  # it may only have been begun
        again = self._reader.terms(typed, again=lacking, typing=typing)
        above = 0.0 if found is None else found.hits[0].score
        other, _ = self._ranked(query, typed, again, filters, limit, above) if again else (None, 0)
        better = other is not None and (found is None or other.hits[0].score > above)
        return other if better else found

    def _ranked(
        self,
        query: Query,
        typed: Sequence[str],
        terms: Sequence[QueryTerm],
        filters: Filters,
        limit: int,
        above: float = 0.0,
    ) -> tuple[Found | None, int]:
        """What these words find, where any quote covers more than `above`; and the number of the best quote."""
        weights = [term.weight for term in terms]
        lighter = max(weights) * LIGHTER
        bar = BAR_OF_TWO if sum([weight > lighter for weight in weights]) == PAIR else BAR
        ranked: Sequence[tuple[float, int]] = self._of_one_topic(terms, filters)
        if not ranked:  # where some quotes cover most of a query, those that cover less answer nothing
            exact = self.known.vocabulary.char
            ranked = score_candidates(terms, self.known.documents, (MOST_OF_IT, max(bar, above)), filters.holds, exact)
            if 0 < len(ranked) < limit and ranked[0][0] < MOST_OF_IT and above > bar:
                ranked = score_candidates(terms, self.known.documents, (bar,), filters.holds, exact)
        if not ranked:
            return None, 0
        found, best = rerank(self, query, typed, terms, ranked, filters, limit, bar)
        return (found if found.hits else None), best

    def _of_one_topic(self, terms: Sequence[QueryTerm], filters: Filters) -> list[tuple[float, int]]:
        """The best quotes of the topic that several words name together: they need no counting word by word."""
        if len(terms) < 2 or filters.holds is not None:
            return []
        for term in terms:
            if not term.expansions or term.expansions[0].name is None:
                return []
        topic = sole_topic(terms)
        if topic is None:
            return []
        return [(SCORES[held], negative) for held, negative in self.known.topics[topic].best()]

    def _listed(
        self,
        query: Query,
        docs: Sequence[int] | None,
        filters: Filters,
        key: str,
        limit: int,
        why: tuple[Reason, ...],
    ) -> Found:
        """All of some quotes that the filters leave; all of the bank for None."""
        left: Sequence[int]
        if docs is None:
            left = filters.all()
        else:
            left = [doc for doc in docs if filters.holds is None or filters.holds(doc)]
        if not left:
            return self._nothing(query, key)
        hits = tuple(Hit(self.bank.quotes[doc], 1.0, why) for doc in left[:limit])
        return Found(query, hits, len(hits), key)

    def _nothing(self, query: Query, key: str, note: str | None = None) -> Found:
        near = suggest_topics(self, words(within(query.words, LONGEST)))
        return Found(query, (), 0, key, suggestions=near, note=note)
