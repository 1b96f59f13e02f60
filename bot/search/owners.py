"""Words that belong to many quotes at once: a speaker's names, a source's outlet and title."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from bot.search.language import FUNCTION, stem
from bot.search.posting import EMPTY, SOURCE, SPEAKER, WORTH, Posting, code
from bot.search.vocabulary import quick_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.bank.bank import Bank
    from bot.bank.quote import Source

_MOST_KEPT = 256


class Owners:
    """Speakers or sources by the stems of their words, and the quotes of each."""

    def __init__(
        self, named: Iterable[tuple[str, Iterable[str]]], owner_of: Iterable[str], held: int, *, any_form: bool
    ) -> None:
        self.docs: dict[str, array[int]] = {}
        for doc, owner in enumerate(owner_of):
            docs = self.docs.get(owner)
            if docs is None:
                self.docs[owner] = docs = array("I")
            docs.append(doc)
        self.words: dict[str, list[str]] = {}
        self._by_stem: dict[str, list[str]] = {}
        self._code = held
        self._any_form = any_form
        self._merged: dict[str, Posting] = {}
        for owner, said in named:
            if owner not in self.docs:
                continue
            for word in set(said):
                if word not in FUNCTION:
                    self.words.setdefault(word, []).append(owner)
                    self._by_stem.setdefault(stem(word), []).append(owner)

    def posting(self, word: str, stemmed: str) -> Posting:
        """The quotes of every owner that is named with a word; in other forms (a speaker: only with an s) where none is with this."""
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
            known = Posting(docs, bytes((self._code,)) * len(docs), most=WORTH[self._code])
            if len(self._merged) >= _MOST_KEPT:
                self._merged.clear()
            self._merged[word] = known
        return known


def speakers(bank: Bank) -> Owners:
    """The speakers of a bank by their names."""
    return Owners(
        ((one.id, quick_words(" ".join((one.name, *one.aliases)))) for one in bank.speakers),
        (quote.speaker.id for quote in bank.quotes),
        code(SPEAKER, 0.9),
        any_form=False,
    )


def sources(bank: Bank) -> Owners:
    """The sources of a bank by the words of their outlet and title, their event, place and who asked."""
    return Owners(
        ((one.id, _told(one)) for one in bank.sources),
        (quote.source.id for quote in bank.quotes),
        code(SOURCE, 0.5),
        any_form=True,
    )


def _told(source: Source) -> list[str]:
    place = source.place.value if source.place else None
    told = (source.outlet, source.title, source.event, source.interviewer, source.author, place)
    return quick_words(" ".join(part for part in told if part))
