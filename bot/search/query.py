"""What was asked and what was found: frozen values, parsed once at the edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from ..bank.quote import Quote, Topic

ReasonKind = Literal[
    "topic", "alias", "word", "stem", "spelling", "prefix", "phrase", "speaker", "date", "outlet", "any"
]


@dataclass(frozen=True, slots=True)
class Query:
    """What a person asked. Empty `words` with no filter asks for any quote.

    `speaker` and `source` hold ids (or what a person typed for them); `first_year` to `last_year` is inclusive.
    """

    words: str = ""
    speaker: str | None = None
    source: str | None = None
    first_year: int | None = None
    last_year: int | None = None


class Reason(NamedTuple):
    """Why a hit is a hit: the word typed and what it matched, by which way."""

    kind: ReasonKind
    typed: str
    matched: str


class Hit(NamedTuple):
    """One quote found. `score` is the share of the query that is covered, 0 to 1."""

    quote: Quote
    score: float
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a query.

    `hits` come best first. The first `equals` of them answer the query equally well (all quotes of a topic, say), so
    a pick may go round among them; the rest follow in order. `key` names the round: the same for every way of
    asking for the same thing ("rusia", "moscow" → "topic:russia"). `corrections` are (typed, taken as).
    `suggestions` are the nearest topics, filled when nothing was found. `note` is a sentence for the person
    where the search understood something it cannot serve (a speaker who is not in the bank).
    """

    query: Query
    hits: tuple[Hit, ...]
    equals: int
    key: str
    corrections: tuple[tuple[str, str], ...] = ()
    suggestions: tuple[Topic, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """One suggestion while typing: the words shown, and the value that stands for them."""

    label: str
    value: str
