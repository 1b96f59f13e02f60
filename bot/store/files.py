"""The log's file and the files SQLite keeps beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_COMPANIONS = ("-wal", "-shm")


def identity(path: Path) -> tuple[int, int] | None:
    """Which file stands at a path: None when there is none."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return (found.st_dev, found.st_ino)


def stamp(now: datetime) -> str:
    """A time for a file's name."""
    return now.strftime("%Y%m%dT%H%M%S")


def beside(path: Path, what: str) -> Path:
    """A path in the same folder: quoth.db → quoth.db.what."""
    return path.with_name(f"{path.name}.{what}")


def move_aside(path: Path, why: str, now: datetime) -> Path:
    """Rename a database with its companions, so that it can still be opened by hand. Returns where it is kept."""
    wanted = kept = beside(path, f"{why}-{stamp(now)}")
    again = 1
    while kept.exists():
        again += 1
        kept = wanted.with_name(f"{wanted.name}-{again}")
    for companion in ("", *_COMPANIONS):
        old = path.with_name(path.name + companion)
        if old.exists():
            old.replace(kept.with_name(kept.name + companion))
    return kept


def looking_at(path: Path) -> str:
    """How SQLite is told to open a file only for reading."""
    return f"{path.resolve().as_uri()}?mode=ro"


def write_ahead(path: Path) -> Path:
    """The write-ahead log of a database."""
    return path.with_name(path.name + "-wal")


def remove_companions(path: Path, log: tuple[int, int] | None) -> None:
    """Remove the companions of a database that no longer stands at its path, if `log` was its write-ahead log.

    SQLite leaves them there, and would read them into whatever database comes next.
    """
    if log is not None and identity(write_ahead(path)) == log:
        for companion in _COMPANIONS:
            path.with_name(path.name + companion).unlink(missing_ok=True)


def put_back(copy: Path, path: Path) -> None:
    """Move a whole copy to the database's path. Leftover companions belong to another file and would spoil it."""
    for companion in _COMPANIONS:
        path.with_name(path.name + companion).unlink(missing_ok=True)
    copy.replace(path)
