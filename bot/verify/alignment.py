"""Two runs of words set side by side: what is the same, what was changed, dropped, added or moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from bot.verify.numbers_and_negations import negations, numbers
from bot.verify.tuning import ADRIFT, MAX_REPLACED, REACH
from bot.verify.verdict import Change, ChangeKind, Piece, PieceKind

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
        if near is not None:
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
    """A few equal words adrift between two omissions (or two additions) put at one end: then there is only one."""
    at = 1
    while at < len(steps) - 1:
        one, mid, other = steps[at - 1 : at + 2]
        joined = None
        if mid.same and mid.i2 - mid.i1 <= ADRIFT and not one.same and not other.same:
            if one.i1 == one.i2 and other.i1 == other.i2:
                joined = _omission(one, mid, other, claim, quote)
            elif one.j1 == one.j2 and other.j1 == other.j2:
                found = _omission(_turned(one), _turned(mid), _turned(other), quote, claim)
                joined = found and [_turned(step) for step in found]
        if joined:
            steps[at - 1 : at + 2] = joined
        at += 1
    return [step for step in _merged(steps) if step.i2 > step.i1 or step.j2 > step.j1]


def _turned(step: Step) -> Step:
    return Step(step.same, step.j1, step.j2, step.i1, step.i2)


def _omission(one: Step, mid: Step, other: Step, claim: str, quote: str) -> list[Step] | None:
    size = mid.i2 - mid.i1
    adrift = claim[mid.i1 : mid.i2]
    if other.j2 - size >= one.j1 and quote[other.j2 - size : other.j2] == adrift:
        edge = other.j2 - size
        return [Step(False, mid.i1, mid.i1, one.j1, edge), Step(True, mid.i1, mid.i2, edge, other.j2)]
    if quote[one.j1 : one.j1 + size] == adrift:
        edge = one.j1 + size
        return [Step(True, mid.i1, mid.i2, one.j1, edge), Step(False, mid.i2, mid.i2, edge, other.j2)]
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
        kept = min(head.i2 - head.i1, head.j2 - head.j1)
        steps[0] = Step(False, head.i1, head.i2, head.j2 - kept, head.j2)
    if not steps[-1].same:
        tail = steps[-1]
        kept = min(tail.i2 - tail.i1, tail.j2 - tail.j1)
        steps[-1] = Step(False, tail.i1, tail.i2, tail.j1, tail.j1 + kept)
    steps = [step for step in steps if step.i2 > step.i1 or step.j2 > step.j1]
    return Alignment(tuple(steps), steps[0].j1, steps[-1].j2)


def differences(
    alignment: Alignment,
    claim: Sequence[str],
    quote: Sequence[str],
    *,
    gaps: frozenset[int] = frozenset(),
    in_claim: frozenset[int] = frozenset(),
    in_quote: frozenset[int] = frozenset(),
) -> list[Step]:
    """The steps that count as differences.

    `gaps` are the places in the claim at which it says that it leaves words out; `in_claim` and `in_quote` the words
    in an editor's brackets.
    """
    found: list[Step] = []
    for step in alignment.steps:
        if step.same:
            continue
        ours, theirs = claim[step.i1 : step.i2], quote[step.j1 : step.j2]
        if "".join(ours) == "".join(theirs):  # dual-track, dual track and dualtrack
            continue
        if not ours and step.i1 in gaps and not hides_a_negation(theirs):
            continue
        if _in_brackets(step, theirs, in_claim, in_quote):
            continue
        found.append(step)
    return _with_moves(found, claim, quote)


def hides_a_negation(left_out: Sequence[str]) -> bool:
    """Whether what an ellipsis leaves out is little more than a negation."""
    return 0 < len(left_out) <= MAX_REPLACED and negations(left_out) > 0


def _in_brackets(step: Step, theirs: Sequence[str], in_claim: frozenset[int], in_quote: frozenset[int]) -> bool:
    ours_in = all(at in in_claim for at in range(step.i1, step.i2))
    theirs_in = all(at in in_quote for at in range(step.j1, step.j2))
    if ours_in and theirs_in:
        return True
    stands_for = len(theirs) <= MAX_REPLACED and not negations(theirs) and not numbers(theirs)
    return ours_in and step.i2 > step.i1 and stands_for


def _with_moves(found: list[Step], claim: Sequence[str], quote: Sequence[str]) -> list[Step]:
    """Two differences with a few equal words between, that hold the same words in another order, are one."""
    joined: list[Step] = []
    for step in found:
        last = joined[-1] if joined else None
        if last is not None and step.i1 - last.i2 <= REACH * 2:
            both = Step(False, last.i1, step.i2, last.j1, step.j2)
            ours, theirs = claim[both.i1 : both.i2], quote[both.j1 : both.j2]
            if len(ours) == len(theirs) and sorted(ours) == sorted(theirs):
                joined[-1] = both
                continue
        joined.append(step)
    return joined


def change(step: Step, claim: Sequence[str], quote: Sequence[str], ours: str, theirs: str) -> Change:
    """One difference, named. `ours` and `theirs` are its words as they are written."""
    return Change(_kind(claim[step.i1 : step.i2], quote[step.j1 : step.j2]), ours, theirs)


def _kind(ours: Sequence[str], theirs: Sequence[str]) -> ChangeKind:
    if sorted(ours) == sorted(theirs):
        return "moved"
    if numbers(ours) != numbers(theirs):
        return "number"
    if negations(ours) != negations(theirs):
        return "negation"
    return "changed" if ours and theirs else "added" if ours else "dropped"


def in_order_of_weight(changes: Sequence[Change]) -> tuple[Change, ...]:
    """A changed number first, then a negation, then the rest as they stand."""
    order = {"number": 0, "negation": 1}
    return tuple(sorted(changes, key=lambda one: order.get(one.kind, 2)))


def pieces(
    steps: Sequence[Step], alignment: Alignment, ours: Sequence[str], theirs: Sequence[str]
) -> tuple[Piece, ...]:
    """The comparison as it is shown. `ours` and `theirs` give each word as it is written, with what follows it."""
    counted = {(step.i1, step.j1): step for step in steps}
    shown: list[Piece] = []
    done = (-1, -1)
    for step in alignment.steps:
        if step.i2 <= done[0] and step.j2 <= done[1]:  # inside one that was moved
            continue
        whole = counted.get((step.i1, step.j1))
        if whole is None:
            _add(shown, "same", theirs[step.j1 : step.j2])
            continue
        _add(shown, "dropped", theirs[whole.j1 : whole.j2])
        _add(shown, "added", ours[whole.i1 : whole.i2])
        done = (whole.i2, whole.j2)
    return tuple(shown)


def _add(shown: list[Piece], kind: PieceKind, spoken: Sequence[str]) -> None:
    text = "".join(spoken)
    if not text:
        return
    if shown and shown[-1].kind == kind:
        shown[-1] = Piece(kind, shown[-1].text + text)
    else:
        shown.append(Piece(kind, text))
