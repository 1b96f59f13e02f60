"""The verdicts on pasted quotations: the verdict first, then what differs, then the true words and where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from ...bank.attribution import role_then, where_pieces
from ...bank.link import link_label, passage_link
from ...text import shorten
from ...verify.verdict import gravest
from ..acts.custom_ids import More
from ..escaping import escape
from . import buttons
from .cards import draw, of_quote, rule, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...bank.quote import Quote
    from ...verify.verdict import Piece, Verdict

SHOWN = 4
"""Quotations of one message whose verdicts are shown; the others are counted."""
ROOM = 3400
"""Characters of all verdicts together, once they are escaped; a message has room for 4,000."""
AROUND = 90
"""Characters of what is the same that are shown beside a difference."""
CLAIM = 300
PASSAGE = 400
MOST_QUOTES = 2

HEADINGS = {
    "verbatim": "✓ Word for word",
    "altered": "≠ Altered",
    "spliced": "≠ Spliced",
    "misattributed": "≠ Misattributed",
    "in_source": "≈ In a source, not in the bank",
    "unknown": "? Not in our sources",
}
"""A mark and a word for each verdict."""

Item = discord.ui.Item[Any]


def verdicts(found: Sequence[Verdict]) -> discord.ui.LayoutView:
    """The verdicts in the order the quotations stand, with the buttons of the quote that says most."""
    here = found[:SHOWN]
    room = ROOM // len(here)
    items: list[Item] = []
    for place, verdict in enumerate(here):
        if place:
            items.append(rule())
        items.append(text(*_fitting(_lines(verdict, alone=len(found) == 1), room)))
    if len(found) > SHOWN:
        items.append(text(f"-# {len(found) - SHOWN} more quotations in this message were checked and are not shown."))
    quote = gravest(tuple(found)).quote or next((verdict.quote for verdict in here if verdict.quote), None)
    if quote is not None:
        items += [rule(), _buttons(quote)]
    return draw(*items)


def nothing() -> discord.ui.LayoutView:
    """There is no text to check."""
    return draw(
        text(
            "There are no words in that message that I can read: pictures, files and stickers are beyond me.",
            "-# You can type the words yourself with /verify.",
        )
    )


def _lines(verdict: Verdict, *, alone: bool) -> Iterator[str]:
    yield f"### {HEADINGS[verdict.kind]}"
    yield escape(verdict.sentence)
    if verdict.kind in ("verbatim", "misattributed") and verdict.quote is not None:
        yield f"> {_said(verdict.quote.text, PASSAGE * 2)}"
    elif verdict.pieces:
        yield f"> {differences(verdict.pieces)}"
        yield "-# ~~dropped~~ or changed in the source's words · **added** in what was pasted"
    else:
        yield f"> {_said(verdict.text, CLAIM)}"
    if verdict.passages and not verdict.pieces:
        for passage, quote in zip(verdict.passages, verdict.quotes, strict=False):
            yield f"> {_said(passage, PASSAGE)}"
            yield _where(quote)
        return
    for quote in verdict.quotes[: MOST_QUOTES if alone else 1]:
        yield _where(quote)


def _where(quote: Quote) -> str:
    role = role_then(quote)
    who = f"— **{escape(quote.speaker.name)}**" + (f", {escape(role)}" if role else "")
    return f"{who}\n-# {escape(' · '.join(where_pieces(quote)))}"


def _said(words: str, limit: int) -> str:
    """Words in quotation marks, on one line: a block quotation ends with its line."""
    bare = " ".join(words.split()).strip('“”"')
    return f"“{escape(shorten(bare, limit))}”"


def differences(pieces: Sequence[Piece]) -> str:
    """The source's words with what was dropped struck through and what was added in bold; escaped."""
    drawn = []
    for place, piece in enumerate(pieces):
        plain = " ".join(piece.text.split())
        if piece.kind == "same":
            plain = _around(plain, first=place == 0, last=place == len(pieces) - 1)
        else:
            plain = shorten(plain, CLAIM)
        if plain:
            drawn.append(_drawn(piece.kind, plain))
    return " ".join(drawn)


def _drawn(kind: str, plain: str) -> str:
    if kind == "same":
        return escape(plain)
    mark = "~~" if kind == "dropped" else "**"
    safe = escape(plain).replace("~", r"\~").replace(r"\\~", r"\~")
    return f"{mark}{safe}{mark}"


def _around(plain: str, *, first: bool, last: bool) -> str:
    """What is the same, cut to what stands next to a difference."""
    if len(plain) <= AROUND * 2:
        return plain
    head = "" if first else plain[:AROUND].rpartition(" ")[0]
    tail = "" if last else plain[-AROUND:].partition(" ")[2]
    return f"{head} … {tail}".strip()


def _fitting(lines: Iterator[str], room: int) -> Iterator[str]:
    """The lines that fit, whole: half a line might leave a mark open."""
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            yield "-# …"
            return
        yield line


def _buttons(quote: Quote) -> buttons.Row:
    address = passage_link(quote)
    link = (buttons.link(link_label(quote), address),) if address else ()
    return buttons.row(*of_quote(quote.id), *link, buttons.button("More", More(quote.id)))
