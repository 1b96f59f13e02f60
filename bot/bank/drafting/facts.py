"""What an article prints about itself: title, outlet, dates, kind, interviewer. Nothing is made up."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ...text import words
from ..dates import iso_date
from .printed_dates import printed_dates
from .words import QUESTION_LABELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ..quote import Kind
    from .layout import Paragraph
    from .speech import Speech

_DATELINE = re.compile(r"[A-ZÀ-Þ][A-ZÀ-Þ .,/-]{2,40}\((?P<name>[^)\d]{2,40})\)\s*[–—-]")
_DATED = re.compile(r"(?P<name>[^()\d]{2,40}?)\s*\((?P<date>[^)]*\d{4})\)\W*$")
_COPYRIGHT = re.compile(
    r"(?:©|\([cC]\)|[Cc]opyright)\s*(?:\d{4}\s*)?(?P<name>[^\d.,©]{2,40}?)(?:\s*\d{4})?(?:[.,]|\s*$)"
)
_BYLINE = re.compile(r"(?:By|Von|Par|Por)\s+(?P<name>[^\d,|]{2,60})$")
_CORRESPONDENT = re.compile(r"\b(?:an?|the)\s+(?P<name>[A-Z]\w+)\s+correspondent\b")
_WITH_OUTLET = re.compile(
    r"\b(?:interview (?:with|to)|told) (?:the )?(?P<name>[A-Z][\w.]*(?: [A-Z][\w.]*)*)(?:['’]s|,|\.|$)"
)
_ASKED_BY = re.compile(
    r"(?P<name>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+){1,2}) (?:sat down|spoke|talked|met|caught up)\s(?:up\s)?(?:with|to)\b"
)
_PUBLISHED = re.compile(r"\W*(?:published|posted|veröffentlicht|publié|publicado)\b", re.IGNORECASE)
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("video conference", re.compile(r"\b(?:video ?conference|videoconference|webinar|online event)\b", re.IGNORECASE)),
    ("press conference", re.compile(r"\b(?:press|news) conference\b|\bPressekonferenz\b", re.IGNORECASE)),
    ("interview", re.compile(r"\b(?:in an? |exclusive )interview\b|\bim Interview\b|\bsat down with\b", re.IGNORECASE)),
    (
        "speech",
        re.compile(r"\b(?:in a speech|in his speech|in her speech|delivered a speech|keynote)\b", re.IGNORECASE),
    ),
)


class Guess(NamedTuple):
    """A value, how it is known, and what a person must look at (empty where nothing)."""

    value: str
    basis: str = "printed"
    unsure: str = ""


@dataclass(frozen=True, slots=True)
class SourceGuess:
    """What was found about the source, by the keys of its YAML. What was not found is not there."""

    facts: dict[str, Guess] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def find_facts(text: str, speech: Speech, page: Mapping[str, str]) -> SourceGuess:
    """Read what the article, or the page it stands on (`page`), prints about itself."""
    layout = speech.layout
    found: dict[str, Guess] = {}
    notes: list[str] = []
    _put(found, "title", _title(layout.title, page))
    _put(found, "outlet", next(_outlets(speech, page), None))
    _put(found, "kind", _kind(text, speech))
    _put(
        found,
        "interviewer" if speech.interviewer_labels is not None else "author",
        _writer(speech, page, found.get("outlet")),
    )
    _put(found, "published", _published(speech, page, notes))
    if address := page.get("address"):
        found["address"] = Guess(address)
    if (language := page.get("language", "en").split("-")[0].lower()) != "en":
        found["language"] = Guess(language)
    return SourceGuess(found, tuple(notes))


def _put(found: dict[str, Guess], key: str, guess: Guess | None) -> None:
    if guess is not None:
        found[key] = guess


def _title(part: Paragraph | None, page: Mapping[str, str]) -> Guess | None:
    printed = page.get("title") or (part.text if part else "")
    title = " ".join(printed.split())
    if not title:
        return None
    if title.isupper():
        return Guess(title, unsure="it is printed in capitals; write it in sentence case")
    return Guess(title)


def _outlets(speech: Speech, page: Mapping[str, str]) -> Iterator[Guess]:
    """All that may name the outlet, the surest first."""
    layout = speech.layout
    if name := page.get("outlet"):
        yield Guess(name)
    yield from (Guess(name) for name in _caught(_DATED, layout.head))
    yield from (Guess(name) for name in _caught(_DATELINE, layout.body[:1]))
    for name in _caught(_COPYRIGHT, layout.tail[:5]):
        yield Guess(re.sub(r"\s+News$", "", name), unsure="taken from the line of copyright")
    for name in _caught(_BYLINE, layout.head):
        if len(name.split()) == 1:
            yield Guess(name, unsure="taken from the line that begins with “By”")
    yield from _less_sure_outlets(speech)


def _less_sure_outlets(speech: Speech) -> Iterator[Guess]:
    """What no line of its own names: the label of whoever asks, and words of the text."""
    for name in (label.split(",")[-1].strip() for label in speech.interviewer_labels or ()):
        if not set(words(name)) & QUESTION_LABELS:
            yield Guess(name, unsure="taken from the label of the questions")
    for pattern in (_CORRESPONDENT, _WITH_OUTLET):
        for name in (match["name"] for part in speech.layout.body if (match := pattern.search(part.text))):
            yield Guess(name, "inferred", "the text names it only in passing")


def _caught(pattern: re.Pattern[str], parts: Iterable[Paragraph]) -> Iterator[str]:
    return (match["name"].strip() for part in parts if (match := pattern.match(part.text)))


def _kind(text: str, speech: Speech) -> Guess:
    if speech.interviewer_labels is not None:
        return Guess("interview")
    narration = " ".join(part.text for part in speech.layout.body)
    for segment in sorted((span for statement in speech.statements for span in statement.segments), reverse=True):
        narration = narration.replace(text[segment[0] : segment[1]], " ")
    found = [(match.start(), kind) for kind, pattern in _KINDS if (match := pattern.search(narration))]
    if found:
        return Guess(min(found)[1], unsure="the text speaks of it; see that it is the occasion")
    return Guess("article", unsure="the text names no occasion")


def _writer(speech: Speech, page: Mapping[str, str], outlet: Guess | None) -> Guess | None:
    if speech.interviewer_labels is not None and (interviewer := _interviewer(speech, speech.interviewer_labels)):
        return Guess(interviewer)
    taken = words(outlet.value) if outlet else []
    for name in _caught(_BYLINE, speech.layout.head):
        if len(name.split()) >= 2 and words(name) != taken:
            return Guess(name)
    if author := page.get("author"):
        return Guess(author)
    return None


def _interviewer(speech: Speech, labels: Sequence[str]) -> str | None:
    """Who asks the questions: the name before a comma in the label of the questions, or whom a line names."""
    for label in labels:
        name, comma, _ = label.partition(",")
        if comma and len(name.split()) >= 2:
            return name.strip()
    for part in (*speech.layout.head, *speech.layout.body[:4]):
        if match := _ASKED_BY.search(part.text):
            return match["name"]
    return None


def _published(speech: Speech, page: Mapping[str, str], notes: list[str]) -> Guess | None:
    if (printed := page.get("published")) and (day := next(printed_dates(printed[:10]), None)):
        return Guess(iso_date(day.date))
    above = (*speech.layout.head, *(part for part in speech.layout.body[:4] if _PUBLISHED.match(part.text)))
    dated = _dates_of(above)
    if not dated:
        days = dict.fromkeys(day for day, _ in _dates_of(speech.layout.body[:3]))
        notes += [f"the text speaks of {day}; is it the day it was said?" for day in days]
        return None
    best = next((day for day, part in dated if _DATED.match(part.text)), dated[0][0])
    notes += [f"{day} is printed too; is it of a reprint?" for day in _others(dated, best)]
    return Guess(best)


def _dates_of(parts: Iterable[Paragraph]) -> list[tuple[str, Paragraph]]:
    return [(iso_date(printed.date), part) for part in parts for printed in printed_dates(part.text)]


def _others(dated: Sequence[tuple[str, Paragraph]], best: str) -> list[str]:
    return [day for day in dict.fromkeys(day for day, _ in dated) if day != best]
