"""Postings: which quotes hold a word, and in which field.

A posting is kept twice: its quotes stand in ascending lists, to be put together with other lists; and in the line of
each quote stands a character for it, so that whether one quote holds the word is one look into a short string.
"""

from __future__ import annotations

from heapq import nlargest
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from ..tuning import CACHED_SETS, TOP_DOCS
from .impact_codes import ABSENT, FIELD_OF, LENGTH_CODE, MAX_TEXT_SCORE, SCORES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class FieldPosting(NamedTuple):
    """One way a word stands in quotes: its character in their lines, its code, and the quotes, in ascending runs that
    share none."""

    char: str
    code: int
    runs: tuple[Sequence[int], ...]


class DocumentLines(NamedTuple):
    """What stands in each quote, a character for each word, field and topic; and the code of its length."""

    lines: list[str]
    length_codes: bytes
    cached_sets: dict[str, frozenset[int]]
    """The quotes of frequent words asked for last, by their characters."""


class Posting:
    """The quotes that hold a word, ascending, and the code of each."""

    __slots__ = ("_codes", "_docs", "max_score", "min_size", "parts", "size")

    def __init__(self, docs: Sequence[int], codes: bytes) -> None:
        self._docs: Sequence[int] | None = docs
        self._codes: dict[int, int] | None = dict(zip(docs, codes, strict=True))
        self.parts: tuple[FieldPosting, ...] = ()
        """How it stands in lines, the highest first; none where the quotes are only counted out."""
        self.size = self.min_size = len(docs)
        """How many quotes there are, at most and at least."""
        self.max_score = max(map(SCORES.__getitem__, codes), default=0.0)
        """The most any of them is worth."""

    def __len__(self) -> int:
        return self.size

    @property
    def docs(self) -> Sequence[int]:
        """The numbers of the quotes, ascending."""
        return self._docs or ()

    @property
    def runs(self) -> list[Sequence[int]]:
        """The same in any order; one may be named twice."""
        return [self.docs]

    def code_of(self, doc: int) -> int:
        """The code of one quote, 0 where the word is absent."""
        return (self._codes or {}).get(doc, ABSENT)

    def as_set(self) -> frozenset[int]:
        """The quotes. Those of the frequent words asked for last are kept for the next query."""
        return frozenset(self.docs)

    def top(self) -> list[tuple[int, int]]:
        """The quotes with the highest codes, as (code, -quote), best first."""
        return nlargest(TOP_DOCS, ((code, -doc) for doc, code in (self._codes or {}).items()))

    def top_of_fields(self) -> Iterable[tuple[int, int]]:
        """The quotes with the highest codes of each field, as (quote, code), the highest field last."""
        return (self._codes or {}).items()


EMPTY = Posting((), b"")


class LinePosting(Posting):
    """A word in one field, or in several: the highest of them counts."""

    __slots__ = ("_documents", "_top")

    def __init__(self, documents: DocumentLines, parts: tuple[FieldPosting, ...]) -> None:
        self._documents = documents
        self._docs = None
        self._top: list[tuple[int, int]] | None = None
        self.parts = parts
        if len(parts) == 1 and parts[0].code == LENGTH_CODE:
            self.size = self.min_size = len(parts[0].runs[0])
            self.max_score = MAX_TEXT_SCORE
            return
        self.size = self.min_size = 0
        self.max_score = 0.0
        field, total = -1, 0
        for _, code, runs in parts:
            count = len(runs[0]) if len(runs) == 1 else sum(map(len, runs))
            total = total + count if FIELD_OF[code] == field else count
            field = FIELD_OF[code]
            self.size += count
            self.min_size = max(self.min_size, total)
            self.max_score = max(self.max_score, SCORES[code] if code else MAX_TEXT_SCORE)

    @property
    def docs(self) -> Sequence[int]:
        """The numbers of the quotes, ascending."""
        if self._docs is None:
            runs = self.runs
            self._docs = runs[0] if len(runs) == 1 else list(dict.fromkeys(sorted(chain.from_iterable(runs))))
        return self._docs

    @property
    def runs(self) -> list[Sequence[int]]:
        """The same in any order; one may be named twice."""
        return [run for part in self.parts for run in part.runs]

    def code_of(self, doc: int) -> int:
        """The code of one quote, 0 where the word is absent."""
        line = self._documents.lines[doc]
        for char, code, _ in self.parts:
            if char in line:
                return code or self._documents.length_codes[doc]
        return ABSENT

    def as_set(self) -> frozenset[int]:
        """The quotes. Those of the frequent words asked for last are kept for the next query."""
        sets = self._documents.cached_sets
        key = "".join([part.char for part in self.parts])
        quotes = sets.get(key)
        if quotes is None:
            quotes = frozenset(chain.from_iterable(self.runs))
            if len(sets) >= CACHED_SETS:  # heavy work looks up beside the event loop: the first may be gone meanwhile
                sets.pop(next(iter(tuple(sets)), key), None)
            sets[key] = quotes
        return quotes

    def top(self) -> list[tuple[int, int]]:
        """The quotes with the highest codes, as (code, -quote), best first."""
        if self._top is None:
            found = dict(self.top_of_fields())
            best = [(code, -doc) for doc, code in found.items()]
            best.sort(reverse=True)
            self._top = best[:TOP_DOCS]
        return self._top

    def top_of_fields(self) -> Iterable[tuple[int, int]]:
        """The quotes with the highest codes of each field, as (quote, code), the highest field last."""
        return chain.from_iterable(map(self._top_of, reversed(self.parts)))

    def _top_of(self, part: FieldPosting) -> Iterable[tuple[int, int]]:
        docs = part.runs[0] if len(part.runs) == 1 else sorted(chain.from_iterable(run[:TOP_DOCS] for run in part.runs))
        if part.code != LENGTH_CODE:
            return ((doc, part.code) for doc in docs[:TOP_DOCS])
        code = map(self._documents.length_codes.__getitem__, docs)
        if len(docs) <= TOP_DOCS:
            return zip(docs, code, strict=True)
        codes = bytes(code)
        return [(docs[at], codes[at]) for at in _highest(codes)]


def _highest(codes: bytes) -> list[int]:
    """Where the highest codes stand, the highest first, at most `TOP_DOCS`."""
    found: list[int] = []
    for code in sorted(set(codes), reverse=True):
        at = codes.find(code)
        while at >= 0 and len(found) < TOP_DOCS:
            found.append(at)
            at = codes.find(code, at + 1)
        if len(found) == TOP_DOCS:
            break
    return found
