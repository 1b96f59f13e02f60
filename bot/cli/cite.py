"""`quoth cite`: the citation of a quote, or of all quotes that answer a query, in any style."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from ..bank.citation import STYLES, cite_many, cite_runs
from ..config import shipped_bank
from ..editions.making import open_edition
from ..errors import CallError
from ..search.query import Query
from ..text import shown
from . import aside

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ..bank.citation import Style
    from ..bank.quote import Quote
    from ..search.query import Found

USUAL = "apa"
ALL = "all"
MISSED = 1


def options(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("query", nargs="+", metavar="QUERY", help="the id of a quote, or words as for quoth ask")
    parser.add_argument("--bank", type=Path, metavar="DIR", help="the bank to look in (default: the one that ships)")
    parser.add_argument(
        "--style",
        choices=[*STYLES, ALL],
        default=USUAL,
        metavar="STYLE",
        help=f"{', '.join(STYLES)} or {ALL} ({USUAL})",
    )


def run(args: argparse.Namespace) -> int:
    """Print the citations; 1 where the bank has no such quote."""
    asked = " ".join(args.query)
    if not asked.strip():
        raise CallError('say what to cite: the id of a quote, or words (quoth cite "russia")')
    edition = open_edition(args.bank or shipped_bank())
    quote = edition.bank.by_id.get(asked.removeprefix("quote:"))
    if quote:
        quotes: Sequence[Quote] = [quote]
    else:
        found = edition.index.find(Query(asked), limit=max(len(edition.bank.quotes), 1))
        if not found.hits:
            _tell_miss(found)
            return MISSED
        _tell_corrections(found)
        quotes = [hit.quote for hit in found.hits[: max(found.equals, 1)]]
    styles = list(STYLES.values()) if args.style == ALL else [STYLES[args.style]]
    for place, style in enumerate(styles):
        if len(styles) > 1:
            sys.stdout.write(("\n" if place else "") + f"{style.label} ({style.id})\n\n")
        _write(quotes, style)
    return 0


def _write(quotes: Sequence[Quote], style: Style) -> None:
    """Italics where a terminal can show them; a file or another program gets the text as it is."""
    if style.code or not sys.stdout.isatty():
        sys.stdout.write(cite_many(quotes, style.id).rstrip("\r\n") + "\n")
        return
    text = Text()
    for piece in cite_runs(quotes, style.id):
        text.append(piece.text, "italic" if piece.italic else "")
    Console(highlight=False).print(text)


def _tell_corrections(found: Found) -> None:
    for typed, taken in found.corrections:
        aside(f"showing {taken} for {typed}")


def _tell_miss(found: Found) -> None:
    near = f"; nearest topics: {', '.join(topic.name for topic in found.suggestions)}" if found.suggestions else ""
    aside(f"nothing in the bank answers “{shown(found.query.words)}”{near}")
