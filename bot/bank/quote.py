"""What a quote is: the values every other room passes around. Nothing here reads a file or knows Discord."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Basis = Literal["printed", "looked up", "inferred"]
Kind = Literal["interview", "article", "press conference", "video conference", "speech"]

SPLIT = " … "
"""What stands between the segments of a split quotation (the reporter's words in between are not shown)."""


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date known to the year, the month or the day. `month` and `day` are 0 where unknown."""

    year: int
    month: int = 0
    day: int = 0


@dataclass(frozen=True, slots=True)
class When:
    """When something was said or published: one date, or some day from `first` to `last`; and how we know."""

    first: PartialDate
    last: PartialDate
    basis: Basis


@dataclass(frozen=True, slots=True)
class Fact:
    """A place or an address, and how we know it."""

    value: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Role:
    """An office a speaker holds or held. `since` and `until` are None where unknown."""

    title: str
    since: PartialDate | None = None
    until: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who said it. `given` and `family` are for citations."""

    id: str
    name: str
    given: str
    family: str
    aliases: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()

    def role_at(self, when: When | None) -> Role | None:
        """The office held on a date (the first whose known bounds hold it), or None."""
        if when is None:
            return None
        for role in self.roles:
            if role.since is None and role.until is None:
                continue
            after = role.since is None or _floor(role.since) <= _ceiling(when.last)
            before = role.until is None or _floor(when.first) <= _ceiling(role.until)
            if after and before:
                return role
        return None


@dataclass(frozen=True, slots=True)
class Topic:
    """What a quote is about. `aliases` find it; `triggers` are phrases that call for it in a channel."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reprint:
    """Where the words were published again, and when."""

    by: str
    published: When | None = None
    address: Fact | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A published place: everything a citation may state, and nothing it may not."""

    id: str
    outlet: str
    kind: Kind
    title: str | None = None
    outlet_note: str | None = None
    outlet_basis: Basis = "printed"
    event: str | None = None
    interviewer: str | None = None
    author: str | None = None
    said: When | None = None
    published: When | None = None
    place: Fact | None = None
    address: Fact | None = None
    reprint: Reprint | None = None
    language: str = "en"
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """Words somebody really said. `segments` has more than one part where the article splits the quotation."""

    id: str
    segments: tuple[str, ...]
    speaker: Speaker
    source: Source
    topics: tuple[Topic, ...]
    question: str | None = None
    before: str | None = None
    after: str | None = None
    said_on: When | None = None
    note: str | None = None

    @property
    def text(self) -> str:
        """The words as they are shown and copied."""
        return SPLIT.join(self.segments)

    @property
    def said(self) -> When | None:
        """When it was said: the quote's own date, else its source's."""
        return self.said_on or self.source.said

    @property
    def year(self) -> int | None:
        """The year it was said (else published), for filters and labels."""
        when = self.said or self.source.published
        return when.first.year if when else None


def _floor(date: PartialDate) -> tuple[int, int, int]:
    return (date.year, date.month or 1, date.day or 1)


def _ceiling(date: PartialDate) -> tuple[int, int, int]:
    return (date.year, date.month or 12, date.day or 31)
