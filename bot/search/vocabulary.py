"""The words of all quotes: which forms there are, which stem groups they make, in which quotes each group stands."""

from __future__ import annotations

import gc
import re
from array import array
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from math import log
from typing import TYPE_CHECKING

from bot.search.language import FUNCTION, stem, stem_once
from bot.search.posting import EMPTY, QUESTION, TEXT, Posting, code
from bot.text import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.bank.quote import Quote

BASE = 0x10000
"""Word number n is the character BASE + n: past the surrogates, so that any run of words is a string."""
_SPREAD = 1.2
"""k of BM25: how soon a repeated word stops counting."""
_BY_LENGTH = 0.6
"""b of BM25: how much a long quote is held back."""
_ASCII_WORD = re.compile(r"[^\W_]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All word forms, and where they stand.

    `ids` numbers the forms in the order of `forms`; `group` is the stem group of each; `groups` numbers the stems. The
    posting of group g is `docs[starts[g]:starts[g + 1]]` with `codes` beside it. The text of quote n is
    `text[ends[n - 1]:ends[n]]`, one character a word.
    """

    forms: list[str]
    ids: dict[str, int]
    group: array[int]
    groups: dict[str, int]
    starts: array[int]
    docs: array[int]
    codes: bytes
    text: str
    ends: array[int]

    @property
    def size(self) -> int:
        """How many quotes there are."""
        return len(self.ends)

    def posting(self, stemmed: str) -> Posting:
        """The quotes that hold a stem in their text or question."""
        group = self.groups.get(stemmed)
        if group is None:
            return EMPTY
        first, last = self.starts[group], self.starts[group + 1]
        return Posting(self.docs[first:last], self.codes[first:last])

    def count(self, form: str) -> int:
        """How many quotes hold the stem group of a word form."""
        number = self.ids.get(form)
        if number is None or (group := self.group[number]) < 0:
            return 0
        return self.starts[group + 1] - self.starts[group]

    def group_of(self, form: str) -> int:
        """The number of the stem group a form belongs to, -1 where there is none."""
        return self.groups.get(stem(form), -1)

    def line(self, doc: int) -> str:
        """The text of a quote, one character a word."""
        return self.text[self.ends[doc - 1] if doc else 0 : self.ends[doc]]

    def as_line(self, typed: Sequence[str]) -> str | None:
        """Words as they would stand in a line; None where one of them stands nowhere."""
        numbers = [self.ids.get(word) for word in typed]
        return None if None in numbers else "".join(chr(BASE + number) for number in numbers if number is not None)


def rarity(holding: float, of: int) -> float:
    """How much a word says: the rarer, the more. A word no quote holds counts as held by half a quote."""
    return log(1 + of / max(holding, 0.5))


def quick_words(text: str) -> list[str]:
    """`bot.text.words`, with a short way for plain ASCII: a bank of 100,000 quotes is read in a second or two."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower().replace("'", "").replace("`", ""))
    return words(text)


class _Numbering(dict[str, str]):
    """Gives each new word the next character."""

    def __missing__(self, word: str) -> str:
        self[word] = char = chr(BASE + len(self))
        return char


class _Groups(dict[str, int]):
    """The stem group of each word's character; -1 where the word carries nothing."""

    def __init__(self, chars: dict[str, str]) -> None:
        super().__init__()
        self.groups: dict[str, int] = {}
        for word, char in chars.items():
            self[char] = -1 if word in FUNCTION else self.groups.setdefault(stem_once(word), len(self.groups))


@contextmanager
def without_collecting() -> Iterator[None]:
    """Building makes a million small objects that all stay: looking for garbage among them costs half the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def build(quotes: Sequence[Quote]) -> Vocabulary:
    """Read every quote once."""
    chars = _Numbering()
    char_of = chars.__getitem__
    lines = ["".join(map(char_of, quick_words(quote.text))) for quote in quotes]
    asked = ["".join(map(char_of, quick_words(quote.question))) if quote.question else "" for quote in quotes]
    numbered = _Groups(chars)
    per_docs, per_codes = _post(lines, asked, numbered)
    forms = list(chars)
    starts = array("I", [0])
    for docs in per_docs:
        starts.append(starts[-1] + len(docs))
    ends = array("I")
    end = 0
    for line in lines:
        end += len(line)
        ends.append(end)
    return Vocabulary(
        forms=forms,
        ids={form: number for number, form in enumerate(forms)},
        group=array("i", (numbered[char] for char in chars.values())),
        groups=numbered.groups,
        starts=starts,
        docs=array("I", chain.from_iterable(per_docs)),
        codes=b"".join(per_codes),
        text="".join(lines),
        ends=ends,
    )


def _post(lines: Sequence[str], asked: Sequence[str], group_of: _Groups) -> tuple[list[list[int]], list[bytearray]]:
    per_docs: list[list[int]] = [[] for _ in group_of.groups]
    per_codes: list[bytearray] = [bytearray() for _ in group_of.groups]
    average = max(1.0, sum(map(len, lines)) / max(1, len(lines)))
    by_length = _tie_by_length(average)
    get = group_of.__getitem__
    for doc, line in enumerate(lines):
        held = list(map(get, line))
        here = set(held)
        once = code(TEXT, by_length(len(line), 1))
        often = len(here) < len(held)
        for group in here:
            if group < 0:
                continue
            per_docs[group].append(doc)
            times = held.count(group) if often else 1
            per_codes[group].append(once if times == 1 else code(TEXT, by_length(len(line), times)))
        if asked[doc]:
            for group in set(map(get, asked[doc])) - here:
                if group >= 0:
                    per_docs[group].append(doc)
                    per_codes[group].append(code(QUESTION, 0.5))
    return per_docs, per_codes


def _tie_by_length(average: float) -> Callable[[int, int], float]:
    known: dict[tuple[int, int], float] = {}

    def tie(length: int, times: int) -> float:
        value = known.get((length, times))
        if value is None:
            known[length, times] = value = times / (times + _SPREAD * (1 - _BY_LENGTH + _BY_LENGTH * length / average))
        return value

    return tie
