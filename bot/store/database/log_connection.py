"""The log's file under one connection: opened when it can be, set aside when damaged, and what is known of it."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

from ...errors import LogUnavailable
from ..disk import files
from ..disk.status_file import was_in_use
from ..guard import guard_file, row_counts
from ..sqlite.migrations import schema_steps
from ..sqlite.sqlite_errors import (
    CORRUPTION_CODES,
    SQLITE_ERRORS,
    TRANSIENT_CODES,
    corruption_error,
    explain,
    primary_code,
)
from .file_watch import FileWatch
from .opening import BUSY, Opening, prepare_folder
from .operator_notices import OperatorNotices

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    import aiosqlite

    from ..guard.guard_file import LogState
    from ..sqlite.use_rows import Row
    from .maintenance import Maintenance

REST = 1.0
"""Seconds between two tries while the log is unavailable."""
SET_ASIDE_AT_MOST = 3
"""Damaged files moved away in one run; a disk that damages more needs a person."""

_PAGE = 4096


class LogConnection:
    """Holds the connection, and what is known of the file. No method may run beside another: Database's lock is held.

    `uncertain`: rows whose commit failed may be there all the same; `opened` counts how often the file was opened.
    `under_way` gives the rows that memory still has and the file should, and the ids of all uses of which the last word
    is still to be written; `rows_in_both_files` how many of those in the file the emergency file has as well.
    """

    def __init__(self, path: Path, now: Callable[[], datetime], maintenance: Maintenance, rest: float = REST) -> None:
        self.path = path
        self.operator = OperatorNotices(path, now)
        self.watch = FileWatch(path)
        self.connection: aiosqlite.Connection | None = None
        self.state: LogState | None = None
        self.under_way: Callable[[], tuple[list[Row], list[int]]] = lambda: ([], [])
        self.rows_in_both_files: Callable[[], int] = lambda: 0
        self.in_transaction = self.uncertain = self.closed = False
        self.opened = 0
        self._now = now
        self._maintenance = maintenance
        self._rest = rest
        self._steps = schema_steps()  # now, while files can surely be read
        self._had = guard_file.RowChanges()  # of what this connection added and deleted: what `state` has
        self._added = 0  # of that, what it has not yet
        self._ahead = (
            False  # whether anything was committed since the write-ahead file was emptied, or its pages counted
        )
        self._writing: tuple[int, ...] = ()  # ids of uses in a commit under way
        self._next_try = 0.0
        self._set_aside = 0
        self._narrowed = self._was_in_use = False

    @property
    def paused(self) -> bool:
        """Whether a try failed so lately that another is not due."""
        return self.operator.problem is not None and asyncio.get_running_loop().time() < self._next_try

    def wake(self) -> None:
        """Make the next try due now."""
        self._next_try = 0.0

    async def ready(self) -> aiosqlite.Connection:
        """The connection, opened if need be. Raises LogUnavailable."""
        if self.connection is None:
            if self.closed:
                raise LogUnavailable("the log is closed")
            if self.paused:
                raise LogUnavailable(self.operator.problem)
            try:
                await self.connect()
            except Exception as error:  # a log that is damaged may fail in any way
                await self.failed(error)
                if self.operator.problem is not None and self.paused:
                    raise LogUnavailable(self.operator.problem) from error
                return await self.ready()
        assert self.connection is not None
        return self.connection

    def prepare(self) -> None:
        """See to the log's folder before anything in it is opened. Raises OSError."""
        for said in prepare_folder(self.path, self._now(), narrow=not self._narrowed):
            self.operator.say(said)
        if not self._narrowed:
            self._narrowed, self._was_in_use = True, was_in_use(self.path)

    async def connect(self) -> None:
        """Open the log, hold it against what is known of it, and mend what can be mended."""
        self.prepare()
        state = self.state or guard_file.load(self.path)
        found, pages = files.file_stat(self.path), files.size(files.wal_path(self.path))
        if not (found and found.size):
            await self._refuse_empty(pages, found=found is not None, state=state is not None)
        opening = Opening(self.path, self._now, state, self.under_way(), ahead=bool(pages))
        try:
            self.connection, self.state = await opening.open(self._steps)
        finally:  # they are dropped, though the opening may have failed after that
            for trigger in opening.dropped:
                self.operator.say(
                    f"the log {self.path} had a trigger that Quoth did not make, {trigger}: it was removed, for it "
                    "could delete uses; see what it was for"
                )
        self._had, self._added, self.in_transaction, self._ahead = guard_file.RowChanges(), 0, False, False
        self._writing = ()
        self.opened += 1
        assert opening.opened is not None
        self.watch.opened(opening.opened)
        self._announce(opening)
        self.state = guard_file.as_of_now(self.path, self.state, self._now(), pages // _PAGE)
        with contextlib.suppress(OSError):
            await asyncio.to_thread(guard_file.write_new, self.path, self.state)
            guard_file.put_new_in_place(self.path)
        self._maintenance.opened()

    async def _refuse_empty(self, pages: int, *, found: bool, state: bool) -> None:
        """Move a log aside that SQLite would take for a new one, though there was one: it is empty, or gone from beside
        its write-ahead log of so many bytes.
        """
        if pages or (found and state):
            await self.must_move_aside("was empty" if found else "was missing beside its write-ahead file")
        elif found and not self.opened and self.operator.problem is None and self._was_in_use:
            self.operator.say(
                f"the log {self.path} was empty: what it held is lost, and not known; a new one was begun"
            )

    def _announce(self, opening: Opening) -> None:
        self.operator.restored = opening.restored
        for said in opening.said:
            self.operator.say(said)
        self.operator.recovered()
        self.operator.publish()

    async def disconnect(self) -> None:
        """Close the connection, if there is one, and leave the file alone. What it knew is known on."""
        if self.connection is not None:
            with contextlib.suppress(*SQLITE_ERRORS):
                if self.in_transaction:
                    await self.connection.rollback()
                await self.update_state()
            self._know_of_added()
        connection, self.connection, self.in_transaction = self.connection, None, False
        if connection is not None:
            await self._maintenance.halt()
            self._before_emptying()  # whoever closes a log last does so
            with contextlib.suppress(*SQLITE_ERRORS):
                await connection.close()
            self._after_emptying()

    async def finish(self) -> None:
        """Bring what is in the write-ahead file into the log, note how it was left, and close it."""
        connection = self.connection
        if connection is not None:
            with contextlib.suppress(*SQLITE_ERRORS, OSError):
                await self.update_state()
                self._before_emptying()
                ((_, frames, done),) = await connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
                if (state := self.state) is not None:
                    left = max(0, frames - done)
                    self.state = await asyncio.to_thread(guard_file.save, self.path, state, self._now(), left)
            await self.disconnect()

    async def empty_wal(self) -> bool:
        """Take what stands in the write-ahead file out of it; it is in the log. Whether nobody kept that from being."""
        connection = self.connection
        if connection is None or self.closed or self.in_transaction or not self.watch.same():
            return False
        self._before_emptying()
        try:
            await connection.execute_fetchall("PRAGMA busy_timeout = 0")  # whoever reads is not waited for
            try:
                ((busy, _, _),) = await connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                await connection.execute_fetchall(f"PRAGMA busy_timeout = {BUSY * 1000:.0f}")
            self.watch.wal_emptied(completely=not busy)
        except (*SQLITE_ERRORS, OSError) as error:
            await self.failed(error)
            busy = True
        if busy:
            self._after_emptying()
        return not busy

    def _before_emptying(self) -> None:
        """We are about to empty the write-ahead file: after a kill meanwhile the next start does not miss it."""
        if self.state is not None:
            self.state, self._ahead = replace(self.state, frames=0), False
            self._amend()

    def _after_emptying(self) -> None:
        """We tried to: where somebody kept us from it, it is missed again when it is gone."""
        with contextlib.suppress(OSError):
            self._ahead = files.size(files.wal_path(self.path)) > 0
        if self._ahead:
            self._amend()

    async def update_state(self) -> LogState | None:
        """What is known now, though the file may no longer say so. Raises sqlite3.Error."""
        if self.in_transaction:  # what a transaction changed that is not committed does not count
            self._know_of_added()
        elif self.connection is not None and self.state is not None:
            now = await row_counts.read_changes(self.connection)
            if now != self._had:
                self.state, self._had = self.state.after(now.less(self._had)), now
            self._added, self._writing = 0, ()
        return self.state

    def writes(self, asked: Sequence[int]) -> None:
        """Uses of these ids are about to be committed: after a kill meanwhile the log may hold them or not."""
        before, self._writing = self._writing, tuple(asked) if len(asked) <= guard_file.WRITING else ()
        if self._writing != before:
            self._amend()

    def added(self, uses: int) -> None:
        """So many uses were committed just now. The guard knows of them before their answers are sent: should the
        write-ahead file be gone at the next start, they are missed.
        """
        self._added, self._writing = self._added + uses, ()
        self._ahead = True
        self._amend()

    async def changed(self) -> None:
        """Something was committed just now: the guard knows of that as well."""
        with contextlib.suppress(*SQLITE_ERRORS):
            await self.update_state()
        self._ahead = True
        self._amend()

    def _know_of_added(self) -> None:
        """Take what was added for changed, so that it is not forgotten with the connection, nor counted twice."""
        if self.state is not None:
            more = guard_file.RowChanges(added=self._added)
            self.state, self._had, self._added = self.state.after(more), self._had.plus(more), 0

    def _amend(self) -> None:
        if (known := self._known_now()) is not None:
            with contextlib.suppress(OSError):
                guard_file.overwrite(self.path, known)

    def _known_now(self) -> LogState | None:
        if (state := self.state) is None:
            return None
        rows, frames = state.rows + self._added, state.frames or int(self._ahead)
        return replace(state, rows=rows, frames=frames, both=self.rows_in_both_files(), writing=self._writing)

    async def counted(self, before: LogState, state: LogState) -> None:
        """So many uses were counted, since `before` was known; of no worth where more is known by now."""
        if self.state is before and self.connection is not None and not self.in_transaction:
            more = (await row_counts.read_changes(self.connection)).less(self._had)
            seen = state.since(before).within(more)  # another program may add or delete as well
            self.state, self._had, self._added = state, self._had.plus(seen), more.less(seen).added
            self._ahead = self._added > 0
        try:  # what was prepared is of when the counting began
            guard_file.put_new_in_place(self.path, self._known_now())
        except OSError:
            self._amend()

    async def failed(self, error: Exception) -> None:
        """Put the connection into a known state, keep the sentence, and say when the next try is due."""
        code = primary_code(error)
        if code in CORRUPTION_CODES and await self.move_aside("was damaged"):
            return
        if code in TRANSIENT_CODES:
            self.uncertain = False
        self.trouble(explain(error, self.path))
        if code in TRANSIENT_CODES and self.connection is not None:
            with contextlib.suppress(*SQLITE_ERRORS):
                await self.connection.rollback()
                self.in_transaction = False
                return
        await self.disconnect()

    def trouble(self, said: str) -> None:
        """The log cannot be used, and why; the next try comes after a rest."""
        self._next_try = asyncio.get_running_loop().time() + self._rest
        self.operator.trouble(f"the log {self.path} cannot be used: {said}")

    async def must_move_aside(self, why: str) -> None:
        """Move the file aside. Raises sqlite3.Error where that was done too often."""
        if not await self.move_aside(why):
            raise corruption_error(f"it {why}, again and again")

    async def move_aside(self, why: str) -> bool:
        """Keep what is damaged, so that a new log can be begun; what it still gives is taken over then."""
        if self._set_aside >= SET_ASIDE_AT_MOST:
            return False
        with contextlib.suppress(sqlite3.Error, ValueError, OSError):
            if (
                state := await self.update_state()
            ) is not None:  # the process may end before it is counted what is lost
                pages = files.size(files.wal_path(self.path)) // _PAGE
                self.state = await asyncio.to_thread(guard_file.save, self.path, state, self._now(), pages)
        # Before its connection is closed: SQLite then leaves the files alone, as it sees that they were moved.
        moved = files.try_move_aside(self.path, "damaged", self._now())
        await self.disconnect()
        if moved is None:  # some systems move no file that is open
            moved = files.try_move_aside(self.path, "damaged", self._now())
        if moved is None:
            return False
        self._set_aside += 1
        self._next_try = 0.0
        self.operator.say(f"the log {self.path} {why}; it is kept as {moved.name} and a new one was begun")
        self.uncertain = False
        return True
