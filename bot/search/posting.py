"""Which quotes hold a word, and how: quote numbers ascending, with a code each that says where the word stands."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from functools import lru_cache
from heapq import nlargest
from itertools import repeat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SOURCE, QUESTION, TEXT, SPEAKER, TOPIC = range(5)
SHARES = (0.8, 0.85, 1.0, 1.0, 1.0)
"""How much of a word's rarity a quote covers by holding it in its source, its question, its text, its speaker's name, its topics."""
STEPS = 50
TIE = 0.03
"""The most that BM25F adds to a covered word: less than any real difference in coverage."""
ABSENT = 0
KIND = (-1, *(kind for kind in range(5) for _ in range(STEPS)))
"""The field a code stands for."""
AHEAD = (0.0, 0.0, 0.0, 0.08, 0.08)
"""How far quotes by somebody, or of a topic, stand ahead of quotes that only mention the name."""
FULL = 1 + max(AHEAD) + TIE
"""The most a covered word may be worth."""
WORTH = (0.0, *(SHARES[kind] + AHEAD[kind] + TIE * step / STEPS for kind in range(5) for step in range(STEPS)))
"""What a code stands for where quotes are ranked: the share of its field, and a step of BM25F."""
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


class Posting:
    """The quotes that hold a word, ascending, and the code of each."""

    __slots__ = ("_best", "_table", "codes", "docs")

    def __init__(self, docs: Sequence[int], codes: bytes) -> None:
        self.docs = docs
        self.codes = codes
        self._table: bytes | None = None
        self._best: list[tuple[int, int]] | None = None

    def __len__(self) -> int:
        return len(self.docs)

    def look_up(self, docs: Sequence[int], size: int) -> Iterable[int]:
        """The code of each of these quotes, 0 where the word is absent. `size` is the number of quotes there are."""
        held = len(self.docs)
        if self._table is None and held >= WIDE and len(docs) * 2 > held:
            table = bytearray(size)
            for doc, value in zip(self.docs, self.codes, strict=True):
                table[doc] = value
            self._table = bytes(table)
        if self._table is not None:
            return map(self._table.__getitem__, docs)
        if len(docs) * 6 < held:
            return map(self.at, docs)
        by_doc = dict(zip(self.docs, self.codes, strict=True))
        return map(by_doc.get, docs, repeat(ABSENT))  # type: ignore[arg-type]

    def at(self, doc: int) -> int:
        """The code of one quote, 0 where the word is absent."""
        place = bisect_left(self.docs, doc)
        return self.codes[place] if place < len(self.docs) and self.docs[place] == doc else ABSENT

    def best(self) -> list[tuple[int, int]]:
        """The quotes with the highest codes, as (code, -doc), best first."""
        if self._best is None:
            self._best = nlargest(KEPT, zip(self.codes, (-doc for doc in self.docs), strict=True))
        return self._best


EMPTY = Posting((), b"")


def merge(postings: Sequence[Posting]) -> Posting:
    """One posting of several, each of higher fields than the one before: the highest code of each quote."""
    held = [posting for posting in postings if len(posting.docs)]
    if len(held) < 2:
        return held[0] if held else EMPTY
    best = dict(zip(held[0].docs, held[0].codes, strict=True))
    for posting in held[1:]:
        best.update(zip(posting.docs, posting.codes, strict=True))
    docs = array("I", sorted(best))
    return Posting(docs, bytes(map(best.__getitem__, docs)))
