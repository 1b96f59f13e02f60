"""The parts of a saved article: what stands above it, its paragraphs, and where it ends (comments, links, menus)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ...text import words

if TYPE_CHECKING:
    from collections.abc import Iterator

# Lines that are a page's furniture, wherever they stand.
_FURNITURE = re.compile(
    r"\W*(?:share (?:this|on|via|article)|comments?\b\W*$|close button|advert|sponsored|read (?:more|also|next)"
    r"|see also|watch:|listen:|photo:|image:|video:|subscribe|sign up|newsletter|follow us|print(?: this)?\W*$"
    r"|e-?mail\W*$|cookies?\b|skip to|menu\W*$|for immediate release|mehr zum thema|lesen sie auch|teilen\W*$"
    r"|lire aussi|partager|leer también)",
    re.IGNORECASE,
)
# Lines behind which there is no more of the article.
_END = re.compile(
    r"\W*(?:©|\(c\) ?\d{4}|copyright\W{1,3}(?:©|\(c\)|\d{4})|all rights reserved"
    r"|you (?:might|may) also (?:like|be interested)|related (?:articles?|stories|posts|news|topics|content)\b"
    r"|more (?:from|on this|stories)\b|most (?:read|popular)\b|recommended\b.{0,20}$|leave a (?:reply|comment)"
    r"|post a comment|add a comment|join the (?:discussion|conversation)"
    r"|\d+ (?:comments?|replies|responses|kommentare|commentaires)\W*$|(?:readers?.? )?comments? ?\(\d+\)"
    r"|comments:?\W*$|(?:reader|user)s?.{0,2} comments|kommentare\b.{0,15}$|commentaires\b.{0,15}$|kaynak"
    r"|quelle:?\W*$|(?:original )?sources?:?\W*$|about the author|about [A-Z][\w ]{2,40}$|tags?:"
    r"|kommentar schreiben|das könnte sie auch|-{2,}\s*end|#{2,}+\W*+$|ends\W*$)",
    re.IGNORECASE,
)
# Lines above an article that are not its headline: bylines, dates, labels of a section.
_NO_TITLE = re.compile(
    r"\W*(?:(?:by|von|par|por)\s|\d|published|updated|last modified|posted|.*\(\d[^)]*\d{4}\)\W*$)", re.IGNORECASE
)
_LEAST_TITLE = 4
_MOST_FURNITURE = 25
_FINISHED = re.compile(r"[.!?…:][\"'“”‘’«»)\]]*$")
_LEAST_WORDS = 5
# A text is wrapped when none of its lines is longer than this.
_MOST_LINE = 140
# … and its lines may be this much shorter than the longest.
_RAGGED = 4
_LABELLED = re.compile(r"[^\W_][^:\n]{0,60}:\s")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph and where it stands in the text."""

    start: int
    end: int
    text: str

    @property
    def finished(self) -> bool:
        """True when it ends as a sentence does."""
        return _FINISHED.search(self.text) is not None


@dataclass(frozen=True, slots=True)
class Layout:
    """An article taken apart. `end` is the character behind its last paragraph; what follows is not the article."""

    head: tuple[Paragraph, ...]
    body: tuple[Paragraph, ...]
    tail: tuple[Paragraph, ...]

    @property
    def title(self) -> Paragraph | None:
        """The headline: the first line above the article that may be one."""
        return next((part for part in self.head if _may_be_title(part)), None)

    @property
    def end(self) -> int:
        """Where the article's own words end."""
        return max((part.end for part in (*self.head, *self.body)), default=0)


def lay_out(text: str) -> Layout:
    """Take an article apart."""
    parts = list(paragraphs(text))
    begin = next((at for at, part in enumerate(parts) if _opens_body(at, part)), len(parts))
    end = next((at for at, part in enumerate(parts) if at > begin and _is_end(part)), len(parts))
    body = tuple(part for part in parts[begin:end] if not is_furniture(part))
    return Layout(tuple(parts[:begin]), body, tuple(parts[end:]))


def _is_end(part: Paragraph) -> bool:
    return _END.match(part.text) is not None and len(words(part.text)) < _MOST_FURNITURE


def only_article(text: str, layout: Layout) -> str:
    """The text with all else than headline and article blanked out; every character keeps its place."""
    title = layout.title
    above = [part for part in layout.head if not (title and part.start < title.start) and not is_furniture(part)]
    head = [part for part in above if part is title or part.text != (title and title.text)]
    blanked = ["\n"] * len(text)
    for part in (*head, *layout.body):
        blanked[part.start : part.end] = text[part.start : part.end]
    return "".join(blanked)


def _may_be_title(part: Paragraph) -> bool:
    return len(words(part.text)) >= _LEAST_TITLE and not is_furniture(part) and not _NO_TITLE.match(part.text)


def is_furniture(part: Paragraph) -> bool:
    """True for a page's own lines: share buttons, advertisements, links to read more."""
    return _FURNITURE.match(part.text) is not None and len(words(part.text)) < _MOST_FURNITURE


def _opens_body(at: int, part: Paragraph) -> bool:
    if not part.finished or part.text.endswith(":") or is_furniture(part) or _is_end(part):
        return False
    count = len(words(part.text))
    headline = at == 0 and count < 20 and not part.text.endswith((".", "”", '"')) and not _LABELLED.match(part.text)
    return count >= _LEAST_WORDS and not headline


def paragraphs(text: str) -> Iterator[Paragraph]:
    """The paragraphs of a text: a line each, or several lines where the text is wrapped."""
    lines = [
        (match.start() + len(line) - len(line.lstrip()), match.start() + len(line.rstrip()))
        for match in re.finditer(r"[^\r\n]+", text)
        if (line := match.group()).strip()
    ]
    width = max((end - start for start, end in lines), default=0)
    open_from: int | None = None
    for (start, end), (then, _) in pairwise([*lines, (len(text), len(text))]):
        begun = start if open_from is None else open_from
        goes_on = width <= _MOST_LINE and then < len(text) and _goes_on(text, start, end, then, width)
        open_from = begun if goes_on else None
        if not goes_on:
            yield Paragraph(begun, end, text[begun:end])


def _goes_on(text: str, start: int, end: int, then: int, width: int) -> bool:
    """True when the line that begins at `then` only wraps the one before it: its first word had no room there."""
    if text[end:then].count("\n") > 1 or text[end:then].count("\r") > 1:
        return False
    word = text[then:].split(maxsplit=1)[0]
    full = end - start + 1 + len(word) > width - _RAGGED
    finished = _FINISHED.search(text[start:end]) is not None
    return text[then].islower() or (full and not (finished and _LABELLED.match(text, then)))
