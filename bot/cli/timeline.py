"""`quoth timeline`: how a line moved, year by year, in the terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from ..bank.attribution import outlet, where_pieces
from ..config import shipped_bank
from ..editions.making import open_edition
from ..errors import CallError
from ..search.query import Query
from ..search.timeline import timeline
from ..text import shown
from . import aside

if TYPE_CHECKING:
    import argparse

    from ..bank.quote import Quote
    from ..search.parallels import Parallel, Stretch
    from ..search.query import Found
    from ..search.timeline import Timeline, Year

MISSED = 1
_INDENT = " " * 6


def options(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("words", nargs="+", metavar="WORDS", help="a topic, a word, a speaker")
    parser.add_argument("--speaker", metavar="NAME", help="only what this speaker said")
    parser.add_argument("--bank", type=Path, metavar="DIR", help="the bank to look in (default: the one that ships)")


def run(args: argparse.Namespace) -> int:
    """Print the timeline; 1 where the bank has nothing on it."""
    asked = " ".join(args.words)
    if not asked.strip():
        raise CallError("say what to follow through the years (quoth timeline dual-track)")
    line = timeline(open_edition(args.bank or shipped_bank()).index, Query(asked, speaker=args.speaker))
    if not line.years:
        _tell_miss(line.found)
        return MISSED
    for typed, taken in line.found.corrections:
        aside(f"showing {taken} for {typed}")
    _show(Console(highlight=False, soft_wrap=not sys.stdout.isatty()), line)
    return 0


def _show(console: Console, line: Timeline) -> None:
    """Styles where a terminal shows them, ~~dropped~~ and **added** elsewhere."""
    for year in line.years:
        _show_year(console, year)
    for pair in line.parallels:
        _show_pair(console, pair)


def _show_year(console: Console, year: Year) -> None:
    rest = len(year.quotes) - 1
    console.print(Text.assemble((f"{year.year or 'n.d.'}", "bold cyan"), f"  “{year.passage.text}”"))
    more = f" · {rest} more" if rest else ""
    console.print(Text(f"{_INDENT}{_where(year.passage.quote)}{more}", style="dim"))


def _show_pair(console: Console, pair: Parallel) -> None:
    styled = console.is_terminal
    console.print()
    console.print(Text(pair.heading, style="bold"))
    for quote, stretches, style, mark in (
        (pair.earlier, pair.before, "strike red", "~~"),
        (pair.later, pair.after, "bold green", "**"),
    ):
        said = Text.assemble((f"{quote.year}", "cyan"), "  “", _marked(stretches, style, "" if styled else mark), "”")
        console.print(said)
        console.print(Text(f"{_INDENT}{_where(quote)}", style="dim"))


def _marked(stretches: tuple[Stretch, ...], style: str, mark: str) -> Text:
    pieces = [
        Text(f"{mark}{stretch.text}{mark}", style) if stretch.changed else Text(stretch.text) for stretch in stretches
    ]
    return Text(" ").join(pieces)


def _where(quote: Quote) -> str:
    return f"{quote.speaker.name} · {where_pieces(quote)[0]} · {outlet(quote.source)}"


def _tell_miss(found: Found) -> None:
    near = f"; nearest topics: {', '.join(topic.name for topic in found.suggestions)}" if found.suggestions else ""
    note = f" ({shown(found.note)})" if found.note else ""
    aside(f"nothing in the bank answers “{shown(found.query.words)}”{note}{near}")
