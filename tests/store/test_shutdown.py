"""Leaving while the log is written anew: it is given up, and whoever leaves does not wait for what heeds nobody."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bot.store import shutdown
from bot.store.database import log_connection, maintenance
from bot.store.sqlite import vacuum
from tests.store.waiting import until, written

if TYPE_CHECKING:
    from bot.store.database.maintenance import Maintenance


class Deaf:
    """Stands for SQLite where it copies back what it wrote anew: it goes on, whatever it is told."""

    def __init__(self):
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self, _path, _there, begun):
        with closing(sqlite3.connect(":memory:", check_same_thread=False)) as log:
            begun(log)
            self.begun.set()
            assert self.go_on.wait(60)


@pytest.fixture
def deaf(monkeypatch, used_before):
    one = Deaf()
    monkeypatch.setattr(maintenance, "FIRST_CHECK", 0.0)
    monkeypatch.setattr(maintenance, "vacuum", one)
    yield one
    one.go_on.set()


@pytest.fixture
async def busy(opened, use, deaf):
    """A log that is being written anew, and ten uses that came meanwhile."""
    store = await opened(soon=0.01)
    await until(deaf.begun.is_set)
    for asked in range(10):
        assert not await store.record(use(asked), wait=60)
        store.settle(asked, "answered")
    return store


async def nothing_is_lost(store, deaf, opened, in_file, path):
    """When the thread ends at last; a process would be gone by then."""
    assert not store.closed
    assert [asked in store._ledger.emergency.payloads for asked in range(10)] == [True] * 10
    deaf.go_on.set()
    await until(lambda: store.closed)
    assert in_file(path) == []
    again = await opened()
    await written(again)
    assert in_file(path) == list(range(10))
    assert (again.answered, again.lost) == (10, 0)


async def test_whoever_leaves_waits_for_a_while_and_no_longer(opened, in_file, path, busy, deaf, monkeypatch, caplog):
    monkeypatch.setattr(shutdown, "GIVE_UP", 0.05)
    async with asyncio.timeout(30):
        await busy.close(wait=1e6)
    await nothing_is_lost(busy, deaf, opened, in_file, path)
    assert "10 uses could not be written (there was no time): 10 stand in" in caplog.text
    assert "None" not in caplog.text


@pytest.mark.parametrize("when", ["before", "meanwhile"])
async def test_told_again_it_waits_no_longer(opened, in_file, path, busy, deaf, monkeypatch, when):
    monkeypatch.setattr(shutdown, "GIVE_UP", 1e6)
    if when == "before":
        busy.leave(at_once=True)
    close = asyncio.create_task(busy.close(wait=1e6))
    await asyncio.sleep(0.01)
    busy.leave(at_once=when == "meanwhile")
    async with asyncio.timeout(30):
        await close
    await nothing_is_lost(busy, deaf, opened, in_file, path)


async def test_what_ends_in_time_has_what_waits_written_into_the_log(in_file, path, busy, deaf, monkeypatch):
    monkeypatch.setattr(shutdown, "GIVE_UP", 1e6)
    close = asyncio.create_task(busy.close())
    await asyncio.sleep(0.01)
    assert not close.done()
    deaf.go_on.set()
    await close
    assert busy.closed
    assert in_file(path) == list(range(10))


async def test_the_time_counts_from_when_the_bot_begins_to_leave(busy, monkeypatch):
    monkeypatch.setattr(shutdown, "GIVE_UP", 100)
    clock = asyncio.get_running_loop()
    busy.leave()
    busy.leave()
    monkeypatch.setattr(busy._shutdown, "_began", clock.time() - 101)
    async with asyncio.timeout(30):
        await busy.close()
    assert not busy.closed


async def test_a_sound_log_has_all_that_was_used_also_when_told_at_once(opened, in_file, path, use):
    store = await opened(soon=60)
    for asked in range(10):
        store.record_later(use(asked, outcome="answered"))
    store.leave(at_once=True)
    await store.close()
    assert store.closed
    assert in_file(path) == list(range(10))


async def test_a_file_that_cannot_be_closed_keeps_nobody(opened, use, monkeypatch):
    hangs, finish = asyncio.Event(), log_connection.LogConnection.finish

    async def slowly(file):
        await hangs.wait()
        await finish(file)

    monkeypatch.setattr(log_connection.LogConnection, "finish", slowly)
    monkeypatch.setattr(shutdown, "FINISH", 0.05)
    store = await opened()
    assert await store.record(use(1), wait=5)
    async with asyncio.timeout(30):
        await store.close()
    assert not store.closed
    hangs.set()
    await store.close()
    assert store.closed


# ── nothing is begun any more ─────────────────────────────────────────────


@pytest.fixture
def anew(monkeypatch, used_before):
    """Each writing anew that gets so far that SQLite is told of it."""
    begun = []

    def noted(path, there, in_hand):
        vacuum.vacuum(path, there, lambda log: (in_hand(log), begun.append(log)))

    monkeypatch.setattr(maintenance, "vacuum", noted)
    monkeypatch.setattr(maintenance, "FIRST_CHECK", 0.0)
    return begun


@pytest.mark.parametrize("held", [True, False], ids=["while it waits for the log", "before it is due"])
async def test_once_the_bot_leaves_nothing_is_begun(opened, used_before, monkeypatch, caplog, held):
    anew = []
    monkeypatch.setattr(maintenance, "vacuum", lambda *_: anew.append(1))
    store = await opened(soon=1e6)
    database = store._database
    async with contextlib.AsyncExitStack() as stack:
        if held:
            await stack.enter_async_context(database._lock)
            rewrite = asyncio.create_task(database._rewrite())
            await until(lambda: not database.free)
            store.leave()
        else:
            store.leave()
            rewrite = asyncio.create_task(database._maintenance._leave_no_trace())
    await rewrite
    assert anew == []
    assert database.free
    await store.close()
    assert store.closed
    assert caplog.text == ""


async def test_what_is_told_before_sqlite_has_the_file_is_heeded(opened, anew, monkeypatch, caplog):
    """Between the thread's beginning and its connection there is nothing that could be interrupted."""
    there, go_on, noted = threading.Event(), threading.Event(), maintenance.vacuum

    def slowly(*args):
        there.set()
        assert go_on.wait(60)
        noted(*args)

    monkeypatch.setattr(maintenance, "vacuum", slowly)
    store = await opened(soon=0.01)
    await until(there.is_set)
    store.leave()
    go_on.set()
    await store.close()
    assert anew == []
    assert caplog.text == ""


async def test_what_did_not_hear_it_is_told_again(opened, monkeypatch):
    """SQLite forgets an interruption that comes before a statement begins."""
    told = []

    class Hears:
        def interrupt(self):
            told.append(1)
            if len(told) == 3:
                over.set()

    over = threading.Event()
    keep: Maintenance = (await opened(soon=1e6))._database._maintenance
    keep._connection = Hears()
    keep._thread = asyncio.ensure_future(asyncio.to_thread(over.wait, 60))
    async with asyncio.timeout(30):
        await keep.halt()
    keep._connection = None
    assert len(told) == 3


async def test_the_whole_file_is_not_checked_by_whoever_leaves(opened, monkeypatch):
    checked = []
    monkeypatch.setattr(maintenance, "check_integrity", checked.append)
    store = await opened(soon=1e6)
    known, there = await store._database._look()
    store.leave()
    store._database._maintenance._run_round(known, there, written=True, check=True)
    assert checked == []


async def test_what_is_done_at_the_end_has_one_time_together_and_each_a_little(opened):
    store = await opened()
    leave = store._shutdown
    leave.begin(at_once=False)
    assert leave._left(3.0) == pytest.approx(3.0)
    assert leave._left(60.0) == pytest.approx(shutdown.TOGETHER, abs=0.5)
    leave._began -= shutdown.TOGETHER - 1
    assert leave._left(60.0) == pytest.approx(1.0, abs=0.5)
    leave._began -= 60
    assert (leave._left(60.0), leave._left(0.0)) == (shutdown.AT_LEAST, 0.0)
