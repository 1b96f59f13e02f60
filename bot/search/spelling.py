"""Which words somebody may have meant by a misspelt one: neighbours in the vocabulary, never in the quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

if TYPE_CHECKING:
    from collections.abc import Iterable

EXACT_UP_TO = 3
TWO_EDITS_FROM = 8
COST = (0.0, 0.08, 0.16)
"""What each number of edits takes from a match."""
FIRST_LETTER = 0.08
"""What a wrong first letter takes on top."""


class Spelling:
    """Neighbours by deletion: two words one edit apart become one when each loses at most one letter."""

    def __init__(self, known: Iterable[str]) -> None:
        self._by_deletion: dict[str, list[str]] = {}
        self._by_shape: dict[tuple[str, int], list[str]] = {}
        for word in known:
            if len(word) < EXACT_UP_TO:
                continue
            for shorter in _deletions(word):
                self._by_deletion.setdefault(shorter, []).append(word)
            self._by_shape.setdefault((word[0], len(word)), []).append(word)

    def near(self, typed: str) -> list[tuple[str, float]]:
        """The words within the edits this length allows, nearest first, each with the share that is left (0 to 1)."""
        if len(typed) <= EXACT_UP_TO or typed.isdigit():
            return []
        found: dict[str, float] = {}
        for shorter in _deletions(typed):
            for word in self._by_deletion.get(shorter, ()):
                if word not in found and word != typed and (edits := OSA.distance(typed, word, score_cutoff=1)) <= 1:
                    found[word] = _left(typed, word, edits)
        if not found and len(typed) >= TWO_EDITS_FROM:
            for length in range(len(typed) - 2, len(typed) + 3):
                for word in self._by_shape.get((typed[0], length), ()):
                    if (edits := OSA.distance(typed, word, score_cutoff=2)) <= 2:
                        found[word] = _left(typed, word, edits)
        return sorted(found.items(), key=lambda pair: -pair[1])


def _left(typed: str, word: str, edits: int) -> float:
    swapped = typed[:2] == word[1::-1]
    return 1.0 - COST[edits] - (FIRST_LETTER if typed[0] != word[0] and not swapped else 0.0)


def _deletions(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}
