"""Check a pasted quotation word by word: against the bank, and by fingerprints against the rest of the sources."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from ..bank.sentences import sentences
from ..search.indexing import vocabulary
from ..text import words
from . import article_search, pasted_text
from .altered import verbatim
from .attribution_check import check_attribution
from .claim import Claim
from .claimed_attribution import Attribution
from .exact_match import ExactMatcher
from .nearest_match import NearestMatcher
from .passage_index import PassageIndex
from .tuning import ALSO_QUOTED, EXACT_BELOW, LONG_TEXT, MAX_QUOTATIONS, SENTENCE_LIKENESS
from .verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..bank.bank import Bank
    from ..bank.quote import Quote
    from ..search.index import Index
    from ..search.indexing.vocabulary import Vocabulary
    from .pasted_text import Quotation, Reading

_WORD_FOR_WORD = frozenset({"verbatim", "misattributed", "in_source"})


class Verifier:
    """Checks quotations against one bank. Nothing of it changes once it is built."""

    def __init__(self, bank: Bank, vocabulary: Vocabulary) -> None:
        self.bank = bank
        self._passages = PassageIndex(vocabulary)
        self._exact = ExactMatcher(bank, self._passages)
        self._nearest = NearestMatcher(bank, self._passages)

    @classmethod
    def build(cls, bank: Bank) -> Verifier:
        """The verifier of a bank."""
        return cls(bank, vocabulary.build(bank.quotes))

    @classmethod
    def beside(cls, index: Index) -> Verifier:
        """The verifier of an index's bank, on the words the index holds already: made in no time."""
        return cls(index.bank, index.inverted.vocabulary)

    def verify(self, text: str, *, speaker: str | None = None) -> tuple[Verdict, ...]:
        """A verdict on each quotation in a pasted text, at least one, in the order they stand.

        `speaker` is who is claimed to have said it; what the text itself says comes after that.
        """
        given = speaker.strip() or None if speaker else None
        reading = pasted_text.read(text)
        if not reading.marked:
            verdict = self._unmarked(reading.unmarked, given)
            return self._by_sentence(reading.unmarked[-1], given) or (verdict,) if _is_long(verdict) else (verdict,)
        marked = tuple(self._judge(quotation, given) for quotation in reading.marked)
        combined = self._as_single_quotation(reading, marked, given)
        if combined is not None:
            return (combined,)
        long = tuple(verdict for verdict in marked if verdict.words >= EXACT_BELOW or verdict.kind != "unknown")
        return long or marked

    def _unmarked(self, readings: Sequence[Quotation], given: str | None) -> Verdict:
        """A text without marks: as it is where all of it is quoted, else without what looks like talk about it."""
        full = self._judge(readings[-1], given)
        if len(readings) == 1 or full.kind in ("verbatim", "spliced", "in_source"):
            return full
        if full.kind == "altered":
            quoted = Counter(words(" ".join(quote.text for quote in full.quotes)))
            around = Counter(words(readings[-1].text)) - Counter(words(readings[0].text))
            if around and (around & quoted).total() >= ALSO_QUOTED * around.total():
                return full
        bare = self._judge(readings[0], given)
        return bare if bare.kind != "unknown" or full.kind == "unknown" else full

    def _by_sentence(self, quotation: Quotation, given: str | None) -> tuple[Verdict, ...]:
        """A long text that is no quotation as a whole: what is found of its sentences; nothing where none is found."""
        parts = [quotation.text[start:end] for start, end in sentences(quotation.text)]
        long = [part for part in parts if len(words(part)) >= EXACT_BELOW][:MAX_QUOTATIONS]
        judged = [self._judge(replace(quotation, text=part), given) for part in long]
        return tuple(
            verdict for verdict in judged if verdict.kind in _WORD_FOR_WORD or verdict.score >= SENTENCE_LIKENESS
        )

    def _as_single_quotation(self, reading: Reading, marked: Sequence[Verdict], given: str | None) -> Verdict | None:
        """The text as one quotation, where what stands outside its marks is quoted too: a quotation within a quote."""
        inside = sum(verdict.words for verdict in marked)
        outside = Counter(chain.from_iterable(reading.outside))
        lines = [self._passages.line(run) for run in reading.outside if len(run) >= EXACT_BELOW]
        is_real = any(map(self._passages.holding, lines))
        if not outside or (inside > outside.total() and not is_real and not self._quoted_too(outside, marked)):
            return None
        verdict = self._judge(reading.unmarked[0], given)
        if verdict.kind in _WORD_FOR_WORD:
            return verdict
        if outside.total() < EXACT_BELOW and _are_quotes(marked):
            return None
        if verdict.kind == "spliced":
            return verdict if is_real or outside.total() >= inside else None
        return verdict if self._quoted_too(outside, [verdict]) else None

    def _quoted_too(self, outside: Counter[str], found: Sequence[Verdict]) -> bool:
        quoted = Counter(word for verdict in found for quote in verdict.quotes for word in words(quote.text))
        return (outside & quoted).total() >= ALSO_QUOTED * outside.total()

    def _judge(self, quotation: Quotation, given: str | None) -> Verdict:
        claim = Claim.of(quotation.text)
        attribution = Attribution(given or quotation.attribution.speaker, quotation.attribution.date)
        if not claim.words:
            return Verdict(quotation.text, "unknown")
        verdict = self._found(claim)
        return check_attribution(verdict, attribution, by_option=given is not None)

    def _found(self, claim: Claim) -> Verdict:
        """What is found of a claim: word for word, in an article, altered or spliced; each where nothing before was."""
        line = self._passages.line(claim.words)
        if docs := self._exact.holding(claim, line):
            return verbatim(claim, [self.bank.quotes[doc] for doc in docs])
        unknown = Verdict(claim.pasted, "unknown", words=len(claim.words))
        if len(claim.words) < EXACT_BELOW:
            return unknown
        if claim.gaps and (joined := self._exact.joined(claim, line)) is not None:
            return joined
        near = self._passages.nearest(line)
        return (
            article_search.as_it_is(self.bank, self._passages, claim, line, near)
            or self._nearest.match(claim, line, near)
            or article_search.elsewhere(self.bank, claim, unknown)
            or self._nearest.second_look(claim, line)
            or article_search.in_part(self.bank, claim, unknown)
        )


def _are_quotes(verdicts: Sequence[Verdict]) -> bool:
    """Whether each of these is a quote of the bank, word for word."""
    return all(verdict.kind in ("verbatim", "misattributed") for verdict in verdicts)


def quoted_in(index: Index, message: str) -> tuple[Quote, ...]:
    """The quotes of the bank that a message quotes, word for word or nearly."""
    found = Verifier.beside(index).verify(message)
    long = [verdict for verdict in found if verdict.words > EXACT_BELOW]
    return tuple(dict.fromkeys(quote for verdict in long for quote in verdict.quotes[:2]))


def _is_long(verdict: Verdict) -> bool:
    return verdict.kind == "unknown" and verdict.words >= LONG_TEXT
