"""What to offer when nothing was found: the nearest topics, by spelling, by beginning and by what stands beside a
word."""

from __future__ import annotations

from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from bot.search.analysis import CHATTER, STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.bank.quote import Topic
    from bot.search.index import Index

MOST = 5
_NEAR = 72
_FROM = 3
_LOOKED_AT = 20
_WORDS = 8


def suggest_topics(index: Index, typed: Sequence[str]) -> tuple[Topic, ...]:
    """At most five topics that have quotes: the nearest to the words typed, else the most common."""
    near: Counter[str] = Counter()
    names = index.known.topic_words
    asked = [
        word for word in dict.fromkeys(typed) if word not in STOP_WORDS and word not in CHATTER and len(word) >= _FROM
    ]
    for word in asked[:_WORDS]:
        for name, likeness, _ in process.extract(word, names.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=3):
            near[names[name].of] += int(likeness)
        begun = index.known.longer(word, 3)
        for longer in begun:
            if longer in names:
                near[names[longer].of] += _NEAR
        for doc in islice(chain.from_iterable(index.known.posting(word).runs), _LOOKED_AT):
            near.update({topic.id: _NEAR // (2 + place) for place, topic in enumerate(index.bank.quotes[doc].topics)})
    chosen = [index.topics[topic] for topic, _ in near.most_common() if index.known.topics[topic].size]
    return tuple((chosen or index.common)[:MOST])
