"""What a bank holds of some of its quotes, told from the index; and what it holds instead of what was asked for."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from ..text import words
from .parsing.date_expressions import find_period
from .query import Query

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..bank.quote import Quote, Source
    from .index import Index

LOOKED_THROUGH = 500
"""Quotes up to which all that answer a query are looked at one by one."""
FROM, TO = 1900, 2100
"""What a number among the words of a query is taken for a year from, and to."""
SPANS = 8
"""Years, or spans of years, that are named."""


def sources_of(index: Index, docs: Sequence[int]) -> list[Source]:
    """The sources of the quotes of these numbers, each once, in the order of the quotes: no quote is made for that."""
    sources = index.inverted.sources
    by_id = {source.id: source for source in index.bank.sources}
    numbered = [by_id[source] for source in sources.docs]
    return [numbered[number] for number in dict.fromkeys(map(sources.owners.__getitem__, docs))]


def quotes_of(index: Index, query: Query) -> list[Quote] | None:
    """All quotes that answer a query; None where it asks for any, or where they are too many to be looked through."""
    if query == Query():
        return None
    hits = index.find(query, LOOKED_THROUGH + 1).hits
    return None if len(hits) > LOOKED_THROUGH else [hit.quote for hit in hits]


def years_of(index: Index, query: Query) -> list[int]:
    """The years of what answers a query, ascending; of too much, and where it asks for any, those of the bank."""
    quotes = quotes_of(index, query)
    return index.dates.each_year() if quotes is None else sorted({quote.year for quote in quotes if quote.year})


def other_years(index: Index, query: Query) -> str | None:
    """A sentence for who asked for a year and got nothing: which years there are. None where no year was asked for."""
    wider = _without_year(index, query)
    if wider is None:
        return None
    if wider != Query() and (years := years_of(index, wider)):
        return f"There are such quotes from {_listed(years)}."
    years = index.dates.each_year()
    return f"My quotes are from {_listed(years)}." if years else None


def _without_year(index: Index, query: Query) -> Query | None:
    """The same query with no year in its options and words; None where there was none."""
    left = query.words
    if not query.words.startswith(("topic:", "quote:")):
        typed = words(query.words)
        years = find_period(typed, *index.dates.years).places
        kept = [word for at, word in enumerate(typed) if at not in years and not _is_year(word)]
        left = query.words if len(kept) == len(typed) else " ".join(kept)
    wider = replace(query, words=left, first_year=None, last_year=None)
    return None if wider == query else wider


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isascii() and word.isdigit() and FROM <= int(word) <= TO


def _listed(years: Sequence[int]) -> str:
    """Years in words: "2014, 2017 and 2020", "1949–1955 and 2014"; of very many spans the first year and the last."""
    spans = list(_spans(years))
    if len(spans) > SPANS:
        return f"{years[0]} to {years[-1]}"
    *first, last = spans
    return f"{', '.join(first)} and {last}" if first else last


def _spans(years: Sequence[int]) -> Iterable[str]:
    """Years that follow one another, three or more, as a span."""
    for _, run in groupby(enumerate(years), key=lambda placed: placed[1] - placed[0]):
        together = [year for _, year in run]
        yield from [f"{together[0]}–{together[-1]}"] if len(together) > 2 else map(str, together)
