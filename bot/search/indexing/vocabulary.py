"""The words of all quotes: which forms there are, which stem groups they make, in which quotes each group stands."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain
from math import log
from operator import sub
from typing import TYPE_CHECKING

from ...columns import bytes_of, ints_of, lines_of
from ...text import words
from ..analysis import STOP_WORDS, stem, stem_once
from ..tuning import BM25_B, BM25_K1
from .impact_codes import TEXT, impact_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ...bank.quote import Quote
    from ...columns import Columns

FIRST_CHAR = 0x10000
"""Word number n is the character BASE + n: past the surrogates, so that any run of words is a string."""
_END = chr(FIRST_CHAR - 1)
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_WORD_OR_END = re.compile(r"[^\W_]+|\n")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All word forms, and where they stand.

    `ids` numbers the forms in the order of `forms`; `group` is the stem group of each, -1 where the form carries
    nothing; `groups` numbers the stems. Group g stands in the texts of quotes `docs[starts[g]:starts[g + 1]]`,
    ascending,
    and in the questions of `asked[g]`. The text of quote n is `text[ends[n - 1]:ends[n]]`, one character a word;
    `lines[n]` begins with it, and may go on with what else the quote can be found by. `codes[n]` is what a word
    standing once in it is worth.
    """

    forms: list[str]
    ids: dict[str, int]
    group: array[int]
    groups: dict[str, int]
    starts: array[int]
    docs: array[int]
    asked: Mapping[int, Sequence[int]]
    lines: list[str]
    ends: array[int]
    codes: bytes = field(repr=False)
    often: array[int] = field(repr=False)
    """How often each form stands in the texts."""
    _text: list[str] = field(default_factory=list, repr=False)

    @property
    def text(self) -> str:
        """All texts, one after the other."""
        if not self._text:
            lengths = map(sub, self.ends, chain((0,), self.ends))
            self._text.append("".join([line[:length] for line, length in zip(self.lines, lengths, strict=True)]))
        return self._text[0]

    def to_columns(self) -> Columns:
        """What a cache keeps of it."""
        asked = self.asked.items()  # in their order, by which each has its character in the lines
        return {
            "forms": "\n".join(self.forms),
            "groups": "\n".join(self.groups),
            "group": self.group,
            "starts": self.starts,
            "docs": self.docs,
            "asked": array("I", (number for group, docs in asked for number in (group, len(docs), *docs))),
            "lines": "\n".join(self.lines),
            "ends": self.ends,
            "codes": self.codes,
            "often": self.often,
        }

    @classmethod
    def from_columns(cls, parts: Columns) -> Vocabulary:
        """The vocabulary that was packed."""
        forms, groups = lines_of(parts["forms"]), lines_of(parts["groups"])
        flat, asked, at = ints_of(parts["asked"]), dict[int, Sequence[int]](), 0
        while at < len(flat):
            group, count = flat[at : at + 2]
            asked[group] = flat[at + 2 : at + 2 + count]
            at += 2 + count
        return cls(
            forms=forms,
            ids=dict(zip(forms, range(len(forms)), strict=True)),
            group=ints_of(parts["group"]),
            groups=dict(zip(groups, range(len(groups)), strict=True)),
            starts=ints_of(parts["starts"]),
            docs=ints_of(parts["docs"]),
            asked=asked,
            lines=lines_of(parts["lines"]),
            ends=ints_of(parts["ends"]),
            codes=bytes_of(parts["codes"]),
            often=ints_of(parts["often"]),
        )

    def count(self, form: str) -> int:
        """How often a word form stands in the texts."""
        number = self.ids.get(form)
        return 0 if number is None else self.often[number]

    def group_of(self, form: str) -> int:
        """The number of the stem group a form belongs to, -1 where there is none."""
        return self.groups.get(stem(form), -1)

    def line(self, doc: int) -> str:
        """The text of a quote, one character a word."""
        return self.lines[doc][: self.ends[doc] - (self.ends[doc - 1] if doc else 0)]

    def char(self, form: str) -> str | None:
        """The character of a word in this very form; None where no quote holds it."""
        number = self.ids.get(form)
        return None if number is None else chr(FIRST_CHAR + number)

    def as_line(self, typed: Sequence[str]) -> str | None:
        """Words as they would stand in a line; None where one of them stands nowhere."""
        ids = self.ids
        try:
            return "".join([chr(FIRST_CHAR + ids[word]) for word in typed])
        except KeyError:
            return None


def rarity(holding: float, of: int) -> float:
    """How much a word says: the rarer, the more. A word no quote holds counts as held by half a quote."""
    return log(1 + of / max(holding, 0.5))


def quick_words(text: str) -> list[str]:
    """`text.words`, with a short way for plain ASCII: a bank of 100,000 quotes is read in a second or two."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower().replace("'", "").replace("`", ""))
    return words(text)


class _Numbering(dict[str, str]):
    """Gives each new word the next character; the end of a line keeps its own."""

    def __init__(self) -> None:
        super().__init__({"\n": _END})

    def __missing__(self, word: str) -> str:
        self[word] = char = chr(FIRST_CHAR - 1 + len(self))
        return char


def build(quotes: Sequence[Quote]) -> Vocabulary:
    """Read every quote once."""
    chars = _Numbering()
    tokens = _tokens([quote.text for quote in quotes], chars)
    lines = "".join(tokens).split(_END) if quotes else []
    ends = array("I", accumulate(map(len, lines)))
    asked = [(doc, quote.question) for doc, quote in enumerate(quotes) if quote.question]
    questions = "".join(_tokens([question for _, question in asked], chars)).split(_END) if asked else []
    forms = list(chars)[1:]
    groups, group = _stem_groups(forms)
    per_group = _post(tokens, ends, group, len(groups))
    return Vocabulary(
        forms=forms,
        ids=dict(zip(forms, range(len(forms)), strict=True)),
        group=group,
        groups=groups,
        starts=array("I", accumulate(map(len, per_group), initial=0)),
        docs=array("I", chain.from_iterable(per_group)),
        asked=_asked([doc for doc, _ in asked], questions, group),
        lines=lines,
        ends=ends,
        codes=codes_of(list(map(len, lines))),
        often=_often(tokens, len(forms)),
    )


def _stem_groups(forms: Sequence[str]) -> tuple[dict[str, int], array[int]]:
    """The number of each stem, and of the stem of each form: -1 for a stop word."""
    groups: dict[str, int] = {}
    return groups, array(
        "i", (-1 if form in STOP_WORDS else groups.setdefault(stem_once(form), len(groups)) for form in forms)
    )


def _tokens(texts: Sequence[str], chars: _Numbering) -> list[str]:
    """The characters of all words, with an end between texts: in one go, so that the loop runs in C."""
    plain = (
        text.lower().replace("\n", " ").replace("'", "").replace("`", "") if text.isascii() else " ".join(words(text))
        for text in texts
    )
    return list(map(chars.__getitem__, _WORD_OR_END.findall("\n".join(plain))))


def _post(tokens: Sequence[str], ends: Sequence[int], group: Sequence[int], groups: int) -> list[list[int]]:
    """The quotes of each stem group, ascending."""
    per_group: list[list[int]] = [[] for _ in range(groups)]
    nowhere: list[int] = []
    several = Counter(group)
    add = {chr(FIRST_CHAR + form): (per_group[of] if of >= 0 else nowhere).append for form, of in enumerate(group)}
    first = 0
    for doc, end in enumerate(ends):
        last = end + doc  # every text before it has an end of its own
        for put in map(add.__getitem__, set(tokens[first:last])):
            put(doc)
        first = last + 1
    for of, docs in enumerate(per_group):
        if several[of] > 1:  # two forms of one group in a quote
            per_group[of] = list(dict.fromkeys(docs))
    return per_group


def _often(tokens: Iterable[str], forms: int) -> array[int]:
    counted = Counter(tokens)
    return array("I", (counted[chr(FIRST_CHAR + form)] for form in range(forms)))


def _asked(docs: Sequence[int], questions: Sequence[str], group: Sequence[int]) -> dict[int, list[int]]:
    """The quotes of each stem group that stands in their question."""
    by_group: dict[int, list[int]] = {}
    for doc, line in zip(docs, questions, strict=True):
        for of in {group[ord(char) - FIRST_CHAR] for char in line} - {-1}:
            by_group.setdefault(of, []).append(doc)
    return by_group


def codes_of(lengths: Sequence[int]) -> bytes:
    """What a word standing once in each quote is worth, by BM25: less in a longer one."""
    average = max(1.0, sum(lengths) / max(1, len(lengths)))
    code_of = {
        length: impact_code(TEXT, 1 / (1 + BM25_K1 * (1 - BM25_B + BM25_B * length / average)))
        for length in set(lengths)
    }
    return bytes(map(code_of.__getitem__, lengths))
