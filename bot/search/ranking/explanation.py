"""Why a quote answers a query: one reason for each word that it covers, as it is told to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...text import words
from ..analysis import CHATTER
from ..indexing.impact_codes import QUESTION, SPEAKER, TEXT, TOPIC
from ..indexing.vocabulary import FIRST_CHAR
from ..query import Hit, Reason
from .scoring import coverage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...bank.quote import Quote
    from ..indexing.inverted_index import InvertedIndex
    from ..parsing.terms import Expansion, QueryTerm

_AS_TYPED_KINDS = frozenset({"word", "stem"})


class Explainer:
    """Explains the hits of one query. The quotes of a topic share their reasons, which are made once."""

    def __init__(
        self,
        quotes: Sequence[Quote],
        inverted: InvertedIndex,
        terms: Sequence[QueryTerm],
        by_filters: tuple[Reason, ...],
    ) -> None:
        self._quotes = quotes
        self._inverted = inverted
        self._terms = terms
        self._by_filters = by_filters
        self._made: dict[tuple[tuple[int, int], ...], tuple[Reason, ...]] = {}

    def hit(self, doc: int) -> Hit:
        """One quote with its coverage and its reasons."""
        score, covered = coverage(self._terms, doc)
        if len(covered) > 1:  # that "say" stands in a title, too, is no reason
            covered = [match for match in covered if match[1].name or match[0].typed not in CHATTER] or covered
        key = tuple([(id(expansion), field) for _, expansion, field in covered])
        why = self._made.get(key)
        if why is None:
            reasons = [self._reason(doc, term, expansion, field) for term, expansion, field in covered]
            typed = {reason.typed for reason in reasons}
            if len(typed) < len(reasons):  # a name of several words gives one reason for each
                reasons = list(dict.fromkeys(reasons))
            why = (*reasons, *self._by_filters)
            if all(_is_shared(expansion, field) for _, expansion, field in covered):
                self._made[key] = why
        return Hit(self._quotes[doc], min(1.0, score), why)

    def phrase_hit(self, doc: int, phrase: str) -> Hit:
        """One quote that holds the query word for word."""
        return Hit(self._quotes[doc], 1.0, (Reason("phrase", phrase, phrase), *self.hit(doc).why))

    def _reason(self, doc: int, term: QueryTerm, expansion: Expansion, field: int) -> Reason:
        name = expansion.name if field == TOPIC else None
        if expansion.kind not in _AS_TYPED_KINDS:
            by_alias = name is not None and name.kind == "alias"
            return Reason(expansion.kind, expansion.spoken, name.written if by_alias and name else expansion.matched)
        if name is not None:
            return Reason("topic" if name.kind == "topic" else "alias", expansion.spoken, name.written)
        if field != TEXT:
            return _in_other_field(self._quotes[doc], term.typed, field)
        form = self._form_in_text(doc, term.typed)
        return Reason("word" if form == term.typed else "stem", term.typed, form)

    def _form_in_text(self, doc: int, typed: str) -> str:
        """The form of a word that stands in a quote."""
        vocabulary = self._inverted.vocabulary
        char = vocabulary.char(typed)
        if char is not None and char in self._inverted.documents.lines[doc]:
            return typed
        group = vocabulary.group_of(typed)
        forms = (ord(char) - FIRST_CHAR for char in vocabulary.line(doc))
        return next((vocabulary.forms[form] for form in forms if vocabulary.group[form] == group), typed)


def _is_shared(expansion: Expansion, field: int) -> bool:
    """Whether the reason is the same for every quote: it tells neither a form in the text nor a title."""
    return expansion.kind not in _AS_TYPED_KINDS or (field == TOPIC and expansion.name is not None)


def _in_other_field(quote: Quote, typed: str, field: int) -> Reason:
    """The reason where a word stands beside a quote's text."""
    if field == SPEAKER:
        return Reason("speaker", typed, quote.speaker.name)
    if field == QUESTION:
        return Reason("word", typed, f"{typed} (in the question)")
    if typed in words(quote.source.outlet):
        return Reason("outlet", typed, quote.source.outlet)
    return Reason("word", typed, f"{typed} (in the title)")
