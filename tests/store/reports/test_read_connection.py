"""Reports read on a connection of their own, which no haste of whoever asks can spoil for the next."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import aiosqlite
import pytest

from bot.store.reports.read_connection import ReadConnection

STEPS = ["_connect", "set_progress_handler", "execute_fetchall"]


@pytest.fixture
async def reader(tmp_path):
    with closing(sqlite3.connect(tmp_path / "quoth.db")) as log:
        log.execute("PRAGMA journal_mode = WAL")
    reader = ReadConnection(tmp_path / "quoth.db", patience=0.2)
    yield reader
    await reader.close()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
async def test_whoever_leaves_while_it_is_opened_leaves_it_to_the_next(reader, monkeypatch, step, when):
    at, whole = asyncio.Event(), getattr(aiosqlite.Connection, step)

    async def held(self, *given):
        if when == "after":
            await whole(self, *given)
        at.set()
        await asyncio.sleep(3600)

    with monkeypatch.context() as patched:
        patched.setattr(aiosqlite.Connection, step, held)
        asked = asyncio.create_task(reader.rows("SELECT 1"))
        await at.wait()
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
    assert await reader.rows("SELECT 1") == [(1,)]
    assert await reader.rows("SELECT 1") == [(1,)]


@pytest.mark.parametrize("turns", range(0, 60, 3))
async def test_whenever_that_is(reader, turns):
    for _ in range(3):
        asked = asyncio.create_task(reader.rows("SELECT 1"))
        for _ in range(turns):
            await asyncio.sleep(0)
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        assert await reader.rows("SELECT 1") == [(1,)]
        async with reader._lock:
            await reader._disconnect()
