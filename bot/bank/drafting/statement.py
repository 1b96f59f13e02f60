"""What drafting finds: a statement is one person's words, in one piece or in several."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Statement:
    """Direct speech. `segments` are [start, end) in characters; `speaker` is None where nobody is named.

    `confidence` is from 0 to 1; `why` says what it rests on; `question` is the interviewer's, where there is one.
    """

    segments: tuple[tuple[int, int], ...]
    speaker: str | None
    confidence: float
    why: str
    question: str | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something a person must look at: where it stands, in characters, and what is odd."""

    start: int
    message: str
