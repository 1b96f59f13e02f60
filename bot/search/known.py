"""All one bank knows: its words, its names, its topics, and for each the quotes that hold it."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from heapq import nlargest
from typing import TYPE_CHECKING

from bot.search import owners, vocabulary
from bot.search.language import CHATTER, FUNCTION, stem
from bot.search.names import Names
from bot.search.posting import TOPIC, Posting, code, merge
from bot.search.spelling import EXACT_UP_TO, Spelling

if TYPE_CHECKING:
    from bot.bank.bank import Bank
    from bot.search.names import Name

_MOST_KEPT = 4096
_LAST = chr(0x10FFFF)


class Known:
    """What the words of a query are read against. Immutable but for what it remembers of postings asked for."""

    def __init__(self, bank: Bank) -> None:
        self.size = len(bank.quotes)
        self.vocabulary = vocabulary.build(bank.quotes)
        self.names = Names(bank)
        self.speakers = owners.speakers(bank)
        self.sources = owners.sources(bank)
        self.topics = _topics(bank)
        self.named = {word for key in self.names.exact for word in key.split(" ")}
        self.named.update(self.speakers.words, self.sources.words)
        self.topic_words: dict[str, Name] = {
            key: name
            for key, named in self.names.exact.items()
            if " " not in key
            for name in named[:1]
            if name.kind in {"topic", "alias"}
        }
        """Topics by the single words that name them."""
        self._longer: dict[tuple[str, int], list[str]] = {}
        self._merged: dict[tuple[str, str | None], Posting] = {}
        carrying = {*self.vocabulary.forms, *self.named}
        self.words = sorted(carrying | FUNCTION | CHATTER)
        self._counts = array("I", (0 if word in FUNCTION else self.count(word) for word in self.words))
        self.spelling = Spelling.build([word for word in self.words if len(word) >= EXACT_UP_TO], self.count)

    def posting(self, word: str, topic: str | None = None) -> Posting:
        """The quotes that hold a word, in any form of it, in any field; and those of the topic it names."""
        known = self._merged.get((word, topic))
        if known is None:
            stemmed = stem(word)
            parts = [
                self.sources.posting(word, stemmed),
                self.vocabulary.posting(stemmed),
                self.speakers.posting(word, stemmed),
            ]
            if topic is not None:
                parts.append(self.topics[topic])
            known = merge(parts)
            if len(self._merged) >= _MOST_KEPT:
                self._merged.clear()
            self._merged[word, topic] = known
        return known

    def holds(self, word: str) -> bool:
        """Whether a word stands in the bank as it is, in a quote or in a name."""
        return word in self.vocabulary.ids or word in self.named

    def is_named(self, word: str) -> bool:
        """Whether a word names a topic or a speaker by itself."""
        return word in self.topic_words or word in self.speakers.words

    def count(self, word: str) -> int:
        """How often a word stands in the bank; what carries nothing stands everywhere, a name in all its quotes."""
        if word in FUNCTION:
            return self.size // 4
        name = self.topic_words.get(word)
        held = self.vocabulary.count(word)
        if name is not None:
            held = max(held, self.topics[name.of].size)
        elif word in self.speakers.words:
            held = max(held, self.speakers.posting(word, word).size)
        return held

    def longer(self, start: str, most: int) -> list[str]:
        """Words that begin with `start`, the most frequent first; of two alike the shorter."""
        found = self._longer.get((start, most))
        if found is None:
            first, last = bisect_left(self.words, start), bisect_left(self.words, start + _LAST)
            counted = zip(self._counts[first:last], range(first, last), strict=True)
            words = [self.words[number] for _, number in nlargest(most + 1, counted, key=self._by_count)]
            found = [word for word in words if word != start][:most]
            if len(self._longer) >= _MOST_KEPT:
                self._longer.clear()
            self._longer[start, most] = found
        return found

    def _by_count(self, counted: tuple[int, int]) -> tuple[int, int]:
        return counted[0], -len(self.words[counted[1]])


def _topics(bank: Bank) -> dict[str, Posting]:
    held: dict[str, tuple[list[int], bytearray]] = {topic.id: ([], bytearray()) for topic in bank.topics}
    codes = [code(TOPIC, 1.0 - 0.1 * min(place, 9)) for place in range(10)]
    for doc, quote in enumerate(bank.quotes):
        for place, topic in enumerate(quote.topics):
            docs, placed = held[topic.id]
            docs.append(doc)
            placed.append(codes[min(place, 9)])
    return {topic: Posting(docs, bytes(placed)) for topic, (docs, placed) in held.items()}
