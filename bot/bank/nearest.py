"""The known word that is most like a mistyped one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAST = 60.0
"""Below this likeness (0 to 100) nothing is proposed."""
_LONGEST = 80


def nearest(word: str, known: Iterable[str], least: float = LEAST) -> str | None:
    """The known word that is most like this one, if any is."""
    found = process.extractOne(word[:_LONGEST], list(known), scorer=fuzz.ratio, score_cutoff=least)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Advice that names the nearest known word; empty where none is near."""
    near = nearest(word, known)
    return f"did you mean “{near}”?" if near else ""
