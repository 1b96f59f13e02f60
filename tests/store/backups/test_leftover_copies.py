"""Copies that a kill cut short: they hold what is forgotten later, so none of them stays under a name nobody knows."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from bot.store.backups import leftover_copies
from bot.store.database.opening import copy_connection, prepare_folder
from bot.store.disk import files
from tests.store.conftest import NOON

TORN = ("restoring", "salvaging", "first", "rescued.new", "held.new")


def beside(path):
    """What stands beside a log that is nothing of a log's own."""
    own = {path.name + ending for ending in ("", "-wal", "-shm", ".guard", ".emergency", ".status", ".owed")}
    return sorted(one.name for one in path.parent.iterdir() if one.name not in own)


@pytest.mark.parametrize("journal", ["-journal", "-wal"])
@pytest.mark.parametrize("name", TORN)
async def test_a_torn_copy_is_gone_after_the_next_start(log, opened, name, journal):
    for one in (name, f"{name}-journal", name + journal):
        files.beside(log, one).write_bytes(b"zzword" * 1000)
    store = await opened(log)
    assert beside(log) == []
    assert store.notices == ()
    assert store.lost == 0


@pytest.mark.parametrize("name", ["rescued.new", "held.new"])
async def test_a_journal_or_a_copy_without_anything_is_gone_too(log, opened, name):
    files.beside(log, name).touch()
    files.beside(log, f"{name}-wal").touch()
    store = await opened(log)
    assert beside(log) == []
    assert store.notices == ()


def test_what_sqlite_leaves_of_a_copy_that_is_killed_is_known_as_torn(log):
    """Else a part of a log could be taken for it."""
    with closing(sqlite3.connect(log)) as connection:
        connection.execute("CREATE TABLE filling (a)")
        connection.executemany("INSERT INTO filling VALUES (?)", [("x" * 4000,)] * 3000)
        connection.commit()
    new = files.beside(log, "rescued.new")
    killed = f"""
import os, sqlite3
log = sqlite3.connect({str(log)!r})
log.execute("PRAGMA cache_size = 10")
new = {str(new)!r}
open(new, "xb").close()
log.set_progress_handler(lambda: os.path.getsize(new) > 1_000_000 and os._exit(9), 10)
log.execute("VACUUM INTO ?", (new,))
"""
    assert subprocess.run([sys.executable, "-c", killed], check=False).returncode == 9
    assert files.size(new) > 1_000_000
    leftover_copies.remove(log, NOON)
    assert beside(log) == []


@pytest.mark.parametrize("gone", [True, False], ids=["no log", "another log"])
async def test_a_whole_copy_that_may_be_the_only_one_is_kept(log, opened, in_file, path, gone):
    shutil.copy(log, files.beside(log, "rescued.new"))
    if gone:
        for one in (log, files.wal_path(log)):
            one.unlink(missing_ok=True)
    store = await opened(log)
    assert store.lost == 0
    assert in_file(log) == list(range(20))
    kept = beside(log)
    if gone:
        assert kept == []
    else:
        assert [name.partition("20200608")[0] for name in kept] == ["quoth.db.not-used-"]
        assert kept[0] in " ".join(store.notices)


@pytest.mark.parametrize("name", ["rescued.new", "held.new"])
async def test_a_torn_copy_is_kept_where_the_log_that_was_in_use_is_gone(log, opened, name):
    for one in (name, f"{name}-journal"):
        files.beside(log, one).write_bytes(b"zzword" * 1000)
    log.unlink()
    store = await opened(log)
    (kept,) = beside(log)
    assert kept.startswith("quoth.db.not-used-")
    assert kept in " ".join(store.notices)


async def test_a_whole_copy_of_what_a_damaged_log_held_is_taken_over(log, opened, in_file):
    shutil.copy(log, files.beside(log, "held.new"))
    log.write_bytes(b"no log" * 1000)
    store = await opened(log)
    assert in_file(log) == list(range(20))
    assert store.lost == 0
    assert [name for name in beside(log) if "held" in name] == []


async def test_a_copy_is_begun_with_nothing_of_another(tmp_path, opened, log):
    store = await opened(log)
    new = files.beside(tmp_path / "copy", "new")
    for one in (new, new.with_name(f"{new.name}-journal")):
        one.symlink_to(tmp_path / "elsewhere")
    await copy_connection(store._database._file.connection, tmp_path / "copy")
    assert not (tmp_path / "elsewhere").exists()
    assert not list(tmp_path.glob("copy.new*"))


@pytest.mark.parametrize("name", ["rescued.new", "held.new"])
def test_what_is_no_plain_file_is_put_aside(path, name):
    path.parent.mkdir()
    files.beside(path, name).mkdir()
    (said,) = prepare_folder(path, NOON, narrow=False)
    assert f"{name} was no plain file" in said
    assert [".strange-" in one for one in beside(path)] == [True]


# ── backups ───────────────────────────────────────────────────────────────


@pytest.fixture
def ended():
    """The number of a process that is gone."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


@pytest.mark.parametrize("ending", ["", "-journal"])
async def test_a_backup_whose_process_is_gone_is_removed(log, opened, ended, ending):
    for number in (ended, os.getpid(), 10**30):
        log.with_name(f".copy.db.{number}.new{ending}").write_bytes(b"zzword")
    await opened(log)
    assert beside(log) == []


@pytest.fixture
def lives():
    """The number of a process that is not."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process.pid
        process.communicate()


async def test_a_backup_that_is_being_made_goes_on(log, opened, lives):
    there = log.with_name(f".copy.db.{lives}.new")
    there.touch()
    await opened(log)
    assert beside(log) == [there.name]


@pytest.mark.parametrize("name", [".copy.txt.7.new", ".copy.db.x.new", "copy.db.7.new", ".copy.db.7.newer"])
async def test_what_bears_another_name_is_nobodys_unfinished_backup(log, opened, ended, name):
    there = log.with_name(name.replace("7", str(ended)))
    there.touch()
    await opened(log)
    assert beside(log) == [there.name]


def test_a_backup_is_made_under_the_name_that_is_known(path, monkeypatch):
    path.parent.mkdir()
    new = leftover_copies.being_backed_up(path.with_name("copy.db"))
    new.touch()
    leftover_copies.remove(path, NOON)
    assert not new.exists()


async def test_only_the_start_removes_anything(log, opened):
    """Later on this run may be making one."""
    store = await opened(log)
    there = files.beside(log, "salvaging")
    there.touch()
    await store._database._file.disconnect()
    assert await store.keyword_channels() == set()
    assert there.exists()
