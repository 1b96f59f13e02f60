"""Taking over what a damaged log still gives: every row that can be read, from both ends of each table."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, Any

import aiosqlite

from bot.store.files import looking_at

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from pathlib import Path

CHUNK = 20
"""Rows read at once: where damage is met, those of the same errand are lost."""
_COLUMNS = {
    "keyword_channels": 2,
    "mutes": 4,
    "kept": 2,
    "changes_made": 5,
    "complaints": 6,
    "losses": 2,
    "uses": 13,
}


async def salvage(connection: aiosqlite.Connection, damaged: Path) -> int:
    """Copy what can be read into the log of `connection`, in one transaction. Returns how many rows that were."""
    try:
        async with aiosqlite.connect(looking_at(damaged), uri=True) as old:
            await connection.execute("BEGIN IMMEDIATE")
            taken = [await _take(connection, old, table, columns) for table, columns in _COLUMNS.items()]
            await connection.commit()
            return sum(taken)
    except sqlite3.Error:
        return 0
    finally:
        await connection.rollback()


async def _take(connection: aiosqlite.Connection, old: aiosqlite.Connection, table: str, columns: int) -> int:
    taken = 0
    insert = f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * columns)})"  # noqa: S608  our own names
    for order in ("ASC", "DESC"):
        async for rows in _readable(old, f"SELECT * FROM {table} ORDER BY rowid {order}"):  # noqa: S608
            with contextlib.suppress(sqlite3.Error, OverflowError):  # what is damaged may not fit its column
                cursor = await connection.executemany(insert, rows)
                taken += cursor.rowcount
    return taken


async def _readable(old: aiosqlite.Connection, select: str) -> AsyncIterator[Iterable[Any]]:
    with contextlib.suppress(sqlite3.Error):
        cursor = await old.execute(select)
        while rows := list(await cursor.fetchmany(CHUNK)):
            yield rows
