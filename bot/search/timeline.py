"""How a line moved: what was said year by year, one short passage each, and where nearly the same was said again."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from bot.bank.sentences import sentences
from bot.search.language import stem
from bot.search.parallels import Parallel, parallels
from bot.text import shorten, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.bank.quote import Quote
    from bot.search.index import Index
    from bot.search.query import Found, Hit, Query

CONSIDERED = 400
"""Quotes a timeline is made of at most."""
SHORT = 200
"""Characters up to which a passage is the whole quote; of a longer one it is a sentence."""
LONGEST = 320
"""Characters of a passage; what is longer is cut."""
PARALLELS = 5
"""Pairs of like statements shown at most."""
_FEW = 5  # words below which a passage says too little alone


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
    found = index.find(query, CONSIDERED)
    hits = sorted(found.hits[: max(found.equals, 1)], key=lambda hit: _when(hit.quote))
    alike = parallels([hit.quote for hit in hits])
    repeated = {id(quote) for pair in alike for quote in (pair.earlier, pair.later)}
    years = tuple(_year(year, list(said), repeated) for year, said in groupby(hits, key=lambda hit: hit.quote.year))
    first = sorted(alike[:PARALLELS], key=lambda pair: (_when(pair.earlier), _when(pair.later)))
    return Timeline(found, years, tuple(first))


def _when(quote: Quote) -> tuple[bool, int, int, int]:
    when = quote.said or quote.source.published
    return (False, when.first.year, when.first.month, when.first.day) if when else (True, 0, 0, 0)


def _year(year: int | None, hits: Sequence[Hit], repeated: set[int]) -> Year:
    def weight(hit: Hit) -> tuple[bool, int, bool, int]:
        """Long enough to say something; names what was asked for; is said again in another year; is short."""
        text = passage(hit).text
        said = _stems(text)
        return (len(words(text)) >= _FEW, len(said & asked_for(hit)), id(hit.quote) in repeated, -len(text))

    best = max(hits, key=weight)
    return Year(year, passage(best), tuple(hit.quote for hit in hits))


def passage(hit: Hit) -> Passage:
    """A short quote whole; of a longer one the sentence that names most of what was asked for, the first of equals."""
    quote = hit.quote
    if len(quote.text) <= SHORT:
        return Passage(quote, quote.text)
    parts = [segment[start:end] for segment in quote.segments for start, end in sentences(segment)]
    wanted = asked_for(hit)
    best = max(parts, key=lambda part: (len(words(part)) >= _FEW, len(_stems(part) & wanted)))
    return Passage(quote, shorten(best, LONGEST))


def asked_for(hit: Hit) -> set[str]:
    """The stems of what was typed and of what it matched."""
    return {stem(word) for reason in hit.why for said in (reason.typed, reason.matched) for word in words(said)}


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words(text)}
