"""What a person says in their own words in a message: the parts that are not code, links, quotations or commands."""

from __future__ import annotations

import re
from bisect import bisect_right

BREAK = "\ue000"
"""Stands where something was taken out; no phrase reaches across it."""

_COMMAND = re.compile(r"\s*(?:[/!?.$%&+~;=-]{1,2}[^\W\d_]|<@[!&]?\d+>)")
_TICKS = re.compile(r"`+")
_FENCE = 3
_SPOILER = re.compile(r"\|\|.*?\|\|", re.DOTALL)
_QUOTED_LINE = re.compile(r"^[^\S\n]*>(?:>>.*\Z|[^\n]*)", re.MULTILINE | re.DOTALL)
_MARKUP = re.compile(r"\[[^\[\]\n]*\]\([^()\n]*\)|https?://\S+|<[^<>\s][^<>\n]{0,200}>|:\w+:", re.IGNORECASE)
# An address, a file name, a name in code or somebody's handle; the whole token goes.
_NOT_A_WORD = re.compile(r"^[(\[]?[@/~]\w|\w@\w|\w_[^\W_]|\w\.[^\W\d_]{2}|\w:\\|::|\w\(\)|\w=")
_TOKEN = re.compile(r"\S+")
_SENTENCE_END = re.compile(rf"[\n,;:…()\[\]{{}}|{BREAK}]|[!?]|(?<!\W\w)\.(?=\s|$)|—|\s[–-]+\s")

_CLOSERS = {
    '"': '"',
    "＂": "＂",
    "“": '”"“',
    "”": "”",
    "„": '“”"',
    "‟": "”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "›": "‹",
    "「": "」",
    "『": "』",
    "‘": "’",
    "‚": "‘’",
    "'": "'",
}
_SINGLE = "'‘‚’"
_STRAIGHT = "\"'＂"
_QUOTE_MARK = re.compile("[" + "".join(sorted(set("".join(_CLOSERS) + "".join(_CLOSERS.values())))) + "]")


def prose(text: str) -> list[str]:
    """The stretches of a message that are the writer's own words, each within one clause. Linear in the text.

    Left out: code (an unclosed fence reaches to the end), quoted lines, text within quotation marks of any kind (an
    unclosed mark reaches to the end of its line), spoilers, links, addresses, mentions and other markup, and lines
    that are commands to a bot. A message that begins with a command is a command as a whole.
    """
    if _COMMAND.match(text):
        return []
    bare = _without_code(text)
    bare = _QUOTED_LINE.sub(BREAK, bare)
    bare = _SPOILER.sub(BREAK, bare)
    bare = "\n".join(line for line in bare.split("\n") if not _COMMAND.match(line))
    bare = _MARKUP.sub(BREAK, bare)
    bare = _without_quotations(bare)
    bare = _TOKEN.sub(lambda token: BREAK if _NOT_A_WORD.search(token.group()) else token.group(), bare)
    return [stretch for stretch in _SENTENCE_END.split(bare) if stretch and not stretch.isspace()]


def _without_code(text: str) -> str:
    ticks = [(run.start(), run.end()) for run in _TICKS.finditer(text)]
    closing: dict[int, tuple[int, int]] = {}
    partner: list[tuple[int, int] | None] = [None] * len(ticks)
    for place in range(len(ticks) - 1, -1, -1):
        start, end = ticks[place]
        partner[place] = closing.get(end - start)
        closing[end - start] = (start, end)
    spans: list[tuple[int, int]] = []
    done = 0
    for (start, end), closed in zip(ticks, partner, strict=True):
        if start < done:
            continue
        if closed:
            done = closed[1]
        elif end - start >= _FENCE:
            done = len(text)
        else:
            continue
        spans.append((start, done))
    return _cut(text, spans)


def _without_quotations(text: str) -> str:
    closers: dict[str, list[int]] = {}
    openers: list[int] = []
    for found in _QUOTE_MARK.finditer(text):
        place = found.start()
        if _closes(text, place):
            closers.setdefault(text[place], []).append(place)
        if _opens(text, place):
            openers.append(place)
    spans: list[tuple[int, int]] = []
    done = 0
    for place in openers:
        if place < done:
            continue
        end = _end(text, place, closers)
        if end is not None:
            done = end
            spans.append((place, done))
    return _cut(text, spans)


def _end(text: str, place: int, closers: dict[str, list[int]]) -> int | None:
    """Where a quotation ends whose mark opens at `place`; None for a single mark that is none."""
    mark = text[place]
    closed = min((end for closer in _CLOSERS[mark] if (end := _next(closers.get(closer, []), place)) >= 0), default=-1)
    line_end = text.find("\n", place)
    line_end = len(text) if line_end < 0 else line_end
    if mark in _SINGLE and not 0 <= closed < line_end:
        return None
    return closed + 1 if closed >= 0 else line_end


def _opens(text: str, place: int) -> bool:
    """Whether a mark stands where a quotation can begin; a straight mark after a letter or a digit (27") cannot."""
    mark = text[place]
    return mark in _CLOSERS and (mark not in _STRAIGHT or place == 0 or not text[place - 1].isalnum())


def _closes(text: str, place: int) -> bool:
    """Whether a mark can end a quotation; an apostrophe inside a word cannot."""
    return text[place] not in _SINGLE or not text[place + 1 : place + 2].isalnum()


def _next(places: list[int], after: int) -> int:
    at = bisect_right(places, after)
    return places[at] if at < len(places) else -1


def _cut(text: str, spans: list[tuple[int, int]]) -> str:
    pieces: list[str] = []
    done = 0
    for start, end in spans:
        pieces += (text[done:start], BREAK)
        done = end
    pieces.append(text[done:])
    return "".join(pieces)
