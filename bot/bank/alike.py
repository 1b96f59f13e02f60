"""Quotes that are the same, or nearly: found by a few runs of words that like texts share."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from zlib import crc32

from rapidfuzz import fuzz

from ..problem import Problem
from ..text import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .placed import Standing

NEAR = 90.0
"""From this likeness on (0 to 100, of the folded words) two quotes are called nearly the same."""

_SHELF = 20  # quotes kept under one mark: a phrase that more of them share tells nothing
_MARKS = 4
_TYPOGRAPHIC = (("’", ""), ("‘", ""), ("“", " "), ("”", " "), ("–", " "), ("—", " "), ("…", " "))


def texts_differ(quotes: list[Standing]) -> Iterator[Problem]:
    """No two quotes are the same, or nearly."""
    same: dict[str, int] = {}
    texts: list[str] = []
    shelves: defaultdict[int, list[int]] = defaultdict(list)
    known: dict[str, int] = {}
    for number, quote in enumerate(quotes):
        run = _words(quote.text)
        text = " ".join(run)
        texts.append(text)
        first = same.setdefault(text, number)
        if first != number:
            other = quotes[first]
            message = f"these words stand in {other.file}:{other.text_at[0]} already"
            yield Problem(quote.file, *quote.text_at, "warning", "duplicate-text", message, "keep one of the two")
            continue
        near: int | None = None
        for mark in _marks(run, known):
            shelf = shelves[mark]
            if near is None and shelf:
                near = next(
                    (candidate for candidate in shelf if fuzz.ratio(text, texts[candidate], score_cutoff=NEAR)), None
                )
            if len(shelf) < _SHELF:
                shelf.append(number)
        if near is not None:
            message = f"these words are nearly those in {quotes[near].file}:{quotes[near].text_at[0]}"
            hint = "keep one of the two, if it is the same statement"
            yield Problem(quote.file, *quote.text_at, "warning", "near-duplicate", message, hint)


def _words(text: str) -> list[str]:
    """The folded words. The usual typographic marks are dealt with first: folding plain ASCII is many times as fast."""
    if not text.isascii():
        for mark, plain in _TYPOGRAPHIC:
            text = text.replace(mark, plain)
    return words(text)


def _marks(run: list[str], known: dict[str, int]) -> list[int]:
    """A few of a text's runs of three words, always the same ones for the same runs: like texts share most of them."""
    codes: list[int] = list(map(known.get, run))  # type: ignore[arg-type]  # None is put right below
    if None in codes:
        codes = [known.setdefault(word, crc32(word.encode())) for word in run]
    if len(codes) < 3:
        return [sum(codes)]
    runs = {one * 31 + two * 17 ^ three * 5 for one, two, three in zip(codes, codes[1:], codes[2:], strict=False)}
    return sorted(runs)[:_MARKS]
