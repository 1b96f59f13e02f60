"""What is done for a log beside answering: it is read whole again each day, and nothing deleted stays in it."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import random
import sqlite3
import threading
import time
from contextlib import closing
from datetime import timedelta
from types import SimpleNamespace

import pytest

from bot.errors import LogUnavailable
from bot.store.database import maintenance, repair
from bot.store.disk import files
from bot.store.server_data import erasure
from bot.store.sqlite import vacuum
from bot.store.sqlite.metadata import VACUUMED
from bot.store.sqlite.migrations import APPLICATION, schema_steps
from tests.store.conftest import NOON
from tests.store.waiting import PATIENCE, until, written


@pytest.fixture
def checks(monkeypatch):
    """Each check of the whole file, as it begins; a day is a short one."""
    begun, whole = [], maintenance.check_integrity

    def check(log):
        begun.append(log)
        whole(log)

    monkeypatch.setattr(maintenance, "check_integrity", check)
    monkeypatch.setattr(maintenance, "DAILY", 0.05)
    return begun


async def test_a_log_in_which_nothing_is_written_is_checked_each_day(opened, use, checks):
    store = await opened(soon=0.02)
    await store.record(use(1), wait=5)
    store.settle(1, "answered")
    await until(lambda: not store.waiting)
    store._database._maintenance.idle = 0.02
    store._database._maintenance.suspect()  # the first check is soon after the start, see test_damage_met
    await until(lambda: len(checks) > 3)
    assert store.problem is None


# ── leaving no trace ──────────────────────────────────────────────────────


@pytest.fixture
def soon(monkeypatch, used_before):
    """The log is written anew as soon as something was deleted."""
    for name, seconds in (("FIRST_CHECK", 0.0), ("REWRITTEN", 0.0), ("_SELDOM", 0)):
        monkeypatch.setattr(maintenance, name, seconds)


def traces(folder, word=b"zzword"):
    """The files in which something of a word stands."""
    return sorted(file.name for file in folder.iterdir() if file.is_file() and word in file.read_bytes())


async def filled(store, use, count=3000, seed=3):
    """A log of two servers, of which the first's uses hold the word; written so that pages are split."""
    rng = random.Random(seed)
    order = sorted(range(count), key=lambda asked: asked + rng.random() * 50)
    for begin in range(0, count, 50):
        for asked in order[begin : begin + 50]:
            guild, word = (1, "zzword") if asked % 3 == 0 else (3, "others")
            words = f"{word}{asked:06}" + "x" * rng.randrange(40)
            store.record_later(use(asked, guild=guild, query=words, key=words, outcome="answered"))
        await written(store)


async def is_vacuumed(store):
    found = await store._database.rows("SELECT value FROM kept WHERE name = ?", (VACUUMED,))
    return bool(found)


async def clean(store):
    for _ in range(PATIENCE):
        if await is_vacuumed(store) and store._database.free:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it was never written anew")


async def settled(store):
    await clean(store)
    await until(lambda: not traces_ahead(store))


def traces_in_rows(in_file, path):
    return in_file(path, "SELECT asked FROM uses LIMIT 1")


async def forgotten(store):
    """Forget the first server. While the log is written anew nobody may delete: then it is tried again."""
    with contextlib.suppress(LogUnavailable):
        await store.forget_guild(1)
    await until(lambda: not store._erasure.pending)


async def deleted(store):
    """Delete all uses, as soon as one may."""
    for _ in range(PATIENCE):
        with contextlib.suppress(LogUnavailable):
            async with store._database.deleting() as connection:
                await connection.execute("DELETE FROM uses")
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it could never be deleted")


def traces_ahead(store):
    ahead = files.wal_path(store._database.path)
    return ahead.exists() and ahead.stat().st_size > 0


@pytest.mark.parametrize("how", ["forgotten", "swept"])
async def test_nothing_of_what_was_deleted_is_left_in_the_log(opened, path, use, in_file, soon, how):
    store = await opened(soon=0.01)
    await filled(store, use)
    assert traces(path.parent)
    if how == "forgotten":
        await forgotten(store)
        left = 2000
    else:
        while traces_in_rows(in_file, path):  # while the log is written anew nobody may delete
            with contextlib.suppress(LogUnavailable):
                await store.sweep(NOON, pause=0)
            await asyncio.sleep(0.01)
        left = 0
    await settled(store)
    assert traces(path.parent) == []
    assert len(in_file(path)) == left
    assert store.problem is None
    assert store._database.notices == []
    store.record_later(use(10**6, outcome="answered"))
    await written(store)
    await store.close()
    assert (await opened()).lost == 0
    assert len(in_file(path)) == left + 1


async def test_without_being_written_anew_something_would_be_left(opened, path, use, monkeypatch):
    """Else the test above shows nothing."""
    monkeypatch.setattr(maintenance, "FIRST_CHECK", 1e6)
    monkeypatch.setattr(maintenance, "REWRITTEN", 1e6)
    found = []
    for seed in range(3):
        at = path.with_name(f"log{seed}.db")
        store = await opened(at, soon=0.01)
        await filled(store, use, seed=seed)
        await store.forget_guild(1)
        await store.close()
        found += [name for name in traces(path.parent) if name == at.name]
    assert found


async def test_what_a_schema_before_left_is_left_no_more(opened, path, soon):
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as log:
        log.execute(f"PRAGMA application_id = {APPLICATION}")
        log.execute("CREATE TABLE migrations (number INTEGER PRIMARY KEY, time INTEGER NOT NULL) STRICT")
        log.execute("PRAGMA secure_delete = OFF")
        log.executescript(schema_steps()[0][1])
        log.execute("INSERT INTO migrations VALUES (1, 0)")
        row = "INSERT INTO uses VALUES (?, ?, NULL, 2, 'slash', ?, ?, 'found', 'q', 'e', 1.0)"
        log.executemany(row, [(asked, asked, f"zzword{asked}", f"zzword{asked}") for asked in range(2000)])
        log.commit()
        log.execute("DELETE FROM uses WHERE asked % 2")
        log.commit()
    store = await opened(soon=0.01)
    await settled(store)
    assert traces(path.parent) == []
    assert len(await store._database.rows("SELECT asked FROM uses")) == 1000


async def test_a_new_log_is_not_written_anew_before_something_is_deleted(opened, use, monkeypatch):
    anew = []
    for name, seconds in (("FIRST_CHECK", 0.0), ("REWRITTEN", 0.0), ("_SELDOM", 0)):
        monkeypatch.setattr(maintenance, name, seconds)
    monkeypatch.setattr(maintenance, "vacuum", lambda *_: anew.append(1))
    store = await opened(soon=0.01)
    await until(lambda: store._database._maintenance._rewrite_at is None)
    await store.record(use(9, guild=1), wait=5)
    await until(lambda: not store._database._maintenance._written)
    assert anew == []
    await forgotten(store)
    await until(lambda: anew)


async def test_a_log_of_which_nothing_was_deleted_is_not_written_anew_again(opened, path, use, soon, monkeypatch):
    store = await opened(soon=0.01)
    await settled(store)
    anew = []
    monkeypatch.setattr(maintenance, "vacuum", lambda *_: anew.append(1))
    for _ in range(3):
        store._database._maintenance._rewrite_at = 0.0
        store._database._maintenance.written()
        await until(lambda: store._database._maintenance._rewrite_at is None)
    await forgotten(store)
    assert await is_vacuumed(store), "nothing was deleted"
    assert anew == []
    await store.record(use(9, guild=1), wait=5)
    await forgotten(store)
    await until(lambda: anew)


async def test_what_is_used_meanwhile_is_not_waited_for_and_is_written_after_it(opened, path, use, soon, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()

    def slowly(*args):
        begun.set()
        assert go_on.wait(30)
        vacuum.vacuum(*args)

    monkeypatch.setattr(maintenance, "vacuum", slowly)
    store = await opened(soon=0.01)
    await until(begun.is_set)
    async with asyncio.timeout(5):
        assert [await store.record(use(asked), wait=60) for asked in range(20)] == [False] * 20
        assert await store._database.rows("SELECT asked FROM uses") == []  # who reads does not wait either
    assert all(asked in store._ledger.emergency.payloads for asked in range(20))
    assert store.problem is None
    go_on.set()
    for asked in range(20):
        store.settle(asked, "answered")
    await written(store)
    assert (store.answered, store.lost, store.given) == (20, 0, 20)


async def test_whoever_stops_the_bot_does_not_wait_for_it(opened, path, use, soon, monkeypatch):
    store = await opened(soon=0.01)
    await settled(store)
    running, interrupted = threading.Event(), []

    def endless(_path, _there, begun):
        with closing(sqlite3.connect(":memory:", check_same_thread=False)) as log:
            begun(log)
            log.set_progress_handler(running.set, 1000)
            try:
                log.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n")
            except sqlite3.OperationalError as error:
                interrupted.append(str(error))
                raise

    monkeypatch.setattr(maintenance, "vacuum", endless)
    await store.record(use(1), wait=5)
    await written(store)
    await deleted(store)
    await until(running.is_set)
    assert store._database.paused
    async with asyncio.timeout(20):
        await store.close()
    assert interrupted == ["interrupted"]
    assert store.lost == 0


async def test_whoever_stops_the_bot_has_what_waits_written_into_the_log(opened, path, use, soon, monkeypatch, in_file):
    begun = threading.Event()

    def slowly(_path, _there, _begun):
        begun.set()
        for _ in range(PATIENCE):
            if store._database.closed or halted:
                return
            time.sleep(0.01)

    halted = []
    halt = maintenance.Maintenance.halt

    async def noted(self):
        halted.append(1)
        await halt(self)

    monkeypatch.setattr(maintenance.Maintenance, "halt", noted)
    store = await opened(soon=0.01)
    await settled(store)
    monkeypatch.setattr(maintenance, "vacuum", slowly)
    await store.record(use(30), wait=5)
    store.settle(30, "answered")
    await written(store)
    await deleted(store)
    await until(begun.is_set)
    for asked in range(30):
        await store.record(use(asked), wait=0)
    await store.close(wait=5)
    assert in_file(path) == list(range(30))


async def test_whatever_is_deleted_meanwhile_puts_the_writing_anew_off_no_further(opened):
    keep = (await opened())._database._maintenance
    keep._rewrite_at = None
    keep.deleted()
    first = keep._rewrite_at
    assert first is not None
    await asyncio.sleep(0.001)
    keep.deleted()
    assert keep._rewrite_at == first


@pytest.mark.parametrize("error", [sqlite3.OperationalError("database or disk is full"), OSError(28, "No space left")])
async def test_a_log_that_cannot_be_written_anew_stays_as_it_was_and_is_tried_again(
    opened, use, soon, monkeypatch, error
):
    tries = []

    def full(*args):
        tries.append(1)
        if len(tries) < 3:
            raise error
        vacuum.vacuum(*args)

    monkeypatch.setattr(maintenance, "vacuum", full)
    store = await opened(soon=0.01)
    store._database._maintenance.idle = 0.01
    await store.record(use(1), wait=5)
    await written(store)
    await settled(store)
    assert len(tries) == 3
    assert store.problem is None


async def test_who_changes_something_meanwhile_is_told_after_a_moment(opened, soon, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()
    monkeypatch.setattr(maintenance, "vacuum", lambda *_: (begun.set(), go_on.wait(30)))
    monkeypatch.setattr(erasure, "ANEW", 0.01)
    store = await opened(soon=0.01)
    await until(begun.is_set)
    async with asyncio.timeout(5):
        with pytest.raises(LogUnavailable, match="written anew"):
            await store.set_value("name", "value")
        with pytest.raises(LogUnavailable, match="written anew"):
            await store.forget_guild(1)
    go_on.set()


async def test_who_changes_something_shortly_before_its_end_has_it_written(opened, soon, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()
    monkeypatch.setattr(maintenance, "vacuum", lambda *_: (begun.set(), go_on.wait(30)))
    monkeypatch.setattr(erasure, "ANEW", 1e6)
    store = await opened(soon=0.01)
    await until(begun.is_set)
    until_then = NOON + timedelta(hours=1)
    muted = asyncio.create_task(store.mute(2, "russia", until_then, guild=1))
    await asyncio.sleep(0.01)
    assert not muted.done()
    go_on.set()
    async with asyncio.timeout(30):
        await muted
    assert [one.trigger for one in await store.mutes(NOON)] == ["russia"]


async def test_without_room_on_the_disk_it_is_not_tried_and_that_is_said(opened, path, use, soon, monkeypatch, caplog):
    monkeypatch.setattr(vacuum.shutil, "disk_usage", lambda _: SimpleNamespace(free=2 * files.size(path)))
    store = await opened(soon=0.01)
    await until(lambda: "is not written anew" in caplog.text)
    assert not await is_vacuumed(store)
    assert "times its size" in caplog.text
    await store.record(use(1), wait=5)
    await written(store)
    assert store.problem is None


async def test_what_was_written_ahead_in_vain_takes_no_room(opened, path, use, soon, monkeypatch):
    def in_vain(at, _there, _begun):
        with closing(sqlite3.connect(at)) as log:
            log.execute("CREATE TABLE filling (a)")
            log.executemany("INSERT INTO filling VALUES (?)", [("x" * 4000,)] * 500)
            log.commit()
        raise sqlite3.OperationalError("database or disk is full")

    store = await opened(soon=0.01)
    await settled(store)
    monkeypatch.setattr(maintenance, "vacuum", in_vain)
    await store.record(use(1), wait=5)
    await forgotten(store)
    await until(lambda: files.size(path) > 2_000_000 and files.size(files.wal_path(path)) < 100_000)
    assert store.problem is None


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("can't start new thread"), TypeError("whatever")])
async def test_whatever_keeps_it_from_being_done_is_one_line_and_tried_again(opened, soon, monkeypatch, caplog, error):
    tries = []

    def fails(*args):
        tries.append(1)
        if len(tries) < 3:
            raise error
        vacuum.vacuum(*args)

    monkeypatch.setattr(maintenance, "vacuum", fails)
    store = await opened(soon=0.01)
    store._database._maintenance.idle = 0.01
    await settled(store)
    assert len(tries) == 3
    (said,) = [one for one in caplog.records if "is not written anew" in one.getMessage()]
    assert f"({str(error) or 'MemoryError'})" in said.getMessage()
    assert not any(one.exc_info for one in caplog.records)


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("can't start new thread")])
async def test_a_round_for_which_there_is_no_thread_is_put_off_in_one_line(opened, use, monkeypatch, caplog, error):
    rounds = []
    see_to = maintenance.Maintenance._run_round

    def fails(*args, **options):
        rounds.append(1)
        if len(rounds) < 3:
            raise error
        return see_to(*args, **options)

    monkeypatch.setattr(maintenance.Maintenance, "_run_round", fails)
    monkeypatch.setattr(maintenance, "PUT_OFF", 0.01)
    store = await opened(soon=0.01)
    await store.record(use(1), wait=5)
    await until(lambda: len(rounds) > 2 and not traces_ahead(store))
    (said,) = [one for one in caplog.records if "put off" in one.getMessage()]
    assert said.exc_info is None


async def test_a_check_that_is_cut_short_is_done_again_soon(opened, monkeypatch):
    begun = []

    def check(_log):
        begun.append(1)
        if len(begun) == 1:
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(maintenance, "check_integrity", check)
    monkeypatch.setattr(maintenance, "PUT_OFF", 0.01)
    upkeep = (await opened(soon=0.01))._database._maintenance
    upkeep.suspect()
    await until(lambda: len(begun) == 2)
    await until(lambda: not upkeep._written)
    assert upkeep._check_at > asyncio.get_running_loop().time() + maintenance.DAILY / 2


async def test_whatever_fails_in_the_upkeep_is_told_whole_and_the_next_round_has_its_chance(
    opened, use, monkeypatch, caplog
):
    store = await opened(soon=0.01)
    upkeep, looks = store._database._maintenance, []
    look = upkeep._look

    async def fails():
        looks.append(1)
        if len(looks) == 1:
            raise TypeError("whatever")
        return await look()

    monkeypatch.setattr(upkeep, "_look", fails)
    await store.record(use(1), wait=5)
    await until(lambda: len(looks) > 1 and not traces_ahead(store))
    (said,) = [one for one in caplog.records if "upkeep of the log failed" in one.getMessage()]
    assert said.exc_info[0] is TypeError


async def test_why_it_is_not_done_is_said_once_for_each_time_that_it_comes_about(
    opened, use, soon, monkeypatch, caplog
):
    free, looks = [], []

    def disk(_):
        looks.append(1)
        return SimpleNamespace(free=sum(free))

    monkeypatch.setattr(vacuum.shutil, "disk_usage", disk)
    store = await opened(soon=0.01)
    store._database._maintenance.idle = 0.01
    for times in (1, 2):
        await until(lambda: len(looks) > 3)
        assert caplog.text.count("is not written anew") == times
        free.append(10**12)
        await settled(store)
        free.clear()
        looks.clear()
        await store.record(use(times), wait=5)
        await deleted(store)
    await until(lambda: len(looks) > 3)
    assert caplog.text.count("is not written anew") == 3


async def test_after_a_try_in_vain_it_rests_as_long_as_after_one_that_was_not(opened, monkeypatch):
    keep = (await opened(soon=1e6))._database._maintenance
    monkeypatch.setattr(maintenance, "_SELDOM", 10**9)

    async def in_vain():
        await asyncio.sleep(0.001)
        return False

    monkeypatch.setattr(keep, "_rewrite", in_vain)
    await keep._leave_no_trace()
    assert keep._rewrite_at == keep._next_rewrite > asyncio.get_running_loop().time() + maintenance.REWRITTEN
    keep._rewrite_at = None
    keep.deleted()
    assert keep._rewrite_at == keep._next_rewrite


async def test_another_log_in_its_place_is_not_written_anew(log):
    begun, content = [], log.read_bytes()
    with pytest.raises(FileNotFoundError, match="exchanged"):
        vacuum.vacuum(log, (1, 1), begun.append)
    assert begun == []
    assert log.read_bytes() == content


@pytest.mark.parametrize("named", [None, "elsewhere"])
async def test_nothing_of_the_log_stands_elsewhere_while_it_is_written_anew(opened, path, monkeypatch, named):
    monkeypatch.delenv("SQLITE_TMPDIR", raising=False)
    if named:
        monkeypatch.setenv("SQLITE_TMPDIR", named)
    await opened()
    assert os.environ["SQLITE_TMPDIR"] == (named or str(path.parent))


# ── somebody reads meanwhile ──────────────────────────────────────────────


@contextlib.contextmanager
def reading(path):
    """Somebody reads what stands in the log now."""
    with closing(sqlite3.connect(path, isolation_level=None)) as log:
        log.execute("BEGIN")
        log.execute("SELECT count(*) FROM uses").fetchall()
        yield


async def test_what_somebody_read_meanwhile_is_gone_when_they_read_no_more(opened, path, use, monkeypatch):
    for name in ("FIRST_CHECK", "REWRITTEN"):
        monkeypatch.setattr(maintenance, name, 1e6)
    store = await opened(soon=0.01)
    store._database._maintenance.idle = 0.01
    await filled(store, use)
    await deleted(store)
    await until(lambda: not (traces_ahead(store) or store._database._maintenance._deleted))
    with reading(path):
        assert await store._database._rewrite()
        assert traces_ahead(store)
    await until(lambda: not traces_ahead(store))
    assert traces(path.parent) == []


async def test_a_log_that_is_shorter_by_being_written_anew_is_not_checked(opened, path, use, soon, monkeypatch):
    checked = []
    monkeypatch.setattr(repair, "check_row_count", lambda *_: checked.append(1))
    store = await opened(soon=0.01)
    store._database._maintenance.idle = 0.01
    await filled(store, use)
    with reading(path):
        before = files.size(path)
        await deleted(store)
        await clean(store)
        await store._database._maintenance.close()  # whoever writes next is the first to look
        await store.record(use(10**6), wait=5)
        assert files.size(path) >= before
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA wal_checkpoint(PASSIVE)")
    assert files.size(path) < before / 2
    assert await store.record(use(10**6 + 1), wait=5)
    async with store._database._lock:  # whoever wrote that looks at the files before giving it back
        assert checked == []
        os.truncate(path, files.size(path) - 4096)
    await store.record(use(10**6 + 2), wait=5)
    async with store._database._lock:
        pass
    assert checked == [1]
