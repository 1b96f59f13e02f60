"""What cannot be taken over of a damaged log keeps nothing else from being taken."""

import sqlite3
from contextlib import closing

import pytest

from bot.store.disk import files
from bot.store.recovery.salvage import WORKING, salvage, take_over


@pytest.fixture
async def made(opened, tmp_path):
    """A new log to take over into."""
    new = tmp_path / "new" / "quoth.db"
    await (await opened(new)).close()
    return new


async def test_of_a_log_that_is_gone_nothing_is_taken_over(made, in_file, tmp_path):
    assert salvage(made, tmp_path / "gone.db") == 0
    assert in_file(made) == []
    assert not files.beside(made, WORKING).exists()


async def test_a_row_that_does_not_fit_its_column_is_left_and_the_others_are_taken(log, made, in_file):
    """As a damaged schema has it: what it calls a text may be none of a time's."""
    with closing(sqlite3.connect(log, isolation_level=None)) as damaged:
        damaged.execute("PRAGMA writable_schema = ON")
        damaged.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, 'time     INTEGER', 'time TEXT') WHERE name = 'uses'"
        )
    with closing(sqlite3.connect(log)) as damaged:
        damaged.execute("UPDATE uses SET time = CASE asked WHEN 7 THEN 'noon' ELSE '1000' END")
        damaged.commit()
    salvage(made, log)
    assert in_file(made) == [asked for asked in range(20) if asked != 7]
    assert in_file(made, "SELECT DISTINCT time FROM uses") == [1000]


async def test_a_log_that_cannot_be_read_takes_nothing_over(log, made):
    made.write_bytes(b"noise" * 4000)
    assert take_over(made, log) == 0


async def test_a_full_disk_or_a_lock_is_raised_and_gives_no_row_up(log, made, in_file, monkeypatch):
    def impatient(*given, **options):
        return connect(*given, **options | {"timeout": 0})

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", impatient)
    with closing(connect(made, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            salvage(made, log)
        other.execute("ROLLBACK")
    assert salvage(made, log) == 20
    assert in_file(made) == list(range(20))
