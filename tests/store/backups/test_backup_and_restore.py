"""A copy has its name only when it was read whole, and is on the disk."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import CallError
from bot.store.backups.backup_and_restore import back_up, restore
from bot.store.disk import files


@pytest.fixture
def done(monkeypatch):
    """What came to the disk, each file by its number and size, and the names that were given, in order."""
    done, sync, replace = [], os.fsync, os.replace

    def fsync(descriptor):
        sync(descriptor)
        seen = os.fstat(descriptor)
        done.append((seen.st_ino, seen.st_size))

    def give_name(old, new, **options):
        replace(old, new, **options)
        done.append(Path(new))

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", give_name)
    return done


def spoil(path):
    """Let a row say what no column of its kind holds, as a flipped bit does: copying it meets no error."""
    with closing(sqlite3.connect(path, isolation_level=None)) as log:
        ((sql,),) = log.execute("SELECT sql FROM sqlite_schema WHERE name = 'uses'").fetchall()
        log.execute("PRAGMA writable_schema = ON")
        log.execute("UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = 'uses'")
    with closing(sqlite3.connect(path, isolation_level=None)) as log:
        log.execute("UPDATE uses SET found = 'neither' WHERE asked = 7")
        log.execute("PRAGMA writable_schema = ON")
        log.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'uses'", (sql,))


def test_no_copy_is_made_of_a_log_that_is_not_whole(log, tmp_path, now):
    back_up(log, tmp_path / "copy.db", now())
    good = (tmp_path / "copy.db").read_bytes()
    spoil(log)
    with pytest.raises(CallError, match=r"cannot be copied: .*uses"):
        back_up(log, tmp_path / "copy.db", now(), force=True)
    assert (tmp_path / "copy.db").read_bytes() == good
    assert [one.name for one in tmp_path.glob("*copy*")] == ["copy.db"]


def test_a_copy_is_on_the_disk_before_it_has_its_name(log, tmp_path, now, done):
    copy = tmp_path / "copy.db"
    back_up(log, copy, now())
    assert done.index((copy.stat().st_ino, files.size(copy))) < done.index(copy)
    done.clear()
    restore(log, copy, now())
    ready = files.beside(log, files.RESCUE_COPY)  # from here on the next start takes it for the log
    assert done.index((log.stat().st_ino, files.size(log))) < done.index(ready)


def with_a_text_at_its_end(log):
    """A copy ends in what was written last there: letters, which zeros in their place leave a text."""
    with closing(sqlite3.connect(log)) as file:
        file.execute("UPDATE uses SET query = ?", ("x" * 180,))
        file.commit()


@pytest.mark.parametrize("lacks", [1, 40, 100, 4095, 4096, 8192])
def test_no_copy_is_restored_that_lacks_its_end(log, tmp_path, now, lacks):
    with_a_text_at_its_end(log)
    copy = tmp_path / "copy.db"
    back_up(log, copy, now())
    before = log.read_bytes()
    copy.write_bytes(copy.read_bytes()[:-lacks])
    with pytest.raises(CallError, match=r"cannot be restored: "):
        restore(log, copy, now())
    assert log.read_bytes() == before


def test_a_copy_that_something_stands_behind_holds_all_the_same(log, tmp_path, now):
    copy = tmp_path / "copy.db"
    uses = back_up(log, copy, now()).uses
    copy.write_bytes(copy.read_bytes() + bytes(7))
    assert restore(log, copy, now())[0].uses == uses


@pytest.mark.parametrize("page", [512, 65536])
def test_a_whole_copy_is_restored_whatever_its_pages(log, tmp_path, now, page):
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(log, isolation_level=None)) as file:
        file.execute(f"PRAGMA page_size = {page}")
        file.execute("VACUUM INTO ?", (str(copy),))
    assert restore(log, copy, now())[0].size == files.size(log)
    copy.write_bytes(copy.read_bytes()[:-1])
    with pytest.raises(CallError, match="bytes instead of"):
        restore(log, copy, now())


def test_a_copy_whose_end_did_not_come_to_the_disk_gets_no_name(log, tmp_path, now, monkeypatch):
    sync = files.fsync_file

    def loses_the_end(path):
        sync(path)
        os.truncate(path, files.size(path) - 5)

    monkeypatch.setattr(files, "fsync_file", loses_the_end)
    with pytest.raises(CallError, match="cannot be copied: it has"):
        back_up(log, tmp_path / "copy.db", now())
    assert not list(tmp_path.glob("*copy*"))


def test_no_copy_is_made_of_a_log_that_lacks_its_end(log, tmp_path, now):
    os.truncate(log, files.size(log) - 5)
    with pytest.raises(CallError, match="cannot be copied: it has"):
        back_up(log, tmp_path / "copy.db", now())


def test_pages_that_the_write_ahead_log_holds_are_not_missed(log, tmp_path, now):
    with closing(sqlite3.connect(log, isolation_level=None)) as used:
        used.execute("PRAGMA journal_mode = WAL")
        used.execute("CREATE TABLE more AS SELECT asked, randomblob(9000) AS filler FROM uses")
        assert files.size(files.wal_path(log))
        os.truncate(log, files.size(log) - 5)  # as a checkpoint leaves it that a power cut ended
        used.execute("UPDATE uses SET query = query || '.'")
        taken = back_up(log, tmp_path / "copy.db", now())
    assert taken.uses
