"""The verdicts on pasted quotations: the verdict first, then what differs, then the true words and where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from ...bank.attribution import role_then, where_pieces
from ...bank.link import link_label, passage_link
from ...text import shorten
from ...verify.comparison import pasted, source
from ...verify.verdict import gravest
from ..acts.custom_ids import More
from ..escaping import escape
from . import buttons
from .cards import draw, of_quote, rule, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...bank.quote import Quote
    from ...verify.verdict import Piece, Verdict, VerdictKind

SHOWN = 4
"""Quotations of one message whose verdicts are shown; the others are counted."""
ROOM = 3400
"""Characters of all verdicts together, once they are escaped; a message has room for 4,000."""
WHOLE = 600
"""Characters up to which a text of a changed quotation is shown whole; of a longer one what stands about a change."""
AROUND = 90
"""Characters of what is the same that are shown beside a difference in a text that is not shown whole."""
CLAIM = 300
PASSAGE = 400
MOST_QUOTES = 2

HEADINGS: dict[VerdictKind, str] = {
    "verbatim": "✓ Word for word",
    "altered": "≠ Altered",
    "spliced": "≠ Spliced",
    "misattributed": "✗ Misattributed",
    "in_source": "≈ In a source, not in the bank",
    "unknown": "? Not in our sources",
}
"""A mark and a word for each verdict."""
COLOURS: dict[VerdictKind, int] = {
    "verbatim": 0x2E9E5B,
    "altered": 0xE0A100,
    "spliced": 0xE0A100,
    "misattributed": 0xC0392B,
    "in_source": 0x3A7BD5,
    "unknown": 0x8A8F98,
}
"""True green, bent amber, under a wrong name red, in a source blue, not ours grey."""
WHAT_NEXT = "Do you know where it was published? Tell whoever keeps the quotes here: with its article it can be added."

Item = discord.ui.Item[Any]


def verdicts(found: Sequence[Verdict], nearest: Quote | None = None) -> discord.ui.LayoutView:
    """The verdicts in the order the quotations stand, each in its colour, with the buttons of the quote that says most.

    `nearest` is a quote to offer where what was pasted is not in our sources.
    """
    here = found[:SHOWN]
    room = ROOM // len(here)
    boxes: list[list[Item]] = [[text(*_fitting(_lines(verdict, alone=len(found) == 1), room))] for verdict in here]
    last: list[Item] = []
    if len(found) > SHOWN:
        last.append(text(f"-# {len(found) - SHOWN} more quotations in this message were checked and are not shown."))
    quote = gravest(tuple(found)).quote or next((verdict.quote for verdict in here if verdict.quote), None)
    if quote is not None:
        last += [rule(), _buttons(quote)]
    elif nearest is not None:
        last += [rule(), buttons.quotes([nearest], placeholder="What comes nearest in our sources …")]
    boxes[-1] += last
    view = discord.ui.LayoutView(timeout=None)
    for verdict, items in zip(here, boxes, strict=True):
        view.add_item(discord.ui.Container(*items, accent_colour=COLOURS[verdict.kind]))
    view.stop()  # else discord.py would remember every answer for as long as the bot runs
    return view


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
    if verdict.kind != "verbatim":
        yield escape(verdict.detail)
    elif verdict.is_excerpt:
        yield "As part of a longer passage."
    yield from _texts(verdict)
    if verdict.passages and not verdict.pieces:
        for passage, quote in zip(verdict.passages, verdict.quotes, strict=False):
            yield from _block(_said(passage, PASSAGE))
            yield _where(quote)
        return
    for quote in verdict.quotes[: MOST_QUOTES if alone else 1]:
        yield _where(quote)
    if verdict.kind == "unknown" and alone:
        yield f"-# {WHAT_NEXT}"


def _texts(verdict: Verdict) -> Iterator[str]:
    """The words: of a changed quotation what was pasted and what the source has, one below the other."""
    if verdict.kind in ("verbatim", "misattributed") and verdict.quote is not None:
        yield from _block(_said(verdict.quote.text, PASSAGE * 2))
    elif verdict.pieces:
        yield "**Pasted**"
        yield from _block(f"“{differences(pasted(verdict))}”")
        yield "**Source**"
        yield from _block(f"“{differences(source(verdict))}”")
    else:
        yield "**Pasted**"
        yield from _block(_said(verdict.text, CLAIM))
        if verdict.passages:
            yield "**Source**"


def _block(words: str) -> Iterator[str]:
    """A block quotation, and the empty line that ends it everywhere."""
    yield f"> {words}"
    yield ""


def _where(quote: Quote) -> str:
    role = role_then(quote)
    who = f"— **{escape(quote.speaker.name)}**" + (f", {escape(role)}" if role else "")
    return f"{who}\n-# {escape(' · '.join(where_pieces(quote)))}"


def _said(words: str, limit: int) -> str:
    """Words in quotation marks, on one line: a block quotation ends with its line."""
    bare = " ".join(words.split()).strip('“”"')
    return f"“{escape(shorten(bare, limit))}”"


def differences(pieces: Sequence[Piece]) -> str:
    """One of two texts with what the other does not have in bold; escaped. A long one without what is far from that."""
    whole = sum(len(piece.text) for piece in pieces) <= WHOLE
    drawn = []
    for place, piece in enumerate(pieces):
        if piece.kind != "same":
            drawn.append(f"**{escape(shorten(piece.text, CLAIM))}**")
        elif whole:
            drawn.append(escape(piece.text))
        else:
            drawn.append(escape(_around(piece.text, first=place == 0, last=place == len(pieces) - 1)))
    return "".join(drawn).strip()


def _around(plain: str, *, first: bool, last: bool) -> str:
    """What is the same, cut to what stands next to a difference."""
    if len(plain) <= AROUND * 2:
        return plain
    head = "" if first else plain[:AROUND].rpartition(" ")[0]
    tail = "" if last else plain[-AROUND:].partition(" ")[2]
    return f"{head} … {tail}"


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
