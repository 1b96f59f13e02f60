"""Mending what became of the log's files while they were in use: deleted, exchanged, cut short, an index damaged."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from ...errors import CallError, LogUnavailable
from ..disk import files
from ..disk.folder_lock import follow
from ..guard import guard_file
from ..recovery.log_comparison import count_missing, is_another_log, take_back
from ..recovery.salvage import take_over
from ..sqlite.column_values import ticks
from ..sqlite.integrity_checks import check_row_count, has_index_faults_alone
from ..sqlite.sqlite_errors import CORRUPTION_CODES, SQLITE_ERRORS, primary_code
from .opening import copy_connection

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    import aiosqlite

    from .log_connection import LogConnection
    from .maintenance import Maintenance


class Repair:
    """What is done to one log file. No method may run beside another: Database's lock is held."""

    def __init__(self, file: LogConnection, now: Callable[[], datetime], maintenance: Maintenance) -> None:
        self._file = file
        self._path = file.path
        self._say = file.operator.say
        self._now = now
        self._maintenance = maintenance

    async def check_committed(self, connection: aiosqlite.Connection) -> None:
        """See that what was committed is in the file by the path's name; SQLite itself would not notice.

        Raises LogUnavailable where it is not.
        """
        if not self._file.watch.same() and await self.mend(connection) is None:
            raise LogUnavailable("the log was exchanged while in use")

    async def mend(self, connection: aiosqlite.Connection) -> aiosqlite.Connection | None:
        """Mend what became of the files. Gives the connection from now on; None where the log is another one now.

        Raises LogUnavailable where it cannot be mended yet.
        """
        try:
            change = self._file.watch.change()
            if change in ("deleted", "exchanged"):
                await self._rescue(connection, deleted=change == "deleted")
                return self._file.connection if change == "deleted" else None
            if change == "write-ahead":
                await self._checkpoint_lost_wal(connection)
            elif change == "shorter":
                await self._verify(connection)
            return self._file.connection or await self._file.ready()
        except (*SQLITE_ERRORS, OSError) as error:
            if primary_code(error) in CORRUPTION_CODES:
                await self._file.failed(error)
            else:  # the connection is kept: it alone still holds the rows
                self._file.trouble(f"it was deleted or cut while in use and cannot be written again yet ({error})")
            raise LogUnavailable(self._file.operator.problem) from error

    async def reindex(self, connection: aiosqlite.Connection) -> bool:
        """Make the indexes anew where nothing else is wrong with the log; whether it is whole by that."""
        with contextlib.suppress(*SQLITE_ERRORS, OSError):
            if not self._file.in_transaction and await asyncio.to_thread(has_index_faults_alone, self._path):
                known = await self._file.update_state()
                await connection.execute("REINDEX")
                await asyncio.to_thread(check_row_count, self._path, known.rows if known else 0)
                self._say(f"indexes of the log {self._path} were damaged; they were made anew, and no use is lost")
                return True
        return False

    async def _rescue(self, connection: aiosqlite.Connection, *, deleted: bool) -> None:
        """The file was deleted or exchanged while it was open: its content is still held, so write it down again."""
        try:
            follow(self._path.parent)  # all of the folder may have been exchanged
        except CallError as error:
            raise OSError(str(error)) from None
        known = await self._file.update_state()
        copy = await copy_connection(connection, files.beside(self._path, files.RESCUE_COPY))
        if deleted:
            files.replace_database(copy, self._path)
            self._say(f"the log {self._path} was deleted while in use; its content was written again")
        elif known is None or await asyncio.to_thread(is_another_log, self._path, known.id):
            await self._adopt_other_log(copy)
            return
        else:
            # No log at all, or an older copy of this one: what was held is the log, whatever stands at its path.
            replaced = files.move_file_aside(self._path, "replaced", self._now())
            files.replace_database(copy, self._path)
            said = f"the log {self._path} was exchanged while in use; its content was written again"
            if replaced is not None:
                more = await asyncio.to_thread(take_over, self._path, replaced, "uses")
                await asyncio.to_thread(take_back, self._path, replaced, more)
                said += f", with {more} uses of what had been put in its place, which is kept as {replaced.name}"
            self._say(said)
        await self._file.disconnect()
        await self._file.connect()

    async def _adopt_other_log(self, copy: Path) -> None:
        """Another log was put in the place of the one in use: it is the log from now on, and says what it lacks."""
        replaced = files.unused_name(files.beside(self._path, f"replaced-{files.timestamp(self._now())}"))
        copy.replace(replaced)  # noqa: ASYNC240  one name
        await self._file.disconnect()
        files.remove_companions(self._path, self._file.watch.wal_identity())
        self._file.state = None
        files.beside(self._path, guard_file.ENDING).unlink(missing_ok=True)  # it tells of the one that is kept
        await self._file.connect()
        lacks = await asyncio.to_thread(
            count_missing, self._path, replaced, ticks(self._now()), self._file.under_way()[1]
        )
        self._say(
            f"the log {self._path} was exchanged for another one while in use; what it held is kept as {replaced.name}"
            + (f", and the {lacks} uses of it that the other lacks are counted as lost" if lacks else "")
        )

    async def _checkpoint_lost_wal(self, connection: aiosqlite.Connection) -> None:
        """The write-ahead file was deleted or exchanged: bring what it holds into the log, and begin another."""
        await self._maintenance.halt()
        ((busy, frames, done),) = await connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
        if busy or frames != done:
            await copy_connection(connection, files.beside(self._path, files.CONNECTION_COPY))
            await self._file.must_move_aside("lost its write-ahead file while in use")
            await self._file.ready()
            return
        files.move_file_aside(files.wal_path(self._path), "replaced", self._now())
        await self._file.update_state()
        await self._file.disconnect()
        self._say(f"{self._path.name}-wal was deleted or exchanged while in use; the log has what it held")
        await self._file.connect()

    async def _verify(self, connection: aiosqlite.Connection) -> None:
        """A file is shorter than it was. Another program may have lost nothing by that; else save what is left."""
        known, seen = await self._file.update_state(), self._file.watch.look()
        try:
            await asyncio.to_thread(check_row_count, self._path, known.rows if known else 0)
        except SQLITE_ERRORS:
            with contextlib.suppress(*SQLITE_ERRORS, OSError):  # its memory may hold what the file lost
                await copy_connection(connection, files.beside(self._path, files.CONNECTION_COPY))
            await self._file.must_move_aside("was cut short while in use")
            await self._file.ready()
        else:
            self._file.watch.begin(seen)
