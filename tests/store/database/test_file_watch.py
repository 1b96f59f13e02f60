"""What became of the log's two files."""

from __future__ import annotations

import os

import pytest

from bot.store.database.file_watch import FileWatch
from bot.store.disk import files


@pytest.fixture
def seen(tmp_path):
    """A log of a thousand bytes with its write-ahead file, and the watch that saw them."""
    path = tmp_path / "data" / "quoth.db"
    path.parent.mkdir()
    path.write_bytes(bytes(1000))
    watch = FileWatch(path)
    watch.opened(files.identity(path))
    files.wal_path(path).touch()
    watch.begin(watch.look())
    return path, watch


@pytest.mark.parametrize("emptied", [True, False])
def test_a_log_becomes_shorter_by_being_written_anew_once(seen, emptied):
    path, watch = seen
    watch.rewritten(400)
    assert watch.change() == "none"
    os.truncate(path, 399)
    assert watch.change() == "shorter"
    os.truncate(path, 1000 if emptied else 600)
    watch.wal_emptied(completely=emptied)  # then it has become no shorter, and will not
    assert watch.change() == "none"
    os.truncate(path, 500)
    assert watch.change() == "shorter"


def test_one_that_is_shorter_still_when_its_write_ahead_file_was_emptied_is_cut(seen):
    path, watch = seen
    watch.rewritten(400)
    os.truncate(path, 399)
    watch.wal_emptied(completely=True)
    assert watch.change() == "shorter"
    assert watch.size == 1000


def test_files_that_cannot_be_looked_at_are_not_the_same(seen):
    path, watch = seen
    assert watch.same()
    path.parent.rename(path.parent.with_name("elsewhere"))
    path.parent.symlink_to(path.parent)
    with pytest.raises(OSError, match="symbolic links"):
        watch.change()
    assert not watch.same()
