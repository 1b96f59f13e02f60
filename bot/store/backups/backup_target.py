"""Where a backup may be written: nowhere that the bot, or anybody who set it up, has another file."""

from __future__ import annotations

import os
import stat
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from ...errors import CallError
from ..disk import files
from ..disk.data_folder import OURS

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

_SQLITE_MAGIC = b"SQLite format 3\0"
"""What every database of SQLite begins with."""


def check_target(target: Path, path: Path, named: Collection[Path], bank: Path | None) -> None:
    """See that a backup of the log at `path` may be written to `target`. Raises CallError.

    `named` are files of the bot that the settings name; nothing is written into the `bank`.
    """
    if bank is not None and _name_in(bank, target):
        raise CallError(f"{target} is in the folder of the bank, {bank}: name a file in another folder")
    _check_kind(target)
    _check_name(target, path, named)
    if files.identity(target.parent.resolve()) == files.identity(path.parent.resolve()):
        _check_beside(target, path)


def _check_kind(target: Path) -> None:
    if target.is_dir():
        raise CallError(f"{target} is a folder: name the file to write")
    if os.path.lexists(target) and not stat.S_ISREG(target.lstat().st_mode):
        raise CallError(f"{target} is a link or a device, no plain file: name the file to write")


def _check_name(target: Path, path: Path, named: Collection[Path]) -> None:
    if target.exists() and path.samefile(target):
        raise CallError(f"{target} is the log itself: name another file")
    if any(_name_in(other.parent, target) == other.name.casefold() for other in named):
        raise CallError(f"{target} is named in the settings, for something else: name another file")
    within = _name_in(path.parent, target)
    if within and any(fnmatch(within, pattern) for pattern in (f"{path.name}*".casefold(), *OURS)):
        raise CallError(f"{target} has a name of the files beside the log: name another file, best in another folder")


def _check_beside(target: Path, path: Path) -> None:
    """Of a file in the log's own folder."""
    if target.suffix != path.suffix:
        raise CallError(
            f"{target} may be the name of a file of the bot: beside the log, name a copy that ends in {path.suffix}"
        )
    if target.exists() and not _is_database(target):
        raise CallError(f"{target} is no copy of a log, but may be a file of the bot: name another file")


def _name_in(folder: Path, target: Path) -> str | None:
    """What a target stands in a folder as, or below; some systems do not tell apart how its letters are written."""
    given, identity = target.absolute(), files.identity(folder.resolve())
    if identity is None:
        return None
    resolved = given.parent.resolve() / given.name
    above = (
        (ancestor, files.identity(ancestor.parent.resolve()))
        for path in (given, resolved)
        for ancestor in (path, *path.parents)
    )
    return next((ancestor.name.casefold() for ancestor, parent in above if parent == identity), None)


def _is_database(path: Path) -> bool:
    """Whether a file is a database of SQLite, or empty."""
    with path.open("rb") as file:
        return file.read(len(_SQLITE_MAGIC)) in (_SQLITE_MAGIC, b"")
