"""What checking a pasted quotation found: the values, and the sentence a person reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..bank.attribution import outlet
from ..bank.dates import show
from ..text import shorten, words
from .numbers_and_negations import negations
from .tuning import EXACT_BELOW

if TYPE_CHECKING:
    from ..bank.quote import Quote, Source
    from .claimed_attribution import Date

VerdictKind = Literal["verbatim", "altered", "spliced", "misattributed", "in_source", "unknown"]
ChangeKind = Literal["number", "negation", "changed", "dropped", "added", "moved"]
PieceKind = Literal["same", "dropped", "added"]

_SHOWN = 60
GRAVEST: tuple[VerdictKind, ...] = ("altered", "spliced", "misattributed", "unknown", "in_source", "verbatim")
"""Which verdict speaks for a message with several quotations: the first of these."""


@dataclass(frozen=True, slots=True)
class Change:
    """One word-level difference: what was claimed and what stands there; the empty string for nothing."""

    kind: ChangeKind
    claimed: str
    actual: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the comparison as it is shown: the same in both, dropped from the quote, or added to it."""

    kind: PieceKind
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found about one quotation.

    `quotes` are those of the bank it was found in, first the one that says most; `source` is None where nothing was
    found. `score` is the likeness in words, 0 to 1. `changes` come with numbers and negations first, `pieces` in the
    order of the words. `passages` are the real parts of a spliced quotation and `between` says what lies between
    them. `is_speech` says of words in a source whether they are marked as speech (None: nobody looked).
    `said_by` and `said_on` are what was claimed and is wrong. `standing` counts the words in a row that stand in
    `source` where the whole does not.
    """

    text: str
    kind: VerdictKind
    quotes: tuple[Quote, ...] = ()
    source: Source | None = None
    score: float = 0.0
    changes: tuple[Change, ...] = ()
    pieces: tuple[Piece, ...] = ()
    passages: tuple[str, ...] = ()
    between: str | None = None
    is_excerpt: bool = False
    is_speech: bool | None = None
    said_by: str | None = None
    said_on: Date | None = None
    words: int = 0
    standing: int = 0

    @property
    def quote(self) -> Quote | None:
        """The quote of the bank that says most about it."""
        return self.quotes[0] if self.quotes else None

    @property
    def diff(self) -> tuple[tuple[ChangeKind, str, str], ...]:
        """The changes as (kind, claimed, actual)."""
        return tuple((change.kind, change.claimed, change.actual) for change in self.changes)

    @property
    def sentence(self) -> str:
        """The verdict in plain words, for a person."""
        return " ".join(said for said in (_HEADS.get(self.kind), self.detail) if said)

    @property
    def detail(self) -> str:
        """The same for whoever is told already which verdict it is; empty where there is no more to say."""
        return _DETAILS[self.kind](self)


def gravest(verdicts: tuple[Verdict, ...]) -> Verdict:
    """The verdict that speaks for a whole message; among equals the one on most words."""
    return min(verdicts, key=lambda verdict: (GRAVEST.index(verdict.kind), -verdict.words))


def _where(source: Source | None, quote: Quote | None = None) -> str:
    if source is None:
        return "our sources"
    when = (quote.said if quote else None) or source.said or source.published
    return f"{outlet(source)}, {show(when)}"


def _wrongly(verdict: Verdict) -> str:
    """What is wrong in who and when, as half a sentence; empty where nothing is."""
    quote = verdict.quote
    if quote is None:
        return ""
    wrong = []
    if verdict.said_by:
        wrong.append(f"{quote.speaker.name} said them, not {shorten(verdict.said_by, _SHOWN)}")
    if verdict.said_on:
        wrong.append(f"they were said {_on(quote)}, not {verdict.said_on}")
    return ", and ".join(wrong)


def _on(quote: Quote) -> str:
    when = quote.said or quote.source.published
    if when is None:
        return "on a date we do not know"
    return f"on {show(when)}" if when.first.day and when.first == when.last else f"in {show(when)}"


def _verbatim(verdict: Verdict) -> str:
    part = ", as part of a longer passage" if verdict.is_excerpt else ""
    name = verdict.quote.speaker.name if verdict.quote else "somebody"
    return f"{name} said this{part}: {_where(verdict.source, verdict.quote)}."


def _altered(verdict: Verdict) -> str:
    count = len(verdict.changes)
    first = f"{_named(verdict.changes[0])}" if verdict.changes else "The words differ"
    more = f", and {count - 1} more difference{'s' if count > 2 else ''}" if count > 1 else ""
    wrongly = _wrongly(verdict)
    return f"{first}{more}." + (f" Also: {wrongly}." if wrongly else "")


def _named(change: Change) -> str:
    claimed, actual = (f"“{shorten(text, _SHOWN)}”" if text else "" for text in (change.claimed, change.actual))
    if change.kind == "number":
        head = "A number was changed"
    elif change.kind == "negation":
        head = "A negation was lost" if _loses(change) else "A negation was added"
    else:
        several = " " in change.claimed + change.actual
        head = (
            "Words change places"
            if change.kind == "moved"
            else f"{'Words were' if several else 'A word was'} {change.kind}"
        )
    if not claimed or not actual:
        return f"{head}: {claimed or actual}"
    return f"{head}: {claimed} where the source has {actual}"


def _loses(change: Change) -> bool:
    return negations(words(change.actual)) > negations(words(change.claimed))


def _spliced(verdict: Verdict) -> str:
    between = f" {verdict.between}" if verdict.between else ""
    return f"Real passages, but they do not stand together.{between}"


def _misattributed(verdict: Verdict) -> str:
    return f"Real words, but {_wrongly(verdict)}."


def _in_source(verdict: Verdict) -> str:
    speech_note = {
        True: "as somebody's direct speech",
        False: "but not marked as speech: it is the reporter's text, a question or a headline",
        None: "though we do not know whether as speech",
    }[verdict.is_speech]
    title = f" (“{verdict.source.title}”)" if verdict.source and verdict.source.title else ""
    return f"These words stand in {_where(verdict.source)}{title}, {speech_note}."


def _unknown(verdict: Verdict) -> str:
    if not verdict.words:
        return "There are no words in it to check."
    said = "That does not mean that it was never said"
    if verdict.words < EXACT_BELOW:
        said += f"; fewer than {('no', 'one', 'two', 'three', 'four', 'five')[EXACT_BELOW]} words need an exact match"
    if verdict.standing and verdict.source:
        said += f". {verdict.standing} of its words in a row stand in {_where(verdict.source)}"
    return said + "."


_HEADS: dict[VerdictKind, str] = {
    "verbatim": "Word for word.",
    "altered": "Not word for word.",
    "in_source": "Not in the bank.",
    "unknown": "Not in our sources.",
}
_DETAILS = {
    "verbatim": _verbatim,
    "altered": _altered,
    "spliced": _spliced,
    "misattributed": _misattributed,
    "in_source": _in_source,
    "unknown": _unknown,
}
