"""The schema's steps, each applied with its record in one transaction."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import LogUnavailable
from .sqlite_errors import corruption_error, primary_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import aiosqlite

SCHEMA = Path(__file__).with_name("schema")
APPLICATION = 0x51754F74
"""Marks a file as ours (SQLite's application_id), so that another program's database is never written to."""
_COLUMNS = """
    SELECT tables.name, columns.name, columns.type, columns."notnull", columns.pk
    FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'
"""
_PROGRAMS = "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('trigger', 'view')"


@cache
def schema_steps() -> tuple[tuple[int, str], ...]:
    """The steps that come with this version, (number, SQL) in order."""
    files = sorted(SCHEMA.glob("*.sql"))
    return tuple((int(file.name.split("_")[0]), file.read_text("utf-8")) for file in files)


async def migrate(
    connection: aiosqlite.Connection,
    time: int,
    steps: Sequence[tuple[int, str]],
    dropped: Callable[[str], None] = lambda _: None,
) -> bool:
    """Bring a database to the last step, and tell whether it was empty before. LogUnavailable when it is newer than
    this code, or not ours; sqlite3.Error, as of damage, when its schema is not what the steps make. `dropped` is told
    the name of each trigger that they do not make: it could delete uses, so it is dropped before anything is written.
    """
    columns = _made(tuple(steps), _COLUMNS)
    try:
        new = await _migrate(connection, time, steps, dropped)
    except sqlite3.OperationalError as error:
        if primary_code(error) == sqlite3.SQLITE_ERROR:  # of statements that can be run, as was just seen
            raise corruption_error(str(error)) from error
        raise
    if columns - set(map(tuple, await connection.execute_fetchall(_COLUMNS))):
        raise corruption_error("its schema is not the one that was made")
    return new


@cache
def _made(steps: tuple[tuple[int, str], ...], what: str) -> frozenset[tuple[Any, ...]]:
    """What a query of the schema gives after these steps."""
    with closing(sqlite3.connect(":memory:")) as model:
        for _, text in steps:
            model.executescript(text)
        return frozenset(model.execute(what))


def foreign_programs(log: sqlite3.Connection) -> list[tuple[str, str]]:
    """The kind and name of each trigger and view of a log that no step makes."""
    return _foreign(log.execute(_PROGRAMS).fetchall(), schema_steps())


def drop_program(kind: str, name: str) -> str:
    """The statement that drops a trigger or view."""
    quoted = name.replace('"', '""')
    return f'DROP {kind} "{quoted}"'


def _foreign(there: Iterable[Sequence[Any]], steps: Sequence[tuple[int, str]]) -> list[tuple[str, str]]:
    return sorted((str(kind), str(name)) for kind, name, _ in set(map(tuple, there)) - _made(tuple(steps), _PROGRAMS))


def check_schema_steps(log: sqlite3.Connection) -> None:
    """See that a log is what some of the steps that come with this version make. Raises sqlite3.Error."""
    applied = [number for (number,) in log.execute("SELECT number FROM migrations ORDER BY number").fetchall()]
    steps = schema_steps()[: len(applied)]
    if applied and applied[-1] > schema_steps()[-1][0]:
        raise sqlite3.DatabaseError("it was written by a newer Quoth: update Quoth first")
    if not applied or applied != [number for number, _ in steps]:
        raise sqlite3.DatabaseError("it is no whole log: it does not say by which steps its tables were made")
    made = _made(steps, _COLUMNS)
    if odd := made ^ ((made | _made(schema_steps(), _COLUMNS)) & set(log.execute(_COLUMNS).fetchall())):
        raise sqlite3.DatabaseError(f"it is no whole log: its table {min(odd)[0]} is missing or another")


async def _migrate(
    connection: aiosqlite.Connection, time: int, steps: Sequence[tuple[int, str]], dropped: Callable[[str], None]
) -> bool:
    applied, recorded = await _applied(connection)
    newest = max((number for number, _ in steps), default=0)
    if applied > newest:
        if recorded != applied:
            raise corruption_error(f"step {applied} of its schema was made without those before")
        raise LogUnavailable(
            f"it was written by a newer Quoth (schema {applied}; this one knows {newest}): "
            "update Quoth, or name another data folder"
        )
    for kind, name in _foreign(await connection.execute_fetchall(_PROGRAMS), steps):
        if kind == "trigger":  # a view changes nothing
            await connection.execute(drop_program(kind, name))
            dropped(name)
    for number, text in steps:
        if number > applied:
            await _apply(connection, number, text, time)
    return not applied


async def _applied(connection: aiosqlite.Connection) -> tuple[int, int]:
    """The last step that was applied, and how many were."""
    ((mark,),) = await connection.execute_fetchall("PRAGMA application_id")
    ((tables,),) = await connection.execute_fetchall("SELECT count(*) FROM sqlite_schema")
    if not tables:
        return 0, 0
    if mark != APPLICATION:
        raise LogUnavailable("it is the database of another program: name another data folder")
    ((applied, recorded),) = await connection.execute_fetchall(
        "SELECT coalesce(max(number), 0), count(*) FROM migrations"
    )
    return int(applied), int(recorded)


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
