"""Two runs of words aligned, word by word: which are the same, in order, and what stands there instead of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from .tuning import ADRIFT, REACH

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Step:
    """Words `i1` to `i2` of the claim against words `j1` to `j2` of the quote."""

    same: bool
    i1: int
    i2: int
    j1: int
    j2: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """A claim set beside the part of a quote it is nearest to: words `start` to `end` of the quote."""

    steps: tuple[Step, ...]
    start: int
    end: int

    @property
    def equal(self) -> int:
        """How many words are the same in order."""
        return sum(step.i2 - step.i1 for step in self.steps if step.same)

    def likeness(self, size: int) -> float:
        """Twice the words that are the same, of all on both sides, 0 to 1."""
        return 2 * self.equal / max(1, size + self.end - self.start)


def align(claim: str, quote: str, span: tuple[int, int] | None = None) -> Alignment:
    """Set a claim (one character a word) beside the part of a quote that it is nearest to, or beside a given one."""
    first, last = 0, len(quote)
    if span is not None:
        first, last = max(0, span[0] - REACH), min(len(quote), span[1] + REACH)
    elif len(claim) + 2 * REACH < len(quote):
        near = fuzz.partial_ratio_alignment(claim, quote)
        assert near is not None  # as it was asked for no least likeness
        first = max(0, near.dest_start - REACH)
        last = min(len(quote), near.dest_end + REACH)
    window = quote[first:last]
    steps = [
        Step(code.tag == "equal", code.src_start, code.src_end, code.dest_start + first, code.dest_end + first)
        for code in Levenshtein.opcodes(claim, window)
    ]
    return _trimmed(_gathered(_grouped(steps), claim, quote))


def _grouped(steps: Sequence[Step]) -> list[Step]:
    """Neighbouring differences as one."""
    return _merged([step for step in steps if step.i2 > step.i1 or step.j2 > step.j1])


def _gathered(steps: list[Step], claim: str, quote: str) -> list[Step]:
    """A few equal words adrift between two omissions (or two additions) put at one end: then there is only one.

    Of "we need both and we need time" a claim "we need time" may keep the first "we need" and the last "time", or the
    last three words: only the second leaves out one stretch.
    """
    at = 1
    while at < len(steps) - 1:
        left, mid, right = steps[at - 1 : at + 2]
        if mid.same and mid.i2 - mid.i1 <= ADRIFT and not left.same and not right.same:
            steps[at - 1 : at + 2] = _with_one_gap(left, mid, right, claim, quote) or (left, mid, right)
        at += 1
    return [step for step in _merged(steps) if step.i2 > step.i1 or step.j2 > step.j1]


def _with_one_gap(left: Step, mid: Step, right: Step, claim: str, quote: str) -> list[Step] | None:
    """Equal words between two gaps moved to one end of them; None where they stand at neither."""
    if left.i1 == left.i2 and right.i1 == right.i2:
        return _omission(left, mid, right, claim, quote)
    if left.j1 == left.j2 and right.j1 == right.j2:
        found = _omission(_turned(left), _turned(mid), _turned(right), quote, claim)
        return found and [_turned(step) for step in found]
    return None


def _turned(step: Step) -> Step:
    return Step(step.same, step.j1, step.j2, step.i1, step.i2)


def _omission(left: Step, mid: Step, right: Step, claim: str, quote: str) -> list[Step] | None:
    size = mid.i2 - mid.i1
    adrift = claim[mid.i1 : mid.i2]
    if right.j2 - size >= left.j1 and quote[right.j2 - size : right.j2] == adrift:
        edge = right.j2 - size
        return [Step(False, mid.i1, mid.i1, left.j1, edge), Step(True, mid.i1, mid.i2, edge, right.j2)]
    if quote[left.j1 : left.j1 + size] == adrift:
        edge = left.j1 + size
        return [Step(True, mid.i1, mid.i2, left.j1, edge), Step(False, mid.i2, mid.i2, edge, right.j2)]
    return None


def _merged(steps: Sequence[Step]) -> list[Step]:
    merged: list[Step] = []
    for step in steps:
        if merged and merged[-1].same == step.same:
            last = merged.pop()
            merged.append(Step(step.same, last.i1, step.i2, last.j1, step.j2))
        else:
            merged.append(step)
    return merged


def _trimmed(steps: list[Step]) -> Alignment:
    """Without the words of the quote that lie before and behind what is claimed."""
    if not any(step.same for step in steps):
        return Alignment((), 0, 0)
    if not steps[0].same:
        head = steps[0]
        size = min(head.i2 - head.i1, head.j2 - head.j1)
        steps[0] = Step(False, head.i1, head.i2, head.j2 - size, head.j2)
    if not steps[-1].same:
        tail = steps[-1]
        size = min(tail.i2 - tail.i1, tail.j2 - tail.j1)
        steps[-1] = Step(False, tail.i1, tail.i2, tail.j1, tail.j1 + size)
    steps = [step for step in steps if step.i2 > step.i1 or step.j2 > step.j1]
    return Alignment(tuple(steps), steps[0].j1, steps[-1].j2)
