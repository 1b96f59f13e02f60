"""Holding a log that is being opened against what is known of it, and taking over what can be read of a damaged one."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import aiosqlite

from ... import private
from ...errors import LogUnavailable
from ..backups import leftover_copies
from ..backups.restore_marks import restored
from ..disk import files
from ..disk.data_folder import COMPANIONS, IDENTIFIES, OURS
from ..guard import guard_file, row_counts
from ..recovery.salvage import WORKING, salvage, salvage_ahead, take_over
from ..sqlite.column_values import ticks
from ..sqlite.migrations import migrate
from ..sqlite.sqlite_errors import SQLITE_ERRORS, corruption_error, decode_leniently
from ..sqlite.use_rows import insert_missing
from ..sqlite.vacuum import note_vacuumed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from ..guard.guard_file import LogState
    from ..guard.row_counts import LogContents
    from ..sqlite.use_rows import Row

BUSY = 0.15
"""Seconds to wait for another process's lock: less than an answer waits for the log."""
CHECKED_AT_OPEN = 8 * 1024 * 1024
"""Bytes up to which a file is checked whole when it is opened; a larger one is checked while the bot answers."""


class Opening:
    """One opening of a log. `said` is what there is to say of it afterwards, `dropped` the triggers that were dropped,
    whatever came of it; `restored` where it came from; `opened` which file it is. `under_way` are the rows that this
    run wrote and still knows, and the ids of all uses that it knows, also by the emergency file.
    """

    def __init__(
        self,
        path: Path,
        now: Callable[[], datetime],
        known: LogState | None,
        under_way: tuple[list[Row], list[int]],
        *,
        ahead: bool,
    ) -> None:
        self.said: list[str] = []
        self.dropped: list[str] = []
        self.restored: str | None = None
        self.opened: tuple[int, int] | None = None
        self._path = path
        self._now = now
        self._known = known
        self._written, self._waiting = under_way
        self._damaged = files.waiting_for_salvage(path)
        self._ahead = ahead
        self._uncopied = False
        self._spared = files.waiting_for_salvage(files.wal_path(path))

    async def open(self, steps: Sequence[tuple[int, str]]) -> tuple[aiosqlite.Connection, LogState]:
        """Open the log and bring it to the last step of its schema. Gives what is known of it from now on."""
        private.make_file(self._path)
        self.opened = files.identity(self._path)
        connection = await aiosqlite.connect(files.uri_rw(self._path), uri=True, timeout=BUSY, isolation_level=None)
        connection.text_factory = decode_leniently
        try:
            await _prepare(connection, self._path, self.opened)
            await self._spare(connection)
            new = await migrate(connection, ticks(self._now()), steps, self.dropped.append)
            # A file that can only be read says so here, not at the first use.
            await connection.execute("BEGIN IMMEDIATE")
            await connection.rollback()
            return connection, await self._settle(connection, new=new)
        except BaseException:
            with contextlib.suppress(*SQLITE_ERRORS):
                await self._close(connection)
            raise

    async def _close(self, connection: aiosqlite.Connection) -> None:
        """Close after a try in vain. A write-ahead file that is to be kept, and could not be copied, stays: whoever
        closes a log last empties and deletes it, but not beside a reader, who may do neither. The next start does
        not miss one that goes.
        """
        state = guard_file.load(self._path) if self._ahead and self._known is not None else None
        with contextlib.ExitStack() as reading:
            if self._uncopied:
                with contextlib.suppress(*SQLITE_ERRORS):
                    reader = sqlite3.connect(files.uri_ro(self._path), uri=True, timeout=BUSY)
                    reading.callback(reader.close)
                    reader.execute("BEGIN")
                    reader.execute("SELECT count(*) FROM sqlite_schema").fetchall()
            elif state is not None:  # before it is emptied: the process may end meanwhile
                with contextlib.suppress(OSError):
                    guard_file.overwrite(self._path, replace(state, frames=0))
            await connection.close()
        with contextlib.suppress(OSError):
            if state is not None and files.size(files.wal_path(self._path)):
                guard_file.overwrite(self._path, state)

    async def _spare(self, connection: aiosqlite.Connection) -> None:
        """Keep the write-ahead file where SQLite found less in it than was known. Before anything else is written."""
        if self._known is None or self._damaged or self._spared or not self._ahead:  # or an earlier try did so
            return
        # Whatever the emergency file gives: it holds uses, and nothing else of what was written ahead.
        contents = await row_counts.read_contents(connection, self._known.writing)
        lost, _ = row_counts.find_losses(self._known, contents, self._path, ahead=True)
        if lost:
            ahead = files.wal_path(self._path)
            spared = files.unused_name(files.beside(ahead, f"damaged-{files.timestamp(self._now())}"))
            new = files.beside(self._path, WORKING)  # which a start removes
            self._uncopied = True
            await asyncio.to_thread(_copy_atomically, ahead, new, files.name_until_salvaged(spared))
            self._uncopied = False
            self._spared.append(files.name_until_salvaged(spared))

    async def _settle(self, connection: aiosqlite.Connection, *, new: bool) -> LogState:
        """Take over what can be, count what is lost, and give what is known of the log from now on."""
        why = await self._take_over()
        lost, mark, known = 0, "", self._known
        contents = await row_counts.read_contents(connection, known.writing if known else (), self._waiting)
        contents = contents.plus_rows(await insert_missing(connection, self._written))
        if known is not None:
            mark = known.mark
            salvaged = bool(self._damaged)
            lost, said = row_counts.find_losses(
                known, contents, self._path, ahead=self._ahead, why=why, salvaged=salvaged
            )
            self.said += [said] if said else []
        begun = replace(contents.known, id=contents.id or self._inherited_id(contents, why), lost=contents.lost + lost)
        await row_counts.begin_counting(connection, begun, lost, mark, ticks(self._now()))
        for damaged in (*self._damaged, *self._spared):  # not before it is counted: a start cut short does all again
            files.finish_salvage(damaged)
        files.beside(self._path, files.CONNECTION_COPY).unlink(missing_ok=True)
        if new:  # nothing was ever deleted from it
            await note_vacuumed(connection)
        self.restored, first = await restored(connection)
        if self.restored and first:
            self.said.append(self.restored)
        return begun

    def _inherited_id(self, contents: LogContents, why: str) -> str:
        """The id of a log that has none: that of the one it goes on for, or a new one."""
        goes_on = bool(why) or contents.new
        return self._known.id if self._known is not None and goes_on else secrets.token_hex(8)

    async def _take_over(self) -> str:
        """Take over what was set aside, in this run or in one that was cut short. Says what may be lost by that."""
        connection_copy = files.beside(self._path, files.CONNECTION_COPY)
        names = []
        if self._damaged:
            count = await asyncio.to_thread(take_over, self._path, connection_copy)
            for damaged in self._damaged:
                count += await asyncio.to_thread(salvage, self._path, damaged)
            names = [files.name_when_salvaged(damaged).name for damaged in self._damaged]
            self.said.append(f"{count} rows of {', '.join(names)} could still be read and were taken over")
        for ahead in self._spared:
            count = await asyncio.to_thread(salvage_ahead, self._path, ahead)
            names.append(files.name_when_salvaged(ahead).name)
            self.said.append(
                f"the write-ahead file of {self._path} was damaged and is kept as {names[-1]}; "
                f"{count} rows behind the damage were taken over"
            )
        return f"what could not be read of {', '.join(names)}" if names else ""


async def _prepare(connection: aiosqlite.Connection, path: Path, there: tuple[int, int] | None) -> None:
    """Set a connection up, and check a file that is not large. Raises what is wrong with the file or its place."""
    if there is None or files.identity(path) != there:
        raise LogUnavailable("it was exchanged while it was being opened")
    ((mode,),) = await connection.execute_fetchall("PRAGMA journal_mode = WAL")
    if mode != "wal":
        raise LogUnavailable("its file system cannot hold a write-ahead log: put the data folder on a local disk")
    await connection.execute_fetchall("PRAGMA synchronous = FULL")
    await connection.execute_fetchall("PRAGMA temp_store = MEMORY")
    if files.size(path) <= CHECKED_AT_OPEN:
        ((found,),) = await connection.execute_fetchall("PRAGMA quick_check(1)")
        if found != "ok":
            raise corruption_error(found)


def _copy_atomically(path: Path, new: Path, copy: Path) -> None:
    """Copy a file, which has its name when it is whole. Raises OSError of the file itself, and leaves nothing then."""
    private.make_file(new)
    try:
        shutil.copyfile(path, new)
        files.fsync_file(new)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from error  # the same words at every try
    new.replace(copy)


async def copy_connection(connection: aiosqlite.Connection, copy: Path) -> Path:
    """Write what a connection still holds into a file of its own, which is whole when it has its name."""
    private.make_folder(copy.parent)
    new = leftover_copies.begin(copy)
    private.make_file(new)
    await connection.execute_fetchall("VACUUM INTO ?", (files.uri_create(new),))
    await asyncio.to_thread(files.fsync_file, new)
    return new.replace(copy)


def prepare_folder(path: Path, now: datetime, *, narrow: bool) -> tuple[str, ...]:
    """Make the log's folder, and finish a rescue that was cut short. Gives what there is to say of it, and what
    `narrow` found, in sentences: at the start, when what was left of other copies is removed as well.
    """
    private.make_folder(path.parent)
    said = _move_strange_aside(path, now)
    if narrow:
        said += leftover_copies.remove(path, now)
    said += _finish_rescue(path, now)
    return (*said, *(private.narrow(path.parent, (f"{path.name}*", *OURS)) if narrow else ()))


def _move_strange_aside(path: Path, now: datetime) -> list[str]:
    """Move aside what stands in the place of a file of ours and is none; see that we may use those that are."""
    said = []
    ours = (path, *(path.with_name(path.name + ending) for ending in COMPANIONS), path.with_name(IDENTIFIES))
    for file in ours:
        if os.path.lexists(file) and not files.is_regular(file):
            moved = files.move_file_aside(file, "strange", now)
            said.append(f"what stood in the place of {file} was no plain file; it is kept as {moved and moved.name}")
        elif file != path:
            private.usable(file)
    return said


def _finish_rescue(path: Path, now: datetime) -> list[str]:
    """Put a whole copy in the log's place where that was cut short; keep it aside where a log stands there."""
    copy, said = files.beside(path, files.RESCUE_COPY), []
    if files.identity(path) is None and files.is_regular(copy):
        if files.size(files.wal_path(path)):  # perhaps all there is of another log
            moved = files.move_file_aside(files.wal_path(path), "not-used", now)
            said.append(f"{path.name}-wal stood beside no log and is kept as {moved and moved.name}")
        files.replace_database(copy, path)
    elif os.path.lexists(copy):  # it would take the log's place when that is missing once
        moved = copy.replace(files.unused_name(files.beside(path, f"not-used-{files.timestamp(now)}")))
        said.append(f"a copy of the log that was not put in its place any more is kept as {moved.name}")
    return said
