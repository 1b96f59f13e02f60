"""The best few quotes of a query looked at closely: phrases, reasons, which answer equally well, and under which key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.search.language import CHATTER, FUNCTION
from bot.search.posting import QUESTION, SOURCE, SPEAKER
from bot.search.query import Found, Hit, Reason
from bot.search.rank import coverage
from bot.search.vocabulary import BASE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.search.index import Index
    from bot.search.narrow import Narrowed
    from bot.search.query import Query
    from bot.search.understand import Unit, Way
    from bot.search.vocabulary import Vocabulary

EXACT = 0.01
"""What the very form of every word is worth beside other forms of it."""
ALIKE = 0.02
"""Quotes whose coverage differs by less answer equally well."""
PHRASE_WORDS = 3
"""A query of this many words, or of two that carry something, is a phrase where it stands word for word."""


def look_closely(
    index: Index,
    query: Query,
    typed: Sequence[str],
    units: Sequence[Unit],
    ranked: Sequence[tuple[float, int]],
    narrowed: Narrowed,
    limit: int,
) -> Found:
    """The answer, from quotes ranked by coverage: (coverage with ties, -quote), best first."""
    vocabulary = index.known.vocabulary
    whole, ordered = _in_order(vocabulary, typed, units, ranked)
    topic = _one_topic(units, ordered[0])
    if topic is not None:
        of_topic = index.known.topics[topic].docs
        holds = narrowed.holds
        ahead = [doc for doc in ordered if doc in of_topic]
        rest = [doc for doc in of_topic if (holds is None or holds(doc)) and doc not in ahead]
        equals = len(ahead) + len(rest)
        inside = set(of_topic)
        ordered = [*ahead, *rest, *(doc for doc in ordered if doc not in inside)]
    hits = []
    for doc in ordered[:limit]:
        score, ways = coverage(units, doc)
        why = tuple(dict.fromkeys(_reason(index, doc, *covered) for covered in ways))
        if doc in whole and topic is None:
            score, why = 1.0, (Reason("phrase", " ".join(typed), " ".join(typed)), *why)
        hits.append(Hit(index.bank.quotes[doc], min(1.0, score), (*why, *narrowed.said)))
    if topic is None:
        best = hits[0].score if hits else 0.0
        equals = len(whole) if whole else sum(hit.score >= best - ALIKE for hit in hits)
    corrections = tuple(
        (reason.typed, reason.matched) for reason in (hits[0].why if hits else ()) if reason.kind == "spelling"
    )
    named = f"topic:{topic}" if topic else " ".join(dict.fromkeys(_taken(units, hits)))
    return Found(query, tuple(hits), min(equals, len(hits)), named + narrowed.key, corrections, note=narrowed.note)


def _in_order(
    vocabulary: Vocabulary, typed: Sequence[str], units: Sequence[Unit], ranked: Sequence[tuple[float, int]]
) -> tuple[set[int], list[int]]:
    """The quotes that hold the query word for word, and all of them with those first and the very forms before others."""
    carrying = sum(word not in FUNCTION for word in typed)
    phrase = vocabulary.as_line(typed) if len(typed) >= PHRASE_WORDS or carrying > 1 else None
    numbers = [vocabulary.ids.get(unit.typed) for unit in units]
    chars = [chr(BASE + number) for number in numbers if number is not None]
    whole: set[int] = set()
    keyed = []
    for score, negative in ranked:
        line = vocabulary.line(-negative)
        if phrase is not None and phrase in line:
            whole.add(-negative)
        forms = sum(char in line for char in chars) / len(units)
        keyed.append((-negative in whole, score + EXACT * forms, negative))
    keyed.sort(reverse=True)
    return whole, [-negative for _, _, negative in keyed]


def _one_topic(units: Sequence[Unit], first: int) -> str | None:
    """The topic a query asks for and nothing else: every word of it leads there, and so does the best quote."""
    shared: set[str] | None = None
    for unit in units:
        if unit.typed in CHATTER and not any(way.topic for way in unit.ways):
            continue
        topics = {way.topic for way in unit.ways if way.topic and way.share >= unit.ways[0].share - ALIKE}
        shared = topics if shared is None else shared & topics
    for unit in units:
        for way in unit.ways:
            if shared and way.topic in shared and way.posting.at(first):
                return way.topic
    return None


def _reason(index: Index, doc: int, unit: Unit, way: Way, kind: int) -> Reason:
    quote = index.bank.quotes[doc]
    if way.kind in {"topic", "alias"}:
        return Reason(way.kind, way.spoken or unit.typed, way.matched)
    if way.kind != "word":
        return Reason(way.kind, way.spoken or unit.typed, way.matched)
    if kind == SPEAKER:
        return Reason("speaker", unit.typed, quote.speaker.name)
    if kind == SOURCE:
        return Reason("outlet", unit.typed, quote.source.outlet)
    if kind == QUESTION:
        return Reason("word", unit.typed, unit.typed)
    form = _form(index.known.vocabulary, doc, unit.typed)
    return Reason("word" if form == unit.typed else "stem", unit.typed, form)


def _form(vocabulary: Vocabulary, doc: int, typed: str) -> str:
    """The form of a word that stands in a quote."""
    line = vocabulary.line(doc)
    number = vocabulary.ids.get(typed)
    if number is not None and chr(BASE + number) in line:
        return typed
    group = vocabulary.group_of(typed)
    return next(
        (vocabulary.forms[ord(char) - BASE] for char in line if vocabulary.group[ord(char) - BASE] == group), typed
    )


def _taken(units: Sequence[Unit], hits: Sequence[Hit]) -> list[str]:
    """The words of a query as they were taken by its best answer."""
    taken = {why.typed: why.matched for why in hits[0].why if why.kind in {"spelling", "prefix"}} if hits else {}
    return [taken.get(unit.typed, unit.typed) for unit in units]
