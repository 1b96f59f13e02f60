"""The inverted index of one bank: its words, its names, its topics, and for each the quotes that hold it."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import replace
from functools import lru_cache, partial
from heapq import nlargest
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING, TypeAlias

from ...columns import ints_of, lines_of
from ..analysis import CHATTER, STOP_WORDS, stem
from ..tuning import CACHED_TERMS, STOP_WORD_SHARE, TOPIC_PLACES
from . import metadata as owners
from . import vocabulary
from .edit_neighbours import DeletionIndex, EditNeighbours
from .forward_index import ForwardIndex
from .metadata import Metadata
from .names import Names
from .postings import EMPTY, LinePosting, Posting
from .vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...bank.bank import Bank
    from ...columns import Columns
    from .names import Name

_FUNCTION = sorted(STOP_WORDS)
_OF_TOPIC = frozenset({"topic", "alias"})
_LAST = chr(0x10FFFF)

Places: TypeAlias = "dict[str, tuple[array[int], ...]]"
"""The quotes of each topic, ascending: those that name it first, those that name it second, and so on."""


class InvertedIndex:
    """What the words of a query are read against. Immutable but for the postings and beginnings it remembers."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        names: Names,
        speakers: Metadata,
        sources: Metadata,
        topics: Places,
        filed: tuple[set[str], list[str], array[int], DeletionIndex] | None = None,
        chars: array[int] | None = None,
    ) -> None:
        self.size = len(vocabulary.ends)
        self.names = names
        self.speakers = speakers
        self.sources = sources
        self._places = topics
        self._forward = ForwardIndex(vocabulary, (speakers, sources), topics, chars)
        self.documents = self._forward.documents
        self.vocabulary = vocabulary if chars else replace(vocabulary, lines=self.documents.lines)
        self.topics: dict[str, Posting] = {
            topic: LinePosting(self.documents, parts) for topic, parts in self._forward.topics.items()
        }
        self._topic_names = names.of_topics
        self.topic_words: dict[str, Name] = {key: names.exact[key][0] for key in self._topic_names if " " not in key}
        """Topics by the single words that name them."""
        self.stem_of = lru_cache(maxsize=CACHED_TERMS)(partial(_stem_of, vocabulary, list(vocabulary.groups)))
        """The stem of a word. Asked for every word of a query three times: remembering saves 2 µs of a query's 100."""
        self._longer: dict[tuple[str, int], list[str]] = {}
        self._merged: dict[str, Posting] = {}
        self._of_name: dict[str, Posting] = {}
        self._of_group: dict[int, Posting] = {-1: EMPTY}
        if filed is None:
            self.named = {word for key in names.exact for word in key.split(" ")}.union(speakers.words, sources.words)
            self.words = sorted({*vocabulary.forms, *self.named, *STOP_WORDS, *CHATTER})
            self.counts = array("I", map(self.count, self.words))
            self.spelling = EditNeighbours.build(self.words, self.counts)
        else:
            self.named, self.words, self.counts, filed_under = filed
            self.spelling = EditNeighbours(self.words, filed_under, self.counts)

    @classmethod
    def build(cls, bank: Bank) -> InvertedIndex:
        """The inverted index of a bank."""
        return cls(
            vocabulary.build(bank.quotes),
            Names.build(bank),
            owners.speakers(bank),
            owners.sources(bank),
            _topics(bank),
        )

    def to_columns(self) -> Columns:
        """What a cache keeps of it."""
        of = {
            "vocabulary": self.vocabulary.to_columns(),
            "names": self.names.to_columns(),
            "speakers": self.speakers.to_columns(),
            "sources": self.sources.to_columns(),
        }
        parts = {f"{name}.{part}": column for name, columns in of.items() for part, column in columns.items()}
        parts["named"] = "\n".join(sorted(self.named))
        parts["words"] = "\n".join(self.words)
        parts["topics"] = "\n".join(self.topics)
        places = [docs for topic in self._places.values() for docs in topic]
        parts["topics.lengths"] = array("I", map(len, places))
        parts["topics.docs"] = array("I", chain.from_iterable(places))
        parts["chars"] = self._forward.chars
        parts["counts"] = self.counts
        parts["hashes"], parts["numbers"], parts["shelves"] = self.spelling.deletions
        return parts

    @classmethod
    def from_columns(cls, parts: Columns) -> InvertedIndex:
        """What was packed."""

        def of(name: str) -> Columns:
            return {key.partition(".")[2]: part for key, part in parts.items() if key.startswith(f"{name}.")}

        docs, lengths = ints_of(parts["topics.docs"]), ints_of(parts["topics.lengths"])
        ends = list(accumulate(lengths, initial=0))
        named = lines_of(parts["topics"])
        places = [docs[first:last] for first, last in pairwise(ends)]
        topics = {topic: tuple(places[at * TOPIC_PLACES : (at + 1) * TOPIC_PLACES]) for at, topic in enumerate(named)}
        filed = DeletionIndex(ints_of(parts["hashes"]), ints_of(parts["numbers"]), ints_of(parts["shelves"]))
        speakers, any_speaker = owners.SPEAKERS
        sources, any_source = owners.SOURCES
        return cls(
            Vocabulary.from_columns(of("vocabulary")),
            Names.from_columns(of("names")),
            Metadata.from_columns(of("speakers"), speakers, any_form=any_speaker),
            Metadata.from_columns(of("sources"), sources, any_form=any_source),
            topics,
            (set(lines_of(parts["named"])), lines_of(parts["words"]), ints_of(parts["counts"]), filed),
            ints_of(parts["chars"]),
        )

    def posting(self, word: str, topic: str | None = None) -> Posting:
        """The quotes that hold a word, in any form of it, in any field; and those of the topic it names."""
        made = self._merged if topic is None else self._of_name
        key = word if topic is None else f"{word} {topic}"
        posting = made.get(key)
        if posting is None:
            posting = self._make_posting(word, topic)
            if len(made) >= CACHED_TERMS:
                made.clear()
            made[key] = posting
        return posting

    def _make_posting(self, word: str, topic: str | None) -> Posting:
        stemmed = self.stem_of(word)
        group = self.vocabulary.groups.get(stemmed, -1)
        is_name = self.speakers.names_any(word, stemmed) or self.sources.names_any(word, stemmed)
        return self._in_fields(word, stemmed, group, topic) if topic or is_name else self._in_text(group)

    def _in_text(self, group: int) -> Posting:
        """The quotes that hold any form of a stem: one object for all its forms, so that the ranking need not count
        twice what a word and its correction lead to."""
        posting = self._of_group.get(group)
        if posting is None:
            posting = LinePosting(self.documents, self._forward.text(group))
            if len(self._of_group) >= CACHED_TERMS:
                self._of_group = {-1: EMPTY}
            self._of_group[group] = posting
        return posting

    def _in_fields(self, word: str, stemmed: str, group: int, topic: str | None) -> Posting:
        parts = list(self._forward.topics[topic]) if topic is not None else []
        if (speaker_part := self.speakers.part(word, stemmed)) is not None:
            parts.append(speaker_part)
        if group >= 0:
            parts += self._forward.text(group)
        if (source_part := self.sources.part(word, stemmed)) is not None:
            parts.append(source_part)
        return LinePosting(self.documents, tuple(parts)) if parts else EMPTY

    def of_speaker(self, speaker: str) -> Posting:
        """The quotes of a speaker."""
        part = self.speakers.posting_of(speaker)
        return EMPTY if part is None else LinePosting(self.documents, (part,))

    def holds(self, word: str) -> bool:
        """Whether a word stands in the bank as it is, in a quote or in a name."""
        return word in self.vocabulary.ids or word in self.named

    def is_named(self, word: str) -> bool:
        """Whether a word names a topic or a speaker by itself."""
        return word in self.topic_words or word in self.speakers.words

    def count(self, word: str) -> int:
        """How often a word stands in the bank; what carries nothing stands everywhere, a name in all its quotes."""
        if word in STOP_WORDS:
            return int(self.size * STOP_WORD_SHARE)
        name = self.topic_words.get(word)
        count = self.vocabulary.count(word)
        if name is not None:
            count = max(count, self.topics[name.of].size)
        elif word in self.speakers.words:
            count = max(count, self.speakers.size(word))
        return count

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
            found = [word for word in words if word != start and word not in STOP_WORDS][:most]
            if len(self._longer) >= CACHED_TERMS:
                self._longer.clear()
            self._longer[start, most] = found
        return found


def _stem_of(vocabulary: Vocabulary, stems: Sequence[str], word: str) -> str:
    """The stem of a word; where a quote holds it, that is known already."""
    number = vocabulary.ids.get(word)
    group = -1 if number is None else vocabulary.group[number]
    return stems[group] if group >= 0 else stem(word)


def _topics(bank: Bank) -> Places:
    """The quotes of each topic, by the place it has in them."""
    by_place: Places = {topic.id: tuple(array("I") for _ in range(TOPIC_PLACES)) for topic in bank.topics}
    for doc, quote in enumerate(bank.quotes):
        for place, topic in enumerate(quote.topics):
            by_place[topic.id][min(place, TOPIC_PLACES - 1)].append(doc)
    return by_place
