"""The best few quotes of a query looked at closely: phrases, reasons, which answer equally well, and under which
key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz.distance.LCSseq import similarity as in_order

from bot.search.analysis import CHATTER, STOP_WORDS
from bot.search.indexing.postings import QUESTION, SPEAKER, TEXT, TOPIC
from bot.search.indexing.vocabulary import FIRST_CHAR
from bot.search.parsing.terms import PART
from bot.search.query import Found, Hit, Reason
from bot.search.ranking.scoring import coverage
from bot.text import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.bank.quote import Quote
    from bot.search.index import Index
    from bot.search.indexing.inverted_index import InvertedIndex
    from bot.search.parsing.filters import Filters
    from bot.search.parsing.terms import Expansion, QueryTerm
    from bot.search.query import Query

EXACT = 0.04
"""What the very form of every word is worth beside other forms of it."""
ALIKE = 0.02
"""Quotes whose coverage differs by less answer equally well."""
NEAR = 0.05
"""A topic whose name is as near as this to the nearest word may be the one that is meant."""
IN_ORDER, FROM = 0.3, 5
"""What it is worth that all words of a query of five or more stand in its order: a sentence half remembered."""
PHRASE_WORDS = 3
"""A query of this many words, or of two that carry something, is a phrase where it stands word for word."""


_TAKEN = frozenset({"spelling", "prefix"})


def sole_topic(terms: Sequence[QueryTerm]) -> str | None:
    """The topic a query asks for and nothing else: every word of it that carries something leads there."""
    shared: set[str] | None = None
    for term in terms:
        expansions = term.expansions
        if not expansions:
            return None
        if expansions[0].name is None:
            if term.typed in PART:
                continue
            if len(expansions) == 1:
                return None
        least = expansions[0].share - NEAR
        topics = {
            expansion.name.of for expansion in expansions if expansion.name is not None and expansion.share >= least
        }
        shared = topics if shared is None else shared & topics
        if not shared:
            return None
    if not shared:
        return None
    return next((expansion.topic for expansion in terms[0].expansions if expansion.topic in shared), None) or min(
        shared
    )


def of_topic(
    index: Index, topic: str, ranked: Sequence[tuple[float, int]], filters: Filters, limit: int
) -> tuple[list[int], int]:
    """The quotes of a topic, the best first, then the others found; and how many are of the topic, at most `limit`."""
    posting, holds = index.known.topics[topic], filters.holds
    inside = dict.fromkeys(-negative for _, negative in ranked if posting.at(-negative))
    for doc in posting.docs:
        if len(inside) >= limit:
            break
        if holds is None or holds(doc):
            inside.setdefault(doc)
    return [*inside, *(-negative for _, negative in ranked if -negative not in inside)], min(len(inside), limit)


def rerank(
    index: Index,
    query: Query,
    typed: Sequence[str],
    terms: Sequence[QueryTerm],
    ranked: Sequence[tuple[float, int]],
    filters: Filters,
    limit: int,
    least: float,
) -> tuple[Found, int]:
    """The answer, from quotes ranked by coverage: (coverage with ties, -quote), best first; and the number of the best.

    `least` is the bar.
    """
    whole, ranked = _in_order(index.known, typed, terms, ranked)
    topic = sole_topic(terms)
    if topic is not None and (ordered := of_topic(index, topic, ranked, filters, limit))[1]:
        docs, equals = ordered
        whole = set()
    else:
        topic, equals = None, len(whole)
        docs = [-negative for _, negative in ranked[:limit]]
    best = docs[0]
    told: dict[tuple[tuple[int, int], ...], tuple[Reason, ...]] = {}
    looked_at = [_hit(index, doc, typed, terms, filters, told, whole=doc in whole) for doc in docs[:limit]]
    hits = tuple(looked_at if topic else [hit for hit in looked_at if hit.score >= least])
    if topic is None and not whole and hits:
        alike = hits[0].score - ALIKE
        equals = sum([hit.score >= alike for hit in hits])
    taken = [why for why in hits[0].why if why.kind in _TAKEN] if hits else []
    corrections = tuple([(why.typed, why.matched) for why in taken if why.kind == "spelling"])
    named = f"topic:{topic}" if topic else " ".join(_key(terms, taken))
    found = Found(query, hits, min(equals, len(hits)), named + filters.key, corrections, note=filters.note)
    return found, best


def _hit(
    index: Index,
    doc: int,
    typed: Sequence[str],
    terms: Sequence[QueryTerm],
    filters: Filters,
    told: dict[tuple[tuple[int, int], ...], tuple[Reason, ...]],
    *,
    whole: bool,
) -> Hit:
    """One quote with its reasons. `told` holds those that do not depend on the quote: a topic's hits share them."""
    score, expansions = coverage(terms, doc)
    if len(expansions) > 1:  # that "say" stands in a title, too, is no reason
        expansions = [one for one in expansions if one[1].name or one[0].typed not in CHATTER] or expansions
    key = tuple([(id(expansion), kind) for _, expansion, kind in expansions])
    why = told.get(key)
    if why is None:
        reasons = [_reason(index, doc, term, expansion, kind) for term, expansion, kind in expansions]
        if len({one.typed for one in reasons}) < len(reasons):  # a name of several words gives one reason for each
            reasons = list(dict.fromkeys(reasons))
        why = (*reasons, *filters.said)
        if all(_is_shared(expansion, kind) for _, expansion, kind in expansions):
            told[key] = why
    if whole:
        phrase = " ".join(typed)
        return Hit(index.bank.quotes[doc], 1.0, (Reason("phrase", phrase, phrase), *why))
    return Hit(index.bank.quotes[doc], min(1.0, score), why)


def _is_shared(expansion: Expansion, kind: int) -> bool:
    return expansion.kind not in {"word", "stem"} or (kind == TOPIC and expansion.name is not None)


def _in_order(
    known: InvertedIndex, typed: Sequence[str], terms: Sequence[QueryTerm], ranked: Sequence[tuple[float, int]]
) -> tuple[set[int], Sequence[tuple[float, int]]]:
    """The quotes that hold the query word for word, and all of them with those first and the very forms before
    others."""
    vocabulary, lines = known.vocabulary, known.documents.lines
    is_phrase = len(typed) >= PHRASE_WORDS or sum([word not in STOP_WORDS for word in typed]) > 1
    phrase = vocabulary.as_line(typed) if is_phrase else None
    if len(ranked) == 1:
        doc = -ranked[0][1]
        return {doc} if phrase is not None and phrase in lines[doc] else set(), ranked
    ids = vocabulary.ids
    forms = [form for form in [_forms(ids, term) for term in terms] if form]
    others = [chr(FIRST_CHAR + ids[word]) for word in STOP_WORDS.intersection(typed) if word in ids]
    each, least = EXACT / len(terms), EXACT / 10 / (len(others) or 1)
    sentence = "".join([chr(FIRST_CHAR + ids[word]) for word in typed if word in ids]) if len(typed) >= FROM else ""
    whole: set[int] = set()
    keyed = []
    for covered, negative in ranked:
        line = lines[-negative]
        score = covered
        if phrase is not None and phrase in line:
            whole.add(-negative)
            score += 1.0
        if sentence:
            score += IN_ORDER * in_order(sentence, line) / len(typed)
        for form in forms:
            for char, share in form:
                if char in line:
                    score += each * share
                    break
        for char in others:
            if char in line:
                score += least
        keyed.append((score, negative))
    keyed.sort(reverse=True)
    return whole, keyed


def _forms(ids: dict[str, int], term: QueryTerm) -> list[tuple[str, float]]:
    """The forms a word may stand in as it was typed or taken, the likeliest first, each with its share."""
    typed, expansions = term.typed, term.expansions
    if len(expansions) == 1 and expansions[0].matched == typed:
        return [(chr(FIRST_CHAR + ids[typed]), 1.0)] if typed in ids else []
    forms = {typed: 1.0, **{expansion.matched: 0.5**place for place, expansion in enumerate(expansions[:3])}}
    return [(chr(FIRST_CHAR + ids[form]), share) for form, share in forms.items() if form in ids]


def _reason(index: Index, doc: int, term: QueryTerm, expansion: Expansion, kind: int) -> Reason:
    if expansion.kind not in {"word", "stem"}:
        by_alias = kind == TOPIC and expansion.name is not None and expansion.name.kind == "alias"
        return Reason(
            expansion.kind,
            expansion.spoken,
            expansion.name.written if by_alias and expansion.name else expansion.matched,
        )
    if kind == TOPIC and expansion.name is not None:
        return Reason("topic" if expansion.name.kind == "topic" else "alias", expansion.spoken, expansion.name.written)
    if kind != TEXT:
        return _beside(index.bank.quotes[doc], term.typed, kind)
    form = _form(index.known, doc, term.typed)
    return Reason("word" if form == term.typed else "stem", term.typed, form)


def _beside(quote: Quote, typed: str, kind: int) -> Reason:
    """The reason where a word stands beside a quote's text."""
    if kind == SPEAKER:
        return Reason("speaker", typed, quote.speaker.name)
    if kind == QUESTION:
        return Reason("word", typed, f"{typed} (in the question)")
    if typed in words(quote.source.outlet):
        return Reason("outlet", typed, quote.source.outlet)
    return Reason("word", typed, f"{typed} (in the title)")


def _form(known: InvertedIndex, doc: int, typed: str) -> str:
    """The form of a word that stands in a quote."""
    vocabulary = known.vocabulary
    char = vocabulary.char(typed)
    if char is not None and char in known.documents.lines[doc]:
        return typed
    group = vocabulary.group_of(typed)
    return next(
        (
            vocabulary.forms[ord(char) - FIRST_CHAR]
            for char in vocabulary.line(doc)
            if vocabulary.group[ord(char) - FIRST_CHAR] == group
        ),
        typed,
    )


def _key(terms: Sequence[QueryTerm], taken: Sequence[Reason]) -> Iterable[str]:
    """The words of a query as they were taken by its best answer."""
    other = {why.typed: why.matched for why in taken}
    return dict.fromkeys([other.get(term.typed, term.typed) for term in terms])
