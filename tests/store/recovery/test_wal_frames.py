"""What stands in a write-ahead file comes into a copy of its database."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from bot.store.disk import files
from bot.store.recovery.wal_frames import apply_wal


@pytest.fixture
def killed(tmp_path):
    """Copies of a database and of its write-ahead file, which holds all of its rows."""

    def copies(page=4096):
        path = tmp_path / "log.db"
        with closing(sqlite3.connect(path, isolation_level=None)) as log:
            log.execute(f"PRAGMA page_size = {page}")
            log.execute("CREATE TABLE uses (asked INTEGER)")
            log.execute("PRAGMA journal_mode = WAL")
            log.execute("PRAGMA synchronous = OFF")
            log.executemany("INSERT INTO uses VALUES (?)", [(asked,) for asked in range(5)])
            copy, ahead = tmp_path / "copy.db", tmp_path / "ahead"
            shutil.copyfile(path, copy)
            shutil.copyfile(files.wal_path(path), ahead)
        return copy, ahead

    return copies


def rows(copy):
    with closing(sqlite3.connect(copy)) as log:
        return [asked for (asked,) in log.execute("SELECT asked FROM uses")]


@pytest.mark.parametrize("page", [512, 4096, 65536])
def test_pages_of_any_size_are_taken(killed, page):
    copy, ahead = killed(page)
    assert rows(copy) == []
    assert apply_wal(copy, ahead) == 5
    assert rows(copy) == list(range(5))


@pytest.mark.parametrize("left", [0, 10, 32, 40])
def test_a_write_ahead_file_without_a_whole_frame_changes_nothing(killed, left):
    copy, ahead = killed()
    before = copy.read_bytes()
    ahead.write_bytes(ahead.read_bytes()[:left])
    assert apply_wal(copy, ahead) == 0
    assert copy.read_bytes() == before


def test_a_copy_that_ends_within_a_page_ends_with_a_whole_one(killed):
    copy, ahead = killed()
    with copy.open("ab") as file:
        file.write(b"torn")
    size = files.size(copy) - 4
    assert apply_wal(copy, ahead) == 5
    assert files.size(copy) == size + 4096
    assert rows(copy) == list(range(5))
