"""MLA, 9th edition: an entry of the list of works cited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .facts import author, form, outlet
from .keys import entries
from .runs import alphabetical, ended, italic
from .spans import abbreviated
from .titles import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..quote import Quote, Reprint


def write(quotes: Sequence[Quote]) -> list[str]:
    """One entry a source, in alphabetical order."""
    written = (_entry(quote) for _, quote in entries(quotes))
    return sorted(written, key=alphabetical)


def _entry(quote: Quote) -> str:
    source, name = quote.source, author(quote)
    pieces = [ended(name.inverted)] if name else []
    if source.title:
        pieces.append(quoted(source.title, "."))
    if words := _form(quote):
        pieces.append(ended(words))
    container = [
        italic(outlet(source)),
        abbreviated(source.published) if source.published else None,
        source.address.value if source.address else None,
    ]
    pieces.append(", ".join(piece for piece in container if piece) + ".")
    if source.reprint:
        pieces.append(_reprint(source.reprint))
    return " ".join(pieces)


def _form(quote: Quote) -> str:
    """The form; with the day it was said only where the publication has none."""
    words = form(quote)
    if quote.said and not quote.source.published:
        return f"{words or quote.source.kind.capitalize()}, {abbreviated(quote.said)}"
    return words


def _reprint(reprint: Reprint) -> str:
    pieces = (
        reprint.by,
        abbreviated(reprint.published) if reprint.published else None,
        reprint.address.value if reprint.address else None,
    )
    return f"Reprinted by {', '.join(piece for piece in pieces if piece)}."
