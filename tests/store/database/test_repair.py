"""Damage that is met by reading alone, or in the indexes alone: it is noticed while the bot runs, mended and said."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest

from bot.errors import LogUnavailable, LogUncertain
from bot.store.backups.backup_and_restore import back_up, restore
from bot.store.database import repair
from bot.store.disk import files
from bot.store.recovery.log_comparison import is_another_log
from tests.store.conftest import NOON

WHEN = {"soon": 0.02}


async def written(opened, path, use, count=2000, soon=0.02):
    """A log of so many uses, all in its own file and answered."""
    store = await opened(soon=soon)
    await asyncio.gather(*(store.record(use(asked), wait=60) for asked in range(count)))
    for asked in range(count):
        store.settle(asked, "answered")
    while store.waiting:  # noqa: ASYNC110  the file tells nobody that the outcomes came
        await asyncio.sleep(0.01)
    await store._database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    return store


def spoil_a_page(path, of):
    """Spoil a page in the middle of a table or an index."""
    with closing(sqlite3.connect(path)) as log:
        pages = [
            page for (page,) in log.execute("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf'", (of,))
        ]
    with path.open("r+b") as file:
        file.seek((pages[len(pages) // 2] - 1) * 4096)
        file.write(b"\xa5" * 4096)


def spoil_index(path, name="uses_in_time"):
    """Let an index lack rows, as a page that was never written leaves it: no page of it is broken."""
    with closing(sqlite3.connect(path, isolation_level=None)) as log:
        ((sql,),) = log.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (name,)).fetchall()
        log.execute("PRAGMA writable_schema = ON")
        log.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (f"{sql} WHERE asked % 2", name))
    with closing(sqlite3.connect(path, isolation_level=None)) as log:
        log.execute("REINDEX")
        log.execute("PRAGMA writable_schema = ON")
        log.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (sql, name))
    with closing(sqlite3.connect(path)) as log:
        assert log.execute("PRAGMA integrity_check(1)").fetchall() != [("ok",)]


async def noticed(store, what):
    for _ in range(500):
        if any(what in said for said in store.notices):
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"it was never said: {store.notices}")


@pytest.mark.parametrize("of", ["uses", "uses_of_a_guild", "uses_in_time"])
async def test_damage_that_a_report_meets_is_mended_and_said(opened, path, use, in_file, of):
    store = await written(opened, path, use, soon=600)  # nothing else reads the file meanwhile
    spoil_a_page(path, of)
    asks = {
        "uses": "SELECT count(DISTINCT query) FROM uses NOT INDEXED",
        "uses_in_time": "SELECT time FROM uses INDEXED BY uses_in_time ORDER BY time",
        "uses_of_a_guild": "SELECT guild, time FROM uses INDEXED BY uses_of_a_guild WHERE guild = 1",
    }[of]
    with pytest.raises(LogUnavailable):
        await store._count_queue._quick.rows(asks)
    await noticed(store, "taken over")
    assert store.problem is None
    rows, (lost,) = len(in_file(path)), in_file(path, "SELECT coalesce(sum(count), 0) FROM losses")
    assert rows + lost == 2000
    assert lost == 0 or of == "uses"
    assert rows > 1900
    assert (await store.report_all(7)).lost == lost
    assert await store.record(use(5000))


async def test_indexes_that_lack_rows_are_made_anew_while_the_bot_runs(opened, path, use, in_file):
    await (await written(opened, path, use)).close()
    spoil_index(path)
    store = await opened(**WHEN)
    store._database._maintenance.suspect()
    await noticed(store, "indexes of the log")
    assert in_file(path, "PRAGMA integrity_check") == ["ok"]
    assert len(in_file(path)) == 2000
    assert not list(path.parent.glob("*damaged*"))
    assert store.problem is None


async def test_every_log_is_held_against_its_indexes_soon_after_the_start(opened, path, use):
    store = await opened(**WHEN)
    upkeep = store._database._maintenance
    assert upkeep._check_at - asyncio.get_running_loop().time() < 60


async def test_a_copy_of_a_log_whose_indexes_lack_rows_is_whole(opened, path, tmp_path, use, in_file, now):
    await (await written(opened, path, use)).close()
    spoil_index(path)
    copy = tmp_path / "copy.db"
    back_up(path, copy, now())
    assert in_file(copy, "PRAGMA integrity_check") == ["ok"]
    spoil_index(copy)
    restore(path, copy, now())
    assert in_file(path, "PRAGMA integrity_check") == ["ok"]
    assert len(in_file(path)) == 2000


async def test_that_a_log_was_exchanged_as_something_was_written_is_not_told_as_if_it_were_not(
    opened, path, tmp_path, monkeypatch
):
    store = await opened()
    await store.set_value("before", "1")
    back_up(path, tmp_path / "older.db", NOON)
    connection = store._database._file.connection
    commit = connection.commit

    async def exchanged():
        await commit()
        (tmp_path / "older.db").replace(path)

    monkeypatch.setattr(connection, "commit", exchanged)
    with pytest.raises(LogUncertain):
        await store.set_keyword_channel(1, 2, True, 3)


async def test_of_a_log_whose_files_are_what_they_were_nothing_is_mended(log, opened):
    store = await opened(soon=600)
    connection = store._database._file.connection
    assert await store._database._repair.mend(connection) is connection
    assert store.notices == ()


async def test_a_log_that_is_gone_again_after_it_was_exchanged_is_written_again(log, opened, in_file, monkeypatch):
    store = await opened(soon=600)
    thing = log.with_name("thing")
    thing.write_bytes(b"no log")
    thing.replace(log)

    def gone(path, known):
        path.unlink()
        return is_another_log(path, known)

    monkeypatch.setattr(repair, "is_another_log", gone)
    await store.set_value("one", "1")
    assert store.notices == (f"the log {log} was exchanged while in use; its content was written again",)
    assert in_file(log) == list(range(20))


async def test_a_write_ahead_file_deleted_while_somebody_reads_costs_no_row(log, opened, use, in_file):
    store = await opened(soon=600)
    assert await store.record(use(30), wait=5)
    with closing(sqlite3.connect(log, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM uses").fetchall() == [(21,)]
        assert await store.record(use(31), wait=5)
        files.wal_path(log).unlink()
        assert await store.record(use(32), wait=5)
        assert any("lost its write-ahead file while in use; it is kept as" in said for said in store.notices)
    await store.close()
    assert in_file(log) == [*range(20), 30, 31, 32]
    assert store.lost == 0
