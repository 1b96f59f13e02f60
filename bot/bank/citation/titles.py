"""Titles as the styles write them: typographic marks, marks within marks, headline capitals.

The bank keeps titles in sentence case, which APA wants as it stands. The way back is not attempted: nothing tells a
name from a word once both are capitals.
"""

from __future__ import annotations

import re
from typing import Literal

_QUOTATION = re.compile(r"(?<![^\s(\[–—-])(?:\"|'|‘|“)(\S(?:.*?\S)?)(?:\"|'|’|”)(?![^\W_])")
_MARKS = {"outer": "“{}”", "inner": "‘{}’"}
_WORD = re.compile(r"[^\W_][\w’.]*", re.UNICODE)
# Articles, coordinating conjunctions and prepositions that are hardly ever anything else (Chicago 8.159, MLA 2.90).
_SMALL = frozenset(
    (
        "a",
        "an",
        "the",
        "and",
        "but",
        "for",
        "nor",
        "or",
        "as",
        "at",
        "by",
        "in",
        "of",
        "on",
        "to",
        "into",
        "onto",
        "from",
        "with",
        "within",
        "without",
        "via",
        "versus",
        "vs",
        "per",
        "against",
        "among",
        "amid",
        "between",
        "during",
        "toward",
        "towards",
        "upon",
        "about",
    )
)
_NEW_START = (":", "?", "!", ".", "–", "—")


def typographic(title: str, level: Literal["outer", "inner"] = "outer") -> str:
    """Straight marks made typographic; quotations within stand in double marks, in a quoted title in single ones."""
    opening, closing = _MARKS[level].split("{}")
    return _QUOTATION.sub(lambda found: f"{opening}{found[1]}{closing}", title).replace("'", "’")


def headline(title: str) -> str:
    """Headline capitals as Chicago and MLA want them; a word that has a capital of its own is left alone."""
    words = list(_WORD.finditer(title))
    pieces: list[str] = []
    done = 0
    for place, word in enumerate(words):
        between = title[done : word.start()]
        first = place == 0 or between.rstrip(" “‘").endswith(_NEW_START)
        edge = first or place == len(words) - 1
        pieces += [between, _cased(word.group(), edge=edge)]
        done = word.end()
    return "".join([*pieces, title[done:]])


def quoted(title: str, mark: str = "") -> str:
    """A title in headline capitals and double marks. `mark` (a stop or comma) goes inside, as Americans set it."""
    inside = headline(typographic(title, "inner"))
    closing = "’" if "‘" in inside and inside.endswith("’") else ""
    words = inside.removesuffix(closing)
    own = mark == "." and words.endswith(("?", "!", "."))
    return f"“{words}{'' if own else mark}{closing}”"


def _cased(word: str, *, edge: bool) -> str:
    if word.lower() in _SMALL:
        return word[0].upper() + word[1:] if edge else word.lower()
    return word if word != word.lower() else word[0].upper() + word[1:]
