"""`quoth ask`: answer one query in the terminal, from the same card that Discord shows."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.panel import Panel
from rich.text import Text

from ..card import draw_card
from ..config import Settings, shipped_bank
from ..editions.making import open_edition
from ..search.holdings import other_years
from ..search.pick import Rounds
from ..search.query import Query
from ..text import shown

if TYPE_CHECKING:
    import argparse

    from ..card import Card
    from ..editions.edition import Edition
    from ..search.query import Found

MISSED = 1
_HERE = 0  # a terminal has one round at a time; in Discord this is the channel's id


def options(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("words", nargs="*", metavar="WORDS", help="what to look for; nothing asks for any quote")
    parser.add_argument("--bank", type=Path, metavar="DIR", help="the bank to look in (default: the one that ships)")
    parser.add_argument(
        "--data", choices=["none"], default="none", help="what is remembered of a terminal's questions: none"
    )


def run(args: argparse.Namespace) -> int:
    """Print one answer; 1 where the bank has none."""
    edition = open_edition(args.bank or shipped_bank())
    return answer(Console(highlight=False), edition, " ".join(args.words), random.Random())  # noqa: S311  no secret


def answer(console: Console, edition: Edition, words: str, rng: random.Random) -> int:
    """Find, pick and show, as the bot does; the chance among equal answers is `rng`'s."""
    found = edition.index.find(Query(words), limit=max(len(edition.bank.quotes), 1))
    picked = Rounds().pick(found, _HERE, (), rng)
    if found.note:
        console.print(Text(found.note, style="italic"))
    if picked is None:
        show_miss(console, found, other_years(edition.index, found.query))
        return MISSED
    quote = picked.hit.quote
    show_card(
        console,
        draw_card(
            quote,
            hit=picked.hit,
            corrections=found.corrections,
            position=picked.position,
            total=picked.total,
            proved=quote.source.id in edition.bank.fingerprints,
        ),
    )
    return 0


def show_card(console: Console, card: Card) -> None:
    """A card in a terminal. The address stands outside the frame, whole, so that it can be opened and copied."""
    who = Text.assemble("— ", (card.speaker, "bold"), f", {card.role}" if card.role else "")
    lines = [Text(card.words, style="bold"), who, Text(" · ".join(card.where))]
    if card.note:
        lines.append(Text(card.note, style="italic dim"))
    if card.found:
        lines.append(_found_line(card))
    console.print(Panel(Group(*lines), border_style=Settings().accent, padding=(0, 1)))
    if card.link:
        console.print(Text.assemble(f"{card.link_label}: ", (card.link, "underline")), soft_wrap=True)


def show_miss(console: Console, found: Found, years: str | None = None) -> None:
    """What is said instead of a wrong answer, with the years there are and the nearest topics."""
    asked = shown(found.query.words) or "that"
    console.print(Text.assemble("Nothing in the bank answers ", (f"“{asked}”", "bold"), "."))
    if years:
        console.print(Text(years))
    if found.suggestions:
        near = ", ".join(topic.name for topic in found.suggestions)
        console.print(Text.assemble("Nearest topics: ", (near, "cyan")))


def _found_line(card: Card) -> Text:
    line = Text(style="dim")
    for place, run_of_spans in enumerate(card.found):
        line.append(" · " if place else "")
        for span in run_of_spans:
            line.append(span.text, "italic" if span.stressed else "")
    return line
