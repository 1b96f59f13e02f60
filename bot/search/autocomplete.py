"""What is offered while somebody types: topics with their counts, and quotes by their words."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from ..bank.dates import counted
from ..text import fold, shorten, within, words
from .analysis import STOP_WORDS, stem
from .query import Completion, Query
from .tuning import MAX_QUERY_CHARS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..bank.quote import Quote, Topic
    from .index import Index
    from .query import Found, Hit

LIMIT = 100
"""The most characters Discord takes in a label and in a value."""
SHOWN = LIMIT - len("2014 · “”")
"""Of them those that show a quote's words."""


def complete(index: Index, typed: str, limit: int = 25) -> list[Completion]:
    """The topics and quotes that what is typed may become, best first. Nothing typed offers the topics by count."""
    begun = " ".join(words(within(typed, MAX_QUERY_CHARS)))
    if not begun:
        return [] if typed.strip() else [of_topic(index, topic) for topic in index.common[:limit]]
    offered: dict[str, Completion] = {}
    for offer in _offers(index, typed, begun, limit):
        offered.setdefault(offer.value, offer)
        if len(offered) == limit:
            break
    return list(offered.values())


def _offers(index: Index, typed: str, begun: str, limit: int) -> Iterator[Completion]:
    """First what is called so, then what the words mean as the search takes them, then the quotes it finds."""
    for topic in index.inverted.topics_beginning(begun):
        yield of_topic(index, index.topics[topic])
    found = index.find(Query(typed), 2 * limit, typing=True)
    kind, _, name = found.key.partition(":")
    if kind == "topic" and name in index.topics:
        yield of_topic(index, index.topics[name])
    hits = _holding_first(found, begun) if found.hits else _without_the_last(index, begun, limit)
    for hit in hits:
        yield of_quote(hit.quote)


def _holding_first(found: Found, begun: str) -> Sequence[Hit]:
    """The quotes found: first those in which the words typed stand, as they were taken, and of them those that show it
    as far as they are shown.
    """
    taken = {fold(why.typed): [stem(word) for word in words(why.matched)] for why in found.hits[0].why}
    sought = [(word, *taken.get(word, ())) for word in begun.split() if word not in STOP_WORDS]

    def lacking(text: str) -> int:
        held = words(text)
        return sum([not any(word.startswith(wanted) for word in held) for wanted in sought])

    return sorted(found.hits, key=lambda hit: (lacking(hit.quote.text), lacking(shorten(hit.quote.text, SHOWN))))


def _without_the_last(index: Index, begun: str, limit: int) -> Sequence[Hit]:
    """Where no quote holds a word that begins so beside the others: what the others find, and first of it what has such
    a word at all."""
    complete_words, space, last = begun.rpartition(" ")
    vocabulary = index.inverted.words
    at = bisect_left(vocabulary, last)
    if not space or at == len(vocabulary) or not vocabulary[at].startswith(last):
        return ()
    hits = index.find(Query(complete_words), limit).hits
    return sorted(hits, key=lambda hit: not any(word.startswith(last) for word in words(hit.quote.text)))


def of_topic(index: Index, topic: Topic) -> Completion:
    """`russia · 13 quotes, 2014–2020`."""
    there = f" · {counted(index.inverted.topics[topic.id].size, index.years_of(topic.id))}"
    return Completion(shorten(topic.name, LIMIT - len(there)) + there, f"topic:{topic.id}"[:LIMIT])


def of_quote(quote: Quote) -> Completion:
    """`2017 · “Russia is our biggest neighbour…”`."""
    lead = f"{quote.year} · " if quote.year else ""
    return Completion(f"{lead}“{shorten(quote.text, LIMIT - len(lead) - 2)}”", f"quote:{quote.id}"[:LIMIT])
