"""A log in a real file, and uses to put into it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from bot.store.database import opening
from bot.store.records import Use
from bot.store.store import Store

NOON = datetime(2020, 6, 8, 12, 0, tzinfo=UTC)


@pytest.fixture
def now():
    """A clock that stands still."""
    return lambda: NOON


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "quoth.db"


@pytest.fixture
def use():
    """Makes a use; `asked` numbers it, and its time follows from that."""

    def make(asked, **changed):
        values = {
            "time": NOON - timedelta(days=1) + timedelta(seconds=asked % 10_000),
            "guild": 1,
            "channel": 2,
            "entry_point": "slash",
            "query": "rusia",
            "key": "topic:russia",
            "found": True,
            "quote": "a-quote",
            "edition": "0123abcd",
            "duration": 1.25,
        }
        return Use(asked=asked, **(values | changed))

    return make


@pytest.fixture
async def opened(path, now):
    """Opens the log; closes whatever was opened when the test ends. Tries again soon, so that tests are quick."""
    stores = []

    async def open_it(at=None, **options):
        store = await Store.open(at or path, now=now, **({"rest": 0.02, "retry": 0.05} | options))
        stores.append(store)
        return store

    yield open_it
    for store in stores:
        await store.close()


@pytest.fixture
def used_before(monkeypatch):
    """A new log is taken for one that was in use before, so that something may be left of what was deleted."""

    async def nothing(_):
        pass

    monkeypatch.setattr(opening, "note_vacuumed", nothing)


@pytest.fixture
def in_file():
    """Reads a log's file as any other program would."""

    def read(path, sql="SELECT asked FROM uses ORDER BY asked"):
        with closing(sqlite3.connect(path)) as connection:
            rows = connection.execute(sql).fetchall()
        return [row[0] if len(row) == 1 else row for row in rows]

    return read


@pytest.fixture
def change():
    """Changes a log as any other program would."""

    def execute(path, statement):
        with closing(sqlite3.connect(path, isolation_level=None, timeout=5)) as other:
            other.execute(statement)

    return execute


@pytest.fixture
def statements_of(monkeypatch):
    """What a store's connection is told to execute from now on."""

    def watch(store):
        connection, told = store._database._file.connection, []
        execute = connection.execute

        def watched(sql, *values):
            told.append(sql)
            return execute(sql, *values)

        monkeypatch.setattr(connection, "execute", watched)
        return told

    return watch


@pytest.fixture
async def log(opened, path, use):
    """The path of a log with twenty answers, closed."""
    store = await opened()
    for asked in range(20):
        await store.record(use(asked), wait=5)
        store.settle(asked, "answered")
    await store.close()
    return path
