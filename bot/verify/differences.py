"""Which differences between a claim and a quote count, how grave each is, and how they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .alignment import Step
from .numbers_and_negations import negations, numbers
from .tuning import MAX_REPLACED, REACH
from .verdict import Change, ChangeKind, Piece, PieceKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .alignment import Alignment


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
    return tuple(sorted(changes, key=lambda change: order.get(change.kind, 2)))


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
        counted_step = counted.get((step.i1, step.j1))
        if counted_step is None:
            _add(shown, "same", theirs[step.j1 : step.j2])
            continue
        _add(shown, "dropped", theirs[counted_step.j1 : counted_step.j2])
        _add(shown, "added", ours[counted_step.i1 : counted_step.i2])
        done = (counted_step.i2, counted_step.j2)
    return tuple(shown)


def _add(shown: list[Piece], kind: PieceKind, spoken: Sequence[str]) -> None:
    text = "".join(spoken)
    if not text:
        return
    if shown and shown[-1].kind == kind:
        shown[-1] = Piece(kind, shown[-1].text + text)
    else:
        shown.append(Piece(kind, text))
