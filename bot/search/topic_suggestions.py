"""What to offer when nothing was found: the nearest topics, by spelling, by beginning and by what stands beside a
word."""

from __future__ import annotations

from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from .analysis import CHATTER, STOP_WORDS
from .tuning import MAX_SUGGESTED, SUGGEST_DOCS, SUGGEST_LIKENESS, SUGGEST_WORD_FROM, SUGGEST_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..bank.quote import Quote
    from .indexing.inverted_index import InvertedIndex


def suggest_topics(quotes: Sequence[Quote], inverted: InvertedIndex, typed: Sequence[str]) -> list[str]:
    """The ids of at most five topics that have quotes, the nearest to the words typed first."""
    near: Counter[str] = Counter()
    names = inverted.topic_words
    asked = [
        word
        for word in dict.fromkeys(typed)
        if word not in STOP_WORDS and word not in CHATTER and len(word) >= SUGGEST_WORD_FROM
    ]
    for word in asked[:SUGGEST_WORDS]:
        for name, likeness, _ in process.extract(
            word, names.keys(), scorer=fuzz.ratio, score_cutoff=SUGGEST_LIKENESS, limit=3
        ):
            near[names[name].of] += int(likeness)
        for longer in inverted.longer(word, 3):
            if longer in names:
                near[names[longer].of] += SUGGEST_LIKENESS
        for doc in islice(chain.from_iterable(inverted.posting(word).runs), SUGGEST_DOCS):
            near.update({topic.id: SUGGEST_LIKENESS // (2 + place) for place, topic in enumerate(quotes[doc].topics)})
    return [topic for topic, _ in near.most_common() if inverted.topics[topic].size][:MAX_SUGGESTED]
