"""`quoth backup FILE`: copy the log while the bot runs, in one piece and checked."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..config import load_settings
from ..store.backups.backup_and_restore import back_up

if TYPE_CHECKING:
    import argparse

    from ..config import Settings


def options(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the copy to write; for this user alone (0600)")
    parser.add_argument("--force", action="store_true", help="put the copy in the place of a file that is there")
    parser.add_argument("--data", type=Path, metavar="DIR", help="the data folder (default: as in the settings)")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings (default: QUOTH_CONFIG, config.yaml)")


def run(args: argparse.Namespace) -> int:
    """Write the copy; 0 when it stands there whole."""
    settings = load_settings(args.config, os.environ)
    path = log_of(settings, args)
    named = [file for file in (settings.health_file, settings.token_file) if file is not None]
    copied = back_up(path, args.file, datetime.now(UTC), force=args.force, named=named, bank=settings.bank_folder)
    print(f"copied {path} to {args.file}: {copied.uses} uses, {copied.size} bytes, checked")
    return 0


def log_of(settings: Settings, args: argparse.Namespace) -> Path:
    """The log that is meant: of the folder that was named, or of the settings."""
    return args.data / settings.database.name if args.data else settings.database
