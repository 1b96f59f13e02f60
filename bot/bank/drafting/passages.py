"""Cutting what somebody said into passages a person would quote: one to four whole sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...text import words
from ..sentences import sentences
from .words import LEANING, LIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_SENTENCES = 4
_MOST_CHARACTERS = 700
_TRAILING = ",;:–—- \t\u00a0"
_SHORT = 5
_LONG = 25
# What a cut, or a passage, costs. A sentence that leans on the one before should not begin a passage.
_LEANS, _IS_SHORT, _SHARES, _ALONE, _FULL, _TOO_LONG = 3.0, 3.0, 1.0, 2.0, 0.5, 4.0

Span = tuple[int, int]


class _Piece(NamedTuple):
    """A sentence: which segment it stands in, where, and its words."""

    segment: int
    span: Span
    words: tuple[str, ...]


def passages(text: str, segments: Sequence[Span]) -> Iterator[tuple[Span, ...]]:
    """Passages of a statement, in order, each as its segments. What fits into one passage stays together."""
    pieces = [piece for number, span in enumerate(segments) for piece in _pieces(text, number, *span)]
    for first, last in _cheapest(pieces):
        yield tuple(_merged(pieces[first:last]))


def _pieces(text: str, segment: int, start: int, end: int) -> Iterator[_Piece]:
    for first, last in sentences(text, start, end):
        while last > first and text[last - 1] in _TRAILING:
            last -= 1  # noqa: PLW2901  the comma before `" he said` is the reporter's
        said = tuple(words(text[first:last]))
        if said:
            yield _Piece(segment, (first, last), said)


def _cheapest(pieces: Sequence[_Piece]) -> list[Span]:
    """The cheapest way to part the sentences into passages, as [first, last) among them."""
    best: list[tuple[float, list[Span]]] = [(0.0, [])]
    for last in range(1, len(pieces) + 1):
        ways = []
        for first in range(max(0, last - MOST_SENTENCES), last):
            cost, cut = best[first]
            ways.append((cost + _cut_cost(pieces, first) + _passage_cost(pieces[first:last]), [*cut, (first, last)]))
        best.append(min(ways))
    return best[-1][1]


def _cut_cost(pieces: Sequence[_Piece], at: int) -> float:
    if at == 0:
        return 0.0
    before, after = pieces[at - 1].words, pieces[at].words
    shared = (set(before) & set(after)) - LIGHT
    return _LEANS * (after[0] in LEANING) + _IS_SHORT * (len(after) <= _SHORT) + _SHARES * min(2, len(shared))


def _passage_cost(group: Sequence[_Piece]) -> float:
    size = sum(end - start for _, (start, end), _ in group)
    alone = len(group) == 1 and len(group[0].words) < _LONG
    return _ALONE * alone + _FULL * (len(group) == MOST_SENTENCES) + _TOO_LONG * (size > _MOST_CHARACTERS) + 1.0


def _merged(group: Sequence[_Piece]) -> list[Span]:
    """Neighbouring sentences of one segment as one stretch."""
    found: list[tuple[int, Span]] = []
    for number, (start, end), _ in group:
        if found and found[-1][0] == number:
            found[-1] = (number, (found[-1][1][0], end))
        else:
            found.append((number, (start, end)))
    return [span for _, span in found]
