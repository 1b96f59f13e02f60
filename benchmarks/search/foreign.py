"""Off-topic subjects: words that stand nowhere in a corpus, in no form, so that any answer to them is a wrong one."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import Stemmer

from bot.text import words

SUBJECTS = Path(__file__).with_name("offtopic.txt")
TOPICS = Path(__file__).with_name("topics.txt")
HALVES = ("tuning", "reported")
ENDING = 3
"""Letters of the longest ending that is taken off."""
LEFT = 4
"""Letters that must be left of a word without its ending."""


class Foreign:
    """Tells which words are foreign to a corpus.

    A word is foreign where none of these stands in any quote, speaker, source or topic: the word; a word of the same
    Snowball stem; a word that begins with it less an ending of up to three letters; its two parts side by side.
    """

    def __init__(self, rows: list[dict]) -> None:
        self.said = [words(f"{row['text']} / {row['speaker']} / {row['source']}") for row in rows]
        topics = [line for line in TOPICS.read_text("utf-8").splitlines() if not line.startswith("#")]
        self.known = {word for line in (*self.said, *map(words, topics)) for word in line}
        self._stem = Stemmer.Stemmer("english").stemWord

    def subjects(self, halves: dict[str, list[list[str]]]) -> dict[str, list[list[str]]]:
        """The foreign words of each subject that has any, by half. No word of a stem stands in both."""
        split = self._written_apart({word for half in halves.values() for said in half for word in said})
        asked = {
            half: [[word for word in said if word not in split and not self.holds(word)] for said in each]
            for half, each in halves.items()
        }
        seen = {self._stem(word) for said in halves["tuning"] for word in said}
        asked["reported"] = [[word for word in said if self._stem(word) not in seen] for said in asked["reported"]]
        return {half: [said for said in each if said] for half, each in asked.items()}

    def holds(self, word: str) -> bool:
        """Whether the corpus holds the word or a form of it as one word."""
        if self._stem(word) in self._stems:
            return True
        begun = word[: max(LEFT, len(word) - ENDING)]
        at = bisect_left(self._by_letters, begun)
        return len(begun) >= LEFT and at < len(self._by_letters) and self._by_letters[at].startswith(begun)

    @cached_property
    def _stems(self) -> set[str]:
        return {self._stem(word) for word in self.known}

    @cached_property
    def _by_letters(self) -> list[str]:
        return sorted(self.known)

    def _written_apart(self, asked: set[str]) -> set[str]:
        """Those that stand as two words side by side somewhere ("spread sheet")."""
        stems = {self._stem(word) for word in asked}
        starts = {word[:LEFT] for word in asked}
        pairs = {
            joined
            for said in self.said
            for first, second in pairwise(said)
            if (joined := first + second)[:LEFT] in starts
        }
        apart = pairs & asked | {self._stem(joined) for joined in pairs} & stems
        return {word for word in asked if word in apart or self._stem(word) in apart}


def read_subjects() -> dict[str, list[list[str]]]:
    """The words of every subject, by half."""
    halves: dict[str, list[list[str]]] = {half: [] for half in HALVES}
    half = ""
    for line in SUBJECTS.read_text("utf-8").splitlines():
        if line.startswith("["):
            half = line.strip("[]")
        elif line and not line.startswith("#"):
            halves[half].append(words(line))
    return halves
