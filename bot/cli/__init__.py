"""The terminal door: `quoth COMMAND`. Each command is a module with `options(parser)` and `run(args)`."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from typing import TYPE_CHECKING

from .. import __version__, signals
from ..errors import QuothError
from ..private import OTHERS
from ..text import without_tokens
from . import output

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

COMMANDS = {
    "run": "connect to Discord and answer",
    "demo": "serve the bot in a simulated Discord on a local page; no account, no token",
    "ask": "answer one query in the terminal, as the bot would",
    "search": "find quotes; --json and --batch for programs",
    "verify": "check a quotation word by word; --json and --batch for programs",
    "cite": "cite a quote in APA, MLA, Chicago, BibTeX, RIS or CSL-JSON",
    "timeline": "follow a topic through the years, with the words that changed",
    "check": "check a bank: every fault with its place, every quote proved against its source",
    "fingerprint": "make the fingerprint of an article",
    "draft": "propose the quotes of an article as a YAML file for a person to finish",
    "health": "say whether the running bot hears from Discord, and how its log fares (for containers)",
    "backup": "copy the log while the bot runs, in one piece and checked",
    "restore": "put a copy of the log in its place; the present one is kept",
    "stats": "show uses, top topics, top quotes and misses",
}

NO_PATHS = {errno.EACCES, errno.EPERM, errno.ENAMETOOLONG, errno.ELOOP, errno.ENOTDIR}
"""Errors of a path that was named: it may not be looked at, or cannot be one."""


def aside(said: str) -> None:
    """Say what is wrong, or was not found. A token that was given in a wrong place is not in it."""
    print(without_tokens(said), file=sys.stderr)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Exit status: 0 done, 1 it found something wrong, 2 a wrong call."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    os.umask(os.umask(OTHERS) & OTHERS)  # one that takes our own rights from us makes files we could not open again
    output.prepare()
    if arguments[:1] == ["run"]:
        signals.at_the_start()
    from .parser import refuse_tokens  # noqa: PLC0415  loading it takes as long as the rest so far: a signal may come

    args = _parsed(arguments)
    try:
        refuse_tokens(args)
        status: int = args.run(args)
        sys.stdout.flush()
    except QuothError as error:
        aside(f"quoth {args.command}: {error}")
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        if error.filename is None and (happened := output.what_happened(error)):
            output.give_up()
            aside(f"quoth {args.command}: {happened}")
            return 1
        if error.errno not in NO_PATHS or error.filename is None:
            raise
        aside(f"quoth {args.command}: {error.filename} cannot be used: {error.strerror}")
        return 2
    return status


def _parsed(arguments: Sequence[str]) -> Namespace:
    from .parser import Parser  # noqa: PLC0415  as above

    parser = Parser(prog="quoth", description="Sourced quotes, in Discord and in the terminal.")
    parser.add_argument("--version", action="version", version=f"quoth {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    chosen = next((word for word in arguments if word in COMMANDS), None)
    for name, purpose in COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=purpose[0].upper() + purpose[1:] + ".")
        if name == chosen:  # only the chosen command is imported: `quoth search` must not wait for Discord's library
            module = importlib.import_module(f"{__name__}.{name}")
            module.options(command)
            command.set_defaults(run=module.run)
    return parser.parse_args(arguments)
