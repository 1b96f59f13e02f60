"""Which quotes hold a run of words, exactly or nearly: from the postings of its rarest words, never from all quotes."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from bot.search.analysis import STOP_WORDS
from bot.search.indexing.vocabulary import FIRST_CHAR

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable, Sequence

    from bot.search.indexing.vocabulary import Vocabulary

NOWHERE = "\ue000"
"""Stands in a line for a word that stands in no quote."""
_BUDGET = 500
"""Places looked up for one run of words; the two rarest words are looked up in any case."""
_RAREST = 8
_FEW = 48
"""Quotes that are read through for a run of words without a second word to narrow them down."""
_CLOSELY = 100
"""Quotes compared closely; more where they share equally many rare words."""
_AT_MOST = 600
_COMMON = 1000
"""Quotes that hold a line's rarest word; where there are more, its words in a row say more than each alone."""
_FOUND_BY_SCAN = 200
_WINDOW = 3
_SHARE = 0.15
_WIDE = 8
_CLOSE = 1
"""Words in order that a quote may share less than the best and still be among the nearest."""


class Passages:
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
            return self._scan(line) if len(line) >= _WINDOW else []
        docs: Iterable[int] = self._docs(sized[0][1])
        if sized[0][0] > _FEW and len(sized) > 1:
            docs = sorted(set(docs).intersection(self._docs(sized[1][1])))
        text, ends = self._vocabulary.text, self._vocabulary.ends
        return [doc for doc in docs if line in text[ends[doc - 1] if doc else 0 : ends[doc]]]

    def nearest(self, line: str, most: int = 4, *, close: int = _CLOSE, widely: bool = False) -> list[int]:
        """The quotes that share most of a line's words in their order, best first; at least a small share of them.

        Left out are those that share more than `close` words less than the best. `widely` looks at many more quotes.
        """
        votes, looked_up = self._votes(line, _WIDE if widely else 1)
        docs = self._likeliest(votes, _AT_MOST if widely else _CLOSELY) if looked_up else []
        if widely and looked_up:  # where the other rare words were changed, the rarest alone names the quote
            docs = list(dict.fromkeys([*docs, *self._docs(self._rarest(line)[0][1])[:_AT_MOST]]))
        if looked_up < 2 or (
            widely and self._rarest(line)[0][0] > _COMMON
        ):  # one word alone may be the one that was changed
            docs = list(dict.fromkeys([*docs, *self._by_windows(line)]))
        if not docs:
            return []
        text, ends = self._vocabulary.text, self._vocabulary.ends
        lines = [text[ends[doc - 1] if doc else 0 : ends[doc]] for doc in docs]
        cutoff = max(2, int(len(line) * _SHARE))
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
        ranked = sorted([(starts[one + 1] - starts[one], one) for one in groups])
        self._last = (line, ranked)
        return ranked

    def _votes(self, line: str, wide: int) -> tuple[Counter[int], int]:
        """How many of the line's rarest words each quote holds, and how many were looked up."""
        taken = 0
        lists: list[array[int]] = []
        for size, one in self._rarest(line)[: _RAREST + wide]:
            if len(lists) >= 2 and taken + size > _BUDGET * wide:
                break
            taken += size
            lists.append(self._docs(one))
        return Counter(chain.from_iterable(lists)), len(lists)

    def _likeliest(self, votes: Counter[int], most: int) -> list[int]:
        """The quotes that hold as many of the rare words as any, and those that hold one less while they are few."""
        bar = max(votes.values(), default=0)
        docs = [doc for doc, count in votes.items() if count >= bar - 1]
        if len(docs) > most:
            docs = [doc for doc in docs if votes[doc] == bar]
        return docs[:_AT_MOST]

    def _scan(self, line: str) -> list[int]:
        """The quotes that hold a line of words that stand everywhere: there is nothing rare to look up."""
        text, ends = self._vocabulary.text, self._vocabulary.ends
        found: list[int] = []
        at = text.find(line)
        while at >= 0 and len(found) < _FOUND_BY_SCAN:
            doc = bisect_right(ends, at)
            if at + len(line) <= ends[doc]:
                found.append(doc)
                at = text.find(line, ends[doc])
            else:
                at = text.find(line, at + 1)
        return found

    def _by_windows(self, line: str) -> list[int]:
        """The quotes that hold a few words of the line in a row; for lines of words that stand everywhere."""
        windows = [line[at : at + _WINDOW] for at in range(0, max(1, len(line) - _WINDOW + 1), 2)][:_RAREST]
        found: Counter[int] = Counter()
        for window in windows:
            if NOWHERE not in window:
                found.update(set(self._scan(window)))
        return [doc for doc, _ in found.most_common(_CLOSELY)]
