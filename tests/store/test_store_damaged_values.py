"""A flipped bit leaves values of any type and range, and names nobody can read: no start and no answer fails by it."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import timedelta

import pytest

from bot.errors import CallError, LogUnavailable
from bot.store.backups.backup_and_restore import back_up
from bot.store.read_only_log import look
from bot.store.records import Complaint, Guild
from bot.store.uses import batches

ILLEGIBLE = "CAST(x'6aff6e73' AS TEXT)"
NO_TIME = 2**62


@pytest.fixture
async def full(opened, path, use, now):
    """A closed log with a row in each table."""
    store = await opened()
    for asked in range(40):
        await store.record(use(asked))
        store.settle(asked, "answered")
    await store.mute(5, "rusia", now() + timedelta(days=1), guild=1)
    await store.set_keyword_channel(1, 2, True, 9)
    await store.complain(Complaint(now(), 1, "a-quote", "0123abcd", "no such line"))
    await store.mark_missing(set(), now())
    await store.close()
    return path


def changed(path, statement):
    """Change a closed log as damage does, whatever its columns are to hold."""
    with closing(sqlite3.connect(path, isolation_level=None)) as log:
        tables = log.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%STRICT'"
        ).fetchall()
        log.execute("PRAGMA writable_schema = ON")
        log.execute(
            """UPDATE sqlite_schema SET sql =
               replace(replace(replace(sql, 'STRICT', ''), 'NOT NULL', ''), 'INTEGER,', 'ANY,')
               WHERE sql LIKE '%STRICT'"""
        )
    with closing(sqlite3.connect(path, isolation_level=None)) as log:
        assert log.execute(statement).rowcount
        log.execute("PRAGMA writable_schema = ON")
        log.executemany("UPDATE sqlite_schema SET sql = ? WHERE name = ?", [(sql, name) for name, sql in tables])


def flipped(path, where, behind, bit):
    """Flip a bit of the byte so far behind the place where these bytes stand."""
    held = bytearray(path.read_bytes())
    held[held.index(where) + behind] ^= 1 << bit
    path.write_bytes(held)


async def ask_everything(store, path, now, tmp_path):
    """Ask all there is to ask; what the log cannot say may only be LogUnavailable."""
    for ask in (
        lambda: store.report(30, Guild(1), misses=True),
        lambda: store.report_all(30),
        lambda: store.find_use(5),
        store.keyword_channels,
        lambda: store.mutes(now()),
        lambda: store.changes_made(1),
        lambda: store.complaints(5),
        lambda: store.reports_channel(1),
        lambda: store.mark_missing({1}, now()),
        lambda: store.sweep(now() - timedelta(days=90)),
    ):
        await ask()
    async with look(path) as log:
        await log.report_all(now(), 30)
        await log.complaints(5)
    back_up(path, tmp_path / "copy.db", now())


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE uses SET quote = {ILLEGIBLE}, key = {ILLEGIBLE} WHERE asked = 5",
        f"UPDATE uses SET outcome = {ILLEGIBLE}, way = {ILLEGIBLE} WHERE asked = 5",
        f"UPDATE uses SET time = {NO_TIME} WHERE asked = 5",
        f"UPDATE uses SET time = -{NO_TIME} WHERE asked = 5",
        "UPDATE kept SET value = 'p' WHERE name = 'log:removed'",
        "UPDATE kept SET value = '' WHERE name = 'log:removed'",
        f"UPDATE kept SET value = {ILLEGIBLE}",
        "INSERT OR REPLACE INTO kept VALUES ('beyond', '5 x')",
        "INSERT OR REPLACE INTO kept VALUES ('log:restored', '[1]')",
        f"UPDATE mutes SET muted_until = {NO_TIME}",
        f"UPDATE missing SET since = {NO_TIME}",
        f"UPDATE changes_made SET time = {NO_TIME}, what = {ILLEGIBLE}",
        f"UPDATE complaints SET time = -{NO_TIME}, text = {ILLEGIBLE}",
        "INSERT INTO losses VALUES (1591617600000000, 9223372036854775807), (1591617600000000, 9223372036854775807)",
    ],
)
async def test_values_out_of_any_range_fail_nothing(full, opened, path, use, now, tmp_path, in_file, statement):
    changed(full, statement)
    store = await opened()
    assert len(await store.recent_quotes(2, "topic:russia", 50)) >= 39
    await ask_everything(store, path, now, tmp_path)
    assert await store.record(use(100))
    assert store.problem is None
    assert len(in_file(path)) + (40 if "9223372036854775807" in statement else 0) >= 40


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE uses SET time = 'noon' WHERE asked = 5",
        "UPDATE uses SET time = x'00ff' WHERE asked = 5",
        "UPDATE uses SET time = NULL WHERE asked = 5",
        "UPDATE uses SET quote = 7, key = 8, outcome = 9 WHERE asked = 5",
        "UPDATE uses SET outcome = NULL, found = 'no' WHERE asked = 5",
        "UPDATE uses SET guild = 'here' WHERE asked = 5",
        "UPDATE kept SET value = NULL",
        "UPDATE kept SET value = 1.5",
        "UPDATE mutes SET muted_until = 'noon', trigger = 5",
        "UPDATE missing SET since = 'noon'",
        "UPDATE keyword_channels SET guild = 'here'",
        "UPDATE changes_made SET time = 'noon', what = NULL",
        "UPDATE complaints SET time = NULL, text = 5",
        "INSERT INTO losses VALUES (1591617600000000, 'many')",
    ],
)
async def test_values_of_another_type_fail_nothing_and_are_mended(
    full, opened, path, use, now, tmp_path, in_file, statement
):
    changed(full, statement)
    store = await opened(soon=0.02)
    await store.recent_quotes(2, "topic:russia", 50)
    await ask_everything(store, path, now, tmp_path)
    assert await store.record(use(100))
    await store.close()
    assert in_file(path, "PRAGMA integrity_check") == ["ok"]
    lost = in_file(path, "SELECT sum(count) FROM losses")[0] or 0
    assert len(in_file(path)) + lost == 41
    assert lost <= 1


@pytest.mark.parametrize(
    ("where", "behind", "bit"),
    [
        (b"CREATE TABLE complaints", 8, 7),
        (b"CREATE TABLE kept", 13, 7),
        (b"sqlite_autoindex_kept_1", 12, 7),
        (b"CREATE TABLE mutes", 14, 0),
        (b"CREATE INDEX uses_in_time", 2, 7),
        (b"muted_until INTEGER", 0, 1),
        (b"migrationsmigrations", 2, 1),
    ],
)
async def test_a_flipped_bit_in_a_name_keeps_no_bot_from_starting(
    full, opened, path, use, now, tmp_path, where, behind, bit
):
    flipped(full, where, behind, bit)
    shutil.copy(full, tmp_path / "flipped.db")
    with suppress(LogUnavailable):
        async with look(tmp_path / "flipped.db") as log:
            await log.complaints(5)
    with suppress(CallError):
        back_up(tmp_path / "flipped.db", tmp_path / "flipped copy.db", now())
    store = await opened()
    assert store.problem is None
    await ask_everything(store, path, now, tmp_path)
    assert await store.record(use(100))


async def test_answers_go_on_beside_an_index_whose_times_are_of_another_type(full, opened, path, in_file, use):
    with closing(sqlite3.connect(path, isolation_level=None)) as log:
        ((sql,),) = log.execute("SELECT sql FROM sqlite_schema WHERE name = 'uses_of_a_round'").fetchall()
        log.execute("DROP INDEX uses_of_a_round")
        log.execute("CREATE INDEX uses_of_a_round ON uses (channel, key, iif(asked = 5, CAST(time AS BLOB), time))")
        log.execute("PRAGMA writable_schema = ON")
        log.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'uses_of_a_round'", (sql,))
    store = await opened(soon=0.02)
    assert len(await store.recent_quotes(2, "topic:russia", 50)) == 39
    assert await store.record(use(100))
    while not store.notices:  # noqa: ASYNC110  the mend tells nobody that it is done
        await asyncio.sleep(0.01)
    assert len(await store.recent_quotes(2, "topic:russia", 50)) == 41
    assert in_file(path, "PRAGMA integrity_check") == ["ok"]
    assert not list(path.parent.glob("*damaged*"))


async def test_uses_are_not_lost_by_a_commit_whose_fault_cannot_be_read(full, opened, path, use, in_file, monkeypatch):
    store = await opened()

    def fails_once(name):
        well, calls = getattr(batches, name), iter([True])

        async def write(*given):
            if next(calls, False):
                raise UnicodeDecodeError("utf-8", b"no such column: g\xf5ild", 17, 18, "invalid start byte")
            return await well(*given)

        monkeypatch.setattr(batches, name, write)

    fails_once("write")
    fails_once("write_carefully")
    await store.record(use(100))
    await store.close()
    assert store.lost == 0
    assert 100 in in_file(path)
