"""All one bank knows: its words, its names, its topics, and for each the quotes that hold it."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import replace
from heapq import nlargest
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING, TypeAlias

from bot.columns import ints_of, lines_of
from bot.search.held import owners, vocabulary
from bot.search.held.lines import PLACES, Lines
from bot.search.held.names import Names
from bot.search.held.owners import Owners
from bot.search.held.posting import EMPTY, Posting, Stood
from bot.search.held.spelling import Filed, Spelling
from bot.search.held.vocabulary import Vocabulary
from bot.search.language import CHATTER, FUNCTION, stem

if TYPE_CHECKING:
    from bot.bank.bank import Bank
    from bot.columns import Columns
    from bot.search.held.names import Name

_MOST_KEPT = 4096
_FUNCTION = sorted(FUNCTION)
_OF_TOPIC = frozenset({"topic", "alias"})
_LAST = chr(0x10FFFF)

Places: TypeAlias = "dict[str, tuple[array[int], ...]]"
"""The quotes of each topic, ascending: those that name it first, those that name it second, and so on."""


class Known:
    """What the words of a query are read against. Immutable but for what it remembers of postings asked for."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        names: Names,
        speakers: Owners,
        sources: Owners,
        topics: Places,
        filed: tuple[set[str], list[str], array[int], Filed] | None = None,
        chars: array[int] | None = None,
    ) -> None:
        self.size = len(vocabulary.ends)
        self.names = names
        self.speakers = speakers
        self.sources = sources
        self._places = topics
        self._lines = Lines(vocabulary, (speakers, sources), topics, chars)
        self.standing = self._lines.standing
        self.vocabulary = vocabulary if chars else replace(vocabulary, lines=self.standing.lines)
        self.topics: dict[str, Posting] = {
            topic: Stood(self.standing, parts) for topic, parts in self._lines.topics.items()
        }
        self._topic_names = names.of_topics
        self.topic_words: dict[str, Name] = {key: names.exact[key][0] for key in self._topic_names if " " not in key}
        """Topics by the single words that name them."""
        self._stems = list(vocabulary.groups)
        self._longer: dict[tuple[str, int], list[str]] = {}
        self._merged: dict[str, Posting] = {}
        self._of_name: dict[str, Posting] = {}
        self._of_group: dict[int, Posting] = {-1: EMPTY}
        if filed is None:
            self.named = {word for key in names.exact for word in key.split(" ")}.union(speakers.words, sources.words)
            self.words = sorted({*vocabulary.forms, *self.named, *FUNCTION, *CHATTER})
            self.counts = array("I", map(self.count, self.words))
            self.spelling = Spelling.build(self.words, self.counts)
        else:
            self.named, self.words, self.counts, filed_under = filed
            self.spelling = Spelling(self.words, filed_under, self.counts)

    @classmethod
    def build(cls, bank: Bank) -> Known:
        """All there is to know of a bank."""
        return cls(
            vocabulary.build(bank.quotes),
            Names.build(bank),
            owners.speakers(bank),
            owners.sources(bank),
            _topics(bank),
        )

    def pack(self) -> Columns:
        """What a cache keeps of it."""
        of = {
            "vocabulary": self.vocabulary.pack(),
            "names": self.names.pack(),
            "speakers": self.speakers.pack(),
            "sources": self.sources.pack(),
        }
        parts = {f"{name}.{part}": held for name, packed in of.items() for part, held in packed.items()}
        parts["named"] = "\n".join(sorted(self.named))
        parts["words"] = "\n".join(self.words)
        parts["topics"] = "\n".join(self.topics)
        places = [docs for topic in self._places.values() for docs in topic]
        parts["topics.lengths"] = array("I", map(len, places))
        parts["topics.docs"] = array("I", chain.from_iterable(places))
        parts["chars"] = self._lines.chars
        parts["counts"] = self.counts
        parts["hashes"], parts["numbers"], parts["shelves"] = self.spelling.filed
        return parts

    @classmethod
    def unpack(cls, parts: Columns) -> Known:
        """What was packed."""

        def of(name: str) -> Columns:
            return {key.partition(".")[2]: part for key, part in parts.items() if key.startswith(f"{name}.")}

        docs, lengths = ints_of(parts["topics.docs"]), ints_of(parts["topics.lengths"])
        ends = list(accumulate(lengths, initial=0))
        named = lines_of(parts["topics"])
        places = [docs[first:last] for first, last in pairwise(ends)]
        topics = {topic: tuple(places[at * PLACES : (at + 1) * PLACES]) for at, topic in enumerate(named)}
        filed = Filed(ints_of(parts["hashes"]), ints_of(parts["numbers"]), ints_of(parts["shelves"]))
        speakers, any_speaker = owners.SPEAKERS
        sources, any_source = owners.SOURCES
        return cls(
            Vocabulary.unpack(of("vocabulary")),
            Names.unpack(of("names")),
            Owners.unpack(of("speakers"), speakers, any_form=any_speaker),
            Owners.unpack(of("sources"), sources, any_form=any_source),
            topics,
            (set(lines_of(parts["named"])), lines_of(parts["words"]), ints_of(parts["counts"]), filed),
            ints_of(parts["chars"]),
        )

    def posting(self, word: str, topic: str | None = None) -> Posting:
        """The quotes that hold a word, in any form of it, in any field; and those of the topic it names."""
        merged = self._merged if topic is None else self._of_name
        key = word if topic is None else f"{word} {topic}"
        known = merged.get(key)
        if known is None:
            stemmed = self.stem_of(word)
            group = self.vocabulary.groups.get(stemmed, -1)
            if topic is None and not self.speakers.knows(word, stemmed) and not self.sources.knows(word, stemmed):
                known = self._of_group.get(group)
                if known is None:
                    known = Stood(self.standing, self._lines.text(group))
                    if len(self._of_group) >= _MOST_KEPT:
                        self._of_group = {-1: EMPTY}
                    self._of_group[group] = known
            else:
                known = self._in_fields(word, stemmed, group, topic)
            if len(merged) >= _MOST_KEPT:
                merged.clear()
            merged[key] = known
        return known

    def stem_of(self, word: str) -> str:
        """The stem of a word; where a quote holds it, that is known already."""
        number = self.vocabulary.ids.get(word)
        group = -1 if number is None else self.vocabulary.group[number]
        return self._stems[group] if group >= 0 else stem(word)

    def _in_fields(self, word: str, stemmed: str, group: int, topic: str | None) -> Posting:
        parts = list(self._lines.topics[topic]) if topic is not None else []
        if (by := self.speakers.part(word, stemmed)) is not None:
            parts.append(by)
        if group >= 0:
            parts += self._lines.text(group)
        if (told := self.sources.part(word, stemmed)) is not None:
            parts.append(told)
        return Stood(self.standing, tuple(parts)) if parts else EMPTY

    def of_speaker(self, speaker: str) -> Posting:
        """The quotes of a speaker."""
        part = self.speakers.whole(speaker)
        return EMPTY if part is None else Stood(self.standing, (part,))

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
            held = max(held, self.speakers.size(word))
        return held

    def topics_beginning(self, start: str) -> list[str]:
        """Topics with quotes that have a name beginning with `start`, first by its own name, then those with the most
        quotes."""
        first, last = bisect_left(self._topic_names, start), bisect_left(self._topic_names, start + _LAST)
        found: dict[str, bool] = {}
        for key in self._topic_names[first:last]:
            for name in self.names.exact[key]:
                if name.kind in _OF_TOPIC and self.topics[name.of].size:
                    found[name.of] = found.get(name.of, False) or name.kind == "topic"
        return sorted(found, key=lambda topic: (not found[topic], -self.topics[topic].size))

    def longer(self, start: str, most: int) -> list[str]:
        """Words that begin with `start`, the most frequent first."""
        found = self._longer.get((start, most))
        if found is None:
            first, last = bisect_left(self.words, start), bisect_left(self.words, start + _LAST)
            counted = zip(self.counts[first:last], range(-first, -last, -1), strict=True)
            empty = bisect_left(_FUNCTION, start + _LAST) - bisect_left(_FUNCTION, start)
            words = (self.words[-negative] for _, negative in nlargest(most + 1 + empty, counted))
            found = [word for word in words if word != start and word not in FUNCTION][:most]
            if len(self._longer) >= _MOST_KEPT:
                self._longer.clear()
            self._longer[start, most] = found
        return found


def _topics(bank: Bank) -> Places:
    """The quotes of each topic, by the place it has in them."""
    held: Places = {topic.id: tuple(array("I") for _ in range(PLACES)) for topic in bank.topics}
    for doc, quote in enumerate(bank.quotes):
        for place, topic in enumerate(quote.topics):
            held[topic.id][min(place, PLACES - 1)].append(doc)
    return held
