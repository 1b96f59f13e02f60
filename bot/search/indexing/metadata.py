"""Words that belong to many quotes at once: a speaker's names, a source's outlet and title."""

from __future__ import annotations

from array import array
from functools import cached_property
from typing import TYPE_CHECKING

from ..analysis import STOP_WORDS, stem
from ..tuning import BESIDE_TEXT_IMPACT, SPEAKER_IMPACT
from .impact_codes import SOURCE, SPEAKER, impact_code
from .lazy_rows import LazyRows, rows_to_columns
from .postings import FieldPosting
from .vocabulary import quick_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ...bank.bank import Bank
    from ...bank.quote import Source, Speaker
    from ...columns import Columns


class Metadata:
    """Speakers or sources by the stems of their words, and the quotes of each."""

    def __init__(
        self,
        docs: Mapping[str, array[int]],
        words: Mapping[str, Sequence[str]],
        by_stem: Mapping[str, Sequence[str]],
        impact: int,
        *,
        any_form: bool,
    ) -> None:
        self.docs = docs
        self.words = words
        self._impact = impact
        self._by_stem = by_stem
        self._chars: tuple[dict[str, str], ...] = ({}, {}, {})
        self._any_form = any_form

    @classmethod
    def build(
        cls, named: Iterable[tuple[str, Iterable[str]]], owner_of: Iterable[str], impact: int, *, any_form: bool
    ) -> Metadata:
        """Owners with their words, and the owner of each quote."""
        docs: dict[str, array[int]] = {}
        for doc, owner in enumerate(owner_of):
            if owner not in docs:
                docs[owner] = array("I")
            docs[owner].append(doc)
        words: dict[str, list[str]] = {}
        for owner, said in named:
            if owner in docs:
                for word in set(said) - STOP_WORDS:
                    words.setdefault(word, []).append(owner)
        by_stem: dict[str, list[str]] = {}
        if any_form:
            for word, owners in words.items():
                by_stem.setdefault(stem(word), []).extend(owners)
        return cls(docs, words, by_stem, impact, any_form=any_form)

    @cached_property
    def owners(self) -> array[int]:
        """The number of each quote's owner, in the order of `docs`."""
        owners = array("I", bytes(4 * sum(map(len, self.docs.values()))))
        for number, docs in enumerate(self.docs.values()):
            for doc in docs:
                owners[doc] = number
        return owners

    def to_columns(self) -> Columns:
        """What a cache keeps of it."""
        number = {owner: at for at, owner in enumerate(self.docs)}

        def numbered(rows: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[int]]:
            return {key: [number[owner] for owner in owners] for key, owners in rows.items()}

        return {
            **rows_to_columns("docs", self.docs),
            **rows_to_columns("words", numbered(self.words)),
            **rows_to_columns("stems", numbered(self._by_stem)),
        }

    @classmethod
    def from_columns(cls, parts: Columns, impact: int, *, any_form: bool) -> Metadata:
        """The owners that were packed."""
        docs = LazyRows("docs", parts, lambda numbers: numbers)
        owners = list(docs)

        def named(numbers: array[int]) -> list[str]:
            return [owners[number] for number in numbers]

        return cls(docs, LazyRows("words", parts, named), LazyRows("stems", parts, named), impact, any_form=any_form)

    def number(self, first: int) -> int:
        """Give every word, stem and owner a character, from the first on; the next that is free."""
        chars = []
        for named in (self.words, self._by_stem, self.docs):
            chars.append(dict(zip(named, map(chr, range(first, first + len(named))), strict=True)))
            first += len(named)
        self._chars = tuple(chars)
        return first

    def lines(self) -> dict[str, str]:
        """All characters that each owner goes by."""
        lines = dict(self._chars[2])
        for named, chars in zip((self.words, self._by_stem), self._chars, strict=False):
            for word, owners in named.items():
                for owner in dict.fromkeys(owners):
                    lines[owner] += chars[word]
        return lines

    def names_any(self, word: str, stemmed: str) -> bool:
        """Whether any owner is named with a word, or with another form of it."""
        return word in self.words or (
            stemmed in self._by_stem if self._any_form else word[-1:] == "s" and word[:-1] in self.words
        )

    def part(self, word: str, stemmed: str) -> FieldPosting | None:
        """The quotes of every owner named with a word; where none is, with another form (a speaker: less an s)."""
        words, stems, _ = self._chars
        if word in words:
            return FieldPosting(words[word], self._impact, self._runs(self.words[word]))
        if self._any_form:
            char = stems.get(stemmed)
            return None if char is None else FieldPosting(char, self._impact, self._runs(self._by_stem[stemmed]))
        char = words.get(named := word.removesuffix("s"))
        return None if char is None else FieldPosting(char, impact_code(SPEAKER, 0.0), self._runs(self.words[named]))

    def posting_of(self, owner: str) -> FieldPosting | None:
        """The quotes of one owner."""
        char = self._chars[2].get(owner)
        return None if char is None else FieldPosting(char, self._impact, (self.docs[owner],))

    def size(self, word: str) -> int:
        """How many quotes the owners named with a word have."""
        return sum(map(len, self._runs(self.words[word])))

    def _runs(self, owners: Iterable[str]) -> tuple[array[int], ...]:
        return tuple([self.docs[owner] for owner in dict.fromkeys(owners)])


SPEAKERS = (impact_code(SPEAKER, SPEAKER_IMPACT), False)
SOURCES = (impact_code(SOURCE, BESIDE_TEXT_IMPACT), True)
"""The code of a quote by its owner, and whether other forms of the owner's words count too."""


def speakers(bank: Bank) -> Metadata:
    """The speakers of a bank by their names."""
    impact, any_form = SPEAKERS
    return Metadata.build(
        ((speaker.id, _called(speaker)) for speaker in bank.speakers),
        (quote.speaker.id for quote in bank.quotes),
        impact,
        any_form=any_form,
    )


def sources(bank: Bank) -> Metadata:
    """The sources of a bank by the words of their outlet, their title and their event."""
    impact, any_form = SOURCES
    return Metadata.build(
        ((source.id, _source_words(source)) for source in bank.sources),
        (quote.source.id for quote in bank.quotes),
        impact,
        any_form=any_form,
    )


def _called(speaker: Speaker) -> list[str]:
    """The words of a name, and what it is called in one word; an alias of several is found whole."""
    single = (alias for alias in speaker.aliases if len(quick_words(alias)) == 1)
    return quick_words(" ".join((speaker.name, *single)))


def _source_words(source: Source) -> list[str]:
    return quick_words(" ".join(part for part in (source.outlet, source.title, source.event) if part))
