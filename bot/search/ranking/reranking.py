"""The best candidates of a query in their final order: phrases, word order and the very forms of words count now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz.distance.LCSseq import similarity as words_in_order

from ..analysis import STOP_WORDS
from ..indexing.vocabulary import FIRST_CHAR
from ..tuning import EXACT_FORM_BONUS, PHRASE_FROM, WORD_ORDER_BONUS, WORD_ORDER_FROM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..indexing.inverted_index import InvertedIndex
    from ..parsing.terms import QueryTerm

    Ranked = Sequence[tuple[float, int]]
    """Quotes as (score, -quote), best first: negative, so that of equals the first of the bank comes first."""


def rerank(
    inverted: InvertedIndex, typed: Sequence[str], terms: Sequence[QueryTerm], ranked: Ranked
) -> tuple[set[int], Ranked]:
    """The quotes that hold the query word for word; and all, with those first and the very forms before others.

    Each bonus is added in a pass of its own over the few candidates.
    """
    lines = inverted.documents.lines
    phrase = _phrase(inverted, typed)
    if len(ranked) == 1:
        doc = -ranked[0][1]
        return {doc} if phrase is not None and phrase in lines[doc] else set(), ranked
    negatives = [negative for _, negative in ranked]
    candidates = [lines[-negative] for negative in negatives]
    scores = [score for score, _ in ranked]
    with_phrase: set[int] = set()
    if phrase is not None:
        with_phrase = {-negative for negative, line in zip(negatives, candidates, strict=True) if phrase in line}
        scores = _with_bonus(scores, candidates, [(phrase, 1.0)])
    if len(typed) >= WORD_ORDER_FROM:
        scores = _with_order(scores, candidates, inverted.vocabulary.ids, typed)
    for bonuses in _bonuses(inverted.vocabulary.ids, typed, terms):
        scores = _with_bonus(scores, candidates, bonuses)
    return with_phrase, sorted(zip(scores, negatives, strict=True), reverse=True)


def _phrase(inverted: InvertedIndex, typed: Sequence[str]) -> str | None:
    """The query as it would stand in a quote's line; None where it is no phrase, or stands nowhere."""
    is_phrase = len(typed) >= PHRASE_FROM or sum([word not in STOP_WORDS for word in typed]) > 1
    return inverted.vocabulary.as_line(typed) if is_phrase else None


def _with_order(
    scores: Sequence[float], candidates: Sequence[str], ids: dict[str, int], typed: Sequence[str]
) -> list[float]:
    """Scores with what the words of the query in their order are worth."""
    sentence = "".join([chr(FIRST_CHAR + ids[word]) for word in typed if word in ids])
    return [
        score + WORD_ORDER_BONUS * words_in_order(sentence, line) / len(typed)
        for score, line in zip(scores, candidates, strict=True)
    ]


def _bonuses(ids: dict[str, int], typed: Sequence[str], terms: Sequence[QueryTerm]) -> list[list[tuple[str, float]]]:
    """For each word the characters of its forms with what each is worth: the first that is found counts."""
    bonuses = [
        [(char, EXACT_FORM_BONUS / len(terms) * share) for char, share in forms]
        for forms in (_forms(ids, term) for term in terms)
        if forms
    ]
    stop_words = [chr(FIRST_CHAR + ids[word]) for word in STOP_WORDS.intersection(typed) if word in ids]
    each = EXACT_FORM_BONUS / 10 / (len(stop_words) or 1)
    return [*bonuses, *([(char, each)] for char in stop_words)]


def _with_bonus(
    scores: Sequence[float], candidates: Sequence[str], bonuses: Sequence[tuple[str, float]]
) -> list[float]:
    if len(bonuses) == 1:
        ((only, worth),) = bonuses
        return [score + worth if only in line else score for score, line in zip(scores, candidates, strict=True)]
    found = []
    for score, line in zip(scores, candidates, strict=True):
        for char, worth in bonuses:
            if char in line:
                score += worth  # noqa: PLW2901
                break
        found.append(score)
    return found


def _forms(ids: dict[str, int], term: QueryTerm) -> list[tuple[str, float]]:
    """The forms a word may stand in as it was typed or taken, the likeliest first, each with its share."""
    typed, expansions = term.typed, term.expansions
    if len(expansions) == 1 and expansions[0].matched == typed:
        return [(chr(FIRST_CHAR + ids[typed]), 1.0)] if typed in ids else []
    forms = {typed: 1.0, **{expansion.matched: 0.5**place for place, expansion in enumerate(expansions[:3])}}
    return [(chr(FIRST_CHAR + ids[form]), share) for form, share in forms.items() if form in ids]
