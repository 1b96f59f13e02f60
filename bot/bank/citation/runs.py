"""Italics in a citation: builders mark them, doors draw them or drop them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...text import fold

# Control characters that no bank can hold, so that the marks cannot be mistaken for text.
_ON, _OFF = "\x0e", "\x0f"
_ARTICLE = re.compile(r"^(?:a|an|the)\s+")
_RUN = re.compile(f"{_ON}([^{_OFF}]*){_OFF}|([^{_ON}]+)")


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a citation, set in italics or not."""

    text: str
    italic: bool = False


def italic(text: str) -> str:
    """Text marked to be set in italics."""
    return f"{_ON}{text}{_OFF}"


def split_runs(marked: str) -> tuple[Run, ...]:
    """The pieces of a marked citation, in order."""
    return tuple(Run(slanted or upright, bool(slanted)) for slanted, upright in _RUN.findall(marked))


def without_marks(marked: str) -> str:
    """The citation as plain text."""
    return marked.replace(_ON, "").replace(_OFF, "")


def alphabetical(marked: str) -> str:
    """The key an entry is sorted by: marks and a leading article do not count."""
    return _ARTICLE.sub("", fold(without_marks(marked).lstrip("“‘[(")))


def ended(text: str) -> str:
    """The text with one full stop, unless it ends in a mark of its own."""
    last = without_marks(text).rstrip("”’")[-1:]
    return text if last in (".", "?", "!", "…") else f"{text}."
