"""The log's file and the files SQLite keeps beside it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from typing import TYPE_CHECKING, NamedTuple

from ... import private
from ...errors import CallError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

RESCUE_COPY = "rescued"
"""Ending of a whole copy on its way to the log's place: the next start puts it there where that was cut short."""
CONNECTION_COPY = "held"
"""Ending of a copy of what a connection still held of a damaged log."""
_COMPANIONS = ("-wal", "-shm")
_OPENED = (*_COMPANIONS, "-journal")
"""What SQLite may open beside a database."""
_TO_SALVAGE = ".to-salvage"
"""Behind the name of a damaged log of which nothing was taken over yet: the next start does that at the latest."""
_ENDINGS = tuple(salvage + companion for salvage in ("", _TO_SALVAGE) for companion in ("", *_COMPANIONS))


class FileStat(NamedTuple):
    """A file as it was seen: which one it is, and its size in bytes."""

    device: int
    inode: int
    size: int


def file_stat(path: Path | str) -> FileStat | None:
    """What stands at a path, be it a link or a pipe: None when there is nothing."""
    try:
        found = os.lstat(path)  # before and after each batch: a path of text is seen in half the time
    except (FileNotFoundError, NotADirectoryError):
        return None
    return FileStat(found.st_dev, found.st_ino, found.st_size)


def identity(path: Path) -> tuple[int, int] | None:
    """Which file stands at a path: None when there is none."""
    found = file_stat(path)
    return found and found[:2]


def is_still_at(path: Path, descriptor: int) -> bool:
    """Whether an open file still stands at its path. Where that cannot be seen, for the folder was moved or taken from
    us, whether it stands anywhere: it will be there again when the folder is.
    """
    opened = os.fstat(descriptor)
    try:
        return os.path.samestat(opened, path.lstat())
    except FileNotFoundError:
        return opened.st_nlink > 0 and not path.parent.is_dir()
    except OSError:
        return opened.st_nlink > 0


def is_regular(path: Path) -> bool:
    """Whether a plain file stands at a path: what is none is never opened, for that may wait for ever."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def refuse_link(path: Path) -> None:
    """Raise CallError where the log is a link: what SQLite keeps beside it would stand in another folder, unseen."""
    if path.is_symlink():
        raise CallError(
            f"the log {path} is a link: put the file itself there, with those beside it whose names begin with "
            f"{path.name}; to have it on another disk, make the folder {path.parent} a link to one there"
        )


def size(path: Path) -> int:
    """Bytes of a file; 0 when there is none."""
    found = file_stat(path)
    return found.size if found else 0


def timestamp(now: datetime) -> str:
    """A time for a file's name."""
    return now.strftime("%Y%m%dT%H%M%S")


def beside(path: Path, what: str) -> Path:
    """A path in the same folder: quoth.db → quoth.db.what."""
    return path.with_name(f"{path.name}.{what}")


def unused_name(wanted: Path) -> Path:
    """A name no database or file has yet: the wanted one, or with a number behind."""
    name, number = wanted, 1
    while any(os.path.lexists(name.with_name(name.name + ending)) for ending in _ENDINGS):
        number += 1
        name = wanted.with_name(f"{wanted.name}-{number}")
    return name


def move_aside(path: Path, why: str, now: datetime, *, salvage: bool = False) -> Path:
    """Rename a database with its companions, so that it can still be opened by hand. Returns where it is kept, or will
    be when it was salvaged.
    """
    aside = unused_name(beside(path, f"{why}-{timestamp(now)}"))
    if not salvage and is_regular(path) and is_regular(wal_path(path)):
        # Cut short between two names, the one that is kept has its own already. Nobody takes over what is left behind.
        private.make_file(wal_path(aside))
        shutil.copyfile(wal_path(path), wal_path(aside))
        fsync_file(wal_path(aside))
    _rename(path, name_until_salvaged(aside) if salvage else aside)
    return aside


def name_until_salvaged(aside: Path) -> Path:
    """The name of what is damaged until it was taken over."""
    return aside.with_name(aside.name + _TO_SALVAGE)


def waiting_for_salvage(path: Path) -> list[Path]:
    """What was set aside from a path, damaged, and not taken over yet."""
    names = [
        entry.name.partition(_TO_SALVAGE) for entry in path.parent.iterdir() if entry.name.startswith(f"{path.name}.")
    ]
    return sorted({path.with_name(name + salvage) for name, salvage, _ in names if salvage})


def name_when_salvaged(damaged: Path) -> Path:
    """Where what is damaged is kept when there is nothing more to be taken over."""
    return damaged.with_name(damaged.name.removesuffix(_TO_SALVAGE))


def finish_salvage(damaged: Path) -> None:
    """Give what is damaged the name that it is kept by, as there is nothing more to be taken over."""
    _rename(damaged, name_when_salvaged(damaged))


def _rename(path: Path, to: Path) -> None:
    for companion in ("", *_COMPANIONS):
        old = path.with_name(path.name + companion)
        if os.path.lexists(old):
            old.replace(to.with_name(to.name + companion))


def move_file_aside(path: Path, why: str, now: datetime) -> Path | None:
    """Rename a single file, where there is one. Returns where it is kept."""
    return path.replace(unused_name(beside(path, f"{why}-{timestamp(now)}"))) if os.path.lexists(path) else None


def fsync_file(path: Path) -> None:
    """See that a file that nobody writes to any more survives a power cut."""
    handle = private.open_own(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fsync_folder(folder: Path) -> None:
    """Bring a folder's list of names to the disk. Raises OSError where the system cannot do that."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def try_move_aside(path: Path, why: str, now: datetime) -> Path | None:
    """Move a database aside, to be salvaged; None where the system does not let that be done."""
    try:
        return move_aside(path, why, now, salvage=True)
    except OSError:
        return None


def uri_ro(path: Path) -> str:
    """How SQLite is told to open a file only for reading. Raises sqlite3.Error for what is no plain file."""
    return f"{_address(path)}?mode=ro"


def uri_rw(path: Path) -> str:
    """How SQLite is told to open a file only if it is there. Raises sqlite3.Error for what is no plain file."""
    return f"{_address(path)}?mode=rw"


def _address(path: Path) -> str:
    resolved = path.resolve()
    for file in (resolved, *(resolved.with_name(resolved.name + companion) for companion in _OPENED)):
        if os.path.lexists(file) and not is_regular(file):
            raise sqlite3.OperationalError(f"{file.name} is no plain file")
    return resolved.as_uri()


def uri_create(path: Path) -> str:
    """How SQLite is told of a file to write, whatever bytes are in its name."""
    return path.resolve().as_uri()


def wal_path(path: Path) -> Path:
    """The write-ahead log of a database."""
    return path.with_name(path.name + "-wal")


def remove_companions(path: Path, log: tuple[int, int] | None) -> None:
    """Remove the companions of a database that no longer stands at its path, if `log` was its write-ahead log.

    SQLite leaves them there, and would read them into whatever database comes next.
    """
    if log is not None and identity(wal_path(path)) == log:
        for companion in _COMPANIONS:
            path.with_name(path.name + companion).unlink(missing_ok=True)


def replace_database(copy: Path, path: Path) -> None:
    """Move a whole copy to the database's path. Leftover companions belong to another file and would spoil it."""
    for companion in _COMPANIONS:
        path.with_name(path.name + companion).unlink(missing_ok=True)
    copy.replace(path)
