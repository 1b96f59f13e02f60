"""Quotes as a claim is set beside them: their words as they are compared and as they are written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from ..bank.fingerprint import locate
from ..text import words
from .claim import spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..bank.bank import Bank
    from ..bank.quote import Quote
    from .passage_index import PassageIndex


@dataclass(frozen=True)
class Reference:
    """One quote, or several that follow one another in their article, as a claim is set beside them.

    `line` holds their words as one character each, `words` as they are compared.
    """

    quotes: tuple[Quote, ...]
    line: str
    words: list[str]

    @cached_property
    def text(self) -> str:
        """The words as they are written."""
        return " ".join(quote.text for quote in self.quotes)

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Where each word stands in the text."""
        return spans(self.text, self.words)

    def cut(self, first: int, last: int) -> str:
        """Words `first` to `last` as they are written."""
        return cut(self.text, self.spans, first, last)


def reference(bank: Bank, passages: PassageIndex, docs: Sequence[int]) -> Reference:
    """Quotes by their numbers as one text."""
    line = "".join([passages.line_of(doc) for doc in docs])
    return Reference(tuple([bank.quotes[doc] for doc in docs]), line, passages.words_of(line))


def joined_reference(bank: Bank, passages: PassageIndex, docs: Sequence[int]) -> Reference | None:
    """Quotes as one text, where each begins right where the one before ends in the article; None where not."""
    for one, other in pairwise(docs):
        if other != one + 1 or not _follows(bank, bank.quotes[one], bank.quotes[other]):
            return None
    return reference(bank, passages, docs) if docs else None


def _follows(bank: Bank, one: Quote, other: Quote) -> bool:
    """Whether no word stands between two quotes of one article."""
    if one.source.id != other.source.id:
        return False
    words_after, begins = words(one.after or ""), words(other.text)
    if words_after:
        return words_after == begins[: len(words_after)]
    fingerprint = bank.fingerprints.get(one.source.id)
    if fingerprint is None:
        return False
    window = fingerprint.window
    return bool(locate(fingerprint, [*words(one.text)[-window:], *begins[:window]]))


def cut(text: str, placed: Sequence[tuple[int, int]], first: int, last: int) -> str:
    """Words `first` to `last` of a text as they are written."""
    return text[placed[first][0] : placed[last - 1][1]] if last > first else ""


def apart(text: str, placed: Sequence[tuple[int, int]]) -> list[str]:
    """Each word as it is written, with what stands behind it up to the next; two words of one place share it."""
    ends = [start for start, _ in placed[1:]]
    return [text[start : max(start, end)] for (start, _), end in zip(placed, [*ends, len(text)], strict=True)]
