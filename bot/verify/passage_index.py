"""Which quotes hold a run of words, exactly or nearly: from the postings of its rarest words, never from all quotes."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from ..search.analysis import STOP_WORDS
from ..search.indexing.vocabulary import FIRST_CHAR
from .tuning import (
    COMMON_WORD,
    COMPARED,
    LOOKUP_BUDGET,
    MAX_COMPARED,
    MAX_SCANNED,
    NEAREST_MARGIN,
    NEAREST_SHARE,
    RAREST_WORDS,
    READ_THROUGH,
    SCAN_WORDS,
    WIDER,
)

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable, Sequence

    from ..search.indexing.vocabulary import Vocabulary

NOWHERE = "\ue000"
"""Stands in a line for a word that stands in no quote."""


class PassageIndex:
    """The words of all quotes of a bank, one character a word, and where the rare ones stand."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._last: tuple[str, list[tuple[int, int]]] = ("", [])
        ids = vocabulary.ids
        self.light = frozenset(chr(FIRST_CHAR + ids[word]) for word in STOP_WORDS if word in ids)
        """The words that stand everywhere."""

    def line(self, spoken: Sequence[str]) -> str:
        """Words as one character each."""
        ids = self._vocabulary.ids
        return "".join([chr(FIRST_CHAR + ids[word]) if word in ids else NOWHERE for word in spoken])

    def line_of(self, doc: int) -> str:
        """The words of a quote as one character each."""
        return self._vocabulary.line(doc)

    def words_of(self, line: str) -> list[str]:
        """The words that a line of quotes stands for."""
        forms = self._vocabulary.forms
        return [forms[ord(char) - FIRST_CHAR] for char in line]

    def carries(self, char: str) -> bool:
        """Whether a word of a line says something: neither unknown nor one that stands everywhere."""
        return char not in self.light

    def holding(self, line: str) -> list[int]:
        """The quotes that hold a line word for word, ascending."""
        if not line or NOWHERE in line:
            return []
        sized = self._rarest(line)
        if not sized:
            return self._scan(line) if len(line) >= SCAN_WORDS else []
        docs: Iterable[int] = self._docs(sized[0][1])
        if sized[0][0] > READ_THROUGH and len(sized) > 1:
            docs = sorted(set(docs).intersection(self._docs(sized[1][1])))
        text, ends = self._vocabulary.text, self._vocabulary.ends
        return [doc for doc in docs if line in text[ends[doc - 1] if doc else 0 : ends[doc]]]

    def nearest(self, line: str, most: int = 4, *, close: int = NEAREST_MARGIN, widely: bool = False) -> list[int]:
        """The quotes that share most of a line's words in their order, best first; at least a small share of them.

        Left out are those that share more than `close` words less than the best. `widely` looks at many more quotes.
        """
        votes, looked_up = self._votes(line, WIDER if widely else 1)
        docs = self._likeliest(votes, MAX_COMPARED if widely else COMPARED) if looked_up else []
        if widely and looked_up:  # where the other rare words were changed, the rarest alone names the quote
            docs = list(dict.fromkeys([*docs, *self._docs(self._rarest(line)[0][1])[:MAX_COMPARED]]))
        if looked_up < 2 or (
            widely and self._rarest(line)[0][0] > COMMON_WORD
        ):  # one word alone may be the one that was changed
            docs = list(dict.fromkeys([*docs, *self._by_windows(line)]))
        if not docs:
            return []
        text, ends = self._vocabulary.text, self._vocabulary.ends
        lines = [text[ends[doc - 1] if doc else 0 : ends[doc]] for doc in docs]
        cutoff = max(2, int(len(line) * NEAREST_SHARE))
        ranked = process.extract(line, lines, scorer=LCSseq.similarity, limit=most, score_cutoff=cutoff)
        return [docs[place] for _, score, place in ranked if score >= ranked[0][1] - close]

    def _docs(self, group: int) -> array[int]:
        starts = self._vocabulary.starts
        return self._vocabulary.docs[starts[group] : starts[group + 1]]

    def _rarest(self, line: str) -> list[tuple[int, int]]:
        """The stem groups of a line's words that say something, with how many quotes hold them, the rarest first."""
        if line == self._last[0]:
            return self._last[1]
        group, starts = self._vocabulary.group, self._vocabulary.starts
        groups = {group[ord(char) - FIRST_CHAR] for char in set(line) if char != NOWHERE}
        groups.discard(-1)
        ranked = sorted([(starts[stem_group + 1] - starts[stem_group], stem_group) for stem_group in groups])
        self._last = (line, ranked)
        return ranked

    def _votes(self, line: str, wide: int) -> tuple[Counter[int], int]:
        """How many of the line's rarest words each quote holds, and how many were looked up."""
        taken = 0
        lists: list[array[int]] = []
        for size, stem_group in self._rarest(line)[: RAREST_WORDS + wide]:
            if len(lists) >= 2 and taken + size > LOOKUP_BUDGET * wide:
                break
            taken += size
            lists.append(self._docs(stem_group))
        return Counter(chain.from_iterable(lists)), len(lists)

    def _likeliest(self, votes: Counter[int], most: int) -> list[int]:
        """The quotes that hold as many of the rare words as any, and those that hold one less while they are few."""
        bar = max(votes.values(), default=0)
        docs = [doc for doc, count in votes.items() if count >= bar - 1]
        if len(docs) > most:
            docs = [doc for doc in docs if votes[doc] == bar]
        return docs[:MAX_COMPARED]

    def _scan(self, line: str) -> list[int]:
        """The quotes that hold a line of words that stand everywhere: there is nothing rare to look up."""
        text, ends = self._vocabulary.text, self._vocabulary.ends
        found: list[int] = []
        at = text.find(line)
        while at >= 0 and len(found) < MAX_SCANNED:
            doc = bisect_right(ends, at)
            if at + len(line) <= ends[doc]:
                found.append(doc)
                at = text.find(line, ends[doc])
            else:
                at = text.find(line, at + 1)
        return found

    def _by_windows(self, line: str) -> list[int]:
        """The quotes that hold a few words of the line in a row; for lines of words that stand everywhere."""
        windows = [line[at : at + SCAN_WORDS] for at in range(0, max(1, len(line) - SCAN_WORDS + 1), 2)][:RAREST_WORDS]
        found: Counter[int] = Counter()
        for window in windows:
            if NOWHERE not in window:
                found.update(set(self._scan(window)))
        return [doc for doc, _ in found.most_common(COMPARED)]
