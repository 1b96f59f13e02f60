"""A changed quotation and what the source has, each whole, with what differs marked in both."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..text import words, words_in_place
from .verdict import Piece

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .verdict import PieceKind, Verdict
_BARE = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)


def pasted(verdict: Verdict) -> tuple[Piece, ...]:
    """What was pasted, as it was written, with what the source does not have as `added`."""
    places = [(start, end) for _, start, end in words_in_place(verdict.text)]
    counts = [(piece.kind == "added", len(words(piece.text))) for piece in verdict.pieces if piece.kind != "dropped"]
    if sum(count for _, count in counts) != len(places):  # the words cannot be told apart in it: as they were compared
        kept = [piece for piece in verdict.pieces if piece.kind != "dropped"]
        return _joined(Piece(piece.kind, f"{' ' if place else ''}{piece.text}") for place, piece in enumerate(kept))
    return _joined(_cut(verdict.text, places, counts))


def source(verdict: Verdict) -> tuple[Piece, ...]:
    """What the source has there, with what was left out or changed as `dropped`."""
    return _joined(piece for piece in verdict.pieces if piece.kind != "added")


def _cut(text: str, places: list[tuple[int, int]], counts: list[tuple[bool, int]]) -> Iterator[Piece]:
    shown = at = 0
    for added, count in counts:
        if added and count:
            start, end = max(places[at][0], shown), places[at + count - 1][1]
            yield Piece("same", text[shown:start])
            yield Piece("added", text[start:end])
            shown = end
        at += count
    yield Piece("same", text[shown:])


def _joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Pieces on one line, neighbours of a kind as one. What is marked neither begins nor ends with a space."""
    joined: list[Piece] = []
    for piece in pieces:
        for kind, text in _bare(piece):
            if joined and joined[-1].kind == kind:
                text = joined.pop().text + text  # noqa: PLW2901
            joined.append(Piece(kind, " ".join(re.split(r"\s+", text))))
    return tuple(joined)


def _bare(piece: Piece) -> Iterator[tuple[PieceKind, str]]:
    found = _BARE.fullmatch(piece.text)
    assert found is not None
    before, text, after = found.groups()
    parts: tuple[tuple[PieceKind, str], ...] = (("same", before), (piece.kind, text), ("same", after))
    yield from ((kind, part) for kind, part in parts if part)
