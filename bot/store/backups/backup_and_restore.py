"""A copy of the log that can be put in its place again: made while the bot runs, checked, and known when it is used."""

from __future__ import annotations

import contextlib
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ... import private
from ...errors import CallError
from ...text import shown
from ..disk import files
from ..guard import guard_file, row_counts
from ..sqlite.column_values import moment
from ..sqlite.integrity_checks import are_index_faults, check_integrity, check_size, integrity_faults
from ..sqlite.metadata import BACKUP_TAKEN, LOG_ID, NOT_IN_BACKUPS, RESTORED_FROM
from ..sqlite.migrations import APPLICATION, check_schema_steps, drop_program, foreign_programs
from ..sqlite.sqlite_errors import SQLITE_ERRORS
from .backup_target import check_target
from .leftover_copies import RESTORING, being_backed_up
from .restore_marks import mark

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from pathlib import Path

BUSY = 5.0
"""Seconds to wait for a lock: a person waits for this, not an answer."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A log's copy: uses in it, bytes, when it was taken (None: not known)."""

    uses: int
    size: int
    taken: str | None


def back_up(
    path: Path,
    target: Path,
    now: datetime,
    *,
    force: bool = False,
    named: Collection[Path] = (),
    bank: Path | None = None,
) -> Copied:
    """Copy the log at `path` to `target`, in one piece, whatever the bot does meanwhile. Raises CallError.

    `named` are files of the bot that the settings name, wherever they are; nothing is written into the `bank`.
    """
    if path.exists() and not path.is_file():
        raise CallError(f"{path} is no plain file, and so no log: name its folder with --data")
    if not path.is_file():
        raise CallError(f"there is no log at {path}: it is begun when the bot first runs")
    check_target(target, path, named, bank)
    if target.exists() and not force:
        raise CallError(
            f"{target} is there already: name another file, or say --force to put the new copy in its place"
        )
    new = being_backed_up(target)
    try:
        return _copy(path, new, target, {BACKUP_TAKEN: f"{now:%Y-%m-%d %H:%M} UTC"}, given=False)
    except SQLITE_ERRORS as error:
        raise CallError(f"the log {path} cannot be copied: {_why(error)}") from None
    except OSError as error:
        raise CallError(f"{target} cannot be written: {error.strerror}") from None


def restore(path: Path, source: Path, now: datetime) -> tuple[Copied, Path | None]:
    """Put a copy in the place of the log at `path`, which is kept; gives where. Raises CallError.

    The caller holds the folder's lock.
    """
    files.refuse_link(path)
    if not source.exists():
        raise CallError(f"there is no file {source}")
    if not source.is_file():
        raise CallError(f"{source} is no plain file: name the copy, as quoth backup wrote it")
    if path.exists() and source.samefile(path):
        raise CallError(f"{source} is the log itself: name the copy that is to take its place")
    new = files.beside(path, RESTORING)
    try:
        private.make_folder(path.parent)
        taken = _check(source)
        said = mark(str(source.resolve()), taken, f"{now:%Y-%m-%d %H:%M} UTC")
        ready = files.beside(path, files.RESCUE_COPY)  # cut short from here on, the next start puts it in its place
        copied = _copy(source, new, ready, {RESTORED_FROM: said}, given=True)
        there = any(file.exists() for file in (path, files.wal_path(path)))
        files.beside(path, guard_file.ENDING).unlink(
            missing_ok=True
        )  # it tells of the log that is put aside, if so far
        moved_aside = files.move_aside(path, "before-restore", now) if there else None
        for file in (path, files.wal_path(path)):
            for damaged in files.waiting_for_salvage(file):  # the copy is to be the log as it is
                files.finish_salvage(damaged)
        files.replace_database(ready, path)
        _guard(path, now)
    except SQLITE_ERRORS as error:
        raise CallError(f"{source} cannot be restored: {_why(error)}") from None
    except OSError as error:
        raise CallError(f"{source} cannot be restored: {error.strerror}") from None
    return Copied(copied.uses, copied.size, taken), moved_aside


def _guard(path: Path, now: datetime) -> None:
    """Write down what is known of a log that was put in its place. Of one of an older Quoth the first start does it."""
    with contextlib.suppress(*SQLITE_ERRORS, OSError), closing(_reading(path)) as log:
        for (name,) in log.execute("SELECT value FROM kept WHERE name = ?", (LOG_ID,)).fetchall():
            guard_file.save(path, row_counts.count_rows(log, guard_file.LogState(str(name), 0, 0)), now, frames=0)


def _copy(source: Path, new: Path, target: Path, say: dict[str, str], *, given: bool) -> Copied:
    """Copy, check, say in the copy what it is, and only then give it its name. `given`: to the folder's owner."""
    try:
        new.unlink(missing_ok=True)
        private.make_file(new, given=given)
        with closing(_reading(source)) as log:
            _ours(log)
            check_size(log, source)
            log.execute("VACUUM INTO ?", (files.uri_create(new),))
        with closing(sqlite3.connect(new)) as copy:
            for kind, name in foreign_programs(copy):  # else the copy could not be restored
                copy.execute(drop_program(kind, name))
            for name in NOT_IN_BACKUPS:
                copy.execute("DELETE FROM kept WHERE name = ?", (name,))
            for name, value in say.items():
                copy.execute("INSERT OR REPLACE INTO kept (name, value) VALUES (?, ?)", (name, value))
            copy.commit()
            copy.execute("REINDEX")  # what is wrong with indexes alone would be copied with them
            check_integrity(copy)
            ((uses,),) = copy.execute("SELECT count(*) FROM uses").fetchall()
        files.fsync_file(new)
        with closing(_reading(new)) as copy:
            check_size(copy, new)
        size = files.size(new)
        new.replace(target)
        with contextlib.suppress(OSError):
            files.fsync_folder(target.parent)
        return Copied(uses, size, say.get(BACKUP_TAKEN))
    finally:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)


def _check(source: Path) -> str | None:
    """See that a file can take the log's place. Gives when it was taken, as far as it says so."""
    with closing(_reading(source)) as log:
        _ours(log)
        for kind, name in foreign_programs(log):
            raise sqlite3.DatabaseError(
                f"it has a {kind} that Quoth did not make, {name}, and what that does is not known: "
                "drop it from the copy, and see that no use is missing there"
            )
        check_size(log, source)
        found = integrity_faults(log)
        if found and not are_index_faults(found):  # the copy's indexes are made anew
            raise sqlite3.DatabaseError(found[0])
        said = dict(log.execute("SELECT name, value FROM kept WHERE name = ?", (BACKUP_TAKEN,)).fetchall())
        ((newest,),) = log.execute("SELECT max(time) FROM uses").fetchall()
    taken: str | None = said.get(BACKUP_TAKEN)
    if taken:
        return shown(taken)
    return f"{moment(newest):%Y-%m-%d %H:%M} UTC (its last use)" if newest is not None else None


def _reading(path: Path) -> sqlite3.Connection:
    """Open a log for reading; without a lock where that needs a folder this user may not write to and nobody writes."""
    log = sqlite3.connect(files.uri_ro(path), uri=True, timeout=BUSY)
    try:
        log.execute("SELECT count(*) FROM sqlite_schema").fetchall()
    except sqlite3.OperationalError:
        log.close()
        if files.size(files.wal_path(path)):
            raise
        log = sqlite3.connect(files.uri_ro(path) + "&immutable=1", uri=True)
    except SQLITE_ERRORS:
        log.close()
        raise
    return log


def _ours(log: sqlite3.Connection) -> None:
    ((mark,),) = log.execute("PRAGMA application_id").fetchall()
    if mark != APPLICATION:
        raise sqlite3.DatabaseError("it is not a log of Quoth")
    check_schema_steps(log)


def _why(error: Exception) -> str:
    illegible = isinstance(error, UnicodeDecodeError) or "not a database" in str(error)
    return "it is not a database, or a damaged one" if illegible else shown(str(error))
