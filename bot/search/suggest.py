"""What is offered while somebody types: topics with their counts, and quotes by their words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.search.query import Completion, Query
from bot.text import fold, shorten, words

if TYPE_CHECKING:
    from bot.bank.quote import Quote, Topic
    from bot.search.index import Index

LIMIT = 100
"""The most characters Discord takes in a label and in a value."""


def complete(index: Index, typed: str, limit: int = 25) -> list[Completion]:
    """The topics and quotes that what is typed may become, best first. Nothing typed offers the topics by count."""
    begun = fold(typed).strip()
    if not begun:
        return [of_topic(index, topic) for topic in index.common[:limit]]
    offered: dict[str, Completion] = {}
    for topic in index.common:
        names = (topic.name, topic.id, *topic.aliases)
        if any(fold(name).startswith(begun) for name in names):
            offer = of_topic(index, topic)
            offered.setdefault(offer.value, offer)
    found = index.find(Query(typed), limit, typing=True)
    if found.key.startswith("topic:"):
        for topic in index.common:
            if found.key == f"topic:{topic.id}":
                offer = of_topic(index, topic)
                offered.setdefault(offer.value, offer)
    for hit in found.hits:
        offer = of_quote(hit.quote)
        offered.setdefault(offer.value, offer)
    if len(words(typed)) == 1 and len(offered) < limit:
        for quote in index.bank.quotes:
            if any(word.startswith(begun) for word in words(quote.text)):
                offer = of_quote(quote)
                offered.setdefault(offer.value, offer)
            if len(offered) >= limit:
                break
    return list(offered.values())[:limit]


def of_topic(index: Index, topic: Topic) -> Completion:
    """`russia · 13 quotes, 2014–2020`."""
    quotes = index.bank.by_topic[topic.id]
    years = sorted(quote.year for quote in quotes if quote.year)
    span = "" if not years else f", {years[0]}" if years[0] == years[-1] else f", {years[0]}–{years[-1]}"
    counted = f" · {len(quotes)} quote{'s' * (len(quotes) != 1)}{span}"
    return Completion(shorten(topic.name, LIMIT - len(counted)) + counted, f"topic:{topic.id}"[:LIMIT])


def of_quote(quote: Quote) -> Completion:
    """`2017 · “Russia is our biggest neighbour…”`."""
    lead = f"{quote.year} · " if quote.year else ""
    return Completion(f"{lead}“{shorten(quote.text, LIMIT - len(lead) - 2)}”", f"quote:{quote.id}"[:LIMIT])
