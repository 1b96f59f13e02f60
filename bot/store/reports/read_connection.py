"""A connection of its own for reports, only for reading: what is counted keeps no answer from being logged."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from typing import TYPE_CHECKING, Any

import aiosqlite

from ...errors import LogUnavailable
from ..disk import files
from ..sqlite.sqlite_errors import CORRUPTION_CODES, SQLITE_ERRORS, decode_leniently, explain, primary_code

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

BUSY = 0.15
"""Seconds to wait for another's lock."""
PATIENCE = 2.0
"""Seconds a query may take: whoever asked waits three at most."""
_STEPS = 100_000
"""Steps of SQLite, a few milliseconds, between two looks whether it is read for nobody any more."""


class ReadConnection:
    """Reads a log that somebody else writes. Opened when first needed, and again when another file stands there.

    `met_damage` is called when it meets damage: it mends nothing itself.
    """

    def __init__(
        self, path: Path, met_damage: Callable[[], None] = lambda: None, *, patience: float = PATIENCE
    ) -> None:
        self._path = path
        self._met_damage = met_damage
        self._patience = patience
        self._connection: aiosqlite.Connection | None = None
        self._identity: tuple[int, int] | None = None
        self._lock = asyncio.Lock()
        self._closed = False
        self._reading: set[asyncio.Future[Any]] = set()

    async def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Sequence[Any]]:
        """All rows of a query. Raises LogUnavailable, with a sentence, where it cannot be read or takes too long.

        It goes on when whoever asked is gone: what is cut short would be left half open to the next.
        """
        reading = asyncio.ensure_future(self._rows(sql, parameters))
        self._reading.add(reading)
        reading.add_done_callback(self._reading.discard)
        return await asyncio.shield(reading)

    async def _rows(self, sql: str, parameters: Sequence[Any]) -> list[Sequence[Any]]:
        async with self._lock:
            try:
                async with asyncio.timeout(self._patience):
                    connection = await self._ready()
                    return list(await connection.execute_fetchall(sql, parameters))
            except TimeoutError:
                await self._disconnect()
                raise LogUnavailable("counting takes too long: ask for fewer days") from None
            except (*SQLITE_ERRORS, OSError, ValueError) as error:  # aiosqlite says ValueError of what is closed
                await self._disconnect()
                if primary_code(error) in CORRUPTION_CODES:
                    self._met_damage()
                raise LogUnavailable(f"the log {self._path} cannot be read: {explain(error, self._path)}") from error

    async def close(self) -> None:
        """Close for good, whatever is being read. Safe to call twice."""
        self._closed = True
        async with self._lock:
            await self._disconnect()

    async def _ready(self) -> aiosqlite.Connection:
        if self._closed:
            raise LogUnavailable("the log is closed")
        there = files.identity(self._path)
        if there is None:
            raise LogUnavailable(f"there is no log at {self._path} just now")
        if self._connection is not None and there == self._identity:
            return self._connection
        await self._disconnect()
        # Assigned before anything else is awaited: a timeout in the middle leaves no thread behind.
        connection = aiosqlite.connect(files.uri_ro(self._path), uri=True, timeout=BUSY, isolation_level=None)
        self._connection = connection
        await connection
        connection.text_factory = decode_leniently
        # An interrupt that comes before a statement begins is none.
        await connection.set_progress_handler(lambda: self._closed, _STEPS)
        await connection.execute_fetchall("PRAGMA query_only = ON")
        await connection.execute_fetchall("PRAGMA temp_store = MEMORY")  # there may be no folder to write to
        self._identity = there
        return connection

    async def _disconnect(self) -> None:
        connection, self._connection, self._identity = self._connection, None, None
        if connection is not None:
            with contextlib.suppress(sqlite3.Error, ValueError):  # it says ValueError when it was never opened
                await connection.interrupt()
            with contextlib.suppress(sqlite3.Error, ValueError):
                await connection.close()
