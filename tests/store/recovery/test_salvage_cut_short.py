"""A bot that is killed while it saves what a damaged log still holds: the next start does it, once."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from bot.errors import LogUnavailable
from bot.store.backups.backup_and_restore import back_up, restore
from bot.store.database import opening
from bot.store.disk import files
from bot.store.guard import guard_file, row_counts
from bot.store.store import Store
from bot.store.uses.use_writer import UseWriter
from tests.store.conftest import NOON

USES = 2000


class Killed(BaseException):
    """Nothing of ours catches it."""


def killed(*_):
    raise Killed


def after(step):
    def work(*given):
        step(*given)
        raise Killed

    return work


async def dying(*_):
    raise Killed


async def killed_while_opening(log, now):
    """In a loop of its own, of which nothing goes on; nor does a writer of uses, who might open the log once more."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(UseWriter, "wake_writer", lambda _: None)
        with pytest.raises(Killed):
            await asyncio.to_thread(asyncio.run, Store.open(log, now=now))


@pytest.fixture
async def left(opened, path, use, tmp_path):
    """A log whose bot was killed: most of it stands in the write-ahead file alone, and a loss was counted before."""
    store = await opened(soon=600)
    async with store._database.writing() as connection:
        await connection.execute("INSERT INTO losses (time, count) VALUES (1, 7)")
    for first in range(0, USES, 500):
        for asked in range(first, first + 500):
            store.record_later(use(asked, outcome="answered"))
        assert await store.record(use(USES + first, outcome="answered"), wait=60)
    file = store._database._file
    there = tmp_path / "killed" / "quoth.db"
    guard_file.save(path, await file.update_state(), file._now(), 100)
    shutil.copytree(path.parent, there.parent)
    (there.parent / "quoth.db.emergency").unlink()
    return there


def emptied(log):
    log.write_bytes(b"")


def page_of(log, table):
    """The last page of a table, when all stands in the log itself."""
    with closing(sqlite3.connect(log)) as whole:
        whole.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ((page,),) = whole.execute(
            "SELECT max(pageno) FROM dbstat WHERE name = ? AND pagetype = 'leaf'", (table,)
        ).fetchall()
    return page


def spoil(log, page):
    with log.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xa5" * 4096)


def spoilt(log):
    spoil(log, page_of(log, "uses"))


def cut(log):
    """Cut to a third, and what it says of itself is gone."""
    spoil(log, page_of(log, "kept"))
    os.truncate(log, log.stat().st_size // 3 // 4096 * 4096)


def spoilt_ahead(log):
    with log.with_name("quoth.db-wal").open("r+b") as ahead:
        ahead.seek(ahead.seek(0, 2) // 2)
        ahead.write(b"\xa5")


STEPS = {
    "before the new log": (opening, "migrate", dying),
    "before the salvage": (opening, "salvage", killed),
    "after the salvage": (opening, "salvage", after(opening.salvage)),
    "before the last name": (files, "finish_salvage", killed),
    "after the last name": (files, "finish_salvage", after(files.finish_salvage)),
    "before the count": (row_counts, "begin_counting", dying),
}


@pytest.mark.parametrize("damaged", [emptied, cut, spoilt])
@pytest.mark.parametrize("step", STEPS)
async def test_a_salvage_that_is_cut_short_is_done_by_the_next_start(
    opened, left, now, in_file, monkeypatch, damaged, step
):
    total = len(in_file(left)) if damaged is spoilt else USES + USES // 500
    damaged(left)
    where, name, kill = STEPS[step]
    with monkeypatch.context() as patched:
        patched.setattr(where, name, kill)
        await killed_while_opening(left, now)
    store = await opened(left)
    assert store.problem is None
    rows, (lost,) = len(in_file(left)), in_file(left, "SELECT sum(count) FROM losses")
    assert rows + lost - 7 == total
    assert {emptied: lost == 7, cut: lost > 200, spoilt: lost < 200}[damaged]
    assert not files.waiting_for_salvage(left)
    assert left.parent.joinpath("quoth.db.damaged-20200608T120000").exists()


@pytest.mark.parametrize("step", ["before", "after"])
async def test_a_salvage_of_a_write_ahead_file_that_is_cut_short_is_done_by_the_next_start(
    opened, left, now, in_file, monkeypatch, step
):
    spoilt_ahead(left)
    whole = opening.salvage_ahead
    with monkeypatch.context() as patched:
        patched.setattr(opening, "salvage_ahead", killed if step == "before" else after(whole))
        await killed_while_opening(left, now)
    left.with_name("quoth.db-wal").unlink(missing_ok=True)  # as it is when it was begun anew
    store = await opened(left)
    assert store.problem is None
    rows, (lost,) = len(in_file(left)), in_file(left, "SELECT sum(count) FROM losses")
    assert rows + lost - 7 == USES + USES // 500
    assert lost < 7 + 200
    assert len(list(left.parent.glob("quoth.db-wal.damaged-*"))) == 1
    assert not files.waiting_for_salvage(files.wal_path(left))


@contextlib.contextmanager
def reading_from(path):
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM uses").fetchall()
        yield


@pytest.mark.parametrize("whole", [True, False], ids=["once it is copied", "while it is copied"])
async def test_a_full_disk_makes_no_more_than_one_copy_of_a_write_ahead_file(
    opened, left, in_file, monkeypatch, caplog, whole
):
    spoilt_ahead(left)
    copied, full = shutil.copyfile, OSError(errno.ENOSPC, "No space left on device", "wherever it was")

    def partly(source, to):
        to.write_bytes(source.read_bytes()[:9999])
        raise full

    async def no_room(*_, **__):
        raise full

    with monkeypatch.context() as patched, contextlib.ExitStack() as reading:
        if whole:  # what is written ahead can then not be brought home, as it cannot on a full disk
            reading.enter_context(reading_from(left))
        patched.setattr(opening.shutil, "copyfile", copied if whole else partly)
        patched.setattr(opening, "migrate", no_room)
        store = await opened(left)
        for second in range(1, 5):
            store._database._file._now = lambda second=second: NOON + timedelta(seconds=second)
            store._database.wake()
            with contextlib.suppress(LogUnavailable):
                await store._database.open()
            assert len(list(left.parent.glob("quoth.db-wal.damaged-*"))) == int(whole)
            assert not list(left.parent.glob("*.salvaging"))
    assert sum("No space left" in record.message for record in caplog.records) == 1
    store._database.wake()
    await store._database.open()
    assert store.problem is None
    rows, (lost,) = len(in_file(left)), in_file(left, "SELECT sum(count) FROM losses")
    assert rows + lost - 7 == USES + USES // 500
    assert lost < 7 + 200
    assert len(list(left.parent.glob("quoth.db-wal.damaged-*"))) == 1


async def test_a_full_disk_gives_no_row_of_a_damaged_log_up(opened, left, in_file, monkeypatch):
    emptied(left)
    salvage, full = opening.salvage, [True]

    def failing(*given):
        if full:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        return salvage(*given)

    monkeypatch.setattr(opening, "salvage", failing)
    store = await opened(left)
    assert "disk is full" in store.problem
    full.clear()
    store._database.wake()
    await store._database.open()
    assert store.problem is None
    assert len(in_file(left)) == USES + USES // 500


@pytest.mark.parametrize(("damage", "step"), [(spoilt, "salvage"), (spoilt_ahead, "salvage_ahead")])
async def test_nothing_of_a_damaged_log_comes_into_a_copy_that_is_restored(
    opened, left, now, in_file, monkeypatch, damage, step
):
    copy = left.with_name("copy.db")
    back_up(left, copy, now())
    damage(left)
    with monkeypatch.context() as patched:
        patched.setattr(opening, step, killed)
        await killed_while_opening(left, now)
    (waiting,) = left.parent.glob("*.damaged-*.to-salvage")
    with closing(sqlite3.connect(copy)) as other:
        other.execute("DELETE FROM uses WHERE asked > 5")
        other.commit()
    restore(left, copy, now())
    await opened(left)
    assert in_file(left) == [0, 1, 2, 3, 4, 5]
    assert files.name_when_salvaged(waiting).exists()
