"""What every style states about a source, worked out once: who is its author, which date, which names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..quote import PartialDate

if TYPE_CHECKING:
    from ..quote import Quote, Source, When

_OWN_WORDS = ("interview", "speech")


@dataclass(frozen=True, slots=True)
class Name:
    """A person as a citation writes one. `given` is empty for a name of one word."""

    family: str
    given: str = ""

    @property
    def straight(self) -> str:
        """Given name first."""
        return f"{self.given} {self.family}".strip()

    @property
    def inverted(self) -> str:
        """Family name first."""
        return f"{self.family}, {self.given}" if self.given else self.family

    @property
    def initials(self) -> str:
        """The given names' initials: "J.", "J.-C.", "A. F."."""
        return " ".join("-".join(f"{part[0]}." for part in name.split("-") if part) for name in self.given.split())


def speaker_name(quote: Quote) -> Name:
    """The speaker, from the bank's own given and family names."""
    speaker = quote.speaker
    return Name(speaker.family, speaker.given) if speaker.family else Name(speaker.name)


def person(name: str) -> Name:
    """A name written straight: its last word is the family name, with the small particles before it."""
    words = name.split()
    start = next((place for place, word in enumerate(words) if place and word[0].islower()), len(words) - 1)
    return Name(" ".join(words[start:]), " ".join(words[:start]))


def author(quote: Quote) -> Name | None:
    """Whose work the source is: its author; else the speaker, where the source is the speaker's own words.

    A report on a press conference is not the work of the person it reports on: without a named author it has none.
    """
    if quote.source.author:
        return person(quote.source.author)
    return speaker_name(quote) if quote.source.kind in _OWN_WORDS else None


def interviewer(source: Source) -> Name | None:
    """Who asked, None where nobody is named or it was no interview."""
    return person(source.interviewer) if source.interviewer and source.kind == "interview" else None


def form(quote: Quote) -> str:
    """The form in words, where the title does not say it: "Interview by Andrei Beketov", "Speech"; else empty."""
    source = quote.source
    if asked := interviewer(source):
        return f"Interview by {asked.straight}"
    if source.kind in _OWN_WORDS:
        return source.kind.capitalize()
    return "" if source.title else description(quote)


def description(quote: Quote) -> str:
    """What stands where a title would, for a source without one: "Report on a press conference by Jens Stoltenberg"."""
    kind = quote.source.kind
    if kind == "article":
        return f"Article quoting {quote.speaker.name}"
    return kind.capitalize() if kind in _OWN_WORDS else f"Report on a {kind} by {quote.speaker.name}"


def shared_date(when: When) -> PartialDate:
    """What is certain of a range: the year, month and day its two ends share."""
    first, last = when.first, when.last
    if first == last:
        return first
    if first.year != last.year or first.month != last.month:
        return PartialDate(first.year)
    return PartialDate(first.year, first.month)


def is_inferred(when: When | None) -> bool:
    """Whether a style must mark the date as supplied."""
    return when is not None and when.basis == "inferred"


def outlet(source: Source) -> str:
    """The outlet; in brackets where it is inferred, as all three styles mark what a citation supplies itself."""
    return f"[{source.outlet}]" if source.outlet_basis == "inferred" else source.outlet
