"""Each step of the schema is applied once, whole or not at all."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing

import aiosqlite
import pytest

from bot.errors import CallError, LogUnavailable
from bot.store.backups.backup_and_restore import back_up, restore
from bot.store.guard import row_counts
from bot.store.guard.guard_file import LogState
from bot.store.sqlite.migrations import migrate, schema_steps
from tests.store.waiting import until

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


@pytest.mark.parametrize(
    "before",
    ["CREATE TABLE b (z)", "INSERT INTO migrations VALUES (99, 0)"],
    ids=["a table of the next step is there", "a step is there without those before"],
)
async def test_a_schema_that_no_steps_make_is_damage(connection, before):
    await migrate(connection, 5, [ONE])
    await connection.execute(before)
    await connection.commit()
    with pytest.raises(sqlite3.DatabaseError) as met:
        await migrate(connection, 6, [ONE, TWO])
    assert met.value.sqlite_errorcode == sqlite3.SQLITE_CORRUPT
    assert list(await connection.execute_fetchall("SELECT number FROM migrations WHERE number = 2")) == []


async def test_the_last_statement_of_a_step_needs_no_end(connection):
    await migrate(connection, 5, [(1, "CREATE TABLE a (x);\nCREATE TABLE b (y)\n")])
    assert await tables(connection) == {"a", "b", "migrations"}


def test_the_shipped_steps_are_numbered_without_a_gap():
    assert [number for number, _ in schema_steps()] == list(range(1, len(schema_steps()) + 1))
    assert schema_steps()


TRIGGER = "CREATE TRIGGER {} AFTER INSERT ON uses BEGIN DELETE FROM uses; END"
VIEW = 'CREATE VIEW "a ""view" AS SELECT count(*) AS uses FROM uses'


def change(path, statement):
    with closing(sqlite3.connect(path, isolation_level=None, timeout=5)) as other:
        other.execute(statement)


def programs(in_file, path):
    return in_file(path, "SELECT name FROM sqlite_schema WHERE type IN ('trigger', 'view') ORDER BY name")


@pytest.mark.parametrize("name", ["emptied", '"all; ""gone"""'])
async def test_a_trigger_that_is_not_ours_is_dropped_and_said_before_a_use_is_written(log, opened, use, in_file, name):
    change(log, TRIGGER.format(name))
    change(log, VIEW)
    store = await opened(log)
    assert await store.record(use(100), wait=5)
    await store.close()
    assert in_file(log) == [*range(20), 100]
    assert programs(in_file, log) == ['a "view']  # it changes nothing
    assert [one for one in store.notices if "trigger" in one and name.strip('"').replace('""', '"') in one]
    assert in_file(log, "SELECT count(*) FROM losses") == [0]


async def test_it_is_said_once_though_the_start_that_dropped_it_fails(log, opened, in_file, monkeypatch):
    change(log, TRIGGER.format("emptied"))

    async def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(row_counts, "begin_counting", full)
        store = await opened(log, rest=3600)
        assert "No space" in store.problem
        assert programs(in_file, log) == []
        assert ["emptied" in said for said in store.notices] == [True]
    store._database.wake()
    await store._database.open()
    assert (store.problem, len(store.notices)) == (None, 1)


async def test_one_that_comes_while_the_bot_runs_is_dropped_and_said_soon(log, opened, use, in_file):
    store = await opened(log, soon=0.02)
    change(log, VIEW)
    change(log, "CREATE TRIGGER emptied AFTER INSERT ON uses BEGIN DELETE FROM uses WHERE asked = 3; END")
    assert await store.record(use(100), wait=5)
    await until(lambda: store.notices)
    assert await store.record(use(3), wait=5)
    await store.close()
    assert (in_file(log), programs(in_file, log)) == ([*range(20), 100], ['a "view'])
    assert ["trigger" in said and "emptied" in said for said in store.notices] == [True]
    assert store.problem is None


async def test_for_a_view_no_log_is_opened_anew(log, opened):
    change(log, VIEW)
    database = (await opened(log, soon=3600))._database
    known, there = await database._look()
    assert isinstance(database._maintenance._run_round(known, there, written=True, check=True), LogState)


async def test_a_log_that_is_deleted_before_its_trigger_is_dropped_is_written_again(log, opened, use, in_file):
    store = await opened(log, soon=3600)
    assert await store.record(use(100), wait=5)
    log.unlink()
    await store._database._met(LogUnavailable("it has a trigger"))
    await store.close()
    assert in_file(log) == [*range(20), 100]
    assert ["was deleted while in use" in said for said in store.notices] == [True]


@pytest.mark.parametrize("statement", [TRIGGER.format("emptied"), VIEW], ids=["trigger", "view"])
def test_a_copy_that_holds_more_than_the_steps_make_is_not_restored(log, tmp_path, now, in_file, statement):
    copy, before = tmp_path / "copy.db", log.read_bytes()
    back_up(log, copy, now())
    change(copy, statement)
    with pytest.raises(CallError, match="that Quoth did not make"):
        restore(log, copy, now())
    assert log.read_bytes() == before
    change(log, statement)
    back_up(log, copy, now(), force=True)  # but of what is made here any copy can be restored
    restore(log, copy, now())
    assert (programs(in_file, log), in_file(log)) == ([], list(range(20)))
