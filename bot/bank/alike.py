"""Quotes that are the same, or nearly: found by a few runs of words that like texts share."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from zlib import crc32

from rapidfuzz import fuzz

from bot.problem import Problem
from bot.text import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.bank.placed import Standing

NEAR = 90.0
"""From this likeness on (0 to 100, of the folded words) two quotes are called nearly the same."""

_SHELF = 20  # quotes kept under one mark: a phrase that more of them share tells nothing
_RUN = 3
_MARKS = 4


def texts_differ(quotes: list[Standing]) -> Iterator[Problem]:
    """No two quotes are the same, or nearly."""
    same: dict[str, Standing] = {}
    shelves: dict[int, list[tuple[str, Standing]]] = defaultdict(list)
    for quote in quotes:
        folded = words(quote.text)
        joined = " ".join(folded)
        other = same.setdefault(joined, quote)
        if other is not quote:
            message = f"these words stand in {other.file}:{other.text_at[0]} already"
            yield Problem(quote.file, *quote.text_at, "warning", "duplicate-text", message, "keep one of the two")
            continue
        near = None
        for mark in _marks(folded):
            shelf = shelves[mark]
            near = near or next((one for text, one in shelf if fuzz.ratio(joined, text, score_cutoff=NEAR)), None)
            if len(shelf) < _SHELF:
                shelf.append((joined, quote))
        if near:
            message = f"these words are nearly those in {near.file}:{near.text_at[0]}"
            hint = "keep one of the two, if it is the same statement"
            yield Problem(quote.file, *quote.text_at, "warning", "near-duplicate", message, hint)


def _marks(folded: list[str]) -> list[int]:
    """A few of a text's runs of three words, always the same ones for the same run: like texts share most of them."""
    runs = {crc32(" ".join(folded[at : at + _RUN]).encode()) for at in range(max(1, len(folded) - _RUN + 1))}
    return sorted(runs)[:_MARKS]
