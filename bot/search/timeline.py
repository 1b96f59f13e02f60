"""How a line moved: what was said year by year, one short passage each, and where nearly the same was said again."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from ..bank.sentences import sentences
from ..text import shorten, words
from .analysis import stem
from .parallels import Parallel, parallels
from .tuning import (
    FULL_QUOTE_CHARS,
    JUDGED_QUOTES,
    MAX_PARALLELS,
    MAX_PASSAGE_CHARS,
    MAX_TIMELINE_QUOTES,
    MIN_PASSAGE_WORDS,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..bank.quote import Quote
    from .index import Index
    from .query import Found, Hit, Query


@dataclass(frozen=True, slots=True)
class Passage:
    """A short part of a quote that stands for it: the whole of it, one of its sentences, or the beginning of one."""

    quote: Quote
    text: str


@dataclass(frozen=True, slots=True)
class Year:
    """One year: the passage that says it best, and all quotes of that year in order. `year` is None without a date."""

    year: int | None
    passage: Passage
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """What was said about something, year by year, undated quotes last. Nothing was found where `years` is empty."""

    found: Found
    years: tuple[Year, ...]
    parallels: tuple[Parallel, ...]

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """All of its quotes, the earliest first."""
        return tuple(quote for year in self.years for quote in year.quotes)


def timeline(index: Index, query: Query) -> Timeline:
    """The timeline of everything that answers a query equally well."""
    return follow(index.find(query, MAX_TIMELINE_QUOTES))


def follow(found: Found) -> Timeline:
    """The timeline of what was found."""
    hits = sorted(found.hits[: max(found.equals, 1)], key=lambda hit: _when(hit.quote))
    years = {year: list(said) for year, said in groupby(hits, key=lambda hit: hit.quote.year)}
    each = max(JUDGED_QUOTES // max(len(years), 1), 1)
    judged = {year: sorted(said, key=lambda hit: -hit.score)[:each] for year, said in years.items()}
    alike = parallels([hit.quote for said in judged.values() for hit in said])
    repeated = {quote.id for pair in alike for quote in (pair.earlier, pair.later)}
    closest = sorted(alike[:MAX_PARALLELS], key=lambda pair: (_when(pair.earlier), _when(pair.later)))
    return Timeline(
        found,
        tuple(
            Year(year, _best(judged[year], repeated), tuple(hit.quote for hit in said)) for year, said in years.items()
        ),
        tuple(closest),
    )


def _when(quote: Quote) -> tuple[bool, int, int, int]:
    when = quote.said or quote.source.published
    return (False, when.first.year, when.first.month, when.first.day) if when else (True, 0, 0, 0)


def _best(hits: Sequence[Hit], repeated: set[str]) -> Passage:
    def weight(shown: tuple[Hit, Passage]) -> tuple[bool, int, bool, int]:
        """Long enough to say something; names what was asked for; is said again in another year; is short."""
        hit, candidate = shown
        folded = words(candidate.text)
        named = asked_for(hit) & {stem(word) for word in folded}
        return (len(folded) >= MIN_PASSAGE_WORDS, len(named), hit.quote.id in repeated, -len(candidate.text))

    return max(((hit, passage(hit)) for hit in hits), key=weight)[1]


def passage(hit: Hit) -> Passage:
    """A short quote whole; of a longer one the sentence that names most of what was asked for, the first of equals."""
    quote = hit.quote
    if len(quote.text) <= FULL_QUOTE_CHARS:
        return Passage(quote, quote.text)
    parts = [segment[start:end] for segment in quote.segments for start, end in sentences(segment)]
    wanted = asked_for(hit)
    best = max(parts, key=lambda part: (len(words(part)) >= MIN_PASSAGE_WORDS, len(_stems(part) & wanted)))
    return Passage(quote, shorten(best, MAX_PASSAGE_CHARS))


def asked_for(hit: Hit) -> set[str]:
    """The stems of what was typed and of what it matched."""
    return {stem(word) for reason in hit.why for said in (reason.typed, reason.matched) for word in words(said)}


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words(text)}
