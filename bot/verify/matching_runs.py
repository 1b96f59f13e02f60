"""Covering a claim with runs of words that really stand somewhere: how a spliced quotation is taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from .tuning import LONG_END, MAX_SPLITS, MIN_RUN, MIN_SENTENCE, SPLIT_QUOTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .claim import Claim
    from .passage_index import PassageIndex

_LENGTH = itemgetter(0)


@dataclass(frozen=True, slots=True)
class MatchingRun:
    """Words `i1` to `i2` of a claim stand in a quote from its word `j1` to `j2`."""

    doc: int
    i1: int
    i2: int
    j1: int
    j2: int


def cover(passages: PassageIndex, line: str, docs: Sequence[int], claim: Claim) -> list[MatchingRun]:
    """The longest runs of a claim's line that stand in quotes, in the order of the line, without overlaps.

    `docs` are quotes already known to be near the whole.
    """
    parts = _cover(passages, line, 0, list(docs), 0)
    return [*_short(passages, line, parts, claim, docs), *parts, *_short_tail(passages, line, parts, claim, docs)]


def _short(
    passages: PassageIndex, line: str, parts: list[MatchingRun], claim: Claim, docs: Sequence[int]
) -> list[MatchingRun]:
    """A whole sentence of few words before the first part, where a quote holds it."""
    end = parts[0].i1 if parts else 0
    if not MIN_SENTENCE <= end < MIN_RUN or end not in claim.edges:
        return []
    return _short_sentence(passages, line, 0, end, docs)


def _short_tail(
    passages: PassageIndex, line: str, parts: list[MatchingRun], claim: Claim, docs: Sequence[int]
) -> list[MatchingRun]:
    start = parts[-1].i2 if parts else len(line)
    if not MIN_SENTENCE <= len(line) - start < MIN_RUN or start not in claim.edges:
        return []
    return _short_sentence(passages, line, start, len(line), docs)


def _short_sentence(passages: PassageIndex, line: str, start: int, end: int, docs: Sequence[int]) -> list[MatchingRun]:
    docs_holding = passages.holding(line[start:end])
    if not docs_holding or not any(map(passages.carries, line[start:end])):
        return []
    doc = next((candidate for candidate in docs if candidate in docs_holding), docs_holding[0])
    at = passages.line_of(doc).find(line[start:end])
    return [MatchingRun(doc, start, end, at, at + end - start)]


def _cover(passages: PassageIndex, line: str, offset: int, docs: list[int], depth: int) -> list[MatchingRun]:
    if depth:
        docs = passages.holding(line)[:1] or passages.nearest(line, SPLIT_QUOTES, close=SPLIT_QUOTES)
    best = _longest_of(passages, line, docs)
    if best is None:
        return []
    size, start, at, doc = best
    here = MatchingRun(doc, offset + start, offset + start + size, at, at + size)
    if depth == MAX_SPLITS:
        return [here]
    near = [other for other in docs if other != doc] if not depth else []
    left = _remainder(passages, line[:start], offset, doc, near, depth)
    right = _remainder(passages, line[start + size :], offset + start + size, doc, near, depth)
    return [*left, here, *right]


def _longest_of(passages: PassageIndex, line: str, docs: Sequence[int]) -> tuple[int, int, int, int] | None:
    """The longest run a line shares with any of these quotes: its length, its two starts, the quote.

    None where none is long enough, or it says nothing.
    """
    runs = [(*longest_run(line, passages.line_of(doc)), doc) for doc in docs]
    best = max(runs, key=_LENGTH, default=None)  # the first of equals
    if best is None or best[0] < MIN_RUN:
        return None
    size, start = best[:2]
    return best if size > MIN_RUN or any(map(passages.carries, line[start : start + size])) else None


def _remainder(
    passages: PassageIndex, rest: str, offset: int, doc: int, near: list[int], depth: int
) -> list[MatchingRun]:
    """What is left on one side: first in the same quote, then anywhere."""
    if len(rest) < MIN_RUN:
        return []
    size, start, at = longest_run(rest, passages.line_of(doc))
    if size == len(rest):
        return [MatchingRun(doc, offset + start, offset + start + size, at, at + size)]
    elsewhere = _cover(passages, rest, offset, near, depth + 1)
    if size >= MIN_RUN and size > max((part.i2 - part.i1 for part in elsewhere), default=0):
        return [MatchingRun(doc, offset + start, offset + start + size, at, at + size)]
    return elsewhere


def longest_run(line: str, other: str) -> tuple[int, int, int]:
    """The longest run two lines share: its length and where it starts in each.

    A third of the first line at either of its ends is long enough not to look further.
    """
    head = _head(line, other)
    if head * LONG_END >= len(line):
        return head, 0, other.find(line[:head])
    tail = _head(line[::-1], other[::-1])
    if tail * LONG_END >= len(line):
        return tail, len(line) - tail, other.find(line[len(line) - tail :])
    return _longest_anywhere(line, other)


def _head(line: str, other: str) -> int:
    """How many words from the first on stand together in the other line."""
    size = 0
    while size < len(line) and line[: size + 1] in other:
        size += 1
    return size


def _longest_anywhere(line: str, other: str) -> tuple[int, int, int]:
    places: dict[str, list[int]] = {}
    for at, char in enumerate(other):
        places.setdefault(char, []).append(at)
    best = (0, 0, 0)
    lengths: dict[int, int] = {}
    for here, char in enumerate(line):
        now: dict[int, int] = {}
        for at in places.get(char, ()):
            now[at] = length = lengths.get(at - 1, 0) + 1
            if length > best[0]:
                best = (length, here - length + 1, at - length + 1)
        lengths = now
    return best
