"""What discord.py writes to the log itself: it ends as our own lines do, without ids, tokens, words or traces."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from discord import app_commands

from . import named, relied_on

if TYPE_CHECKING:
    from collections.abc import Callable

relied_on("the cleaning of the log", named(app_commands.CommandTree, "_call", ["_log.exception"]))

LIBRARY = "discord"
OURS_TO_END = (
    "discord.app_commands.tree",
    "discord.ui.view",
    "discord.ui.modal",
    "discord.ext.commands.bot",
    "discord.ext.commands.cog",
)
"""Loggers of what is caught where nobody else can catch it: suggestions, buttons, forms, commands."""
_PLAIN = re.compile(r"[A-Za-z_.]{1,40}")
"""A word of a program, and not of a person: the name of an event, a method of HTTP, of a command."""
_SMALL = 100_000
"""From here on a number may be an id of Discord's."""


class Hidden:
    """Stands in a line for what is nobody's to see."""

    def __repr__(self) -> str:
        return "…"


class Cleaned(logging.Filter):
    """Takes out of a record what discord.py tells of people and of requests, and hands its errors on to `end`."""

    def __init__(self, end: Callable[[BaseException], object]) -> None:
        super().__init__()
        self.end = end

    def filter(self, record: logging.LogRecord) -> bool:
        """Let a record through without what it must not hold; not at all where `end` has told of it."""
        if record.levelno < logging.INFO:
            return True
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and record.name in OURS_TO_END:
            self.end(error)
            return False
        clean_arguments(record)
        return True


def clean_arguments(record: logging.LogRecord) -> None:
    """Hide what could be an id, an address or a person's words; the sentence itself stays discord.py's."""
    args: Any = record.args
    if isinstance(args, dict):
        record.args = {name: _shown(value) for name, value in args.items()}
    elif args:
        record.args = tuple(_shown(value) for value in args)
    try:
        record.getMessage()
    except (TypeError, ValueError):  # an id where only a number can stand
        record.msg, record.args = str(record.msg), None


def _shown(value: object) -> object:
    if isinstance(value, int | float):
        return value if abs(value) < _SMALL else Hidden()
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) else Hidden()
    return value if value is None else Hidden()


def clean(end: Callable[[BaseException], object]) -> None:
    """Clean every line of discord.py's from now on; `end` tells of an error that only it could catch."""
    for name in sorted({*logging.root.manager.loggerDict, *OURS_TO_END}):
        if name == LIBRARY or name.startswith(f"{LIBRARY}."):
            logger = logging.getLogger(name)
            for filtering in [filtering for filtering in logger.filters if isinstance(filtering, Cleaned)]:
                logger.removeFilter(filtering)
            logger.addFilter(Cleaned(end))
