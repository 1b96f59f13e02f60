"""`quoth restore FILE`: put a copy of the log in its place, while no bot runs; the present one is kept."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..config import load_settings
from ..store.backups.backup_and_restore import restore
from ..store.disk.folder_lock import hold
from .backup import log_of

if TYPE_CHECKING:
    import argparse


def options(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the copy, as quoth backup wrote it")
    parser.add_argument("--data", type=Path, metavar="DIR", help="the data folder (default: as in the settings)")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings (default: QUOTH_CONFIG, config.yaml)")


def run(args: argparse.Namespace) -> int:
    """Put it in place; 0 when the next start will use it."""
    path = log_of(load_settings(args.config, os.environ), args)
    with hold(path.parent):
        copied, previous_log = restore(path, args.file, datetime.now(UTC))
    print(f"{path} is now the copy of {copied.taken or 'an unknown date'}: {copied.uses} uses, checked")
    if previous_log is not None:
        print(f"what stood there before is kept as {previous_log}")
    return 0
