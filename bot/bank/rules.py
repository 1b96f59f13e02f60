"""The rules of the bank: what its values must be, beyond each being well written. Two tuples of functions."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from rapidfuzz import fuzz

from bot.bank.fingerprint import locate, proves
from bot.bank.page import texts_of
from bot.bank.shapes import MAX_TEXT, MIN_TOPICS
from bot.problem import Problem
from bot.strict_yaml import Text
from bot.text import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.bank.fingerprint import Fingerprint
    from bot.bank.page import Page
    from bot.bank.parts import Placed
    from bot.strict_yaml import Place

MAX_SENTENCES = 4
NEAR = 90.0
"""From this likeness on (0 to 100, of the folded words) two quotes are called nearly the same."""

_SENTENCE_END = re.compile(
    r"(?<!\b[A-Z])(?<!\bMr)(?<!\bDr)(?<!\bMrs)(?<!\bSt)[.!?…]+[\"”’')\]]*\s+(?=[\"“‘(\[]*[A-ZÀ-Þ])"
)
_MENTION = re.compile(r"<(?:@[!&]?|#|a?:\w+:|/[\w -]+:|t:-?)\d+(?::\w)?>|@(?:everyone|here)\b")
_MARKDOWN = re.compile(r"\*|__|~~|`|\|\||(?<!\w)_\w[^_]*_(?!\w)|\]\(|^\s*(?:>|#{1,3}\s|-#\s|[-+]\s|\d+[.)]\s)|<https?:")
_SHOWN = ("text", "segments", "question", "before", "after", "note")


class Standing(NamedTuple):
    """A quote's words with the place of its id and of its words, for rules about the whole bank."""

    id: str
    text: str
    source: str
    file: str
    id_at: Place
    text_at: Place


def looks_plain(page: Page, placed: Placed, _: Fingerprint | None) -> None:
    """No mentions, and no Markdown that would change the look."""
    for name in _SHOWN:
        node = placed.node.entries.get(name)
        for part in texts_of(node) if node is not None else ():
            at = (part.line, part.column)
            if found := _MENTION.search(part.value):
                hint = "it pings nobody, but write the name instead if the article does"
                page.note(at, "warning", "mention", f"“{name}” holds a mention ({found.group()})", hint)
            elif found := _MARKDOWN.search(part.value):
                hint = "it will be shown as it is; delete the mark unless the article has it"
                page.note(at, "warning", "markdown", f"“{name}” holds a Markdown mark ({found.group().strip()})", hint)


def is_short(page: Page, placed: Placed, _: Fingerprint | None) -> None:
    """Fits a card as a whole, and is a passage a person would quote."""
    quote, at = placed.quote, words_at(placed)
    if len(quote.segments) > 1 and len(quote.text) > MAX_TEXT:
        message = f"the segments have {len(quote.text):,} characters together; a card has room for {MAX_TEXT:,}"
        page.note(at, "error", "too-long", message, "divide them into several quotes")
    sentences = len(_SENTENCE_END.findall(quote.text)) + 1
    if sentences > MAX_SENTENCES:
        message = f"this has {sentences} sentences; a passage people quote has one to {MAX_SENTENCES}"
        page.note(at, "warning", "too-many-sentences", message, "divide it into several quotes")


def has_topics(page: Page, placed: Placed, _: Fingerprint | None) -> None:
    """Can be found by enough topics."""
    count, node = len(placed.quote.topics), placed.node.entries.get("topics")
    if node is not None and 0 < count < MIN_TOPICS:
        message = (
            f"there {'is one topic' if count == 1 else f'are {count} topics'}; {MIN_TOPICS} to 6 let people find it"
        )
        page.note((node.line, node.column), "warning", "too-few-topics", message, "add what else it is about")


def is_proved(page: Page, placed: Placed, fingerprint: Fingerprint | None) -> None:
    """Stands in its source, word for word and in order."""
    segments = placed.quote.segments
    if fingerprint is None or proves(fingerprint, segments) is not None:
        return
    places = _segment_places(placed)
    for segment, at in zip(segments, places, strict=False):
        if proves(fingerprint, [segment]) is None:
            hint = "compare them with the article word for word, from where a sentence begins; never mend its words"
            page.note(at, "error", "not-in-source", "these words do not stand in the source like this", hint)
            return
    count = next(count for count in range(2, len(segments) + 1) if proves(fingerprint, segments[:count]) is None)
    message = "this segment does not follow the one above it in the source"
    page.note(places[count - 1], "error", "segments-order", message, "put the segments in the order of the article")


def has_true_surroundings(page: Page, placed: Placed, fingerprint: Fingerprint | None) -> None:
    """The question and the words around stand in the source too."""
    if fingerprint is None:
        return
    for name in ("question", "before", "after"):
        node = placed.node.entries.get(name)
        if not isinstance(node, Text) or "…" in node.value or "[" in node.value:
            continue
        run = words(node.value)
        if len(run) >= fingerprint.window and not locate(fingerprint, run):
            message = f"the words of “{name}” do not stand in the source like this"
            hint = "compare them with the article word for word"
            page.note((node.line, node.column), "warning", "context-not-in-source", message, hint)


QUOTE_RULES: tuple[Callable[[Page, Placed, Fingerprint | None], None], ...] = (
    looks_plain,
    is_short,
    has_topics,
    is_proved,
    has_true_surroundings,
)


def words_at(placed: Placed) -> Place:
    """Where the quote's words stand in the file."""
    return _segment_places(placed)[0]


def _segment_places(placed: Placed) -> list[Place]:
    node = placed.node.entries.get("text") or placed.node.entries.get("segments")
    places = [(part.line, part.column) for part in texts_of(node) if part.value.strip()] if node is not None else []
    return places or [(placed.node.line, placed.node.column)]


def ids_are_unique(quotes: Sequence[Standing]) -> Iterator[Problem]:
    """No id stands twice, in whatever file."""
    first: dict[str, Standing] = {}
    for quote in quotes:
        if not quote.id:
            continue
        other = first.setdefault(quote.id, quote)
        if other is not quote:
            message = f"the id “{quote.id}” is taken: it stands in {other.file}:{other.id_at[0]}"
            yield Problem(quote.file, *quote.id_at, "error", "duplicate-id", message, "choose another id")


def texts_differ(quotes: Sequence[Standing]) -> Iterator[Problem]:
    """No two quotes are the same, or nearly."""
    same: dict[str, Standing] = {}
    shelves: dict[int, list[tuple[str, Standing]]] = defaultdict(list)
    for quote in quotes:
        folded = words(quote.text)
        joined = " ".join(folded)
        other = same.setdefault(joined, quote)
        if other is not quote:
            message = f"these words stand in {other.file}:{other.text_at[0]} already"
            yield Problem(quote.file, *quote.text_at, "warning", "duplicate-text", message, "keep one of the two")
            continue
        near = None
        for mark in _marks(folded):
            shelf = shelves[mark]
            near = near or next((one for text, one in shelf if fuzz.ratio(joined, text, score_cutoff=NEAR)), None)
            if len(shelf) < _SHELF:
                shelf.append((joined, quote))
        if near:
            message = f"these words are nearly those in {near.file}:{near.text_at[0]}"
            hint = "keep one of the two, if it is the same statement"
            yield Problem(quote.file, *quote.text_at, "warning", "near-duplicate", message, hint)


_SHELF = 20
_RUN = 3
_MARKS = 4


def _marks(folded: list[str]) -> list[int]:
    """A few of a text's runs of three words, always the same ones for the same run: like texts share most of them."""
    runs = {crc32(" ".join(folded[at : at + _RUN]).encode()) for at in range(max(1, len(folded) - _RUN + 1))}
    return sorted(runs)[:_MARKS]


BANK_RULES: tuple[Callable[[Sequence[Standing]], Iterator[Problem]], ...] = (ids_are_unique, texts_differ)
