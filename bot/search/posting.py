"""Which quotes hold a word, and how: quote numbers ascending, with a code each that says where the word stands."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from functools import lru_cache
from heapq import nlargest
from itertools import repeat
from operator import neg
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SOURCE, QUESTION, TEXT, SPEAKER, TOPIC = range(5)
SHARES = (0.5, 0.7, 1.0, 1.0, 1.0)
"""How much of a word's rarity a quote covers by holding it in its source, its question, its text, its speaker's name,
its topics."""
STEPS = 50
TIE = 0.03
"""The most that BM25F adds to a covered word: less than any real difference in coverage."""
ABSENT = 0
KIND = (-1, *(kind for kind in range(5) for _ in range(STEPS)))
"""The field a code stands for."""
AHEAD = (0.0, 0.0, 0.0, 0.08, 0.05)
"""How far quotes by somebody, or of a topic, stand ahead of quotes that only mention the name."""
FULL = 1 + max(AHEAD) + TIE
"""The most a covered word may be worth."""


def _worth(kind: int, step: int, ahead: float) -> float:
    tie = TIE * step / STEPS
    if kind == SPEAKER:  # the first step is for a name that only another form of the word is
        return SHARES[kind] + (AHEAD[kind] * ahead * step / STEPS) + tie
    return SHARES[kind] + AHEAD[kind] * ahead + tie


WORTH = (0.0, *(_worth(kind, step, 1.0) for kind in range(5) for step in range(STEPS)))
"""What a code stands for where quotes are ranked: the share of its field, and a step of BM25F."""
_GUESSED = (0.0, *(_worth(kind, step, 0.1) for kind in range(5) for step in range(STEPS)))
"""The same for a word that was only taken for another: who it was taken for is no reason to be ahead."""
PLAIN = 1 + TIE
"""The most a word in a text is worth."""
WIDE = 1000
"""A posting of this many quotes is looked up in a table of one byte a quote."""
KEPT = 64


def code(kind: int, tie: float) -> int:
    """The code of a field with a BM25F value from 0 to 1."""
    return 1 + kind * STEPS + min(STEPS - 1, int(tie * STEPS))


@lru_cache(maxsize=256)
def scaled(share: float) -> tuple[float, ...]:
    """What each code is worth where only a share of it counts."""
    return tuple(share * worth for worth in WORTH)


@lru_cache(maxsize=256)
def scaled_alone(share: float) -> tuple[float, ...]:
    """The same for a word that stands alone: what it is taken for decides before who is ahead."""
    return scaled(share) if share == 1.0 else tuple(share * worth for worth in _GUESSED)


class Posting:
    """The quotes that hold a word, ascending, and the code of each.

    The codes are either given, or those of `of_doc`, one a quote of the bank. `most` is the most any of them is worth.
    """

    __slots__ = ("_best", "_codes", "_docs", "_of_doc", "_parts", "_table", "least", "most", "size")

    def __init__(
        self,
        docs: Sequence[int],
        codes: bytes | None = None,
        of_doc: bytes = b"",
        *,
        most: float = FULL,
        parts: tuple[Posting, ...] = (),
    ) -> None:
        self._docs = docs
        self._codes = codes
        self._of_doc = of_doc
        self._parts = parts
        self._table: bytes | None = None
        self._best: list[tuple[int, int]] | None = None
        self.most = most
        self.size = self.least = len(docs)
        """How many quotes there are, at most and at least."""
        if parts:
            sizes = [part.size for part in parts]
            self.size, self.least = sum(sizes), max(sizes)

    def __len__(self) -> int:
        return self.size

    @property
    def docs(self) -> Sequence[int]:
        """The numbers of the quotes, ascending."""
        if self._parts:
            self._merge()
        return self._docs

    @property
    def codes(self) -> bytes:
        """The code of each quote, beside `docs`."""
        if self._parts:
            self._merge()
        if self._codes is None:
            self._codes = bytes(map(self._of_doc.__getitem__, self._docs))
        return self._codes

    def look_up(self, docs: Sequence[int], size: int) -> Iterable[int]:
        """The code of each of these quotes, 0 where the word is absent. `size` is the number of quotes there are."""
        if self._table is not None:
            return map(self._table.__getitem__, docs)
        if len(docs) * 6 < self.size:
            return map(self.at, docs)
        if self.size >= WIDE:
            table = bytearray(size)
            for doc, code_ in zip(self.docs, self.codes, strict=True):
                table[doc] = code_
            self._table = bytes(table)
            return map(self._table.__getitem__, docs)
        by_doc = dict(zip(self.docs, self.codes, strict=True))
        return map(by_doc.get, docs, repeat(ABSENT))

    def at(self, doc: int) -> int:
        """The code of one quote, 0 where the word is absent."""
        if self._parts:
            return max(part.at(doc) for part in self._parts)
        docs = self._docs
        place = bisect_left(docs, doc)
        if place == len(docs) or docs[place] != doc:
            return ABSENT
        return self._of_doc[doc] if self._codes is None else self._codes[place]

    def best(self) -> list[tuple[int, int]]:
        """The quotes with the highest codes, as (code, -quote), best first."""
        if self._best is None:
            self._best = nlargest(KEPT, zip(self.codes, map(neg, self.docs), strict=True))
        return self._best

    def _merge(self) -> None:
        best: dict[int, int] = {}
        for part in self._parts:
            best.update(zip(part.docs, part.codes, strict=True))
        self._docs = array("I", sorted(best))
        self._codes = bytes(map(best.__getitem__, self._docs))
        self._parts = ()
        self.size = self.least = len(self._docs)


EMPTY = Posting(())


def merge(postings: Sequence[Posting]) -> Posting:
    """One posting of several, each of higher fields than the one before: the highest code of each quote.

    They are put together only when all of the quotes are asked for.
    """
    held = tuple(posting for posting in postings if posting.size)
    if len(held) < 2:
        return held[0] if held else EMPTY
    return Posting((), most=max(posting.most for posting in held), parts=held)
