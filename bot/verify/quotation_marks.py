"""Where quotation marks open and close, of any kind and language, straight or curly, nested or forgotten."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ..text import words
from .tuning import MIN_SINGLE_MARKED_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DOUBLE = re.compile("[\"“”„‟«»＂「」『』〝〞]|``|''")
_OPENS = frozenset("“„‟«「『〝")
_CLOSERS = {
    "“": ("”",),
    "„": ("“", "”"),
    "‟": ("”",),
    "«": ("»",),
    "»": ("«",),
    "「": ("」",),
    "『": ("』",),
    "〝": ("〞",),
    "``": ("''",),
}
_ANY = ('"', "“", "”", "„", "‟", "«", "»", "＂", "」", "』", "〞", "''")
_ENDS = tuple(".,!?;")
_SINGLE_OPEN = re.compile(r"(?<![\w’'])[‘‚‹›'](?=[\w\[(…])")
_SINGLE_CLOSE = re.compile(r"(?<=[\w.,!?…)\]])[’‘›‹'](?![\w])")


def marked_spans(text: str) -> list[tuple[int, int]]:
    """The [start, end) of each stretch within double marks of any kind, else within single ones."""
    found = list(_within_double(text))
    if not found and ("'" in text or "’" in text or "‚" in text or "›" in text):
        found = list(_within_single(text))
    return found


class _Mark(NamedTuple):
    """A double mark and where it stands. `may_open` says that words follow and none stands right before it."""

    start: int
    end: int
    sign: str
    before: str
    behind: str

    @property
    def may_open(self) -> bool:
        return bool(self.behind.strip()) and not self.before.isalnum() and self.before not in _ENDS

    @property
    def opens_a_word(self) -> bool:
        """Whether it stands where only an opening mark does: after a blank or a bracket."""
        return self.may_open and (not self.before.strip() or self.before in "([—–")


def _within_double(text: str) -> Iterator[tuple[int, int]]:
    """Quotations within double marks; those inside them count as part of them."""
    marks = [
        _Mark(
            match.start(),
            match.end(),
            match.group(),
            text[match.start() - 1 : match.start()],
            text[match.end() : match.end() + 1],
        )
        for match in _DOUBLE.finditer(text)
    ]
    last = {mark.sign: place for place, mark in enumerate(marks)}
    quotation: _Open | None = None
    for place, mark in enumerate(marks):
        if quotation is None:
            if mark.may_open or (mark.sign in _OPENS and mark.behind.strip()):
                quotation = _Open(mark, _closers(mark.sign, place, last))
        elif quotation.is_closed_by(mark):
            quotation.depth -= 1
            if not quotation.depth:
                yield quotation.start, mark.start
                quotation = None
        elif quotation.is_opened_again_by(mark, text):
            quotation.depth += 1
    if quotation is not None and words(text[quotation.start :]):
        yield quotation.start, quotation.likely_end(marks, len(text))


def _closers(sign: str, place: int, last: dict[str, int]) -> tuple[str, ...]:
    """The marks that may close one at a place: its own kind's where one follows, else any."""
    return tuple(closer for closer in _CLOSERS.get(sign, (sign,)) if last.get(closer, -1) > place) or _ANY


@dataclass(slots=True)
class _Open:
    """A quotation that is not closed yet."""

    by: _Mark
    closers: tuple[str, ...]
    depth: int = field(default=1)

    @property
    def start(self) -> int:
        return self.by.end

    def is_closed_by(self, mark: _Mark) -> bool:
        return mark.sign in self.closers and not (mark.sign == self.by.sign and mark.opens_a_word)

    def is_opened_again_by(self, mark: _Mark, text: str) -> bool:
        """Whether a mark begins a quotation inside; one repeated where a paragraph begins opens nothing new."""
        if mark.sign != self.by.sign or not mark.may_open:
            return False
        return "\n" not in text[max(self.start, mark.start - 2) : mark.start]

    def likely_end(self, marks: Sequence[_Mark], end: int) -> int:
        """Where a quotation ends that was never closed: at the last mark that might have, else with the text."""
        closing = (mark.start for mark in marks if mark.start > self.start and mark.sign in self.closers)
        return max(closing, default=end)


def _within_single(text: str) -> Iterator[tuple[int, int]]:
    """Single marks are apostrophes too: a quotation reaches to the last mark that may close it, within its line."""
    opens = [mark.start() for mark in _SINGLE_OPEN.finditer(text)]
    closes = [mark.start() for mark in _SINGLE_CLOSE.finditer(text)]
    done = 0
    for at, later in zip(opens, [*opens[1:], len(text)], strict=False):
        line = text.find("\n", at)
        until = min(later, line if line >= 0 else len(text))
        last = bisect_right(closes, until) - 1
        if at < done or last < 0 or closes[last] <= at:
            continue
        if len(words(text[at : closes[last]])) >= MIN_SINGLE_MARKED_WORDS:
            done = closes[last] + 1
            yield at + 1, closes[last]
