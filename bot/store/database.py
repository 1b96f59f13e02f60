"""The one connection to the log's file: opened when it can be, mended when it breaks, closed on every way out."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from typing import TYPE_CHECKING, Any

import aiosqlite

from bot.errors import LogUnavailable
from bot.store import files
from bot.store.migrations import migrate, shipped
from bot.store.rows import ticks
from bot.store.salvage import salvage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from datetime import datetime
    from pathlib import Path

BUSY = 0.15
"""Seconds to wait for another process's lock: less than an answer waits for the log."""
REST = 1.0
"""Seconds between two tries while the log is unavailable."""
CHECKED_AT_OPEN = 64 * 1024 * 1024
"""Bytes up to which a file is checked whole when it is opened; damage in a larger one shows when it is met."""
RESCUED = "rescued"
"""Ending of a copy on its way back to the place of a deleted file."""
SET_ASIDE_AT_MOST = 3
"""Damaged files moved away in one run; a disk that damages more needs a person."""

ROW_FAULTS = (
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
    OverflowError,
    TypeError,
    ValueError,
)
"""Faults of what was to be written, not of the file."""
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_PASSING = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SENTENCES = {
    sqlite3.SQLITE_FULL: "the disk is full: free some space",
    sqlite3.SQLITE_BUSY: "another program holds it locked: close that program",
    sqlite3.SQLITE_LOCKED: "another program holds it locked: close that program",
    sqlite3.SQLITE_READONLY: "it may not be written: give this user the right to write to the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened: see that its folder exists and this user may write there",
    sqlite3.SQLITE_CORRUPT: "its content is damaged",
    sqlite3.SQLITE_NOTADB: "its content is damaged",
}
_log = logging.getLogger(__name__)


class Database:
    """Holds the connection. `problem` says in a sentence why there is none to write to; None when all is well."""

    def __init__(self, path: Path, now: Callable[[], datetime], rest: float = REST) -> None:
        self.path = path
        self.problem: str | None = None
        self.notices: list[str] = []
        self.unsure = False
        self.closed = False
        self.opened = 0
        """How often a file was opened: what an earlier run left in it is looked at each time."""
        self._now = now
        self._rest = rest
        self._steps = shipped()  # now, while files can surely be read
        self._connection: aiosqlite.Connection | None = None
        self._lock = asyncio.Lock()
        self._wal: tuple[int, int] | None = None
        self._identity: tuple[int, int] | None = None
        self._next_try = 0.0
        self._set_aside = 0
        self._damaged: Path | None = None
        self._begun = False

    @property
    def resting(self) -> bool:
        """Whether a try failed so lately that another is not due."""
        return self.problem is not None and asyncio.get_running_loop().time() < self._next_try

    def wake(self) -> None:
        """Make the next try due now."""
        self._next_try = 0.0

    async def open(self) -> None:
        """Open if that can be done; else `problem` says why not."""
        async with self._lock:
            with contextlib.suppress(LogUnavailable):
                await self._ready()

    @contextlib.asynccontextmanager
    async def writing(self, *, single: bool = False) -> AsyncIterator[aiosqlite.Connection]:
        """One transaction, committed and in the file by that path at the end. Raises LogUnavailable when it is not.

        `unsure` then says whether the rows may be there all the same. With `single` the body runs one statement, which
        is a transaction of its own: one errand to the connection's thread instead of three.
        """
        async with self._lock:
            connection = await self._ready()
            if self._begun:  # a writer was cancelled in the middle
                await connection.rollback()
            self._begun, self.unsure = True, single
            try:
                if not single:
                    await connection.execute("BEGIN IMMEDIATE")
                yield connection
                self.unsure = True
                if not single:
                    await connection.commit()
                self._begun = False
            except ROW_FAULTS:
                await connection.rollback()
                self._begun = self.unsure = False
                raise
            except sqlite3.Error as error:
                await self._failed(error)
                raise LogUnavailable(self.problem) from error
            await self._stay(connection)
            self.unsure, self.problem = False, None

    async def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Sequence[Any]]:
        """All rows of a query. Raises LogUnavailable."""
        connection = self._connection
        if connection is None:
            async with self._lock:
                connection = await self._ready()
        try:
            return list(await connection.execute_fetchall(sql, parameters))
        except (sqlite3.Error, ValueError) as error:  # aiosqlite says ValueError when it was closed meanwhile
            async with self._lock:
                if isinstance(error, sqlite3.Error) and connection is self._connection:
                    await self._failed(error)
            raise LogUnavailable(self.problem or "the log was closed meanwhile") from error

    async def close(self) -> None:
        """Checkpoint and close. Safe to call twice."""
        async with self._lock:
            self.closed = True
            connection = self._connection
            if connection is None:
                return
            with contextlib.suppress(sqlite3.Error, OSError, LogUnavailable):
                if self._begun:
                    await connection.rollback()
                await self._stay(connection)
            if self._connection is not None:
                with contextlib.suppress(sqlite3.Error):
                    await self._connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            await self._disconnect()

    async def _ready(self) -> aiosqlite.Connection:
        if self._connection is None:
            if self.closed:
                raise LogUnavailable("the log is closed")
            if self.resting:
                raise LogUnavailable(self.problem)
            try:
                await self._connect()
            except (sqlite3.Error, OSError, LogUnavailable) as error:
                await self._failed(error)
                if self.problem is not None and self.resting:
                    raise LogUnavailable(self.problem) from error
                return await self._ready()
        assert self._connection is not None
        return self._connection

    async def _connect(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        copy = files.beside(self.path, RESCUED)
        if files.identity(self.path) is None and copy.exists():  # a rescue was cut short
            files.put_back(copy, self.path)
        connection = await aiosqlite.connect(self.path, timeout=BUSY, isolation_level=None)
        try:
            await self._prepare(connection)
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                await connection.close()
            raise
        self._connection, self._identity = connection, files.identity(self.path)
        self._wal = files.identity(files.write_ahead(self.path))
        self.problem, self._begun = None, False
        self.opened += 1
        if self._damaged:
            damaged, self._damaged = self._damaged, None
            count = await salvage(connection, damaged)
            self._say(f"{count} rows of {damaged.name} could still be read and were taken over")

    async def _prepare(self, connection: aiosqlite.Connection) -> None:
        ((mode,),) = await connection.execute_fetchall("PRAGMA journal_mode = WAL")
        if mode != "wal":
            raise LogUnavailable("its file system cannot hold a write-ahead log: put the data folder on a local disk")
        await connection.execute_fetchall("PRAGMA synchronous = FULL")
        if self.path.stat().st_size <= CHECKED_AT_OPEN:
            ((found,),) = await connection.execute_fetchall("PRAGMA quick_check(1)")
            if found != "ok":
                damage = sqlite3.DatabaseError(found)
                damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
                raise damage
        await migrate(connection, ticks(self._now()), self._steps)
        await connection.execute("BEGIN IMMEDIATE")  # a file that can only be read says so here, not at the first use
        await connection.rollback()

    async def _failed(self, error: Exception) -> None:
        """Put the connection into a known state, keep the sentence, and say when the next try is due."""
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _DAMAGED and self._set_aside < SET_ASIDE_AT_MOST and await self._move_aside():
            return
        if code in _PASSING:
            self.unsure = False
        sentence = _SENTENCES.get(code) or (
            str(error) if isinstance(error, LogUnavailable) else f"it fails ({_told(error)})"
        )
        self._trouble(sentence)
        if code in _PASSING and self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                await self._connection.rollback()
                self._begun = False
                return
        await self._disconnect()

    def _trouble(self, sentence: str) -> None:
        problem = f"the log {self.path} cannot be used: {sentence}"
        if problem != self.problem:
            _log.warning("%s", problem)
        self.problem = problem
        self._next_try = asyncio.get_running_loop().time() + self._rest

    async def _move_aside(self) -> bool:
        await self._disconnect()
        try:
            kept = files.move_aside(self.path, "damaged", self._now())
        except OSError:
            return False
        self._set_aside += 1
        self._damaged = kept
        self._say(f"the log {self.path} was damaged; it is kept as {kept.name} and a new one was begun")
        self.problem, self.unsure = None, False
        return True

    async def _stay(self, connection: aiosqlite.Connection) -> None:
        """See that what was committed is in the file by the path's name; SQLite itself would not notice."""
        if files.identity(self.path) == self._identity:
            return
        try:
            await self._rescue(connection)
        except (sqlite3.Error, OSError) as error:  # the connection is kept: it alone still holds the rows
            self._trouble(f"it was deleted while in use and cannot be written again yet ({error})")
            raise LogUnavailable(self.problem) from error

    async def _rescue(self, connection: aiosqlite.Connection) -> None:
        """The file was deleted or exchanged while it was open: its content is still held, so write it down again."""
        copy = files.beside(self.path, RESCUED)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.unlink(missing_ok=True)
        await connection.execute_fetchall("VACUUM INTO ?", (str(copy),))
        deleted = files.identity(self.path) is None
        if deleted:
            files.put_back(copy, self.path)
            self._say(f"the log {self.path} was deleted while in use; its content was written again")
        else:
            kept = files.beside(self.path, f"replaced-{files.stamp(self._now())}")
            copy.replace(kept)
            self._say(f"the log {self.path} was exchanged while in use; what it held is kept as {kept.name}")
            self.unsure = False
        log, self._wal = self._wal, None
        await self._disconnect()
        if not deleted:
            files.remove_companions(self.path, log)
        await self._connect()
        if not deleted:
            raise LogUnavailable("the log was exchanged while in use")

    async def _disconnect(self) -> None:
        connection, self._connection, self._identity, self._begun = self._connection, None, None, False
        if connection is not None:
            with contextlib.suppress(sqlite3.Error):
                await connection.close()

    def _say(self, notice: str) -> None:
        self.notices.append(notice)
        _log.warning("%s", notice)


def _told(error: Exception) -> str:
    """An error with SQLite's own name for it, which tells apart what "disk I/O error" does not."""
    name = getattr(error, "sqlite_errorname", None)
    return f"{error}, {name}" if name else str(error)
