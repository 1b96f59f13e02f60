"""The index of one bank: a query goes in, the quotes that answer it come out, best first, or none at all."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from ..strict_yaml import no_collection
from ..text import fold, is_longer, within, words
from .analysis import STOP_WORDS
from .indexing.date_index import DateIndex
from .indexing.inverted_index import InvertedIndex
from .parsing.filter_parser import FilterParser
from .parsing.requested_speaker import RequestedSpeakers
from .query import Found, Hit, Query, Reason
from .ranking.retrieval import Request, Retriever
from .topic_suggestions import suggest_topics
from .tuning import MAX_INPUT_CHARS, MAX_QUERY_CHARS, MAX_SUGGESTED, SPELLED_LETTERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..bank.bank import Bank
    from ..bank.quote import Topic
    from .parsing.filters import Filters


class Index:
    """Finds quotes in one bank. Nothing of it changes once it is built."""

    def __init__(
        self,
        bank: Bank,
        inverted: InvertedIndex,
        dates: DateIndex,
        years: dict[str, tuple[int, int] | None] | None = None,
    ) -> None:
        self.bank = bank
        self.inverted = inverted
        self.dates = dates
        self._filter_parser = FilterParser(bank, inverted, dates)
        self._retriever = Retriever(bank.quotes, inverted)
        self._requested = RequestedSpeakers(bank, inverted.names)
        self._years = {} if years is None else years
        self.topics = {topic.id: topic for topic in bank.topics}
        with_quotes = (topic for topic in bank.topics if inverted.topics[topic.id].size)
        self.common = sorted(with_quotes, key=lambda topic: -inverted.topics[topic.id].size)
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
        if options.note is not None or is_longer(spoken, MAX_INPUT_CHARS):
            return self._nothing(query, fold(within(spoken, MAX_QUERY_CHARS)).strip() + options.key, options.note)
        if not spoken:
            return self._any(query, options, limit, (Reason("any", "", options.key.strip("|")),) if options.key else ())
        if spoken.startswith(("quote:", "topic:")):
            return self._by_value(query, spoken, options, limit)
        typed = words(spoken)
        if len(spoken) > MAX_QUERY_CHARS or not spoken.isascii():
            typed = words(" ".join(typed)[:MAX_QUERY_CHARS])
        if len(typed) >= SPELLED_LETTERS and max(map(len, typed)) == 1:
            return self._nothing(query, "".join(typed) + options.key)
        return self._by_words(Request(query, typed, options, limit), typing=typing)

    def years_of(self, topic: str) -> tuple[int, int] | None:
        """The first and the last year of a topic's quotes; None where no date is known."""
        if topic not in self._years:
            self._years[topic] = self.dates.years_of(self.inverted.topics[topic].docs)
        return self._years[topic]

    def docs_of_source(self, source: str) -> Sequence[int]:
        """The numbers of a source's quotes."""
        return self.inverted.sources.docs.get(source, ())

    def nearest_topics(self, typed: Sequence[str]) -> tuple[Topic, ...]:
        """At most five topics that have quotes: the nearest to these words, else the most common."""
        near = suggest_topics(self.bank.quotes, self.inverted, typed)
        return tuple([self.topics[topic] for topic in near] or self.common[:MAX_SUGGESTED])

    def _by_value(self, query: Query, value: str, options: Filters, limit: int) -> Found:
        """What a value of the autocomplete stands for: quote:ID or topic:ID."""
        kind, _, name = value.partition(":")
        if kind == "quote" and (quote := self.bank.by_id.get(name)) is not None:
            left = options.among(self.docs_of_source(quote.source.id))
            if options.each and all(self.bank.quotes[doc].id != name for doc in left):
                return self._nothing(query, f"{value}{options.key}")
            return Found(query, (Hit(quote, 1.0, options.reasons),), 1, value)
        if kind == "topic" and (topic := self.topics.get(name)) is not None:
            posting = self.inverted.topics[name]
            most_about_it = dict.fromkeys((*(-negative for _, negative in posting.top()), *posting.docs))
            docs = list(islice(options.among(most_about_it), limit))
            return self._listed(query, docs, value + options.key, limit, (Reason("topic", topic.name, topic.name),))
        return self._nothing(query, fold(value))

    def _by_words(self, request: Request, *, typing: bool) -> Found:
        """The answer to words, of which some may be filters."""
        query, typed, options, _ = request
        filters, left = self._filter_parser.words(typed, options)
        if len(left) == len(typed):
            found = self._retriever.retrieve(request, typing=typing)
        else:
            found = self._filtered(request, filters, left, typing=typing)
        if found is None:
            found = self._nothing(query, " ".join(left) + filters.key)
        if found.hits and "phrase" in [why.kind for why in found.hits[0].why]:
            return found
        note = found.note or self._requested.note(typed, found.hits)
        return found if note is None else replace(found, note=note)

    def _filtered(self, request: Request, filters: Filters, left: Sequence[str], *, typing: bool) -> Found | None:
        """The answer to the words that are `left` beside the filters, or to all of them as words."""
        found: Found | None = None
        if any(word not in STOP_WORDS for word in left):
            found = self._retriever.retrieve(Request(request.query, left, filters, request.limit), typing=typing)
        elif filters.docs(1):
            found = self._any(request.query, filters, request.limit, filters.reasons)
        # A year or an outlet may have been a word of what is remembered: it was, where the words stand like that, or
        # where it is the year of no quote.
        plain = self._retriever.retrieve(request, typing=typing)
        if plain is not None and (plain.hits[0].why[0].kind == "phrase" or (found is None and not filters.docs(1))):
            return plain
        return found

    def _any(self, query: Query, filters: Filters, limit: int, why: tuple[Reason, ...]) -> Found:
        """Every quote that the filters leave."""
        return self._listed(query, filters.docs(limit), f"any{filters.key}", limit, why)

    def _listed(self, query: Query, docs: Sequence[int], key: str, limit: int, why: tuple[Reason, ...]) -> Found:
        """Quotes that answer a query equally well."""
        if not docs:
            return self._nothing(query, key)
        hits = tuple(Hit(self.bank.quotes[doc], 1.0, why) for doc in docs[:limit])
        return Found(query, hits, len(hits), key)

    def _nothing(self, query: Query, key: str, note: str | None = None) -> Found:
        suggestions = self.nearest_topics(words(within(query.words, MAX_QUERY_CHARS)))
        return Found(query, (), 0, key, suggestions=suggestions, note=note)
