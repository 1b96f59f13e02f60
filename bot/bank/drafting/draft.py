"""A draft: the quotes an article seems to hold, for a person to finish."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.bank.drafting.facts import SourceGuess, find_facts
from bot.bank.drafting.layout import only_article
from bot.bank.drafting.passages import passages
from bot.bank.drafting.speech import Speech, find_speech
from bot.bank.drafting.words import LIGHT
from bot.bank.quote import SPLIT
from bot.text import words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from bot.bank.article import Article
    from bot.bank.drafting.statement import Statement
    from bot.bank.quote import Speaker, Topic

MOST_TOPICS = 6
LEAST_TOPICS = 3
_MOST_ID = 40
_AROUND = 8


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
    kept = only_article(text, speech.layout)
    used = set(taken)
    quotes = []
    for statement in speech.statements:
        for segments in passages(text, statement.segments):
            proposal = _proposal(text, kept, statement, segments, topics, year, used)
            used.add(proposal.id)
            quotes.append(proposal)
    return Draft(speech, source, tuple(quotes))


def _proposal(
    text: str,
    kept: str,
    statement: Statement,
    segments: tuple[tuple[int, int], ...],
    topics: Sequence[Topic],
    year: str,
    used: Collection[str],
) -> Proposal:
    texts = tuple(" ".join(text[start:end].split()) for start, end in segments)
    said = " ".join(texts)
    return Proposal(
        id=_id(said, year, used),
        segments=segments,
        texts=texts,
        speaker=statement.speaker,
        topics=tuple(find_topics(said, topics, statement.question or "")),
        question=" ".join(statement.question.split()) if statement.question else None,
        before=" ".join(kept[: segments[0][0]].rstrip(' \n"“”„«»‘').split()[-_AROUND:]),
        after=" ".join(kept[segments[-1][1] :].lstrip(' ,.;\n"“”«»’').split()[:_AROUND]),
        confidence=statement.confidence,
        why=statement.why,
    )


def find_topics(said: str, topics: Sequence[Topic], question: str = "") -> Iterator[str]:
    """The ids of topics whose names stand in the words, the most often named first; then those of the question."""
    asked = words(question)
    told = words(said)
    scores = Counter[str]()
    for topic in topics:
        names = {tuple(words(name)) for name in (topic.name, topic.id, *topic.aliases)}
        scores[topic.id] = sum(2 * _count(told, name) + _count(asked, name) for name in names if name)
    found = [topic for topic, score in scores.most_common() if score > 0]
    yield from found[:MOST_TOPICS]


def _count(told: Sequence[str], name: tuple[str, ...]) -> int:
    return sum(1 for at in range(len(told) - len(name) + 1) if tuple(told[at : at + len(name)]) == name)


def _id(said: str, year: str, used: Collection[str]) -> str:
    """A short name for a quote from its own words, unlike all others."""
    plain = [word for word in words(said) if word not in LIGHT] or words(said)
    ascii_words = [slug for word in plain if (slug := slug_of(word))]
    ending = f"-{year}" if year else ""
    name = ""
    for word in ascii_words[:4]:
        if len(name) + len(word) + 1 + len(ending) <= _MOST_ID - 3:
            name = f"{name}-{word}" if name else word
    name = name or "quote"
    number = 1
    while (candidate := f"{name}{f'-{number}' if number > 1 else ''}{ending}") in used:
        number += 1
    return candidate


def slug_of(name: str) -> str:
    """A name as an id: a to z, 0 to 9 and hyphens; empty where none of its letters can be written so."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_MOST_ID].strip("-")
