"""The schema's steps, each applied with its record in one transaction."""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import LogUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import aiosqlite

SCHEMA = Path(__file__).with_name("schema")
APPLICATION = 0x51754F74
"""Marks a file as ours (SQLite's application_id), so that another program's database is never written to."""


@cache
def shipped() -> tuple[tuple[int, str], ...]:
    """The steps that come with this version, (number, SQL) in order."""
    files = sorted(SCHEMA.glob("*.sql"))
    return tuple((int(file.name.split("_")[0]), file.read_text("utf-8")) for file in files)


async def migrate(connection: aiosqlite.Connection, time: int, steps: Sequence[tuple[int, str]]) -> None:
    """Bring a database to the last step. LogUnavailable when it is newer than this code, or not ours."""
    applied = await _applied(connection)
    newest = max((number for number, _ in steps), default=0)
    if applied > newest:
        raise LogUnavailable(
            f"it was written by a newer Quoth (schema {applied}; this one knows {newest}): "
            "update Quoth, or name another data folder"
        )
    for number, text in steps:
        if number > applied:
            await _apply(connection, number, text, time)


async def _applied(connection: aiosqlite.Connection) -> int:
    ((mark,),) = await connection.execute_fetchall("PRAGMA application_id")
    ((tables,),) = await connection.execute_fetchall("SELECT count(*) FROM sqlite_schema")
    if not tables:
        return 0
    if mark != APPLICATION:
        raise LogUnavailable("it is the database of another program: name another data folder")
    ((applied,),) = await connection.execute_fetchall("SELECT coalesce(max(number), 0) FROM migrations")
    return int(applied)


async def _apply(connection: aiosqlite.Connection, number: int, text: str, time: int) -> None:
    try:
        await connection.execute("BEGIN IMMEDIATE")
        await connection.execute(f"PRAGMA application_id = {APPLICATION}")
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, time INTEGER NOT NULL) STRICT"
        )
        for statement in _statements(text):
            await connection.execute(statement)
        await connection.execute("INSERT INTO migrations (number, time) VALUES (?, ?)", (number, time))
        await connection.commit()
    except BaseException:
        await connection.rollback()
        raise


def _statements(text: str) -> Iterator[str]:
    statement = ""
    for line in text.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
