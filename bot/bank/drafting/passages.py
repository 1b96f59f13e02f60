"""Cutting what somebody said into passages a person would quote: one to four whole sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.bank.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_SENTENCES = 4
_USUAL = 3
_MOST_CHARACTERS = 700
_TRAILING = ",;:–—- \t\u00a0"

Span = tuple[int, int]


def passages(text: str, segments: Sequence[Span]) -> Iterator[tuple[Span, ...]]:
    """Passages of a statement, in order, each as its segments. A split quotation stays together where it fits."""
    pieces = [(number, span) for number, (start, end) in enumerate(segments) for span in _pieces(text, start, end)]
    for group in _groups(pieces):
        yield tuple(_merged(group))


def _pieces(text: str, start: int, end: int) -> list[Span]:
    found = []
    for first, last in sentences(text, start, end):
        while last > first and text[last - 1] in _TRAILING:
            last -= 1  # noqa: PLW2901  the comma before `" he said` is the reporter's
        if any(mark.isalnum() for mark in text[first:last]):
            found.append((first, last))
    return found


def _groups(pieces: Sequence[tuple[int, Span]]) -> Iterator[Sequence[tuple[int, Span]]]:
    """Groups of nearly equal size: a lone short sentence is never left over."""
    if len(pieces) <= MOST_SENTENCES and _size(pieces) <= _MOST_CHARACTERS:
        if pieces:
            yield pieces
        return
    count = max(-(-len(pieces) // _USUAL), -(-_size(pieces) // _MOST_CHARACTERS))
    for number in range(min(count, len(pieces))):
        bounds = [round(len(pieces) * edge / min(count, len(pieces))) for edge in (number, number + 1)]
        yield pieces[bounds[0] : bounds[1]]


def _size(pieces: Sequence[tuple[int, Span]]) -> int:
    return sum(end - start for _, (start, end) in pieces)


def _merged(group: Sequence[tuple[int, Span]]) -> list[Span]:
    """Neighbouring sentences of one segment as one stretch."""
    found: list[tuple[int, Span]] = []
    for number, (start, end) in group:
        if found and found[-1][0] == number:
            found[-1] = (number, (found[-1][1][0], end))
        else:
            found.append((number, (start, end)))
    return [span for _, span in found]
