"""`quoth check [DIR]`: check a bank; every fault with its place, every quote proved against its source."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..bank.reader import read_bank
from ..bank.schema import dump_schema
from ..config import shipped_bank
from ..errors import CallError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping
    from typing import TextIO

    from ..bank.reader import Reading
    from ..problem import Problem

_WORDS_WIDTH = 75  # with less room for the words than this, lines are easier to read than a table
_COLOURS = {"error": "bold red", "warning": "yellow"}


def options(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        metavar="DIR",
        help="the bank's folder (default: the bank that comes with Quoth)",
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--format", choices=tuple(_FORMATS), default="text", help="text for people (default), json, github"
    )
    how.add_argument("--json", action="store_const", const="json", dest="format", help="the same as --format json")
    how.add_argument("--schema", action="store_true", help="print the format as a JSON Schema (quotes/schema.json)")


def run(args: argparse.Namespace) -> int:
    """Check; 0 when no problem is an error, 1 when one is. Raises CallError where there is no folder."""
    if args.schema:
        sys.stdout.write(dump_schema())
        return 0
    folder: Path = args.folder or _from_here(shipped_bank())
    if not folder.is_dir():
        found = "is not a folder" if folder.exists() else "does not exist"
        raise CallError(f"{folder} {found}; give the folder that holds topics.yaml and sources/")
    reading = read_bank(folder)
    _FORMATS[args.format](reading, sys.stdout)
    return int(any(problem.severity == "error" for problem in reading.problems))


def _from_here(folder: Path) -> Path:
    """The folder as a person here would name it."""
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder


def summary(reading: Reading) -> str:
    """One line that says how it stands."""
    found = f"{_count(reading.quotes, 'quote')}, {_count(reading.sources, 'source')}"
    errors = sum(problem.severity == "error" for problem in reading.problems)
    warnings = len(reading.problems) - errors
    counts = [_count(errors, "error")] if errors else []
    counts += [_count(warnings, "warning")] if warnings else []
    if errors:
        return f"{found}: {' and '.join(counts)}; the bank cannot be used until the errors are mended"
    proved = "every quote proved against its source"
    return f"{found}, {', '.join(counts) or 'no problems'}: {proved}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _as_text(reading: Reading, out: TextIO) -> None:
    if not out.isatty():
        out.writelines(
            f"{place(problem)}: {problem.severity}: {_message_and_hint(problem)}\n" for problem in reading.problems
        )
        out.write(summary(reading) + "\n")
        return
    console = Console(file=out, highlight=False)
    widest = max((len(place(problem)) for problem in reading.problems), default=0)
    if reading.problems and console.width >= widest + _WORDS_WIDTH:
        console.print(_table(reading.problems))
    else:
        for problem in reading.problems:
            colour = _COLOURS[problem.severity]
            console.print(Text.assemble((place(problem), "bold"), " ", (problem.severity, colour)))
            console.print(Text(f"  {problem.message}"))
            console.print(Text(f"  {problem.hint}", style="dim"))
    worst = min((problem.severity for problem in reading.problems), default="")
    console.print(Text(summary(reading), style=_COLOURS.get(worst, "bold green")))


def _table(problems: tuple[Problem, ...]) -> Table:
    table = Table(show_lines=False, header_style="bold", pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column("Place", no_wrap=True)  # whole, so that it can be clicked
    table.add_column("What is wrong", overflow="fold", ratio=1)
    table.add_column("How to mend it", overflow="fold", ratio=1)
    for problem in problems:
        severity = Text(problem.severity, style=_COLOURS[problem.severity])
        table.add_row(severity, Text(place(problem)), Text(problem.message), Text(problem.hint))
    return table


def place(problem: Problem) -> str:
    """Where a problem is, in the form editors and terminals open."""
    return f"{problem.file}:{problem.line}:{problem.column}" if problem.line else problem.file


def _as_json(reading: Reading, out: TextIO) -> None:
    data = {
        "quotes": reading.quotes,
        "sources": reading.sources,
        "problems": [asdict(problem) for problem in reading.problems],
    }
    out.write(json.dumps(data, indent=2) + "\n")


def _as_github(reading: Reading, out: TextIO) -> None:
    for problem in reading.problems:
        where = f"file={_property(problem.file)}"
        if problem.line:
            where += f",line={problem.line},col={problem.column}"
        out.write(f"::{problem.severity} {where}::{_message(_message_and_hint(problem))}\n")
    out.write(summary(reading) + "\n")


def _message_and_hint(problem: Problem) -> str:
    return problem.message + (f"; {problem.hint}" if problem.hint else "")


def _message(text: str) -> str:
    """Escaped as GitHub's runner reads a workflow command's message."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escaped as GitHub's runner reads a workflow command's property."""
    return _message(text).replace(":", "%3A").replace(",", "%2C")


_FORMATS: Mapping[str, Callable[[Reading, TextIO], None]] = {
    "text": _as_text,
    "json": _as_json,
    "github": _as_github,
}
