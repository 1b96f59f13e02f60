"""Transactions and questions on the log, one at a time, whatever becomes of its file meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sqlite3
from typing import TYPE_CHECKING, Any

from ...errors import LogUnavailable, LogUncertain
from ..sqlite import vacuum
from ..sqlite.column_values import of_types
from ..sqlite.sqlite_errors import CORRUPTION_CODES, ROW_ERRORS, SQLITE_ERRORS, primary_code
from .log_connection import REST, LogConnection
from .maintenance import SOON, Maintenance
from .repair import Repair

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    import aiosqlite

    from ..guard.guard_file import LogState
    from ..sqlite.column_values import Types
    from ..sqlite.use_rows import Row
    from .operator_notices import OperatorNotices

_log = logging.getLogger(__name__)


class Database:
    """The log as the rest of the store sees it: transactions, questions, and what there is to tell of it."""

    def __init__(self, path: Path, now: Callable[[], datetime], rest: float = REST, soon: float = SOON) -> None:
        self.path = path
        self._lock = asyncio.Lock()
        self._maintenance = Maintenance(
            path, now, self._look, self._counted, self._met, self._empty, self._rewrite, soon
        )
        self._free = asyncio.Event()
        self._free.set()
        self._not_rewritten = ""
        self._file = LogConnection(path, now, self._maintenance, rest)
        self._repair = Repair(self._file, now, self._maintenance)
        # Read once, by the first connection: nothing of the log is to stand elsewhere while it is written anew.
        os.environ.setdefault("SQLITE_TMPDIR", str(path.parent))

    @property
    def operator(self) -> OperatorNotices:
        """What is said of the log to the operator."""
        return self._file.operator

    @property
    def problem(self) -> str | None:
        """Why the log cannot be written, in a sentence; None when all is well."""
        return self._file.operator.problem

    @property
    def notices(self) -> list[str]:
        """What was mended, in sentences."""
        return self._file.operator.notices

    @property
    def closed(self) -> bool:
        """Whether the log was closed for good."""
        return self._file.closed

    @property
    def opened(self) -> int:
        """How often the file was opened: whoever reads on a connection of their own opens it anew when that changed."""
        return self._file.opened

    @property
    def paused(self) -> bool:
        """Whether a try failed so lately that another is not due, or the log is being written anew."""
        return not self.free or self._file.paused

    @property
    def free(self) -> bool:
        """Whether the log is not being written anew just now."""
        return self._free.is_set()

    @property
    def uncertain(self) -> bool:
        """Whether the rows of a transaction that failed may be there all the same."""
        return self._file.uncertain

    def under_way(self, given: Callable[[], tuple[list[Row], list[int]]], in_both_files: Callable[[], int]) -> None:
        """Who gives the rows that memory still has and the file should, and the ids of all that are waiting; and how
        many rows the emergency file has as well.
        """
        self._file.under_way, self._file.rows_in_both_files = given, in_both_files

    def wake(self) -> None:
        """Make the next try due now."""
        self._file.wake()

    def writes(self, asked: Sequence[int]) -> None:
        """Uses of these ids, which the log does not hold, are about to be committed."""
        self._file.writes(asked)

    def added(self, uses: int) -> None:
        """So many uses were committed just now, that were not there before."""
        self._file.added(uses)

    def suspect(self) -> None:
        """Somebody who reads the file met damage: see what is wrong, beside answering, and mend it."""
        if not self.closed:
            self._maintenance.suspect()

    def prepare(self) -> None:
        """See to the folder, so that another file can be opened in it first; what fails now is told by `open`."""
        with contextlib.suppress(OSError):
            self._file.prepare()

    async def open(self) -> None:
        """Open if that can be done; else `problem` says why not."""
        async with self._lock:
            with contextlib.suppress(LogUnavailable):
                await self._file.ready()

    @contextlib.asynccontextmanager
    async def writing(
        self, *, single: bool = False, committed: Callable[[], None] = lambda: None
    ) -> AsyncIterator[aiosqlite.Connection]:
        """One transaction, committed and in the file by that path at the end. Raises LogUnavailable when it is not, and
        LogUncertain where that cannot be told.

        `uncertain` then says whether the rows may be there all the same. With `single` the body runs one statement,
        which is a transaction of its own: one errand to the connection's thread instead of three. `committed` is called
        when the connection has it, before it is seen whether the file by that path has.
        """
        if not self.free:
            raise LogUnavailable("it is being written anew: try again in a moment")
        async with self._lock:
            file, connection = self._file, await self._ready()
            file.in_transaction, file.uncertain, before = True, single, connection.total_changes
            try:
                if not single:
                    await connection.execute("BEGIN IMMEDIATE")
                yield connection
                file.uncertain = True
                if not single:
                    await connection.commit()
                file.in_transaction, wrote = False, connection.total_changes != before
                if not single:
                    await file.changed()
            except (*ROW_ERRORS, sqlite3.Error) as error:
                if isinstance(error, ROW_ERRORS) and primary_code(error) not in CORRUPTION_CODES:
                    await connection.rollback()
                    file.in_transaction = file.uncertain = False
                    raise
                await file.failed(error)
                raise self._unavailable(self.problem) from error
            committed()
            try:
                await self._repair.check_committed(connection)
            except LogUnavailable as error:
                raise self._unavailable(str(error)) from error
            file.uncertain = False
            if wrote:  # a full disk takes a transaction that writes nothing
                file.operator.recovered()
            self._maintenance.written()

    def _unavailable(self, why: str | None) -> LogUnavailable:
        return LogUncertain(why) if self._file.uncertain else LogUnavailable(why)

    async def _ready(self) -> aiosqlite.Connection:
        """A connection to the files that stand there, in no transaction. Raises LogUnavailable."""
        connection = await self._file.ready()
        if self._file.in_transaction:  # a writer was cancelled in the middle
            await connection.rollback()
            self._file.in_transaction = False
        if not self._file.watch.same():
            connection = await self._repair.mend(connection) or await self._file.ready()
        return connection

    @contextlib.asynccontextmanager
    async def deleting(self) -> AsyncIterator[aiosqlite.Connection]:
        """One transaction, as `writing`, after which nothing of what it deleted stands in the log's files for long."""
        async with self.writing() as connection, vacuum.secure_delete(connection):
            yield connection
        self.deleted()

    def deleted(self) -> None:
        """Something was deleted, within `vacuum.secure_delete`."""
        self._maintenance.deleted()

    async def rows(self, sql: str, parameters: Sequence[Any] = (), types: Types = ()) -> list[Sequence[Any]]:
        """All rows of a query, less those that are not of these types, which are damaged. Raises LogUnavailable."""
        connection = self._file.connection
        if connection is None:
            async with self._lock:
                connection = await self._file.ready()
        try:
            found = list(await connection.execute_fetchall(sql, parameters))
        except (sqlite3.Error, ValueError) as error:  # aiosqlite says ValueError when it was closed meanwhile
            async with self._lock:
                if isinstance(error, SQLITE_ERRORS) and connection is self._file.connection:
                    await self._file.failed(error)
            raise LogUnavailable(self.problem or "the log was closed meanwhile") from error
        undamaged = of_types(found, types)
        if len(undamaged) < len(found):
            self.suspect()
        return undamaged

    async def close(self) -> None:
        """Checkpoint and close. Safe to call twice."""
        file = self._file
        file.closed = True
        await self._maintenance.close()
        async with self._lock:
            connection = file.connection
            if connection is not None:
                try:
                    with contextlib.suppress(*SQLITE_ERRORS, OSError, LogUnavailable):
                        if file.in_transaction:
                            await connection.rollback()
                        await self._repair.check_committed(connection)
                finally:  # else the connection's thread would keep the process
                    await file.finish()
        await file.operator.close()

    async def _look(self) -> tuple[LogState, tuple[int, int]] | None:
        """For the upkeep: see that the files are what they were, and say what is known of the log and which it is."""
        async with self._lock:
            file = self._file
            if file.connection is not None and not file.closed and not file.in_transaction:
                with contextlib.suppress(LogUnavailable, *SQLITE_ERRORS):
                    if not file.watch.same() and await self._repair.mend(file.connection) is None:
                        await file.ready()
                    known, there = await file.update_state(), file.watch.log
                    return (known, there) if known and there else None
            return None

    async def _empty(self) -> bool:
        """For the upkeep: empty the write-ahead file. Whether that was done."""
        async with self._lock:
            return await self._file.empty_wal()

    async def _rewrite(self) -> bool:
        """For the upkeep: write the log anew, if something may be left in it that was deleted. Whether nothing is.

        Meanwhile nobody else may write, and what is used goes to the emergency file at once.
        """
        connection = self._file.connection
        with contextlib.suppress(*SQLITE_ERRORS, ValueError):
            if connection is None or await vacuum.is_vacuumed(connection):
                return connection is not None
        self._free.clear()  # from here on nobody else begins to wait for the lock
        try:
            async with self._lock:
                return await self._vacuum()
        finally:
            self._free.set()

    async def _vacuum(self) -> bool:
        file, connection = self._file, self._file.connection
        if connection is None or not self._may_be_rewritten():
            return False
        try:
            await self._maintenance.vacuum(file.watch.log)
            file.watch.rewritten(await vacuum.size_after_checkpoint(connection))
            await vacuum.note_vacuumed(connection)
        except Exception as error:  # noqa: BLE001  no memory, no thread: whatever it is, it is tried again
            self._say_not_rewritten(str(error) or type(error).__name__)
            if not self._maintenance.leaving:
                await file.empty_wal()  # what was written ahead in vain takes room
            if primary_code(error) in CORRUPTION_CODES:
                await file.failed(error)
            return False
        self._not_rewritten = ""
        if self._maintenance.leaving or not await file.empty_wal():
            self._maintenance.deleted()  # neither whoever leaves nor whoever reads what was is made to wait for it
        return True

    def _may_be_rewritten(self) -> bool:
        return not (self._file.in_transaction or self._maintenance.leaving) and self._file.watch.same()

    def _say_not_rewritten(self, why: str) -> None:
        """Once for as long as that is why; and not to whoever leaves, for the next start does it."""
        if why != self._not_rewritten and not self._maintenance.leaving:
            self._not_rewritten = why
            _log.warning(
                "the log %s is not written anew, so words that were deleted may stay in it (%s)", self.path, why
            )

    def leave(self) -> None:
        """The bot is leaving: the log is not written anew any more, and writing it anew is given up."""
        self._maintenance.leave()

    async def until_free(self, wait: float) -> bool:
        """Wait while the log is written anew, for at most so many seconds. Whether it no longer is."""
        if not self.free:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._free.wait()
        return self.free

    async def let_write(self, wait: float) -> bool:
        """End writing the log anew, if that is under way: what is to be written cannot wait. Whether it ended in so
        many seconds; SQLite heeds nobody while it copies what it wrote anew.
        """
        self.leave()
        if not self.free:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._maintenance.halt()
                    await self._free.wait()
        return self.free

    async def _counted(self, before: LogState, known: LogState) -> None:
        """For the upkeep: so many uses were counted."""
        async with self._lock:
            with contextlib.suppress(*SQLITE_ERRORS):
                await self._file.counted(before, known)

    async def _met(self, error: Exception) -> None:
        """For the upkeep: damage was met, or what is mended as the log is opened anew."""
        async with self._lock:
            file = self._file
            if file.connection is None or file.closed:
                return
            with contextlib.suppress(LogUnavailable):
                if isinstance(error, LogUnavailable):
                    await self._ready()  # were the log deleted meanwhile, its connection alone would hold it
                    await file.disconnect()
                elif await self._repair.reindex(file.connection):
                    return
                else:
                    await file.failed(error)
                await file.ready()
