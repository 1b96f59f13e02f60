"""Which quotes hold a word, and how: in a line of characters for each quote, and in lists of quotes."""

from __future__ import annotations

from functools import lru_cache
from heapq import nlargest
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from bot.search.tuning import (
    CACHED_SETS,
    CORRECTED_NAME_BOOST,
    FIELD_WEIGHTS,
    IMPACT_STEPS,
    NAME_BOOST,
    TIE_BREAK,
    TOP_DOCS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SOURCE, QUESTION, TEXT, SPEAKER, TOPIC = range(5)
ABSENT = 0
KIND = (-1, *(kind for kind in range(5) for _ in range(IMPACT_STEPS)))
"""The field a code stands for."""


def _worth(kind: int, step: int, ahead: float) -> float:
    tie = TIE_BREAK * step / IMPACT_STEPS
    if kind == SPEAKER:  # the first step is for a name that only another form of the word is
        return FIELD_WEIGHTS[kind] + (NAME_BOOST[kind] * ahead * step / IMPACT_STEPS) + tie
    return FIELD_WEIGHTS[kind] + NAME_BOOST[kind] * ahead + tie


SCORES = (0.0, *(_worth(kind, step, 1.0) for kind in range(5) for step in range(IMPACT_STEPS)))
"""What a code stands for where quotes are ranked: the share of its field, and a step of BM25F."""
_GUESSED = (0.0, *(_worth(kind, step, CORRECTED_NAME_BOOST) for kind in range(5) for step in range(IMPACT_STEPS)))
"""The same for a word that was only taken for another: who it was taken for is no reason to be ahead."""
MAX_TEXT_SCORE = 1 + TIE_BREAK
"""The most a word in a text is worth."""
LENGTH_CODE = 0
"""The code of a word in a text is that of the quote's length."""


def code(kind: int, tie: float) -> int:
    """The code of a field with a BM25F value from 0 to 1."""
    return 1 + kind * IMPACT_STEPS + min(IMPACT_STEPS - 1, int(tie * IMPACT_STEPS))


@lru_cache(maxsize=256)
def scaled(share: float) -> tuple[float, ...]:
    """What each code is worth where only a share of it counts."""
    return tuple(share * worth for worth in SCORES)


@lru_cache(maxsize=256)
def scaled_for_single_term(share: float) -> tuple[float, ...]:
    """The same for a word that stands alone: what it is taken for decides before who is ahead."""
    return scaled(share) if share == 1.0 else tuple(share * worth for worth in _GUESSED)


class Part(NamedTuple):
    """One way a word stands in quotes: its character in their lines, its code, and the quotes, in ascending runs that
    share none."""

    char: str
    code: int
    runs: tuple[Sequence[int], ...]


class DocumentLines(NamedTuple):
    """What stands in each quote, a character for each word, field and topic; and the code of its length."""

    lines: list[str]
    codes: bytes
    sets: dict[str, frozenset[int]]
    """The quotes of frequent words asked for last, by their characters."""


class Posting:
    """The quotes that hold a word, ascending, and the code of each."""

    __slots__ = ("_codes", "_docs", "least", "most", "parts", "size")

    def __init__(self, docs: Sequence[int], codes: bytes) -> None:
        self._docs: Sequence[int] | None = docs
        self._codes: dict[int, int] | None = dict(zip(docs, codes, strict=True))
        self.parts: tuple[Part, ...] = ()
        """How it stands in lines, the highest first; none where the quotes are only counted out."""
        self.size = self.least = len(docs)
        """How many quotes there are, at most and at least."""
        self.most = max(map(SCORES.__getitem__, codes), default=0.0)
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

    def at(self, doc: int) -> int:
        """The code of one quote, 0 where the word is absent."""
        return (self._codes or {}).get(doc, ABSENT)

    def as_set(self) -> frozenset[int]:
        """The quotes. Those of the frequent words asked for last are kept for the next query."""
        return frozenset(self.docs)

    def best(self) -> list[tuple[int, int]]:
        """The quotes with the highest codes, as (code, -quote), best first."""
        return nlargest(TOP_DOCS, ((held, -doc) for doc, held in (self._codes or {}).items()))

    def first(self) -> Iterable[tuple[int, int]]:
        """The quotes with the highest codes of each field, as (quote, code), the highest field last."""
        return (self._codes or {}).items()


EMPTY = Posting((), b"")


class LinePosting(Posting):
    """A word in one field, or in several: the highest of them counts."""

    __slots__ = ("_best", "_documents")

    def __init__(self, documents: DocumentLines, parts: tuple[Part, ...]) -> None:
        self._documents = documents
        self._docs = None
        self._best: list[tuple[int, int]] | None = None
        self.parts = parts
        if len(parts) == 1 and parts[0].code == LENGTH_CODE:
            self.size = self.least = len(parts[0].runs[0])
            self.most = MAX_TEXT_SCORE
            return
        self.size = self.least = 0
        self.most = 0.0
        field, total = -1, 0
        for _, held, runs in parts:
            count = len(runs[0]) if len(runs) == 1 else sum(map(len, runs))
            total = total + count if KIND[held] == field else count
            field = KIND[held]
            self.size += count
            self.least = max(self.least, total)
            self.most = max(self.most, SCORES[held] if held else MAX_TEXT_SCORE)

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

    def at(self, doc: int) -> int:
        """The code of one quote, 0 where the word is absent."""
        line = self._documents.lines[doc]
        for char, held, _ in self.parts:
            if char in line:
                return held or self._documents.codes[doc]
        return ABSENT

    def as_set(self) -> frozenset[int]:
        """The quotes. Those of the frequent words asked for last are kept for the next query."""
        sets = self._documents.sets
        key = "".join([part.char for part in self.parts])
        known = sets.get(key)
        if known is None:
            known = frozenset(chain.from_iterable(self.runs))
            if len(sets) >= CACHED_SETS:  # heavy work looks up beside the event loop: the first may be gone meanwhile
                sets.pop(next(iter(tuple(sets)), key), None)
            sets[key] = known
        return known

    def best(self) -> list[tuple[int, int]]:
        """The quotes with the highest codes, as (code, -quote), best first."""
        if self._best is None:
            found = dict(self.first())
            best = [(held, -doc) for doc, held in found.items()]
            best.sort(reverse=True)
            self._best = best[:TOP_DOCS]
        return self._best

    def first(self) -> Iterable[tuple[int, int]]:
        """The quotes with the highest codes of each field, as (quote, code), the highest field last."""
        return chain.from_iterable(map(self._best_of, reversed(self.parts)))

    def _best_of(self, part: Part) -> Iterable[tuple[int, int]]:
        docs = part.runs[0] if len(part.runs) == 1 else sorted(chain.from_iterable(run[:TOP_DOCS] for run in part.runs))
        if part.code != LENGTH_CODE:
            return ((doc, part.code) for doc in docs[:TOP_DOCS])
        held = map(self._documents.codes.__getitem__, docs)
        if len(docs) <= TOP_DOCS:
            return zip(docs, held, strict=True)
        codes = bytes(held)
        return [(docs[at], codes[at]) for at in _highest(codes)]


def _highest(codes: bytes) -> list[int]:
    """Where the highest codes stand, the highest first, at most `TOP_DOCS`."""
    found: list[int] = []
    for held in sorted(set(codes), reverse=True):
        at = codes.find(held)
        while at >= 0 and len(found) < TOP_DOCS:
            found.append(at)
            at = codes.find(held, at + 1)
        if len(found) == TOP_DOCS:
            break
    return found
