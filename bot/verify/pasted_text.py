"""What somebody pasted: the quotations in it, and who is said to have said them. Linear in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..search.markup import without_links, without_markdown, without_quote_signs
from ..text import within, words
from . import claimed_attribution as attributed
from .claimed_attribution import Attribution
from .quotation_marks import marked_spans
from .tuning import (
    EXACT_BELOW,
    LEFT_SHARE,
    MAX_PASTED_CHARS,
    MAX_QUOTATIONS,
    MAX_TAILS,
    PHRASE_WORDS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


_QUOTED_LINES = re.compile(r"(?:^[^\S\n]{0,3}>(?:>>)?[^\S\n]?[^\n]*(?:\n|\Z))+", re.MULTILINE)
_STOP = re.compile(r"[.!?;](?=\s)|\n")
_INTRODUCES = re.compile(r":[\s“\"„«]*$")
_BEFORE = ' \t\n“”„‟«»「『〝＂"`'

_TAIL = re.compile(
    r"(?:\n[^\S\n]*|(?<=[\w.!?…,;)])\s+|(?<=[.!?…]))[—–―‒~⁓-]{1,3}\s*(?P<who>[^\W\d_a-zß-ÿ][^\n]{1,120}?)\s*$"
)
_TAIL_BRACKETS = re.compile(r"\s\((?P<who>[^\W\d_a-zß-ÿ][^()\n]{1,120})\)[\s.]*$")
_TAIL_SAID = re.compile(
    rf",\s*(?P<who>(?:{attributed.NAME}|he|she|they)\s+(?:{attributed.VERBS})\b|"
    rf"(?:{attributed.VERBS})\s+(?:{attributed.NAME}|he|she|they)\b)[^.!?\n,]{{0,60}}[.!]?\s*$"
)
_TAIL_LINE = re.compile(r"\n[^\S\n]*(?P<who>(?:[^\W\d_a-zß-ÿ]|\d\d?\s[A-Z]|\d{4})[^\n.!?:]{1,80})\s*$")
_TAILS = (
    (_TAIL, frozenset("—–―‒~⁓-")),
    (_TAIL_BRACKETS, frozenset(")")),
    (_TAIL_SAID, frozenset(",")),
    (_TAIL_LINE, frozenset("\n")),
)
"""Ways an attribution stands behind a quotation, each with signs it cannot do without."""
_HEAD = re.compile(
    rf"^\s*(?P<who>(?:(?:As|In \d{{4}},?|According to|Here is|Did|Has)\s+)?{attributed.NAME}(?:\s*\([^()\n]{{1,60}}\))?"
    rf"(?:[^:.!?\n]{{0,60}}?\b(?:{attributed.VERBS})\b[^:.!?\n]{{0,40}})?)\s*:\s+(?=\S)"
)
_HEAD_SAID = re.compile(
    rf"^\s*(?P<who>(?:(?:As|Did)\s+)?{attributed.NAME}\s+(?:(?:has|had|once|also|really)\s+)?(?:{attributed.VERBS})\b"
    r"(?:\s+in\s+\d{4})?),?\s+(?:that\s+)?(?=\S)"
)
_CHATTER = re.compile(
    r"\?[^\w?]*$|\b(?:said|say|says|saying|quotes?|quoted|according|real|true|fake|source|heard|read|saw|found|think|"
    r"legit|hi|hey|hello|thanks|please|guys|anyone|check|look|lol|imo|btw)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?…\n]+(?:[.!?…]+[\"”’')\]]*|\n|\Z)")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words that are claimed to be somebody's. `marked` where quotation marks or a quoted line say so."""

    text: str
    attribution: Attribution
    marked: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What may be quoted in a pasted text: the marked stretches, and the whole without marks, as it may be read.

    `unmarked` are ways to read it as one quotation, the barest first. `outside` are the stretches of words outside
    all marks.
    """

    marked: tuple[Quotation, ...]
    unmarked: tuple[Quotation, ...]
    outside: tuple[tuple[str, ...], ...]


def read(pasted: str) -> Reading:
    """The quotations in a pasted text, with who is said to have said them."""
    text = without_links(within(pasted, MAX_PASTED_CHARS))
    lines = _QUOTED_LINES.search(text) if ">" in text else None
    if lines and words(text[: lines.start()] + text[lines.end() :]):
        text = _QUOTED_LINES.sub(_as_marked, text)
    elif ">" in text:
        text = without_quote_signs(text)
    text = without_markdown(text)
    spans = marked_spans(text)
    marked = tuple(_quotations(text, spans))
    quoted = sum(len(words(quotation.text)) for quotation in marked)
    if not marked or (quoted < EXACT_BELOW and _only_a_phrase(text, quoted)):
        return Reading((), tuple(_unmarked_readings(text)), ())
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    outside = tuple(tuple(words(text[first:last])) for first, last in zip(edges[::2], edges[1::2], strict=True))
    return Reading(marked, (Quotation(text, Attribution(), marked=False),), tuple(filter(None, outside)))


def _only_a_phrase(text: str, quoted: int) -> bool:
    """Whether the few marked words are a phrase in somebody's sentence, not what the sentence is about."""
    around = len(words(text)) - quoted
    if quoted <= PHRASE_WORDS - 1:
        return around >= PHRASE_WORDS
    return around > PHRASE_WORDS * quoted and not _CHATTER.search(text)


def _as_marked(lines: re.Match[str]) -> str:
    quoted = without_quote_signs(lines.group()).strip()
    if any(mark in quoted for mark in '"“”„«»'):
        return f"{quoted}\n"
    return f"\n“{quoted}”\n"


def _quotations(text: str, spans: list[tuple[int, int]]) -> Iterator[Quotation]:
    edges = [0, *(end + 1 for _, end in spans)]
    starts = [*(start for start, _ in spans[1:]), len(text)]
    for place, (start, end) in enumerate(spans[:MAX_QUOTATIONS]):
        quoted = text[start:end].strip()
        if words(quoted):
            before, after = text[edges[place] : start], text[end + 1 : starts[place]]
            if (
                place
            ):  # what stands between two quotations is told of the first up to its first stop, then of the second
                before = _STOP.split(before)[-1]
            if place + 1 < len(spans):
                after = "" if _INTRODUCES.search(after) and not _STOP.search(after.strip()) else _STOP.split(after)[0]
            yield Quotation(quoted, attributed.read(before.rstrip(_BEFORE), after), marked=True)


def _unmarked_readings(text: str) -> Iterator[Quotation]:
    """A text without marks: without what looks like an attribution, then as it is."""
    stripped = text.strip()
    bare, who = _without_tail(stripped)
    for pattern in (_HEAD, _HEAD_SAID) if ":" in bare else (_HEAD_SAID,):
        if (found := pattern.match(bare)) and len(words(bare[found.end() :])) >= len(words(found["who"])):
            head = attributed.read(found["who"] + ":", "")
            who = Attribution(who.speaker or head.speaker, who.date or head.date)
            bare = bare[found.end() :].strip()
            break
    talked = _without_chatter(bare) if _CHATTER.search(bare) else bare
    if talked != bare and len(words(talked)) >= max(EXACT_BELOW, LEFT_SHARE * len(words(bare))):
        bare = talked
    if bare != stripped:
        yield Quotation(bare, who, marked=False)
    yield Quotation(stripped, Attribution(), marked=False)


def _without_tail(text: str) -> tuple[str, Attribution]:
    """Without the lines, the dash or the brackets behind it that say who and when."""
    who = Attribution()
    for _ in range(MAX_TAILS):
        for pattern, sign in _TAILS:
            if sign.isdisjoint(text):
                continue
            found = pattern.search(text)
            if found and len(words(text[: found.start()])) > len(words(found["who"])):
                said = (
                    attributed.read("", found["who"]) if pattern is _TAIL_SAID else attributed.from_tail(found["who"])
                )
                who = Attribution(said.speaker or who.speaker, said.date or who.date)
                text = text[: found.start()].strip()
                break
        else:
            break
    return text, who


def _without_chatter(text: str) -> str:
    """Without sentences at either end that talk about the quotation: “Did he really say this?”"""
    sentences = [(found.start(), found.end()) for found in _SENTENCE.finditer(text) if found.group().strip()]
    first, last = 0, len(sentences)
    while last - first > 1 and _CHATTER.search(text[slice(*sentences[first])].strip()):
        first += 1
    while last - first > 1 and _CHATTER.search(text[slice(*sentences[last - 1])].strip()):
        last -= 1
    return text[sentences[first][0] : sentences[last - 1][1]].strip() if first < last else text
