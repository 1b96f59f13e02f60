"""From the words of a query to its answer: candidates are scored, the best re-ranked and explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.search.indexing.postings import SCORES
from bot.search.parsing.query_parser import QueryParser
from bot.search.query import Found
from bot.search.ranking.explanation import Explainer
from bot.search.ranking.reranking import rerank
from bot.search.ranking.scoring import coverage, score_candidates
from bot.search.ranking.single_topic import of_topic, sole_topic
from bot.search.tuning import (
    ANSWER_BAR,
    ANSWER_BAR_TWO_TERMS,
    EQUAL_COVERAGE,
    MINOR_TERM,
    MOST_OF_QUERY,
    SURE_COVERAGE,
    SUSPECT_ALL_UP_TO,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.bank.quote import Quote
    from bot.search.indexing.inverted_index import InvertedIndex
    from bot.search.parsing.filters import Filters
    from bot.search.parsing.terms import QueryTerm
    from bot.search.query import Hit, Query, Reason
    from bot.search.ranking.reranking import Ranked


class Request(NamedTuple):
    """What is to be found: the words without those that set filters, the filters, and how many quotes at most."""

    query: Query
    typed: Sequence[str]
    filters: Filters
    limit: int


class Answer(NamedTuple):
    """What some reading of the words finds: at least one hit; and the number of the best quote."""

    found: Found
    best: int

    @property
    def score(self) -> float:
        """The coverage of the best hit."""
        return self.found.hits[0].score


class Retriever:
    """Finds quotes by the words of a query."""

    def __init__(self, quotes: Sequence[Quote], inverted: InvertedIndex) -> None:
        self._quotes = quotes
        self._inverted = inverted
        self._parser = QueryParser(inverted)

    def retrieve(self, request: Request, *, typing: bool) -> Found | None:
        """The answer to words: as they stand, and where that finds little, with those it lacks taken for others.

        `typing` takes the last word as the beginning of one. None where nothing passes the bar.
        """
        typed = request.typed
        terms = self._parser.terms(typed, suspected=(), typing=typing)
        if not terms:
            return None
        first = self._answer(request, terms)
        if first is not None and first.score >= SURE_COVERAGE:
            return first.found
        suspected = {term.typed for term in terms}
        if first is not None and len(terms) > SUSPECT_ALL_UP_TO:
            suspected -= {term.typed for term, *_ in coverage(terms, first.best)[1]}
            suspected.add(typed[-1])  # it may only have been begun
        above = 0.0 if first is None else first.score
        corrected = self._parser.terms(typed, suspected=suspected, typing=typing)
        second = self._answer(request, corrected, above) if corrected else None
        if second is not None and (first is None or second.score > above):
            return second.found
        return None if first is None else first.found

    def _answer(self, request: Request, terms: Sequence[QueryTerm], above: float = 0.0) -> Answer | None:
        """What these words find, where any quote covers more than `above`."""
        bar = _bar(terms)
        ranked = self._of_one_topic(terms, request.filters) or self._scored(request, terms, bar, above)
        return self._best_of(request, terms, ranked, bar) if ranked else None

    def _scored(self, request: Request, terms: Sequence[QueryTerm], bar: float, above: float) -> Ranked:
        """The quotes that pass the bar; where some cover most of a query, those that cover less answer nothing."""
        documents, accepts = self._inverted.documents, request.filters.accepts
        char_of = self._inverted.vocabulary.char
        ranked = score_candidates(terms, documents, (MOST_OF_QUERY, max(bar, above)), accepts, char_of)
        if 0 < len(ranked) < request.limit and ranked[0][0] < MOST_OF_QUERY and above > bar:
            ranked = score_candidates(terms, documents, (bar,), accepts, char_of)
        return ranked

    def _of_one_topic(self, terms: Sequence[QueryTerm], filters: Filters) -> Ranked:
        """The best quotes of the topic that several words name together: they need no counting word by word."""
        if len(terms) < 2 or filters.accepts is not None:
            return ()
        if any(not term.expansions or term.expansions[0].name is None for term in terms):
            return ()
        topic = sole_topic(terms)
        return (
            ()
            if topic is None
            else [(SCORES[code], negative) for code, negative in self._inverted.topics[topic].best()]
        )

    def _best_of(self, request: Request, terms: Sequence[QueryTerm], ranked: Ranked, bar: float) -> Answer | None:
        """The answer, from quotes ranked by coverage with ties broken."""
        filters, limit = request.filters, request.limit
        with_phrase, ranked = rerank(self._inverted, request.typed, terms, ranked)
        explainer = Explainer(self._quotes, self._inverted, terms, filters.reasons)
        topic = sole_topic(terms)
        docs, equals = of_topic(self._inverted.topics[topic], ranked, filters, limit) if topic else ([], 0)
        hits: list[Hit]
        if topic and equals:
            hits = [explainer.hit(doc) for doc in docs[:limit]]
            name = f"topic:{topic}"
        else:
            docs = [-negative for _, negative in ranked[:limit]]
            phrase = " ".join(request.typed)
            looked_at = [
                explainer.phrase_hit(doc, phrase) if doc in with_phrase else explainer.hit(doc) for doc in docs
            ]
            hits = [hit for hit in looked_at if hit.score >= bar]
            equals = len(with_phrase) or _equally_good(hits)
            name = ""
        if not hits:
            return None
        taken = [why for why in hits[0].why if why.kind in {"spelling", "prefix"}]
        corrections = tuple([(why.typed, why.matched) for why in taken if why.kind == "spelling"])
        key = (name or " ".join(_words_as_taken(terms, taken))) + filters.key
        found = Found(request.query, tuple(hits), min(equals, len(hits)), key, corrections, note=filters.note)
        return Answer(found, docs[0])


def _bar(terms: Sequence[QueryTerm]) -> float:
    weights = [term.weight for term in terms]
    lighter = max(weights) * MINOR_TERM
    return ANSWER_BAR_TWO_TERMS if sum([weight > lighter for weight in weights]) == 2 else ANSWER_BAR


def _equally_good(hits: Sequence[Hit]) -> int:
    """How many of the first hits cover as much as the best."""
    if not hits:
        return 0
    least = hits[0].score - EQUAL_COVERAGE
    return sum([hit.score >= least for hit in hits])


def _words_as_taken(terms: Sequence[QueryTerm], taken: Sequence[Reason]) -> Iterable[str]:
    """The words of a query as they were taken by its best answer."""
    other = {why.typed: why.matched for why in taken}
    return dict.fromkeys([other.get(term.typed, term.typed) for term in terms])
