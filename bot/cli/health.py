"""`quoth health`: does the running bot hear from Discord, and how does its log fare? For containers and watchdogs."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING

from .. import private
from ..config import load_settings
from ..errors import CallError
from ..store.disk import files
from ..store.disk.status_file import ENDING, read_status

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from ..store.disk.status_file import Status

FRESH = 90
"""Seconds a touch of the health file counts; the bot touches it about twice in that time while Discord answers.

So much may its time be ahead as well, where the disk is another machine's, with a clock of its own.
"""

BEING_WRITTEN = 0.1
"""Seconds after which what could not be read is read again: the bot may just have begun it."""
_WRITES = "the bot writes it anew when there is something new to tell of its log, and at its next start"


def options(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings (default: QUOTH_CONFIG, config.yaml)")
    parser.add_argument(
        "--log", action="store_true", help="status 1 also while the log cannot be written, or that is not known"
    )


def run(args: argparse.Namespace) -> int:
    """Say how the bot is; 0 when it hears from Discord, 1 when it does not.

    Trouble of the log alone leaves it 0 unless --log is said: what waits to be written waits in the bot's memory, and
    whoever restarts a bot because of its health would throw that away.
    """
    settings = load_settings(args.config, os.environ)
    file = settings.health_file
    if file is None:
        raise CallError("no health_file is set; name one in the config file or in QUOTH_HEALTH_FILE, for the bot too")
    trouble = ailing(file, time.time())
    print(trouble or "the bot hears from Discord")
    status, unread = about_the_log(settings.database)
    for line in of_the_log(status) if status else ():
        print(line)
    if unread:
        print(unread)
    troubled = unread or (status and status.problem)
    return 1 if trouble or (args.log and troubled) else 0


def about_the_log(path: Path) -> tuple[Status | None, str | None]:
    """What the bot said last of the log at a path; and where it said something that cannot be read, that, and why."""
    place = files.beside(path, ENDING)
    status = read_status(path)
    if status is None and os.path.lexists(place):
        time.sleep(BEING_WRITTEN)
        status = read_status(path)
    return status, None if status else _why_unread(place)


def _why_unread(place: Path) -> str | None:
    """Why a status cannot be read that stands there, and how that is mended; None where there is none."""
    not_known = f"how the log fares is not known: {place} cannot be read"
    try:
        found = place.lstat()
        if not stat.S_ISREG(found.st_mode):
            return f"{not_known}, for it is no plain file; remove it, and {_WRITES}"
        private.read_own(place, 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return f"{not_known} ({error.strerror}); run this as the user that the bot runs as"
    return f"{not_known}, for its content is damaged; {_WRITES}"


def of_the_log(status: Status) -> Iterator[str]:
    """What the bot said last of its log, where there is something to say."""
    if status.problem:
        waiting = "1 use waits" if status.waiting == 1 else f"{status.waiting} uses wait"
        yield f"{status.problem} (since {status.since}; {waiting} to be written)"
    if status.spare:
        yield f"{status.spare}; what the log cannot take is kept in memory alone"
    if status.lost:
        lost = "1 use of this run was" if status.lost == 1 else f"{status.lost} uses of this run were"
        yield f"{lost} not written, only counted"
    if status.notice:
        yield f"of the log: {status.notice}"
    if status.restored and status.restored != status.notice:
        yield f"of the log: {status.restored}"


def ailing(file: Path, now: float) -> str | None:
    """Why the bot that touches this file cannot be called healthy, or None. `now` in seconds since 1970."""
    try:
        found = file.stat()
    except OSError as error:
        return f"the bot has not touched {file}: {error.strerror}"
    if not stat.S_ISREG(found.st_mode):
        return f"{file} is no file, so the bot has not touched it: health_file must name a file of its own"
    age = now - found.st_mtime
    if age > FRESH:
        return f"the bot last heard from Discord {age:.0f} seconds ago"
    if age < -FRESH:
        return (
            f"{file} bears a time that is {-age:.0f} seconds ahead of this machine's clock: the clock was set back, "
            "and the bot has not heard from Discord since then"
        )
    return None
