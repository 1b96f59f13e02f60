"""Words that belong to many quotes at once: a speaker's names, a source's outlet and title."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from bot.search.language import FUNCTION, stem
from bot.search.posting import EMPTY, SOURCE, SPEAKER, WORTH, Posting, code
from bot.search.rows import Rows, pack_rows
from bot.search.vocabulary import quick_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.bank.bank import Bank
    from bot.bank.quote import Source, Speaker
    from bot.search.parts import Parts

_MOST_KEPT = 256


class Owners:
    """Speakers or sources by the stems of their words, and the quotes of each."""

    def __init__(
        self,
        docs: Mapping[str, array[int]],
        words: Mapping[str, Sequence[str]],
        by_stem: Mapping[str, Sequence[str]],
        held: int,
        *,
        any_form: bool,
    ) -> None:
        self.docs = docs
        self.words = words
        self._code = held
        self._by_stem = by_stem
        self._any_form = any_form
        self._merged: dict[str, Posting] = {}

    @classmethod
    def build(
        cls, named: Iterable[tuple[str, Iterable[str]]], owner_of: Iterable[str], held: int, *, any_form: bool
    ) -> Owners:
        """Owners with their words, and the owner of each quote."""
        docs: dict[str, array[int]] = {}
        for doc, owner in enumerate(owner_of):
            if owner not in docs:
                docs[owner] = array("I")
            docs[owner].append(doc)
        words: dict[str, list[str]] = {}
        for owner, said in named:
            if owner in docs:
                for word in set(said) - FUNCTION:
                    words.setdefault(word, []).append(owner)
        by_stem: dict[str, list[str]] = {}
        if any_form:
            for word, owners in words.items():
                by_stem.setdefault(stem(word), []).extend(owners)
        return cls(docs, words, by_stem, held, any_form=any_form)

    def pack(self) -> Parts:
        """What a cache keeps of it."""
        number = {owner: at for at, owner in enumerate(self.docs)}

        def numbered(rows: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[int]]:
            return {key: [number[owner] for owner in owners] for key, owners in rows.items()}

        return {
            **pack_rows("docs", self.docs),
            **pack_rows("words", numbered(self.words)),
            **pack_rows("stems", numbered(self._by_stem)),
        }

    @classmethod
    def unpack(cls, parts: Parts, held: int, *, any_form: bool) -> Owners:
        """The owners that were packed."""
        docs = Rows("docs", parts, lambda numbers: numbers)
        owners = list(docs)

        def named(numbers: array[int]) -> list[str]:
            return [owners[number] for number in numbers]

        return cls(docs, Rows("words", parts, named), Rows("stems", parts, named), held, any_form=any_form)

    def posting(self, word: str, stemmed: str) -> Posting:
        """The quotes of every owner named with a word; where none is, with another form (a speaker: less an s)."""
        owners = self.words.get(word) or (
            self._by_stem.get(stemmed) if self._any_form else self.words.get(word.removesuffix("s"))
        )
        if owners is None:
            return EMPTY
        known = self._merged.get(word)
        if known is None:
            docs: Sequence[int] = self.docs[owners[0]]
            if len(owners) > 1:
                docs = sorted({doc for owner in dict.fromkeys(owners) for doc in self.docs[owner]})
            held = self._code if word in self.words or self._any_form else code(SPEAKER, 0.0)
            known = Posting(docs, bytes((held,)) * len(docs), most=WORTH[held])
            if len(self._merged) >= _MOST_KEPT:
                self._merged.clear()
            self._merged[word] = known
        return known

    def whole(self, owner: str) -> Posting:
        """The quotes of one owner."""
        docs = self.docs.get(owner, array("I"))
        return Posting(docs, bytes((self._code,)) * len(docs), most=WORTH[self._code])


SPEAKERS = (code(SPEAKER, 0.9), False)
SOURCES = (code(SOURCE, 0.5), True)
"""The code of a quote by its owner, and whether other forms of the owner's words count too."""


def speakers(bank: Bank) -> Owners:
    """The speakers of a bank by their names."""
    held, any_form = SPEAKERS
    return Owners.build(
        ((one.id, _called(one)) for one in bank.speakers),
        (quote.speaker.id for quote in bank.quotes),
        held,
        any_form=any_form,
    )


def sources(bank: Bank) -> Owners:
    """The sources of a bank by the words of their outlet, their title and their event."""
    held, any_form = SOURCES
    return Owners.build(
        ((one.id, _told(one)) for one in bank.sources),
        (quote.source.id for quote in bank.quotes),
        held,
        any_form=any_form,
    )


def _called(speaker: Speaker) -> list[str]:
    """The words of a name, and what it is called in one word; an alias of several is found whole."""
    single = (alias for alias in speaker.aliases if len(quick_words(alias)) == 1)
    return quick_words(" ".join((speaker.name, *single)))


def _told(source: Source) -> list[str]:
    return quick_words(" ".join(part for part in (source.outlet, source.title, source.event) if part))
