"""`quoth run`: connect to Discord and answer."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from .. import descriptors, signals
from ..config import find_token, load_settings
from ..editions.malloc import use_one_arena

if TYPE_CHECKING:
    import argparse


CONNECTION = frozenset(
    {"discord.gateway", "discord.client", "discord.shard", "discord.http", "discord.state", "asyncio"}
)
"""Loggers whose errors are troubles of the network."""
LATE = 1.0
"""Seconds given to threads that are still busy when everything is closed."""
UNKNOWN_OP = "Unknown OP code %s."
"""discord.py's line about a frame that it does not know and leaves alone; it repeats what was sent."""


def options(parser: argparse.ArgumentParser) -> None:
    """The options of `quoth run`. The token is none of them: it comes from the environment or a file."""
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings file (default: config.yaml if present)")


def run(args: argparse.Namespace) -> int:
    """Serve until told to stop."""
    signals.at_the_start()
    descriptors.allow()
    use_one_arena()  # before there is a thread, or much that could lie about
    settings = load_settings(args.config, os.environ)
    token = find_token(settings, os.environ)
    logging.basicConfig(
        level=settings.log_level.upper(), format="{asctime} {levelname:<7} {name}: {message}", style="{"
    )
    for handler in logging.getLogger().handlers:
        handler.addFilter(ConnectionLogFilter())
    for library in ("discord", "aiosqlite"):  # their debugging says what people typed
        logging.getLogger(library).setLevel(max(logging.INFO, logging.getLogger().level))
    gc.disable()  # nothing that is loaded becomes garbage; `app.run` switches it on again
    from .. import app  # noqa: PLC0415  Discord's library is loaded only once the token is known to be there

    late = threading.Timer(LATE, end)
    late.daemon = True

    async def serve() -> None:
        if not await app.run(settings, token, end):
            end()
        late.start()

    asyncio.run(serve())  # waits for every thread, also for one that looks up a name in a network that is not there
    late.cancel()
    signals.at_the_end()
    return 0


def end() -> None:
    """End the process though a thread is still busy, with the network or with the log: nothing is lost by that now."""
    logging.shutdown()
    os._exit(0)


class ConnectionLogFilter(logging.Filter):
    """Leaves discord.py's and asyncio's lines about the connection without their tracebacks and others' words."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten a record; all are let through, but an unknown op, of which Discord may send any number, and what
        bears no name: only discord.py speaks so, and repeats what was sent.
        """
        if record.name == logging.root.name or (record.name == "discord.gateway" and record.msg == UNKNOWN_OP):
            return False
        if record.name in CONNECTION and record.exc_info:
            kind = record.exc_info[0]
            record.msg, record.args = f"{record.getMessage()} ({kind.__name__ if kind else 'no error'})", None
            record.exc_info = record.exc_text = None
        return True
