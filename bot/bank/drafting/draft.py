"""A draft: the quotes an article seems to hold, for a person to finish."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ...text import words
from ..quote import SPLIT
from .facts import SourceGuess, find_facts
from .layout import only_article
from .passages import passages
from .speech import Speech, find_speech
from .words import LIGHT

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from ..article import Article
    from ..quote import Speaker, Topic
    from .statement import Statement

MOST_TOPICS = 6
LEAST_TOPICS = 3
Names: TypeAlias = "Mapping[tuple[str, ...], str]"
"""The vocabulary's names as folded words, each with its topic's id."""
_MOST_ID = 40
_AROUND = 8
_WITHIN = 2000  # characters in which the words around are looked for


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposed quote. `segments` are [start, end) in characters of the article's text."""

    id: str
    segments: tuple[tuple[int, int], ...]
    texts: tuple[str, ...]
    speaker: str | None
    topics: tuple[str, ...]
    question: str | None
    before: str
    after: str
    confidence: float
    why: str

    @property
    def text(self) -> str:
        """The words as they are shown."""
        return SPLIT.join(self.texts)


@dataclass(frozen=True, slots=True)
class Draft:
    """All that was found in one article."""

    speech: Speech
    source: SourceGuess
    quotes: tuple[Proposal, ...]


def draft(
    article: Article, *, speakers: Sequence[Speaker] = (), topics: Sequence[Topic] = (), taken: Collection[str] = ()
) -> Draft:
    """Propose the quotes of an article. `taken` are the ids the bank has already."""
    text = article.text
    speech = find_speech(text, speakers)
    source = find_facts(text, speech, article.facts)
    year = source.facts["published"].value[:4] if "published" in source.facts else ""
    article_text = only_article(text, speech.layout)
    used = dict.fromkeys(taken, 1)
    names = names_of(topics)
    quotes = tuple(
        _proposal(text, article_text, statement, segments, names, year, used)
        for statement in speech.statements
        for segments in passages(text, statement.segments)
    )
    return Draft(speech, source, quotes)


def _proposal(
    text: str,
    article_text: str,
    statement: Statement,
    segments: tuple[tuple[int, int], ...],
    names: Names,
    year: str,
    used: dict[str, int],
) -> Proposal:
    texts = tuple(" ".join(text[start:end].split()) for start, end in segments)
    said = " ".join(texts)
    return Proposal(
        id=_id(said, year, used),
        segments=segments,
        texts=texts,
        speaker=statement.speaker,
        topics=tuple(find_topics(said, names, statement.question or "")),
        question=" ".join(statement.question.split()) if statement.question else None,
        before=_before(article_text, segments[0][0]),
        after=_after(article_text, segments[-1][1]),
        confidence=statement.confidence,
        why=statement.why,
    )


def _before(article_text: str, start: int) -> str:
    """The last words before a place, without the quotation mark that opens there."""
    return " ".join(article_text[max(0, start - _WITHIN) : start].rstrip(' \n"“”„«»‘').split()[-_AROUND:])


def _after(article_text: str, end: int) -> str:
    """The first words behind a place, without the marks that close there."""
    return " ".join(article_text[end : end + _WITHIN].lstrip(' ,.;\n"“”«»’').split()[:_AROUND])


def names_of(topics: Sequence[Topic]) -> Names:
    """Every name of the vocabulary, as folded words, with the topic it stands for."""
    return {
        tuple(words(name)): topic.id
        for topic in topics
        for name in (*topic.aliases, topic.id, topic.name)
        if words(name)
    }


def find_topics(said: str, names: Names, question: str = "") -> list[str]:
    """The ids of topics whose names stand in the words, the most often named first; the question counts half."""
    scores = Counter[str]()
    for text, weight in ((said, 2), (question, 1)):
        tokens = words(text)
        for size in {len(name) for name in names}:
            for at in range(len(tokens) - size + 1):
                if topic := names.get(tuple(tokens[at : at + size])):
                    scores[topic] += weight
    return [topic for topic, _ in scores.most_common(MOST_TOPICS)]


def _id(said: str, year: str, used: dict[str, int]) -> str:
    """A short name for a quote from its own words, unlike all others. `used` counts how often each was wanted."""
    plain = [word for word in words(said) if word not in LIGHT] or words(said)
    ascii_words = [slug for word in plain if (slug := slug_of(word))]
    ending = f"-{year}" if year else ""
    name = _short_name(ascii_words[:4], _MOST_ID - 3 - len(ending))
    number = used.get(f"{name}{ending}", 0) + 1
    while (candidate := f"{name}{f'-{number}' if number > 1 else ''}{ending}") in used:
        number += 1
    used[f"{name}{ending}"] = number
    used.setdefault(candidate, 1)
    return candidate


def _short_name(parts: Sequence[str], most: int) -> str:
    """As many of the parts, joined, as have room in so many characters."""
    name = ""
    for part in parts:
        if len(name) + len(part) + 1 <= most:
            name = f"{name}-{part}" if name else part
    return name or "quote"


def slug_of(name: str) -> str:
    """A name as an id: a to z, 0 to 9 and hyphens; empty where none of its letters can be written so."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_MOST_ID].strip("-")
