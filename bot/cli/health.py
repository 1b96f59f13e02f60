"""`quoth health`: does the running bot hear from Discord? For containers and watchdogs."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import load_settings
from bot.errors import CallError

if TYPE_CHECKING:
    import argparse

FRESH = 90
"""Seconds a touch of the health file counts; the bot touches it about twice in that time while Discord answers."""


def options(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings (default: QUOTH_CONFIG, config.yaml)")


def run(args: argparse.Namespace) -> int:
    """Say how the bot is; 0 when it hears from Discord, 1 when it does not."""
    file = load_settings(args.config, os.environ).health_file
    if file is None:
        raise CallError("no health_file is set; name one in the config file or in QUOTH_HEALTH_FILE, for the bot too")
    trouble = ailing(file, time.time())
    print(trouble or "the bot hears from Discord")
    return 1 if trouble else 0


def ailing(file: Path, now: float) -> str | None:
    """Why the bot that touches this file cannot be called healthy, or None. `now` in seconds since 1970."""
    try:
        age = now - file.stat().st_mtime
    except OSError as error:
        return f"the bot has not touched {file}: {error.strerror}"
    if age > FRESH:
        return f"the bot last heard from Discord {age:.0f} seconds ago"
    return None
