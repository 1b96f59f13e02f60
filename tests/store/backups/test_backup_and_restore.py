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
