"""The rules of the bank: what its values must be, beyond each being well written. Two tuples of functions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..problem import Problem
from ..strict_yaml import Sequence
from .alike import texts_differ
from .placed import segment_places, texts_of
from .proving import has_true_surroundings, is_proved
from .sentences import sentences
from .shapes import MAX_TEXT, MAX_TOPICS, MIN_TOPICS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .fingerprint import Fingerprint
    from .page import Page
    from .placed import Placed, Standing

MAX_SENTENCES = 4
_ENDS = ".!?…。！？"
_ODD = re.compile(r"[*_~`|<@]")
_ODD_START = frozenset("#>-+0123456789 ")
"""A text without these (nor "](") holds neither mention nor Markdown: most need no closer look."""
_MENTION = re.compile(r"<(?:@[!&]?|#|a?:\w+:|/[\w -]+:|t:-?)\d+(?::\w)?>|@(?:everyone|here)\b")
_MARKDOWN = re.compile(r"\*|__|~~|`|\|\||(?<!\w)_\w[^_]*_(?!\w)|\]\(|^\s*(?:>|#{1,3}\s|-#\s|[-+]\s|\d+[.)]\s)|<https?:")
_SHOWN = ("text", "segments", "question", "before", "after", "note")


def looks_plain(page: Page, placed: Placed, _: Fingerprint | None) -> None:
    """No mentions, and no Markdown that would change the look."""
    quote = placed.quote
    for text in (*quote.segments, quote.question, quote.before, quote.after, quote.note):
        if text and (text[0] in _ODD_START or _ODD.search(text) or "](" in text):
            _tell_marks(page, placed)
            return


def _tell_marks(page: Page, placed: Placed) -> None:
    for name in _SHOWN:
        for part in texts_of(placed.node.entries.get(name)):
            at = (part.line, part.column)
            if found := _MENTION.search(part.value):
                hint = "it pings nobody, but write the name instead if the article does"
                page.note(at, "warning", "mention", f"“{name}” holds a mention ({found.group()})", hint)
            elif found := _MARKDOWN.search(part.value):
                hint = "it will be shown as it is; delete the mark unless the article has it"
                page.note(at, "warning", "markdown", f"“{name}” holds a Markdown mark ({found.group().strip()})", hint)


def is_short(page: Page, placed: Placed, _: Fingerprint | None) -> None:
    """Fits a card as a whole, and is a passage a person would quote."""
    quote = placed.quote
    if len(quote.text) > MAX_TEXT:  # each of its segments fits
        message = f"the segments have {len(quote.text):,} characters together; a card has room for {MAX_TEXT:,}"
        page.note(segment_places(placed)[0], "error", "too-long", message, "divide them into several quotes")
    text = " ".join(quote.segments)
    if sum(map(text.count, _ENDS)) > MAX_SENTENCES and (count := len(sentences(text))) > MAX_SENTENCES:
        message = f"this has {count} sentences; a passage people quote has one to {MAX_SENTENCES}"
        page.note(segment_places(placed)[0], "warning", "too-many-sentences", message, "divide it into several quotes")


def has_topics(page: Page, placed: Placed, _: Fingerprint | None) -> None:
    """Can be found by enough topics."""
    node = placed.node.entries.get("topics")
    if isinstance(node, Sequence) and 0 < len(node.items) < MIN_TOPICS:
        count = len(node.items)
        counted = "there is one topic" if count == 1 else f"there are {count} topics"
        message = f"{counted}; {MIN_TOPICS} to {MAX_TOPICS} let people find it"
        page.note((node.line, node.column), "warning", "too-few-topics", message, "add what else it is about")


QUOTE_RULES: tuple[Callable[[Page, Placed, Fingerprint | None], None], ...] = (
    looks_plain,
    is_short,
    has_topics,
    is_proved,
    has_true_surroundings,
)


def ids_are_unique(quotes: list[Standing]) -> Iterator[Problem]:
    """No id stands twice, in whatever file."""
    first: dict[str, Standing] = {}
    for quote in quotes:
        if not quote.id:
            continue
        other = first.setdefault(quote.id, quote)
        if other is not quote:
            message = f"the id “{quote.id}” is taken: it stands in {other.file}:{other.id_at[0]}"
            yield Problem(quote.file, *quote.id_at, "error", "duplicate-id", message, "choose another id")


BANK_RULES: tuple[Callable[[list[Standing]], Iterator[Problem]], ...] = (ids_are_unique, texts_differ)
