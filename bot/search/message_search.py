"""Quotes for a whole message: what its sentences are about, not only its first words."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from heapq import nlargest
from typing import TYPE_CHECKING

from ..text import within, words
from .analysis import CHATTER, STOP_WORDS
from .indexing.vocabulary import rarity
from .markup import without_markup
from .query import Found, Hit, Query, Reason
from .tuning import (
    MAX_MESSAGE_CHARS,
    MAX_NAMED_TOPICS,
    MAX_SENTENCES,
    MAX_TELLING_WORDS,
    MIN_SHARED_WORDS,
    NAMED_TOPIC_WEIGHT,
    OTHER_SENTENCES,
    TELLING_WORD_DOCS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..bank.quote import Quote
    from .index import Index
    from .query import ReasonKind

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")

Reasons = dict[tuple["ReasonKind", str], Reason]
Cause = tuple["ReasonKind", str, str, "Sequence[int]"]
"""What was typed, what it stands for, and the quotes that are worth more for it, ascending."""


def find_for_message(index: Index, message: str, limit: int, quoted: Sequence[Quote] = ()) -> Found:
    """The best quotes for a message, at most `limit`. The query they answer names topics, never the message's words.

    `quoted` are quotes that the message itself quotes: they come first.
    """
    text = without_markup(within(message, MAX_MESSAGE_CHARS))
    scores: dict[int, float] = defaultdict(float)
    why: list[Cause] = []
    about: dict[str, float] = defaultdict(float)
    totals: dict[int, float] = defaultdict(float)
    for sentence in [part for part in _SENTENCE.split(text) if part.strip()][:MAX_SENTENCES]:
        for doc, score in _sentence(index, words(sentence), why, about).items():
            scores[doc] = max(scores[doc], score)
            totals[doc] += score
    ranked = nlargest(limit, ((score + OTHER_SENTENCES * (totals[doc] - score), -doc) for doc, score in scores.items()))
    best = ranked[0][0] if ranked else 1.0
    hits = [Hit(quote, 1.0, (Reason("phrase", quote.text[:60], quote.text[:60]),)) for quote in quoted]
    hits += [
        Hit(index.bank.quotes[-doc], min(1.0, score / best), tuple(_reasons(why, -doc).values()))
        for score, doc in ranked
        if index.bank.quotes[-doc] not in quoted
    ]
    named = [index.topics[topic].name for topic in sorted(about, key=lambda topic: -about[topic])[:MAX_NAMED_TOPICS]]
    suggestions = () if hits else index.nearest_topics(words(text)[:MAX_TELLING_WORDS])
    return Found(Query(", ".join(named)), tuple(hits[:limit]), min(1, len(hits)), "message", suggestions=suggestions)


def _sentence(index: Index, spoken: Sequence[str], why: list[Cause], about: dict[str, float]) -> dict[int, float]:
    """What each quote is worth for one sentence: the rarity of the topics and words they share."""
    inverted = index.inverted
    scores: dict[int, float] = defaultdict(float)
    named: set[int] = set()
    for place in inverted.names.at(spoken):
        if place.name.kind not in {"topic", "alias"} or place.name.of not in inverted.topics:
            continue
        docs = inverted.topics[place.name.of].docs
        weight = NAMED_TOPIC_WEIGHT * rarity(len(docs), inverted.size)
        about[place.name.of] += weight
        typed = " ".join(spoken[place.first : place.last])
        topic = index.topics[place.name.of].name
        why.append(("topic", typed, topic, docs))
        for doc in docs:
            scores[doc] += weight
        named.update(docs)
    shared: dict[int, int] = defaultdict(int)
    for word, docs in _telling(index, spoken):
        weight = rarity(len(docs), inverted.size)
        why.append(("word", word, word, docs))
        for doc in docs:
            scores[doc] += weight
            shared[doc] += 1
    return {doc: score for doc, score in scores.items() if doc in named or shared[doc] >= MIN_SHARED_WORDS}


def _reasons(why: Sequence[Cause], doc: int) -> Reasons:
    """Why one quote was found: made for those that are shown alone, since a long message has thousands of others."""
    reasons: Reasons = {}
    for kind, typed, matched, docs in why:
        at = bisect_left(docs, doc)
        if at < len(docs) and docs[at] == doc and (kind == "topic" or (kind, matched) not in reasons):
            reasons[kind, matched] = Reason(kind, typed, matched)
    return reasons


def _telling(index: Index, spoken: Sequence[str]) -> Iterable[tuple[str, Sequence[int]]]:
    """The words of a sentence that say something, with the quotes that hold them, the rarest first."""
    inverted = index.inverted
    telling = [
        (len(posting), word, posting.docs)
        for word in dict.fromkeys(spoken)
        if word not in STOP_WORDS
        and word not in CHATTER
        and 0 < len(posting := inverted.posting(word)) <= TELLING_WORD_DOCS
    ]
    telling.sort(key=lambda entry: entry[0])
    return [(word, docs) for _, word, docs in telling[:MAX_TELLING_WORDS]]
