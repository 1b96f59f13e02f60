"""The log in trouble: answers go on, nothing is lost without being counted, and what comes back is used again."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from types import SimpleNamespace

import aiosqlite
import pytest

from bot.errors import CallError, LogUnavailable
from bot.store.database.log_connection import LogConnection
from bot.store.disk import files
from bot.store.guard import guard_file
from bot.store.sqlite.migrations import APPLICATION
from bot.store.sqlite.sqlite_errors import explain

NOBODY = 65534


async def patiently(condition):
    """Wait until it holds; the test's own time limit is the only clock."""
    for _ in range(250):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came to hold")


async def test_a_full_disk_keeps_uses_waiting_until_there_is_room(opened, path, use, in_file):
    store = await opened()
    assert await store.record(use(0))
    await store._database.rows("PRAGMA max_page_count = 1")  # SQLite raises it to the present size: no page is free
    told = [await store.record(use(asked, query="x" * 4000), wait=5) for asked in range(1, 21)]
    assert "disk is full" in store.problem
    assert not all(told)
    assert store.given == 21 == store.logged + store.unwritten
    assert len(in_file(path)) == store.logged
    assert (await store.report_all(7)).waiting == store.waiting == 21  # reading goes on
    await store._database.rows("PRAGMA max_page_count = 1000000")
    await patiently(lambda: not store.unwritten)  # without another use
    assert in_file(path) == list(range(21))
    assert (store.given, store.logged, store.lost, store.problem) == (21, 21, 0, None)


async def test_a_lock_of_another_program_is_waited_out(opened, path, use, in_file):
    store = await opened()
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert not await store.record(use(1), wait=5)
        assert "locked" in store.problem
        assert "locked" not in str(await store.find_use(1))
        assert await store.recent_quotes(2, "topic:russia", 5) == ["a-quote"]  # what waits was shown all the same
        with pytest.raises(LogUnavailable, match="locked"):
            await store.set_value("commands", "one")
        other.rollback()
    await patiently(lambda: not store.unwritten)
    assert in_file(path) == [1]
    assert store.problem is None


async def test_an_answer_does_not_wait_while_the_log_rests(opened, path, use):
    store = await opened(rest=60)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        await store.record(use(1), wait=5)
        asking = asyncio.create_task(store.record(use(2), wait=60))
        await asyncio.sleep(0)
        assert asking.done()
        assert not asking.result()


async def test_closing_tries_once_more_and_leaves_what_it_could_not_write_to_the_next_start(opened, path, use, in_file):
    for released in (True, False):
        store = await opened(rest=60)
        with closing(sqlite3.connect(path)) as other:
            other.execute("BEGIN EXCLUSIVE")
            assert not await store.record(use(int(released)), wait=5)
            if released:
                other.rollback()
            await store.close()
        assert (store.given, store.logged, store.unwritten, store.lost) == (1, released, not released, 0)
    assert in_file(path) == [1]
    again = await opened()
    await patiently(lambda: not again.waiting)
    assert in_file(path) == [0, 1]


async def test_a_log_locked_at_the_start_opens_later(opened, path, use, in_file):
    await (await opened()).close()
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        store = await opened()
        assert "locked" in store.problem
        assert not await store.record(use(1), wait=0)
        assert (store.given, store.unwritten) == (1, 1)
        other.rollback()
    await patiently(lambda: not store.unwritten)
    assert in_file(path) == [1]


async def test_a_folder_that_cannot_be_made_is_no_reason_to_stop(opened, tmp_path, use, in_file):
    (tmp_path / "data").write_text("a file where the folder should be")
    store = await opened(tmp_path / "data" / "quoth.db")
    assert "data" in store.problem
    assert not await store.record(use(1), wait=0)
    assert await store.recent_quotes(2, "topic:russia", 5) == ["a-quote"]
    with pytest.raises(LogUnavailable):
        await store.keyword_channels()
    (tmp_path / "data").unlink()
    await patiently(lambda: not store.unwritten)
    assert in_file(tmp_path / "data" / "quoth.db") == [1]
    assert await store.keyword_channels() == set()


READ_ONLY = """
    import asyncio, os, sys
    from datetime import UTC, datetime
    from pathlib import Path
    from bot.store.sqlite.migrations import schema_steps
    from bot.store.records import Use
    from bot.store.store import Store

    async def main(path):
        schema_steps()  # a checkout may be closed to others
        if os.geteuid() == 0:
            os.setuid({nobody})  # nothing is read-only to root
        now = lambda: datetime(2020, 6, 8, tzinfo=UTC)
        store = await Store.open(path, now=now, rest=0.02, retry=0.05)
        print(store.problem)
        print(await store.record(Use(2, now(), 1, 2, "slash", "q", "k", True, "id", "e", 1.0)))
        print(store.unwritten, flush=True)
        sys.stdin.readline()
        while store.unwritten:
            await asyncio.sleep(0.02)
        print(store.logged, store.problem)
        await store.close()

    asyncio.run(main(Path(sys.argv[1])))
"""


async def test_a_read_only_file_is_named_and_used_once_it_may_be_written(opened, open_to_all, use, in_file):
    path = open_to_all / "data" / "quoth.db"
    store = await opened(path)
    await store.record(use(1))
    await store.close()
    path.chmod(0o444)
    path.parent.chmod(0o555)
    script = textwrap.dedent(READ_ONLY).format(nobody=NOBODY)
    child = subprocess.Popen(  # noqa: ASYNC220  the child is the actor here
        [sys.executable, "-c", script, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        said = [child.stdout.readline() for _ in range(3)]
        path.parent.chmod(0o777)
        path.chmod(0o666)
        last = child.communicate("\n", timeout=30)[0]
    finally:
        child.kill()
    assert "this user" in said[0]
    assert said[1:] == ["False\n", "1\n"]
    assert last == "1 None\n"
    assert in_file(path) == [1, 2]


async def test_a_file_deleted_under_the_bot_is_written_again_whole(opened, path, use, in_file):
    store = await opened()
    await store.record(use(1))
    await store.set_value("commands", "one")
    path.unlink()
    assert await store.record(use(2), wait=5)
    assert in_file(path) == [1, 2]
    assert "deleted" in store.notices[0]
    assert await store.get_value("commands") == "one"
    assert await store.record(use(3))
    await store.close()
    assert in_file(path) == [1, 2, 3]
    assert (store.logged, store.repeated, store.lost) == (3, 0, 0)


async def test_a_folder_deleted_under_the_bot_is_made_again(opened, path, use, in_file):
    store = await opened()
    await store.record(use(1))
    for file in path.parent.iterdir():
        file.unlink()
    path.parent.rmdir()
    assert await store.record(use(2), wait=5)
    assert in_file(path) == [1, 2]


async def test_a_file_deleted_before_closing_is_written_again(opened, path, use, in_file):
    store = await opened()
    await store.record(use(1))
    path.unlink()
    await store.close()
    assert in_file(path) == [1]


async def test_a_deleted_file_that_cannot_be_written_again_yet_is_held(opened, path, use, in_file):
    store = await opened()
    await store.record(use(1))
    for file in path.parent.iterdir():
        file.unlink()
    path.parent.rmdir()
    path.parent.write_text("in the way")
    assert not await store.record(use(2), wait=5)
    assert "deleted" in store.problem
    assert store.given == 2 == store.logged + store.unwritten
    path.parent.unlink()
    await patiently(lambda: not store.unwritten)
    assert in_file(path) == [1, 2]
    assert (store.given, store.logged, store.repeated, store.lost) == (2, 2, 0, 0)


async def test_another_log_put_in_place_under_the_bot_is_used_and_what_it_lacks_is_counted(
    opened, path, tmp_path, use, in_file
):
    other = await opened(tmp_path / "other.db")
    await other.record(use(100))
    await other.close()
    store = await opened()
    for asked in range(10):
        await store.record(use(asked), wait=5)
    for asked in range(1, 10):
        store.settle(asked, "answered")
    await patiently(lambda: store.waiting == 1)
    (tmp_path / "other.db").replace(path)
    assert await store.record(use(20), wait=5)
    await store.close()
    assert in_file(path) == [0, 20, 100]  # the first was still being sent
    (kept,) = path.parent.glob("quoth.db.replaced-*")
    assert in_file(kept) == list(range(10))
    assert any(kept.name in said and "the 9 uses" in said for said in store.notices)
    assert in_file(path, "SELECT sum(count) FROM losses") == [9]


@pytest.mark.parametrize("what", ["older copy", "junk", "empty", "another program's", "folder"])
async def test_what_is_no_other_log_does_not_take_the_place_of_the_one_in_use(
    opened, path, tmp_path, use, in_file, what
):
    store = await opened()
    await store.record(use(1), wait=5)
    await store.set_value("commands", "one")
    thing = tmp_path / "thing"
    if what == "older copy":
        with closing(sqlite3.connect(path)) as log:
            log.execute("VACUUM INTO ?", (str(thing),))
        with closing(sqlite3.connect(thing)) as copy:  # of a time when the log had more than it has now
            copy.execute("UPDATE uses SET asked = 0, outcome = 'answered'")
            copy.commit()
    elif what == "another program's":
        with closing(sqlite3.connect(thing)) as contacts:
            contacts.execute("CREATE TABLE uses (name TEXT)")
            contacts.commit()
    elif what == "folder":
        thing.mkdir()
    else:
        thing.write_bytes(b"junk" * 5000 if what == "junk" else b"")
    for asked in range(2, 10):
        await store.record(use(asked), wait=5)
        store.settle(asked, "answered")
    if what == "folder":
        path.unlink()
    thing.replace(path)
    assert await store.record(use(10), wait=5)
    first = 0 if what == "older copy" else 1
    assert await store.get_value("commands") == "one"
    await store.close()
    assert in_file(path) == list(range(first, 11))
    assert in_file(path, "SELECT coalesce(sum(count), 0) FROM losses") == [0]
    (kept,) = path.parent.glob("quoth.db.replaced-*")
    assert any(kept.name in said for said in store.notices)
    assert (store.given, store.lost, store.problem) == (10, 0, None)
    again = await opened()
    assert (again.notices, again.lost) == ((), 0)


def put(place, what, elsewhere):
    """Put what is no plain file in a file's place."""
    if place.is_file() or place.is_symlink():
        place.unlink()
    if what == "a pipe":
        os.mkfifo(place)
    elif what == "a socket":
        with closing(socket.socket(socket.AF_UNIX)) as one, contextlib.chdir(place.parent):
            one.bind(place.name)
    elif what == "a folder":
        place.mkdir()
    else:
        place.symlink_to("/dev/zero" if what == "a link to a device" else elsewhere)


NO_FILES = ["a pipe", "a socket", "a folder", "a link", "a link to a device"]


@pytest.mark.parametrize("what", NO_FILES[:3])
async def test_what_is_no_plain_file_is_put_aside_at_the_start_and_the_log_counted(opened, log, in_file, use, what):
    put(log, what, None)
    async with asyncio.timeout(20):
        store = await opened()
        assert await store.record(use(50), wait=5)
        await store.close()
    assert "no plain file; it is kept as quoth.db.strange-" in store.notices[0]
    assert len(store.notices) == 2
    assert in_file(log) == [50]
    assert in_file(log, "SELECT sum(count) FROM losses") == [20]


COMPANIONS = ["-wal", "-shm", "-journal", ".guard", ".guard.new", ".emergency", ".status", ".held", ".held.new"]


@pytest.mark.parametrize("name", [*(f"quoth.db{companion}" for companion in COMPANIONS), "identify.json"])
@pytest.mark.parametrize("what", NO_FILES)
async def test_nor_is_one_opened_beside_the_log(opened, log, in_file, use, tmp_path, what, name):
    (tmp_path / "theirs").write_text("precious")
    put(log.with_name(name), what, tmp_path / "theirs")
    async with asyncio.timeout(20):
        store = await opened()
        assert await store.record(use(50), wait=5)
        await store.close()
    assert (store.problem, store.emergency_problem) == (None, None)
    assert [f"{name}.strange-" in one for one in store.notices] == [True]
    assert in_file(log) == [*range(20), 50]
    assert in_file(log, "SELECT count FROM losses") == []
    assert (tmp_path / "theirs").read_text() == "precious"


@pytest.mark.parametrize("at", ["", "-wal"])
@pytest.mark.parametrize("what", [*NO_FILES, "a link to another log", "a link to where it was moved"])
async def test_what_is_no_plain_file_loses_nothing_in_use(opened, path, in_file, use, tmp_path, what, at):
    other = await opened(tmp_path / "other" / "quoth.db")
    await other.record(use(99), wait=5)
    await other.close()
    store = await opened()
    assert await store.record(use(1), wait=5)
    place, elsewhere = path.with_name(path.name + at), tmp_path / "other" / f"quoth.db{at}"
    if what == "a link to where it was moved":
        place.rename(elsewhere)
    put(place, what, elsewhere)
    async with asyncio.timeout(20):
        await store.record(use(2), wait=5)
        await patiently(lambda: not store.unwritten)
        assert (await store.report_all(7)).uses >= 0
        await store.close()
    assert store.problem is None
    assert len(store.notices) == 1
    assert in_file(path) == [1, 2]
    assert in_file(path, "SELECT count FROM losses") == []
    assert not path.is_symlink()
    if what == "a link to another log" and not at:
        assert in_file(elsewhere) == [99]


@pytest.mark.parametrize("leads", ["to the log", "nowhere", "to a folder"])
async def test_a_log_that_is_a_link_is_refused_at_the_start(opened, log, in_file, tmp_path, leads):
    elsewhere = tmp_path if leads == "to a folder" else tmp_path / "elsewhere.db"
    log.rename(tmp_path / "elsewhere.db" if leads == "to the log" else tmp_path / "moved.db")
    log.symlink_to(elsewhere)
    before = sorted(log.parent.iterdir())
    with pytest.raises(CallError, match=r"is a link: put the file itself there.* make the folder"):
        await opened()
    assert sorted(log.parent.iterdir()) == before
    log.unlink()
    (tmp_path / "elsewhere.db" if leads == "to the log" else tmp_path / "moved.db").rename(log)
    log.parent.rename(tmp_path / "other disk")
    log.parent.symlink_to(tmp_path / "other disk")
    store = await opened()
    assert (store.problem, store.notices) == (None, ())
    assert len(in_file(log)) == 20


@pytest.mark.parametrize("how", ["noise", "no header", "cut short", "broken inside"])
async def test_a_damaged_file_is_set_aside_and_a_new_one_begun(opened, path, use, in_file, how):
    store = await opened()
    await asyncio.gather(*(store.record(use(asked), wait=60) for asked in range(201)))
    await store.close()
    whole = path.read_bytes()
    half = len(whole) // 2
    damaged = {
        "noise": b"not a database at all" * 500,
        "no header": b"\0" * 100 + whole[100:],
        "cut short": whole[: half - half % 4096],
        "broken inside": whole[:4096] + b"\xff" * (len(whole) - 4096),
    }[how]
    path.write_bytes(damaged)
    again = await opened()
    assert again.problem is None
    assert await again.record(use(1))
    (kept,) = path.parent.glob("quoth.db.damaged-20200608T120000")
    assert kept.read_bytes() == damaged
    assert kept.name in again.notices[0]


async def test_what_a_damaged_file_still_gives_is_taken_over(opened, path, use, in_file):
    store = await opened()
    await store.set_keyword_channel(1, 20, True, 300)
    await store.set_value("commands", "one")
    await asyncio.gather(*(store.record(use(asked), wait=60) for asked in range(3001)))
    await store.close()
    whole = path.read_bytes()
    middle = len(whole) // 2 // 4096 * 4096
    path.write_bytes(whole[:middle] + b"\xff" * 4096 + whole[middle + 4096 :])
    again = await opened()
    assert again.problem is None
    there = in_file(path)
    assert len(there) > 2900
    assert {0, 3000} <= set(there)
    assert await again.get_value("commands") == "one"
    assert [one.channel for one in await again.keyword_channels()] == [20]
    assert f"{len(there) + 7} rows" in again.notices[1]  # with what the log keeps of itself
    assert in_file(path, "PRAGMA integrity_check") == ["ok"]


async def test_damage_met_while_running_does_not_lose_the_use(opened, path, use, in_file):
    store = await opened()
    await store.record(use(1))
    await store._database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    path.write_bytes(b"noise" * 10_000)
    await store._database.rows("PRAGMA shrink_memory")  # SQLite forgets the pages it has read
    assert await store.record(use(2), wait=5)
    assert 2 in in_file(path)
    assert len(list(path.parent.glob("quoth.db.damaged-*[0-9]"))) == 1
    assert store.given == store.logged == 2


@pytest.mark.parametrize("stuck", [False, True], ids=["that is open", "at all"])
async def test_where_a_damaged_log_cannot_be_moved_it_is_tried_when_it_is_closed(
    log, opened, use, in_file, monkeypatch, stuck
):
    store = await opened(soon=600, rest=60)
    file, move, tried, held = store._database._file, files.try_move_aside, [], [1] * stuck

    def refuse(*given):
        tried.append(file.connection is not None)
        return None if held or file.connection is not None else move(*given)

    monkeypatch.setattr(files, "try_move_aside", refuse)
    await store._database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    log.write_bytes(b"noise" * 10_000)
    await store._database.rows("PRAGMA shrink_memory")  # SQLite forgets the pages it has read
    assert await store.record(use(30), wait=5) is not stuck
    assert tried[:2] == [True, False]
    if stuck:
        assert "its content is damaged" in store.problem
        assert not list(log.parent.glob("quoth.db.damaged-*"))
        held.clear()
        store._database.wake()
    await patiently(lambda: not store.unwritten)
    assert in_file(log) == [30]
    assert len(list(log.parent.glob("quoth.db.damaged-*[0-9]"))) == 1


async def test_a_log_that_never_was_open_is_closed_without_a_trace(path, now):
    await LogConnection(path, now, None).finish()
    assert not path.parent.exists()


async def test_a_disk_that_damages_every_file_is_not_filled_with_them(opened, path, use):
    store = await opened()
    for asked in range(10):
        await store._database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        path.write_bytes(b"noise" * 10_000)
        await store._database.rows("PRAGMA shrink_memory")  # SQLite forgets the pages it has read
        await store.record(use(asked), wait=5)
        if store.problem:
            break
    assert "damaged" in store.problem
    assert len(list(path.parent.glob("quoth.db.damaged-*[0-9]"))) == 3


async def test_a_log_of_a_newer_quoth_is_refused_and_left_alone(opened, path, use, in_file):
    await (await opened()).close()
    with closing(sqlite3.connect(path)) as newer:
        newer.executemany("INSERT INTO migrations VALUES (?, 0)", [(step,) for step in range(3, 100)])
        newer.commit()
    before = path.read_bytes()
    store = await opened()
    assert "newer Quoth (schema 99; this one knows 2)" in store.problem
    assert not await store.record(use(1), wait=0)
    await store.close()
    assert path.read_bytes() == before
    assert (store.waiting, store.lost) == (1, 0)  # it stands in the emergency file


async def test_another_programs_database_is_refused_and_left_alone(opened, tmp_path):
    path = tmp_path / "contacts.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE uses (name TEXT)")
        other.commit()
    store = await opened(path)
    assert "another program" in store.problem
    await store.close()
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT name FROM sqlite_schema").fetchall() == [("uses",)]


async def test_memory_has_an_end_and_what_is_beyond_is_counted(opened, path, use, in_file):
    store = await opened(room=3)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for asked in range(5):
            assert not await store.record(use(asked), wait=5)
        assert (store.given, store.logged, store.unwritten, store.lost) == (5, 0, 3, 2)
        other.rollback()
    await patiently(lambda: not store.unwritten)
    assert (store.given, store.logged, store.unwritten, store.lost) == (5, 3, 0, 2)
    assert (await store.report_all(7)).lost == 2
    await store.close()
    again = await opened()
    assert (await again.report_all(7)).lost == 2  # the file knows


async def test_our_mark_stands_in_the_file(opened, path, in_file):
    await opened()
    assert in_file(path, "PRAGMA application_id") == [APPLICATION]


async def test_a_server_that_could_not_be_forgotten_is_forgotten_when_the_log_is_back(opened, path, use, in_file):
    store = await opened()
    await store.record(use(1), wait=5)
    store.settle(1, "answered")
    await store.set_keyword_channel(1, 20, True, 300)
    await patiently(lambda: not store.waiting)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LogUnavailable):
            await store.forget_guild(1)
        other.rollback()
    await patiently(lambda: not store._erasure.pending)
    assert in_file(path) == []
    assert await store.keyword_channels() == set()


async def test_trouble_is_over_when_something_was_written_not_when_the_file_was_opened(opened, path, use, monkeypatch):
    told = []
    store = await opened()
    store.tell_trouble = told.append
    await store.record(use(1), wait=5)
    failing = sqlite3.OperationalError("disk I/O error")
    failing.sqlite_errorcode = sqlite3.SQLITE_IOERR
    connect = aiosqlite.connect

    def broken(*args, **options):
        connection = connect(*args, **options)
        commit = connection.commit

        async def fail():
            if connection.total_changes:
                await connection.rollback()
                raise failing
            await commit()

        connection.commit = fail
        return connection

    with monkeypatch.context() as disk:
        disk.setattr(aiosqlite, "connect", broken)
        await store._database._file.disconnect()
        for asked in range(2, 12):
            await store.record(use(asked), wait=0.03)
            store._database.wake()
    assert None not in told
    assert len(told) == 1
    await patiently(lambda: not store.unwritten)
    assert told[1:] == [None]


async def test_an_empty_log_without_a_guard_is_said_where_one_was_in_use(opened, path, use):
    assert (await opened()).notices == ()
    first = await opened(path.with_name("other.db"))
    await first.record(use(1), wait=5)
    await first.close()
    path.with_name("other.db").write_bytes(b"")
    path.with_name("other.db.guard").unlink()
    again = await opened(path.with_name("other.db"))
    assert "was empty" in again.notices[0]
    assert len(again.notices) == 1
    assert await again.record(use(2), wait=5)


async def test_a_transaction_that_writes_nothing_ends_no_trouble(opened, use):
    store = await opened()
    store._database._file.trouble("the disk is full: free some space")
    async with store._database.writing():
        pass
    assert "disk is full" in store.problem
    await store.set_value("something", "new")
    assert store.problem is None


@pytest.mark.parametrize("free", [0, 32 * 1024 - 1, 32 * 1024, None])
@pytest.mark.parametrize("name", ["SHMSIZE", "READ", "WRITE", "FSYNC", "SHMMAP"])
def test_a_disk_that_fails_is_not_said_to_be_full_nor_one_that_is_to_fail(tmp_path, monkeypatch, free, name):
    def usage(folder):
        assert folder == tmp_path
        if free is None:
            raise OSError(errno.EIO, "so does this")
        return SimpleNamespace(free=free)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = getattr(sqlite3, f"SQLITE_IOERR_{name}")
    error.sqlite_errorname = f"SQLITE_IOERR_{name}"
    said = explain(error, tmp_path / "quoth.db")
    if name == "SHMSIZE" and free is not None and free < 32 * 1024:  # SQLite itself tells the others apart
        assert said == "the disk is full: free some space"
    else:
        assert f"it fails (disk I/O error, SQLITE_IOERR_{name}): see that its disk is sound" in said


async def test_what_a_round_of_upkeep_counted_takes_the_place_of_no_word_on_what_came_since(
    opened, path, use, now, monkeypatch
):
    """It may be killed at any step, and then find the write-ahead file gone."""
    store = await opened(soon=600)
    file = store._database._file
    for asked in range(5):
        assert await store.record(use(asked), wait=60)
    before = await file.update_state()
    counted = guard_file.as_of_now(path, before, now(), 0)
    guard_file.write_new(path, counted)
    for asked in range(5, 9):
        assert await store.record(use(asked), wait=60)
    known, put = [], guard_file.put_new_in_place

    def watched(*given):
        put(*given)
        known.append(guard_file.load(path).rows)

    monkeypatch.setattr(guard_file, "put_new_in_place", watched)
    await file.counted(before, counted)
    assert known == [9]
    assert guard_file.load(path).rows == 9
