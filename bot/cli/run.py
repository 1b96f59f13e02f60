"""`quoth run`: connect to Discord and answer."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import find_token, load_settings

if TYPE_CHECKING:
    import argparse


def options(parser: argparse.ArgumentParser) -> None:
    """The options of `quoth run`. The token is none of them: it comes from the environment or a file."""
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings file (default: config.yaml if present)")


def run(args: argparse.Namespace) -> int:
    """Serve until told to stop."""
    settings = load_settings(args.config, os.environ)
    token = find_token(settings, os.environ)
    logging.basicConfig(
        level=settings.log_level.upper(), format="{asctime} {levelname:<7} {name}: {message}", style="{"
    )
    for library in ("discord", "aiosqlite"):  # their debugging says what people typed
        logging.getLogger(library).setLevel(max(logging.INFO, logging.getLogger().level))
    gc.disable()  # nothing that is loaded becomes garbage; `app.run` switches it on again
    from bot import app  # noqa: PLC0415  Discord's library is loaded only once the token is known to be there

    return 0 if asyncio.run(app.run(settings, token)) else 1
