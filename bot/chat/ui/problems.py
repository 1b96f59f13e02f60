"""What is wrong with the bank's files, as moderators are shown it. File names and words of files are escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...text import shorten, shown
from ..escaping import escape
from ..limits import TEXTS_TOTAL
from .cards import draw, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import discord

    from ...editions.library import Library
    from ...problem import Problem

MESSAGE_SHOWN = 300
FILE_SHOWN = 120
REST = 120
"""Characters kept free for what says that not all is shown."""


def problems(library: Library) -> discord.ui.LayoutView:
    """The faults of the bank's files, errors first, as many as fit; and which edition serves meanwhile."""
    bank = library.edition.bank
    found = sorted(library.problems, key=lambda problem: problem.severity)
    serving = f"Edition `{bank.edition}` with {len(bank.quotes):,} quotes"
    if library.faulty:
        head = f"### The bank's files cannot be served as they are\n{_count(found)}. {serving} goes on meanwhile."
    elif found:
        head = f"### The bank is served\n{serving}. {_count(found)} to look at."
    else:
        head = f"### Nothing to mend\n{serving} is what the files say."
    lines = [head]
    room = TEXTS_TOTAL - len(head) - REST
    for at, problem in enumerate(found):
        line = _line(problem)
        room -= len(line) + 1
        if room < 0:
            lines.append(f"-# {len(found) - at:,} more are not shown: `quoth check` lists all of them.")
            break
        lines.append(line)
    return draw(text(*lines))


def fault_notice(library: Library) -> str:
    """A short message that the files just saved are not served, with the first fault."""
    found = library.problems
    first = next(problem for problem in found if problem.severity == "error")
    return (
        f"The bank's files cannot be served as they are: {_count(found)}. "
        f"Edition `{library.edition.bank.edition}` goes on. `/bank problems` shows all.\n"
        f"{_line(first)}"
    )


def mended_notice(library: Library) -> str:
    """A short message that the files are in order again."""
    bank = library.edition.bank
    return f"The bank's files are in order again: edition `{bank.edition}` with {len(bank.quotes):,} quotes."


def _count(found: Sequence[Problem]) -> str:
    errors = sum(problem.severity == "error" for problem in found)
    counts = ((errors, "error"), (len(found) - errors, "warning"))
    return " and ".join(f"{count:,} {name}{'s' if count != 1 else ''}" for count, name in counts if count)


def _line(problem: Problem) -> str:
    """One problem. Whatever cannot be seen of it is escaped here too, though who made it did so."""
    file, message, hint = (shown(part) for part in (problem.file, problem.message, problem.hint))
    file = shorten(file, FILE_SHOWN)
    where = f"{file}:{problem.line}:{problem.column}" if problem.line else file
    mend = f"\n-# {escape(shorten(hint, MESSAGE_SHOWN))}" if hint else ""
    return f"**{escape(where)}** {problem.severity}: {escape(shorten(message, MESSAGE_SHOWN))}{mend}"
