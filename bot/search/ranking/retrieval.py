"""From the words of a query to its answer: candidates are scored, the best re-ranked and explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..indexing.impact_codes import SCORES
from ..parsing.query_parser import QueryParser
from ..query import Found
from ..tuning import (
    ANSWER_BAR,
    ANSWER_BAR_TWO_TERMS,
    EQUAL_COVERAGE,
    MINOR_TERM,
    MOST_OF_QUERY,
    SURE_COVERAGE,
    SUSPECT_ALL_UP_TO,
)
from .explanation import Explainer
from .reranking import rerank
from .scoring import coverage, score_candidates
from .single_topic import of_topic, sole_topic

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from ...bank.quote import Quote
    from ..indexing.inverted_index import InvertedIndex
    from ..parsing.filters import Filters
    from ..parsing.terms import QueryTerm
    from ..query import Hit, Query, Reason
    from .reranking import Ranked


_CORRECTED = frozenset({"spelling", "prefix"})


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
        suspected = self._suspected(request, terms, first)
        corrected = self._parser.terms(typed, suspected=suspected, typing=typing)
        above = 0.0 if first is None else first.score
        second = self._answer(request, corrected, above) if corrected else None
        best = second if second is not None and (first is None or second.score > above) else first
        return None if best is None else best.found

    def _suspected(self, request: Request, terms: Sequence[QueryTerm], first: Answer | None) -> set[str]:
        """The words that may be misspelt though they exist, where a query as it stands finds little."""
        suspected = {term.typed for term in terms}
        if first is not None and len(terms) > SUSPECT_ALL_UP_TO:
            suspected -= {term.typed for term, *_ in coverage(terms, first.best)[1]}
            suspected.add(request.typed[-1])  # it may only have been begun
        return suspected

    def _answer(self, request: Request, terms: Sequence[QueryTerm], above: float = 0.0) -> Answer | None:
        """What these words find, where any quote covers more than `above`."""
        bar = _bar(terms)
        ranked = self._of_sole_topic(terms, request.filters) or self._scored(request, terms, bar, above)
        return self._best_of(request, terms, ranked, bar) if ranked else None

    def _scored(self, request: Request, terms: Sequence[QueryTerm], bar: float, above: float) -> Ranked:
        """The quotes that pass the bar; where some cover most of a query, those that cover less answer nothing."""
        among = request.filters.among if request.filters.each else None
        ranked = score_candidates(terms, self._inverted, (MOST_OF_QUERY, max(bar, above)), among)
        if 0 < len(ranked) < request.limit and ranked[0][0] < MOST_OF_QUERY and above > bar:
            ranked = score_candidates(terms, self._inverted, (bar,), among)
        return ranked

    def _of_sole_topic(self, terms: Sequence[QueryTerm], filters: Filters) -> Ranked:
        """The best quotes of the topic that several words name together: they need no counting word by word."""
        if len(terms) < 2 or filters.each:
            return ()
        for term in terms:
            if not term.expansions or term.expansions[0].name is None:
                return ()
        topic = sole_topic(terms)
        return (
            () if topic is None else [(SCORES[code], negative) for code, negative in self._inverted.topics[topic].top()]
        )

    def _best_of(self, request: Request, terms: Sequence[QueryTerm], ranked: Ranked, bar: float) -> Answer | None:
        """The answer, from quotes ranked by coverage with ties broken."""
        with_phrase, ranked = rerank(self._inverted, request.typed, terms, ranked)
        explainer = Explainer(self._quotes, self._inverted, terms, request.filters.reasons)
        topic = sole_topic(terms)
        if topic is not None:
            posting = self._inverted.topics[topic]
            docs, equals = of_topic(posting, ranked, request.filters, request.limit)
            if equals:
                hits = [explainer.hit(doc) for doc in docs[: request.limit]]
                return Answer(_found(request, hits, equals, terms, f"topic:{topic}"), docs[0])
        docs = [-negative for _, negative in ranked[: request.limit]]
        hits = _explained(explainer, docs, with_phrase, " ".join(request.typed), bar)
        if not hits:
            return None
        return Answer(_found(request, hits, len(with_phrase) or _equally_good(hits), terms), docs[0])


def _explained(
    explainer: Explainer, docs: Sequence[int], with_phrase: Collection[int], phrase: str, bar: float
) -> list[Hit]:
    """Quotes as hits with their reasons; those that do not pass the bar are left out."""
    hits = [explainer.phrase_hit(doc, phrase) if doc in with_phrase else explainer.hit(doc) for doc in docs]
    return [hit for hit in hits if hit.score >= bar]


def _found(
    request: Request, hits: Sequence[Hit], equals: int, terms: Sequence[QueryTerm], name: str | None = None
) -> Found:
    """What was found under the name of its round: that of a topic, else the words as the best hit takes them."""
    taken = [why for why in hits[0].why if why.kind in _CORRECTED]
    corrections = tuple([(why.typed, why.matched) for why in taken if why.kind == "spelling"])
    key = (name or " ".join(_words_as_taken(terms, taken))) + request.filters.key
    equals = min(equals, len(hits))
    return Found(request.query, tuple(hits), equals, key, corrections, note=request.filters.note)


def _bar(terms: Sequence[QueryTerm]) -> float:
    weights = [term.weight for term in terms]
    lighter = max(weights) * MINOR_TERM
    return ANSWER_BAR_TWO_TERMS if sum([weight > lighter for weight in weights]) == 2 else ANSWER_BAR


def _equally_good(hits: Sequence[Hit]) -> int:
    """How many of the first hits cover as much as the best."""
    least = hits[0].score - EQUAL_COVERAGE
    return sum([hit.score >= least for hit in hits])


def _words_as_taken(terms: Sequence[QueryTerm], taken: Sequence[Reason]) -> Iterable[str]:
    """The words of a query as they were taken by its best answer."""
    other = {why.typed: why.matched for why in taken}
    return dict.fromkeys([other.get(term.typed, term.typed) for term in terms])
