"""A reading pack: the quotes themselves with where each stands, as plain text or Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..attribution import plain_line, role_then, where_pieces
from ..link import address_of, passage_link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..quote import Quote

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~])")


def write_plain(quotes: Sequence[Quote]) -> list[str]:
    """Each quote in one line with all that is known of it."""
    return [plain_line(quote) for quote in quotes]


def write_markdown(quotes: Sequence[Quote]) -> str:
    """Each quote as a block quotation, with the line that says who, when and where beneath."""
    return "\n\n".join(_block(quote) for quote in quotes)


def _block(quote: Quote) -> str:
    who = ", ".join(filter(None, (f"**{_escaped(quote.speaker.name)}**", _escaped(role_then(quote) or ""))))
    pieces = [_escaped(piece) for piece in where_pieces(quote)]
    title = _escaped(quote.source.title or "the passage")
    link = passage_link(quote) or address_of(quote)
    if link:
        pieces.append(f"[{title}](<{link.replace('<', '%3C').replace('>', '%3E')}>)")
    elif quote.source.title:
        pieces.append(title)
    return f"> “{_escaped(quote.text)}”\n>\n> — {who} · {' · '.join(pieces)}"


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
