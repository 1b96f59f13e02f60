"""All direct speech of an article: who said which words, and why we think so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...text import words
from .layout import Layout, lay_out
from .people import People, is_german
from .prose import report
from .turns import interview

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..quote import Speaker
    from .statement import Doubt, Statement


@dataclass(frozen=True, slots=True)
class Speech:
    """What was found in an article. `interviewer_labels`: of those who ask; `guest`: whom it is mostly with."""

    layout: Layout
    statements: tuple[Statement, ...]
    doubts: tuple[Doubt, ...]
    interviewer_labels: tuple[str, ...] | None
    people: tuple[str, ...]


def find_speech(text: str, known: Sequence[Speaker] = ()) -> Speech:
    """Find the direct speech of an article's text. Headlines, narration, questions and comments are none."""
    layout = lay_out(text)
    people = People(known, is_german(" ".join(part.text for part in layout.body)))
    for part in layout.body:
        people.meet(part.text)
    turns = interview(layout.body, people)
    interviewer_labels = turns.interviewer_labels if turns else None
    prose = layout.body[: turns.intro] if turns else layout.body
    reported, doubts = report(text, prose, people)
    statements = sorted(
        [*_once(text, reported), *(turns.answers if turns else ())], key=lambda statement: statement.segments
    )
    return Speech(layout, tuple(statements), tuple(doubts), interviewer_labels, tuple(people.ranked()))


def _once(text: str, statements: Iterable[Statement]) -> Iterable[Statement]:
    """Each statement once: a pulled-out quotation repeats what stands in the text anyway."""
    seen: list[str] = []
    for statement in sorted(statements, key=lambda statement: -sum(end - start for start, end in statement.segments)):
        said = " ".join(word for start, end in statement.segments for word in words(text[start:end]))
        if not any(f" {said} " in f" {other} " for other in seen):
            seen.append(said)
            yield statement


def spans(speech: Speech) -> list[tuple[int, int]]:
    """The character ranges of all direct speech, in order."""
    return sorted(span for statement in speech.statements for span in statement.segments)
