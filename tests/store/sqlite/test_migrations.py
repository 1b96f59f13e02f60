"""Each step of the schema is applied once, whole or not at all."""

from __future__ import annotations

import sqlite3

import aiosqlite
import pytest

from bot.store.sqlite.migrations import migrate, schema_steps

ONE = (1, "CREATE TABLE a (x);\nINSERT INTO a VALUES ('; not an end');\n")
TWO = (2, "-- a comment; with a semicolon\nALTER TABLE a ADD COLUMN y;\nCREATE TABLE b (x);\n")
BROKEN = (2, "CREATE TABLE b (x);\nINSERT INTO nowhere VALUES (1);\n")


@pytest.fixture
async def connection(tmp_path):
    async with aiosqlite.connect(tmp_path / "quoth.db") as opened:
        yield opened


async def tables(connection):
    return {name for (name,) in await connection.execute_fetchall("SELECT name FROM sqlite_schema")}


async def test_steps_are_applied_once_and_recorded(connection):
    await migrate(connection, 5, [ONE])
    await migrate(connection, 6, [ONE, TWO])
    await migrate(connection, 7, [ONE, TWO])
    assert list(await connection.execute_fetchall("SELECT * FROM a")) == [("; not an end", None)]
    assert list(await connection.execute_fetchall("SELECT number, time FROM migrations")) == [(1, 5), (2, 6)]


async def test_a_step_that_fails_leaves_nothing_behind(connection):
    await migrate(connection, 5, [ONE])
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        await migrate(connection, 6, [ONE, BROKEN])
    assert await tables(connection) == {"a", "migrations"}
    await migrate(connection, 7, [ONE, TWO])
    assert await tables(connection) == {"a", "b", "migrations"}


async def test_a_first_step_that_fails_leaves_an_empty_file(connection):
    with pytest.raises(sqlite3.OperationalError):
        await migrate(connection, 5, [(1, BROKEN[1])])
    assert await tables(connection) == set()


def test_the_shipped_steps_are_numbered_without_a_gap():
    assert [number for number, _ in schema_steps()] == list(range(1, len(schema_steps()) + 1))
    assert schema_steps()
