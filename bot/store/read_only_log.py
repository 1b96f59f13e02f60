"""Looking into a log from outside, while the bot may be writing it: nothing is ever changed."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from ..errors import LogUnavailable
from .database.opening import BUSY
from .disk import files
from .reports import use_counts
from .server_data import server_settings
from .sqlite.column_values import of_types
from .sqlite.migrations import APPLICATION, schema_steps
from .sqlite.sqlite_errors import SQLITE_ERRORS, decode_leniently, explain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from .records import Complaint, Report
    from .sqlite.column_values import Types


class ReadOnlyLog:
    """A log opened for reading."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def rows(self, sql: str, parameters: Sequence[Any] = (), types: Types = ()) -> list[Sequence[Any]]:
        """All rows of a query, less those that are not of these types."""
        try:
            return of_types(await asyncio.to_thread(self._rows, sql, parameters), types)
        except asyncio.CancelledError:
            self._connection.interrupt()
            raise

    async def report_all(self, now: datetime, days: int) -> Report:
        """Counts over the last `days` days, of all places. What waits in the bot's memory is not known here."""
        return use_counts.of_all(await use_counts.counts(self.rows, now, days, None), days)

    async def complaints(self, limit: int) -> list[Complaint]:
        """What people reported, latest first."""
        return await server_settings.complaints(self, limit)

    def _rows(self, sql: str, parameters: Sequence[Any]) -> list[Sequence[Any]]:
        return self._connection.execute(sql, parameters).fetchall()


@contextlib.asynccontextmanager
async def look(path: Path) -> AsyncIterator[ReadOnlyLog]:
    """Open a log for reading. Raises LogUnavailable, with a sentence, when there is none or it cannot be read."""
    try:
        address = _address(path)
        # Not by aiosqlite: the thread of a connection that fails to open would answer an event loop that is closed.
        with closing(sqlite3.connect(address, uri=True, timeout=BUSY * 10, check_same_thread=False)) as connection:
            connection.text_factory = decode_leniently
            log = ReadOnlyLog(connection)
            ((mark,),) = await log.rows("PRAGMA application_id")
            if mark != APPLICATION:
                raise LogUnavailable(f"{path} is no log of Quoth's: name the log, or the folder it is in, with --data")
            ((step,),) = await log.rows("SELECT coalesce(max(number), 0) FROM migrations")
            if step < len(schema_steps()):
                raise LogUnavailable(f"the log {path} was written by an older Quoth: start the bot once, and ask again")
            yield log
    except SQLITE_ERRORS as error:
        raise LogUnavailable(f"the log {path} cannot be read: {explain(error, path)}") from error


def _address(path: Path) -> str:
    """How SQLite is told to open it: without a lock where no other program has it open, for a lock needs a folder
    that can be written to.
    """
    if path.exists() and not path.is_file():
        raise LogUnavailable(f"{path} is no plain file: name the log, or the folder it is in, with --data")
    if not path.is_file():
        raise LogUnavailable(f"there is no log at {path}: it is begun when the bot first runs")
    alone = not files.wal_path(path.resolve()).exists()
    return files.uri_ro(path) + ("&immutable=1" if alone else "")
