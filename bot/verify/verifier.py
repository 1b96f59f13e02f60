"""Check a pasted quotation word by word: against the bank, and by fingerprints against the rest of the sources."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from bot.bank.sentences import sentences
from bot.search.indexing import vocabulary
from bot.text import words
from bot.verify import alignment as compare
from bot.verify import article_search as articles
from bot.verify import fingerprint_search as in_article
from bot.verify import pasted_text as pasted
from bot.verify.altered import compared, verbatim
from bot.verify.attribution_check import claimed_by
from bot.verify.claim import Claim
from bot.verify.claimed_attribution import Attribution
from bot.verify.matching_runs import Part, cover
from bot.verify.passage_index import Passages
from bot.verify.reference import beside, cut, together
from bot.verify.spliced import spliced
from bot.verify.tuning import (
    ALL_ARTICLES,
    ALSO_QUOTED,
    ALTERED_LIKENESS,
    EXACT_BELOW,
    LONG_TEXT,
    MAX_QUOTATIONS,
    SECOND_LOOK,
    SENTENCE_LIKENESS,
    SHORT_CLAIM,
    SPLICED_SHARE,
    SPLICED_WORDS,
    STOP_WORD_WEIGHT,
    WORTH_SPLITTING,
)
from bot.verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.bank.bank import Bank
    from bot.bank.quote import Quote
    from bot.search.index import Index
    from bot.search.indexing.vocabulary import Vocabulary
    from bot.verify.alignment import Alignment
    from bot.verify.claimed_attribution import Date
    from bot.verify.pasted_text import Quotation
    from bot.verify.reference import Beside


class Verifier:
    """Checks quotations against one bank. Nothing of it changes once it is built."""

    def __init__(self, bank: Bank, vocabulary: Vocabulary) -> None:
        self.bank = bank
        self._passages = Passages(vocabulary)

    @classmethod
    def build(cls, bank: Bank) -> Verifier:
        """The verifier of a bank."""
        return cls(bank, vocabulary.build(bank.quotes))

    @classmethod
    def beside(cls, index: Index) -> Verifier:
        """The verifier of an index's bank, on the words the index holds already: made in no time."""
        return cls(index.bank, index.inverted.vocabulary)

    def verify(self, text: str, *, speaker: str | None = None, date: Date | None = None) -> tuple[Verdict, ...]:
        """A verdict on each quotation in a pasted text, at least one, in the order they stand.

        `speaker` and `date` are who is claimed to have said it and when; what the text itself says comes after them.
        """
        given = Attribution(speaker.strip() or None if speaker else None, date)
        reading = pasted.read(text)
        if not reading.marked:
            verdict = self._unmarked(reading.wholes, given)
            return self._by_sentence(reading.wholes[-1], given) or (verdict,) if _is_long(verdict) else (verdict,)
        marked = tuple(self._judge(one, given) for one in reading.marked)
        whole = self._whole(reading, marked, given)
        if whole is not None:
            return (whole,)
        long = tuple(one for one in marked if one.words >= EXACT_BELOW or one.kind != "unknown")
        return long or marked

    def _unmarked(self, wholes: Sequence[Quotation], given: Attribution) -> Verdict:
        """A text without marks: as it is where all of it is quoted, else without what looks like talk about it."""
        whole = self._judge(wholes[-1], given)
        if len(wholes) == 1 or whole.kind in ("verbatim", "spliced", "in_source"):
            return whole
        if whole.kind == "altered":
            quoted = Counter(words(" ".join(quote.text for quote in whole.quotes)))
            around = Counter(words(wholes[-1].text)) - Counter(words(wholes[0].text))
            if around and (around & quoted).total() >= ALSO_QUOTED * around.total():
                return whole
        bare = self._judge(wholes[0], given)
        return bare if bare.kind != "unknown" or whole.kind == "unknown" else whole

    def _by_sentence(self, whole: Quotation, given: Attribution) -> tuple[Verdict, ...]:
        """A long text that is no quotation as a whole: what is found of its sentences; nothing where none is found."""
        parts = [whole.text[start:end] for start, end in sentences(whole.text)]
        long = [part for part in parts if len(words(part)) >= EXACT_BELOW][:MAX_QUOTATIONS]
        judged = [self._judge(replace(whole, text=part), given) for part in long]
        return tuple(
            verdict
            for verdict in judged
            if verdict.kind in ("verbatim", "misattributed", "in_source") or verdict.score >= SENTENCE_LIKENESS
        )

    def _whole(self, reading: pasted.Reading, marked: Sequence[Verdict], given: Attribution) -> Verdict | None:
        """The text as one quotation, where what stands outside its marks is quoted too: a quotation within a quote."""
        inside = sum(one.words for one in marked)
        outside = Counter(chain.from_iterable(reading.outside))
        lines = [self._passages.line(run) for run in reading.outside if len(run) >= EXACT_BELOW]
        real = any(map(self._passages.holding, lines))
        if not outside or (inside > outside.total() and not real and not self._quoted_too(outside, marked)):
            return None
        verdict = self._judge(reading.wholes[0], given)
        if verdict.kind in ("verbatim", "misattributed", "in_source"):
            return verdict
        if outside.total() < EXACT_BELOW and all(one.kind in ("verbatim", "misattributed") for one in marked):
            return None
        if verdict.kind == "spliced":
            return verdict if real or outside.total() >= inside else None
        return verdict if verdict.kind != "unknown" and self._quoted_too(outside, [verdict]) else None

    def _quoted_too(self, outside: Counter[str], found: Sequence[Verdict]) -> bool:
        quoted = Counter(word for one in found for quote in one.quotes for word in words(quote.text))
        return (outside & quoted).total() >= ALSO_QUOTED * outside.total()

    def _judge(self, quotation: Quotation, given: Attribution) -> Verdict:
        claim = Claim.of(quotation.text)
        told = Attribution(given.speaker or quotation.attribution.speaker, given.date or quotation.attribution.date)
        if not claim.words:
            return Verdict(quotation.text, "unknown")
        verdict = self._found(claim, quotation.text)
        return claimed_by(verdict, told, by_option=given.speaker is not None)

    def _found(self, claim: Claim, text: str) -> Verdict:
        line = self._passages.line(claim.words)
        docs = self._exactly(claim, line)
        if docs:
            return verbatim(text, claim, [self.bank.quotes[doc] for doc in docs])
        unknown = Verdict(text, "unknown", words=len(claim.words))
        if len(claim.words) < EXACT_BELOW:
            return unknown
        if len(claim.gaps) and (joined := self._joined_honestly(claim, line, text)) is not None:
            return joined
        near = self._passages.nearest(line)
        in_article = self._in_article(claim, text, line, near)
        if in_article is not None:
            return in_article
        return (
            self._altered_or_spliced(claim, text, line, near)
            or articles.elsewhere(self.bank, claim, unknown)
            or self._looked_up_again(claim, text, line)
            or articles.in_part(self.bank, claim, unknown)
        )

    def _exactly(self, claim: Claim, line: str) -> list[int]:
        """The quotes that hold a claim word for word, with what its ellipses leave out and without its brackets."""
        if claim.optional:
            bare = "".join(char for at, char in enumerate(line) if at not in claim.optional)
            if docs := self._passages.holding(line) or self._passages.holding(bare):
                return docs
        if not claim.gaps:
            return self._passages.holding(line)
        first, last = max(claim.pieces, key=lambda piece: piece[1] - piece[0])
        return [doc for doc in self._passages.holding(line[first:last]) if self._in_order(claim, line, doc)]

    def _in_order(self, claim: Claim, line: str, doc: int, *, strictly: bool = True) -> bool:
        """Whether the pieces of a claim stand in a quote in order; strictly, with no negation left out alone."""
        held = self._passages.line_of(doc)
        after = -1
        for first, last in claim.pieces:
            at = held.find(line[first:last], max(after, 0))
            if at < 0:
                return False
            if strictly and after >= 0 and compare.hides_a_negation(words(self.bank.quotes[doc].text)[after:at]):
                return False
            after = at + last - first
        return True

    def _joined_honestly(self, claim: Claim, line: str, text: str) -> Verdict | None:
        """Pieces from several quotes, every one of them word for word: honest where they follow in one answer."""
        held = [self._passages.holding(line[first:last]) for first, last in claim.pieces]
        if not all(held) or any(last - first < 3 for first, last in claim.pieces):
            return None
        if any(self._in_order(claim, line, doc, strictly=False) for doc in held[0]):
            return None
        docs: list[int] = []
        for choices in held:
            docs.append(min(choices, key=lambda doc: (self._farness(docs[-1], doc) if docs else 0, doc)))
        quotes = [self.bank.quotes[doc] for doc in dict.fromkeys(docs)]
        in_one = {(quote.source.id, quote.question) for quote in quotes}
        if len(in_one) == 1 and docs == sorted(docs) and len(set(docs)) == len(docs):
            return replace(verbatim(text, claim, quotes), is_excerpt=True)
        passages = tuple(cut(claim.text, claim.spans, first, last) for first, last in claim.pieces)
        parts = [
            Part(doc, first, last, at, at + last - first)
            for doc, (first, last) in zip(docs, claim.pieces, strict=True)
            for at in (self._passages.line_of(doc).find(line[first:last]),)
        ]
        return spliced(self.bank, self._passages, claim, text, parts, quotes, passages)

    def _farness(self, one: int, other: int) -> int:
        if self.bank.quotes[one].source.id != self.bank.quotes[other].source.id:
            return len(self.bank.quotes)
        return other - one if other >= one else len(self.bank.quotes) // 2 + one - other

    def _in_article(self, claim: Claim, text: str, line: str, near: Sequence[int]) -> Verdict | None:
        """Words that stand in an article as they are: across neighbouring quotes of the bank, or beyond them."""
        fingerprints = self.bank.fingerprints
        if not fingerprints:
            return None
        likely = dict.fromkeys(self.bank.quotes[doc].source.id for doc in near)
        asked: Iterable[str] = fingerprints if len(fingerprints) <= ALL_ARTICLES else likely
        standing = articles.stands(self.bank, claim, asked)
        if standing is None:
            return None
        source = articles.source(self.bank, standing.source)
        fingerprint = fingerprints[standing.source]
        held = [quote for doc in near if (quote := self.bank.quotes[doc]).source is source]
        if not claim.gaps and any(
            in_article.denies(fingerprint, standing, claim.words, words(segment))
            for quote in held
            for segment in quote.segments
        ):
            return None
        parts = cover(self._passages, line, near, claim)
        quotes = tuple(dict.fromkeys(self.bank.quotes[part.doc] for part in parts))
        whole = sum(part.i2 - part.i1 for part in parts) == len(line) and all(one.source is source for one in quotes)
        if whole and standing.is_speech is not False:
            return Verdict(text, "verbatim", quotes, source, 1.0, words=len(line), is_excerpt=True)
        return Verdict(text, "in_source", (), source, 1.0, words=len(line), is_speech=standing.is_speech)

    def _looked_up_again(self, claim: Claim, text: str, line: str) -> Verdict | None:
        """A second look, among many more quotes, for one whose rare words were changed or are those of another."""
        near = self._passages.nearest(line, widely=True)
        best = self._best(line, near)
        if best is None or best[0] < SECOND_LOOK:
            return None
        return self._altered_or_spliced(claim, text, line, near)

    def _best(self, line: str, near: Sequence[int]) -> tuple[float, Alignment, Beside] | None:
        best: tuple[float, Alignment, Beside] | None = None
        for doc in near:
            held = beside(self.bank, self._passages, (doc,))
            alignment = compare.align(line, held.line)
            weight = self._weight(line, alignment)
            if best is None or weight > best[0]:
                best = (weight, alignment, held)
        return best

    def _altered_or_spliced(self, claim: Claim, text: str, line: str, near: Sequence[int]) -> Verdict | None:
        best = self._best(line, near)
        missing = len(line) - (best[1].equal if best else 0)
        if best is None or missing >= WORTH_SPLITTING or best[0] < ALTERED_LIKENESS:
            parts = cover(self._passages, line, near, claim)
            docs = list(dict.fromkeys(part.doc for part in parts))
            joined = together(self.bank, self._passages, docs)
            if parts and joined is not None and not _turned_round(parts):
                along = self._along(line, parts, joined)
                weight = self._weight(line, along)
                if best is None or weight > best[0] or (len(docs) == 1 and along.equal > best[1].equal):
                    best = (weight, along, joined)
            elif self._is_spliced(parts, line, missing):
                quotes = [self.bank.quotes[doc] for doc in docs]
                return spliced(
                    self.bank,
                    self._passages,
                    claim,
                    text,
                    parts,
                    quotes,
                    tuple(beside(self.bank, self._passages, (part.doc,)).cut(part.j1, part.j2) for part in parts),
                )
        if best is None or best[0] < ALTERED_LIKENESS or not _near_enough(line, best[1], best[2].line):
            return None
        return compared(claim, text, best[1], best[2])

    def _is_spliced(self, parts: Sequence[Part], line: str, missing: int) -> bool:
        """Whether parts of several quotes say more of a claim than one quote does."""
        covered = sum(part.i2 - part.i1 for part in parts)
        return covered == len(line) or (missing >= SPLICED_WORDS and covered >= SPLICED_SHARE * len(line))

    def _along(self, line: str, parts: Sequence[Part], joined: Beside) -> Alignment:
        """A claim beside quotes that its runs were found in: the window reaches from the first run to the last."""
        starts: dict[int, int] = {}
        at = 0
        for doc in dict.fromkeys(part.doc for part in parts):
            starts[doc] = at
            at += len(self._passages.line_of(doc))
        first, last = parts[0], parts[-1]
        low = min(starts[part.doc] + part.j1 for part in parts)
        high = max(starts[part.doc] + part.j2 for part in parts)
        return compare.align(line, joined.line, (low - first.i1, high + len(line) - last.i2))

    def _weight(self, line: str, alignment: Alignment) -> float:
        """The share that is the same of what is claimed and of what stands there, by what the words carry."""
        light = self._passages.light
        weighs = [STOP_WORD_WEIGHT if char in light else 1.0 for char in line]
        same = sum(sum(weighs[step.i1 : step.i2]) for step in alignment.steps if step.same)
        if not same:
            return 0.0
        return same / sum(weighs)


def quoted_in(index: Index, message: str) -> tuple[Quote, ...]:
    """The quotes of the bank that a message quotes, word for word or nearly."""
    found = Verifier.beside(index).verify(message)
    long = [verdict for verdict in found if verdict.words > EXACT_BELOW]
    return tuple(dict.fromkeys(quote for verdict in long for quote in verdict.quotes[:2]))


def _is_long(verdict: Verdict) -> bool:
    return verdict.kind == "unknown" and verdict.words >= LONG_TEXT


def _near_enough(line: str, alignment: Alignment, held: str) -> bool:
    """Whether a short claim has all but one or two of its words from where it is nearest to."""
    if len(line) > SHORT_CLAIM + 2:
        return True
    shared = Counter(line) & Counter(held[alignment.start : alignment.end])
    return shared.total() >= len(line) - (1 if len(line) <= SHORT_CLAIM else 2)


def _turned_round(parts: Sequence[Part]) -> bool:
    """Whether parts of one quote stand in another order than in it."""
    return any(one.doc == other.doc and other.j1 < one.j2 for one, other in pairwise(parts))
