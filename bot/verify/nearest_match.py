"""The quotes that a claim is nearest to: it may be one of them altered, or several of them spliced."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from .alignment import Alignment, align
from .altered import compared
from .matching_runs import MatchingRun, cover
from .reference import Reference, joined_reference, reference
from .spliced import spliced
from .tuning import (
    ALTERED_LIKENESS,
    SECOND_LOOK,
    SHORT_CLAIM,
    SPLICED_SHARE,
    SPLICED_WORDS,
    STOP_WORD_WEIGHT,
    WORTH_SPLITTING,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..bank.bank import Bank
    from .claim import Claim
    from .passage_index import PassageIndex
    from .verdict import Verdict


class Nearest(NamedTuple):
    """A claim beside the text it is nearest to. `likeness` is the share of its words, by what they carry, 0 to 1."""

    likeness: float
    alignment: Alignment
    reference: Reference


class NearestMatcher:
    """Compares claims with the quotes of a bank that they are nearest to."""

    def __init__(self, bank: Bank, passages: PassageIndex) -> None:
        self._bank = bank
        self._passages = passages

    def match(self, claim: Claim, line: str, near: Sequence[int]) -> Verdict | None:
        """The verdict on a claim beside these quotes: altered or spliced; None where it is like none of them."""
        best = self._nearest(line, near)
        missing = len(line) - (best.alignment.equal if best else 0)
        if missing >= WORTH_SPLITTING or not _is_like(best):
            parts = cover(self._passages, line, near, claim)
            docs = list(dict.fromkeys(part.doc for part in parts))
            joined = joined_reference(self._bank, self._passages, docs)
            if parts and joined is not None and not _turned_round(parts):
                best = _better(best, self._along(line, parts, joined), is_one_quote=len(docs) == 1)
            elif _is_spliced(parts, line, missing):
                passages = (reference(self._bank, self._passages, (part.doc,)).cut(part.j1, part.j2) for part in parts)
                return spliced(self._bank, self._passages, claim, parts, tuple(passages))
        if best is None or not _is_like(best) or not _is_near_enough(line, best):
            return None
        return compared(claim, best.alignment, best.reference)

    def second_look(self, claim: Claim, line: str) -> Verdict | None:
        """A second look, among many more quotes, for one whose rare words were changed or are those of another."""
        near = self._passages.nearest(line, widely=True)
        best = self._nearest(line, near)
        if best is None or best.likeness < SECOND_LOOK:
            return None
        return self.match(claim, line, near)

    def _nearest(self, line: str, near: Sequence[int]) -> Nearest | None:
        """The one of some quotes that a claim is likest to, the first of equals."""
        references = (reference(self._bank, self._passages, (doc,)) for doc in near)
        compared_with = [self._aligned(line, align(line, candidate.line), candidate) for candidate in references]
        return max(compared_with, key=lambda candidate: candidate.likeness, default=None)

    def _along(self, line: str, parts: Sequence[MatchingRun], joined: Reference) -> Nearest:
        """A claim beside quotes that its runs were found in: the window reaches from the first run to the last."""
        starts: dict[int, int] = {}
        at = 0
        for doc in dict.fromkeys(part.doc for part in parts):
            starts[doc] = at
            at += len(self._passages.line_of(doc))
        first, last = parts[0], parts[-1]
        low = min(starts[part.doc] + part.j1 for part in parts)
        high = max(starts[part.doc] + part.j2 for part in parts)
        window = (low - first.i1, high + len(line) - last.i2)
        return self._aligned(line, align(line, joined.line, window), joined)

    def _aligned(self, line: str, alignment: Alignment, beside: Reference) -> Nearest:
        light = self._passages.light
        weights = [STOP_WORD_WEIGHT if char in light else 1.0 for char in line]
        same = sum(sum(weights[step.i1 : step.i2]) for step in alignment.steps if step.same)
        return Nearest(same / sum(weights) if same else 0.0, alignment, beside)


def _is_like(best: Nearest | None) -> bool:
    return best is not None and best.likeness >= ALTERED_LIKENESS


def _better(best: Nearest | None, along: Nearest, *, is_one_quote: bool) -> Nearest:
    """The likelier of two; of one quote also what has more words in order."""
    if best is None or along.likeness > best.likeness:
        return along
    return along if is_one_quote and along.alignment.equal > best.alignment.equal else best


def _is_spliced(parts: Sequence[MatchingRun], line: str, missing: int) -> bool:
    """Whether parts of several quotes say more of a claim than one quote does."""
    covered = sum(part.i2 - part.i1 for part in parts)
    return covered == len(line) or (missing >= SPLICED_WORDS and covered >= SPLICED_SHARE * len(line))


def _is_near_enough(line: str, best: Nearest) -> bool:
    """Whether a short claim has all but one or two of its words from where it is nearest to."""
    if len(line) > SHORT_CLAIM + 2:
        return True
    shared = Counter(line) & Counter(best.reference.line[best.alignment.start : best.alignment.end])
    return shared.total() >= len(line) - (1 if len(line) <= SHORT_CLAIM else 2)


def _turned_round(parts: Sequence[MatchingRun]) -> bool:
    """Whether parts of one quote stand in another order than in it."""
    return any(one.doc == other.doc and other.j1 < one.j2 for one, other in pairwise(parts))
