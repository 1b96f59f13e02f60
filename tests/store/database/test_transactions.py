"""Transactions and questions, whatever becomes of the log meanwhile."""

from __future__ import annotations

import aiosqlite
import pytest

from bot.errors import LogUnavailable
from bot.store.database import maintenance
from bot.store.sqlite.metadata import VACUUMED
from bot.store.sqlite.sqlite_errors import corruption_error
from tests.store.waiting import until


async def test_a_question_that_the_log_cannot_answer_is_trouble_and_the_next_one_is_answered(log, opened):
    database = (await opened())._database
    with pytest.raises(LogUnavailable, match="no such table"):
        await database.rows("SELECT * FROM nowhere")
    database.wake()
    assert list(await database.rows("SELECT count(*) FROM uses")) == [(20,)]


async def test_a_question_whose_connection_was_closed_meanwhile_is_told_so_and_is_no_trouble(log, opened):
    database = (await opened())._database
    closed = await aiosqlite.connect(log)
    await closed.close()
    in_use, database._file.connection = database._file.connection, closed
    with pytest.raises(LogUnavailable, match="closed meanwhile"):
        await database.rows("SELECT count(*) FROM uses")
    database._file.connection = in_use
    assert database.problem is None
    assert list(await database.rows("SELECT count(*) FROM uses")) == [(20,)]


async def test_a_log_that_is_closed_is_neither_suspected_nor_mended(log, opened):
    store = await opened(soon=600)
    database, upkeep = store._database, store._database._maintenance
    await store.close()
    check_at = upkeep._check_at
    database.suspect()
    assert upkeep._check_at == check_at
    before = database.opened
    await database._met(corruption_error("it is damaged"))
    assert (database.opened, database.notices) == (before, [])


async def test_what_may_be_written_at_once_is_not_waited_for(opened):
    database = (await opened())._database
    assert await database.let_write(0)
    assert database._maintenance.leaving


async def test_a_log_that_is_damaged_where_it_is_written_anew_is_set_aside(log, opened, monkeypatch, change, in_file):
    def damaged(*_):
        raise corruption_error("database disk image is malformed")

    for name in ("FIRST_CHECK", "REWRITTEN"):
        monkeypatch.setattr(maintenance, name, 0.0)
    monkeypatch.setattr(maintenance, "vacuum", damaged)
    change(log, f"DELETE FROM kept WHERE name = '{VACUUMED}'")
    store = await opened(soon=0.01)
    await until(lambda: any("was damaged; it is kept as" in said for said in store.notices))
    store._database.wake()
    await store._database.open()
    assert in_file(log) == list(range(20))
    assert store.problem is None


async def test_a_log_exchanged_while_nothing_is_written_is_mended_by_the_upkeep(log, opened, tmp_path, in_file):
    store = await opened(soon=600)
    other = await opened(tmp_path / "other.db")
    await other.close()
    (tmp_path / "other.db").replace(log)
    assert await store._database._look() is not None
    assert any("exchanged for another one" in said for said in store.notices)
    assert in_file(log, "SELECT sum(count) FROM losses") == [20]
