"""Files beside the log get their name when they are whole."""

import asyncio
import contextlib
import errno
import logging
import os
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import aiosqlite
import pytest

from bot.errors import LogUnavailable
from bot.store.backups import backup_and_restore
from bot.store.database import opening, repair
from bot.store.database.opening import copy_connection
from bot.store.disk import files
from bot.store.guard import guard_file
from bot.store.sqlite import integrity_checks
from bot.store.uses import batches
from tests.store.conftest import NOON
from tests.store.waiting import written


async def test_a_copy_of_what_is_held_has_its_name_only_when_it_is_on_the_disk(tmp_path, monkeypatch):
    copy = tmp_path / "quoth.db.rescued"
    async with aiosqlite.connect(tmp_path / "other.db", uri=True) as connection:
        await connection.execute("CREATE TABLE held (one INTEGER)")

        def cut_short(_path):
            raise OSError("killed here")

        with monkeypatch.context() as patched:
            patched.setattr(files, "fsync_file", cut_short)
            with pytest.raises(OSError, match="killed here"):
                await copy_connection(connection, copy)
        assert not copy.exists()
        assert await copy_connection(connection, copy) == copy
    async with aiosqlite.connect(copy) as found:
        assert await found.execute_fetchall("SELECT name FROM sqlite_schema") == [("held",)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.db", "quoth.db.rescued"]


@pytest.mark.parametrize("names", [0, 1, 2])
def test_a_log_that_is_put_aside_has_its_write_ahead_file_wherever_that_is_cut_short(path, monkeypatch, names):
    path.parent.mkdir()
    path.write_bytes(b"log")
    files.wal_path(path).write_bytes(b"ahead")
    renamed, replace = [], Path.replace

    def cut_short(one, to):
        if len(renamed) == names:
            raise KeyboardInterrupt
        renamed.append(one)
        return replace(one, to)

    monkeypatch.setattr(Path, "replace", cut_short)
    with contextlib.suppress(KeyboardInterrupt):
        files.move_aside(path, "kept", NOON)
    logs = [one for one in path.parent.iterdir() if one.read_bytes() == b"log"]
    assert [files.wal_path(one).read_bytes() for one in logs] == [b"ahead"]


@pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-journal"])
@pytest.mark.parametrize("address", [files.uri_rw, files.uri_ro])
@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir])
def test_sqlite_is_never_told_of_what_is_no_plain_file(path, ending, address, make):
    path.parent.mkdir()
    if ending:
        path.touch()
    assert address(path).startswith("file://")
    make(path.with_name(path.name + ending))
    with pytest.raises(sqlite3.OperationalError, match="no plain file"):
        address(path)


@pytest.mark.parametrize("gone", [("",), ("-wal",), ("", "-wal", "-shm")], ids=["log", "wal", "all"])
async def test_what_is_deleted_in_the_middle_of_a_commit_is_written_again(opened, path, use, in_file, gone):
    store = await opened()
    assert await store.record(use(1), wait=5)
    async with store._database.writing() as connection:
        await connection.execute("INSERT INTO kept (name, value) VALUES ('chosen', 'yes')")
        for ending in gone:
            path.with_name(path.name + ending).unlink()
    assert await store.get_value("chosen") == "yes"
    write = batches.write

    async def and_delete(connection, batch):
        written = await write(connection, batch)
        for ending in gone:
            path.with_name(path.name + ending).unlink(missing_ok=True)
        return written

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(batches, "write", and_delete)
        await store.record(use(2), wait=5)
    store.settle(1, "answered")
    store.settle(2, "answered")
    await store.close()
    assert (store.given, store.answered, store.repeated) == (2, 2, 0)
    assert in_file(path) == [1, 2]


async def test_a_use_that_is_counted_while_it_is_written_is_not_counted_twice(opened, use, monkeypatch):
    store = await opened()
    ledger, write = store._ledger, batches.write

    async def and_count(connection, batch):
        monkeypatch.setattr(ledger.emergency, "write", lambda *_: False)  # there is no room
        for one, _ in batch:
            ledger.write_to_emergency_file(one)
        assert ledger.emergency.tally.beyond == 1
        return await write(connection, batch)

    monkeypatch.setattr(batches, "write", and_count)
    assert await store.record(use(1), wait=5)
    assert (ledger.emergency.tally.beyond, ledger.beyond) == (0, 0)
    await store.close()


async def test_nor_where_others_of_its_batch_were_counted_before(opened, use, monkeypatch):
    store = await opened()
    ledger, write, know = store._ledger, batches.write_carefully, batches.write_overflow
    written = []

    async def not_quickly(*_):
        return False

    async def and_count_one(connection, batch, *known):
        monkeypatch.setattr(ledger.emergency, "write", lambda *_: False)  # there is no room
        written[:] = [one for one, _ in batch]
        ledger.write_to_emergency_file(written[0])
        return await write(connection, batch, *known)

    async def and_count_the_other(connection, emergency, count):
        await know(connection, emergency, count)
        ledger.write_to_emergency_file(written[1])

    monkeypatch.setattr(batches, "write", not_quickly)
    monkeypatch.setattr(batches, "write_carefully", and_count_one)
    monkeypatch.setattr(batches, "write_overflow", and_count_the_other)
    assert await asyncio.gather(*(store.record(use(one), wait=5) for one in (1, 2))) == [True, True]
    assert (len(written), ledger.emergency.tally.beyond, ledger.beyond) == (2, 0, 0)
    await store.close()


@pytest.mark.parametrize("then", ["nothing", "a use"])
async def test_a_write_ahead_file_that_the_bot_emptied_is_not_said_to_be_missing(opened, path, use, tmp_path, then):
    store = await opened(soon=3600)
    assert await store.record(use(1), wait=5)
    file = store._database._file
    file.state = replace(file.state, frames=3)  # as a round of upkeep says that left pages there
    assert await file.empty_wal()
    if then == "a use":
        assert await store.record(use(2), wait=5)
    killed = tmp_path / "killed"
    shutil.copytree(path.parent, killed)
    if then == "a use":
        (killed / "quoth.db-wal").unlink()
        (killed / "quoth.db.emergency").unlink()
    said = (await opened(killed / "quoth.db")).notices
    assert bool(said) is (then == "a use")
    assert "missing" in "".join(said) or not said


@pytest.fixture
def killed_when_emptied(monkeypatch, tmp_path):
    """Gives where a log stands as a kill leaves it that comes as soon as its write-ahead file is empty."""

    def watch(path):
        there = tmp_path / "killed when emptied"

        def keeping(call):
            async def kept(connection, *given):
                before = files.size(files.wal_path(path))
                done = await call(connection, *given)
                if before and not files.size(files.wal_path(path)):
                    shutil.copytree(path.parent, there)
                return done

            return kept

        for name in ("execute_fetchall", "close"):
            monkeypatch.setattr(aiosqlite.Connection, name, keeping(getattr(aiosqlite.Connection, name)))
        return there / path.name

    return watch


EMPTYING = {
    "upkeep": lambda store: store._database._file.empty_wal(),
    "trouble": lambda store: store._database._file.disconnect(),
    "end": lambda store: store._database._file.finish(),
}


@pytest.mark.parametrize("emptying", EMPTYING)
async def test_nor_where_it_is_killed_as_soon_as_that_is_done(
    opened, path, use, in_file, killed_when_emptied, emptying
):
    store = await opened(soon=3600)
    assert await store.record(use(1), wait=5)
    killed = killed_when_emptied(path)
    await EMPTYING[emptying](store)
    assert (await opened(killed)).notices == ()
    assert in_file(killed) == [1]


@pytest.mark.parametrize("emptying", EMPTYING)
async def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


@contextlib.contextmanager
def reading(path):
    """A reader, which keeps what is written ahead from being emptied, and may not do so itself when it ends."""
    with contextlib.closing(sqlite3.connect(files.uri_ro(path), uri=True)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM uses").fetchall()
        yield


@pytest.mark.parametrize("emptying", EMPTYING)
async def test_where_a_reader_keeps_it_from_being_emptied_it_is_missed(opened, log, use, tmp_path, emptying):
    store = await opened(soon=3600)
    with reading(log):
        assert await store.record(use(100), wait=5)
        await EMPTYING[emptying](store)
        shutil.copytree(log.parent, tmp_path / "killed")
    files.wal_path(tmp_path / "killed" / log.name).unlink()
    assert "quoth.db-wal was missing" in (await opened(tmp_path / "killed" / log.name)).notices[0]


async def test_nor_where_it_is_opened_anew_after_trouble(opened, path, use):
    store = await opened(soon=3600)
    assert await store.record(use(1), wait=5)
    file = store._database._file
    file.state = replace(file.state, frames=3)  # as a round of upkeep says that left pages there
    await file.disconnect()
    assert not files.size(files.wal_path(path))
    await file.ready()
    assert store.notices == ()


@pytest.mark.parametrize("killed", [True, False], ids=["killed", "tried again"])
async def test_nor_where_a_start_in_vain_emptied_it(
    opened, path, use, in_file, tmp_path, monkeypatch, killed_when_emptied, killed
):
    store = await opened(soon=3600)
    assert await store.record(use(1), wait=5)
    there = tmp_path / "left" / path.name
    shutil.copytree(path.parent, there.parent)
    when_emptied = killed_when_emptied(there)

    with monkeypatch.context() as patched:
        patched.setattr(opening, "migrate", full)
        store = await opened(there)
    assert "No space" in store.problem
    if killed:
        there = when_emptied
        store = await opened(there)
    store._database.wake()
    await store._database.open()
    assert (store.problem, store.notices, in_file(there)) == (None, (), [1])


async def test_where_a_start_in_vain_could_not_empty_it_it_is_missed(opened, path, use, tmp_path, monkeypatch):
    store = await opened(soon=3600)
    assert await store.record(use(1), wait=5)
    there = tmp_path / "left" / path.name
    shutil.copytree(path.parent, there.parent)

    monkeypatch.setattr(opening, "migrate", full)
    with reading(there):
        await opened(there, rest=3600)
        assert guard_file.load(there).frames > 0


async def test_nor_where_opening_it_anew_in_vain_emptied_it(opened, path, use, monkeypatch):
    store = await opened(soon=3600)
    assert await store.record(use(1), wait=5)
    file = store._database._file
    with reading(path):
        await file.disconnect()
    assert files.size(files.wal_path(path))

    with monkeypatch.context() as patched:
        patched.setattr(opening, "migrate", full)
        await store._database.open()
    assert "No space" in store.problem
    store._database.wake()
    await store._database.open()
    assert (store.problem, store.notices) == (None, ())


async def test_a_log_emptied_while_its_write_ahead_file_is_emptied_is_noticed(opened, path, use, monkeypatch):
    store = await opened(soon=3600)
    assert await store.record(use(1), wait=5)
    file = store._database._file
    assert await file.empty_wal()
    await store._database._look()
    execute = file.connection.execute_fetchall

    async def and_empty(sql, *values):
        done = await execute(sql, *values)
        if "TRUNCATE" in sql:
            path.write_bytes(b"")
        return done

    monkeypatch.setattr(file.connection, "execute_fetchall", and_empty)
    assert await file.empty_wal()
    assert file.watch.change() == "shorter"
    monkeypatch.undo()
    await store.close()
    assert "cut short" in store.notices[0]


async def test_a_log_emptied_while_it_is_found_whole_is_noticed(opened, path, use, monkeypatch):
    store = await opened(soon=3600)
    assert await store.record(use(1), wait=5)
    file = store._database._file
    assert await file.empty_wal()
    await store._database._look()
    assert await store.record(use(2), wait=5)

    def and_empty(*given):
        integrity_checks.check_row_count(*given)
        path.write_bytes(b"")

    monkeypatch.setattr(repair, "check_row_count", and_empty)
    await store._database._repair._verify(file.connection)
    assert file.watch.change() == "shorter"
    monkeypatch.undo()
    await store.close()
    assert "cut short" in store.notices[0]


@pytest.mark.skipif(os.name != "posix", reason="a name of any bytes")
async def test_a_folder_may_have_a_name_of_any_bytes(opened, tmp_path, use, caplog):
    caplog.set_level(logging.CRITICAL)  # lines that name it are no text that a report of tests could hold
    folder = tmp_path / os.fsdecode(b"jos\xe9 100%#?&")
    path = folder / "quoth.db"
    store = await opened(path)
    for asked in range(20):
        await store.record(use(asked), wait=5)
    path.unlink()
    for asked in range(20, 40):
        await store.record(use(asked), wait=5)
    await written(store)
    assert store.problem is None
    copied = backup_and_restore.back_up(path, folder / os.fsdecode(b"copy \xff.db"), NOON)
    assert copied.uses == 40
    await store.close()
    assert (store.given, store.lost) == (40, 0)


def test_the_write_ahead_file_of_what_is_put_aside_is_on_the_disk_before_the_log_has_another_name(path, monkeypatch):
    path.parent.mkdir()
    path.write_bytes(b"log")
    files.wal_path(path).write_bytes(b"ahead")
    done, fsync_file, replace = [], files.fsync_file, Path.replace
    monkeypatch.setattr(files, "fsync_file", lambda one: (done.append(("disk", one.name)), fsync_file(one)))
    monkeypatch.setattr(Path, "replace", lambda one, to: (done.append(("name", to.name)), replace(one, to))[1])
    kept = files.move_aside(path, "kept", NOON)
    assert done[:2] == [("disk", f"{kept.name}-wal"), ("name", kept.name)]


def test_what_is_known_of_the_log_is_on_the_disk_before_it_takes_the_place_of_what_was(path, monkeypatch):
    path.parent.mkdir()
    done, fsync, replace = [], os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda one: (done.append(os.fstat(one).st_size), fsync(one))[1])
    monkeypatch.setattr(Path, "replace", lambda one, to: (done.append(to.name), replace(one, to))[1])
    guard_file.save(path, guard_file.LogState("id", 1, 0), NOON, frames=0)
    size, name = done
    assert name == "quoth.db.guard"
    assert size == files.size(path.with_name(name)) > 0


@pytest.fixture
async def prepared(log):
    """Sets a connection to a log up."""

    async def prepare(at=log):
        async with aiosqlite.connect(at) as connection:
            await opening._prepare(connection, log, files.identity(log))
            return await connection.execute_fetchall("PRAGMA journal_mode")

    return prepare


async def test_a_log_that_cannot_be_written_ahead_is_refused(prepared):
    assert list(await prepared()) == [("wal",)]
    with pytest.raises(LogUnavailable, match="on a local disk"):
        await prepared(":memory:")


async def test_only_a_log_that_is_not_large_is_checked_as_it_is_opened(log, prepared, in_file, monkeypatch):
    ((page,),) = [in_file(log, "SELECT rootpage FROM sqlite_schema WHERE name = 'uses_in_time'")]
    with log.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xa5" * 4096)
    monkeypatch.setattr(opening, "CHECKED_AT_OPEN", files.size(log) - 1)
    await prepared()
    monkeypatch.setattr(opening, "CHECKED_AT_OPEN", files.size(log))
    with pytest.raises(sqlite3.DatabaseError) as met:
        await prepared()
    assert met.value.sqlite_errorcode == sqlite3.SQLITE_CORRUPT
