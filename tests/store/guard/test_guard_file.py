"""What is kept of the log outside it: what is gone is noticed, taken over where it can be, counted once and said."""

from __future__ import annotations

import asyncio
import errno
import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.store.disk import files
from bot.store.guard import guard_file
from bot.store.sqlite.migrations import APPLICATION, schema_steps
from bot.store.store import Store

NOON = datetime(2020, 6, 8, 12, 0, tzinfo=UTC)
LOST = "SELECT coalesce(sum(count), 0) FROM losses"
SOON = 0.02


async def fill(store, use, count, first=0):
    """Write so many uses."""
    assert all(await asyncio.gather(*(store.record(use(one), wait=30) for one in range(first, first + count))))


async def answered(store, count):
    """The answers of so many uses have arrived: nothing of them is held in memory any more."""
    for one in range(count):
        store.settle(one, "answered")
    while store.waiting:  # noqa: ASYNC110  the file tells nobody that the outcomes came
        await asyncio.sleep(0.01)


async def guarded(store, path, rows):
    """What is known once the upkeep has counted so many uses, and has nothing more to do."""
    upkeep = store._database._maintenance
    for _ in range(3000):
        known = guard_file.load(path)
        idle = not upkeep._written and upkeep._round is not None and upkeep._round.done()
        if idle and known is not None and known.rows == rows:
            return known
        await asyncio.sleep(0.01)
    raise AssertionError(f"the guard never knew of {rows} uses: {guard_file.load(path)}")


def killed(path, tmp_path):
    """The files as a kill leaves them, in a folder of their own: a process that is alive has them open."""
    folder = tmp_path / "killed"
    shutil.copytree(path.parent, folder, ignore=shutil.ignore_patterns("*.new"))  # they are renamed meanwhile
    return folder / path.name


def flip(file, at, count=4096):
    with file.open("r+b") as opened:
        opened.seek(at)
        opened.write(b"\xa5" * count)


@pytest.fixture
async def left(opened, path, use, tmp_path):
    """A log of 300 uses as a kill leaves it, 200 of them in the write-ahead file alone; and its guard knows all."""
    store = await opened(soon=SOON)
    await fill(store, use, 100)
    await guarded(store, path, 100)
    known = None
    with closing(sqlite3.connect(path)) as reader:  # who reads keeps pages from being brought into the log
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM uses").fetchall()
        for first in range(100, 300, 5):
            await fill(store, use, 5, first=first)
        known = await guarded(store, path, 300)
        there = killed(path, tmp_path)
    assert known.frames > 0
    return there


async def again(opened, path):
    store = await opened(path)
    assert store.problem is None
    await store.close()
    return store


async def after_that_it_is_quiet(opened, path, in_file):
    """Nothing is counted or said twice."""
    lost, rows = in_file(path, LOST), in_file(path)
    store = await opened(path)
    assert store.notices == ()
    await store.close()
    assert (in_file(path, LOST), in_file(path)) == (lost, rows)


async def test_a_log_that_was_killed_is_whole(opened, left, in_file):
    store = await again(opened, left)
    assert (len(in_file(left)), in_file(left, LOST), store.notices) == (300, [0], ())


async def test_a_missing_write_ahead_file_is_counted_once(opened, left, in_file):
    files.wal_path(left).unlink()
    store = await again(opened, left)
    rows = len(in_file(left))
    assert rows < 300
    assert in_file(left, LOST) == [300 - rows]
    assert "quoth.db-wal was missing" in store.notices[0]
    await after_that_it_is_quiet(opened, left, in_file)


@pytest.mark.parametrize("share", [0, 0.25, 0.5, 0.9])
async def test_a_write_ahead_file_cut_short_is_counted(opened, left, in_file, share):
    ahead = files.wal_path(left)
    whole = ahead.read_bytes()
    ahead.write_bytes(whole[: int(len(whole) * share)])
    store = await again(opened, left)
    rows = len(in_file(left))
    assert 100 <= rows <= 300
    assert in_file(left, LOST) == [300 - rows]
    assert any("lacks" in said for said in store.notices) == (rows < 300)
    await after_that_it_is_quiet(opened, left, in_file)


@pytest.mark.parametrize("at", [0, 32, 40, 32 + 24 + 100, 32 + 20 * 4120, 32 + 30 * 4120 + 24])
async def test_a_damaged_write_ahead_file_gives_the_rows_behind_the_damage(opened, left, in_file, at):
    """SQLite takes nothing from the first frame on whose sum is wrong."""
    ahead = files.wal_path(left)
    flip(ahead, at, 8)
    damaged = ahead.read_bytes()
    store = await again(opened, left)
    rows = len(in_file(left))
    assert rows >= 250, store.notices
    assert in_file(left, LOST) == [300 - rows]
    (kept,) = left.parent.glob("quoth.db-wal.damaged-*")
    assert kept.read_bytes() == damaged
    assert in_file(left, "PRAGMA integrity_check") == ["ok"]
    await after_that_it_is_quiet(opened, left, in_file)


@pytest.fixture
async def just_written(opened, path, use, tmp_path):
    """A log of 100 uses as a kill leaves it, the last 60 of them written since the last round of upkeep."""
    store = await opened(soon=SOON)
    await fill(store, use, 40)
    await guarded(store, path, 40)
    await store.close()
    store = await opened(soon=3600)
    for first in range(40, 100, 5):
        await fill(store, use, 5, first=first)
    return killed(path, tmp_path)


def spoil_first_frame(ahead):
    flip(ahead, 32 + 24 + 100, 64)


def spoil_middle(ahead):
    flip(ahead, ahead.stat().st_size // 2, 64)


@pytest.mark.parametrize(
    "harm",
    [
        lambda _: None,
        lambda ahead: ahead.unlink(),
        lambda ahead: ahead.write_bytes(b""),
        lambda ahead: ahead.write_bytes(ahead.read_bytes()[: ahead.stat().st_size // 3]),
        lambda ahead: flip(ahead, 0, 64),
        spoil_first_frame,
        spoil_middle,
    ],
    ids=["none", "deleted", "emptied", "cut", "header", "first frame", "middle"],
)
async def test_what_was_written_just_before_a_kill_is_read_or_counted(opened, just_written, in_file, harm):
    assert guard_file.load(just_written).rows == 100
    ahead = files.wal_path(just_written)
    harm(ahead)
    damaged = ahead.read_bytes() if ahead.exists() else b""
    store = await again(opened, just_written)
    rows = len(in_file(just_written))
    assert in_file(just_written, LOST) == [100 - rows]
    assert any("lacks" in said for said in store.notices) == (rows < 100)
    if harm in (spoil_first_frame, spoil_middle):
        assert rows >= 90
        assert [kept.read_bytes() for kept in just_written.parent.glob("quoth.db-wal.damaged-*")] == [damaged]
    await after_that_it_is_quiet(opened, just_written, in_file)


async def all_is_known(opened, there, in_file, uses):
    """Whatever the write-ahead file loses, each use has its row or is counted, once."""
    files.wal_path(there).unlink()
    await again(opened, there)
    (lost,) = in_file(there, LOST)
    assert len(in_file(there)) + lost == uses
    assert lost > 0
    await after_that_it_is_quiet(opened, there, in_file)


async def test_what_is_written_carefully_is_known_at_once(opened, path, use, in_file, tmp_path):
    """A repeat of an earlier run has its whole batch written row by row."""
    store = await opened()
    await fill(store, use, 10)
    await store.close()
    store = await opened(soon=3600)
    assert all(await asyncio.gather(*(store.record(use(one), wait=30) for one in range(5, 30))))
    await all_is_known(opened, killed(path, tmp_path), in_file, 30)


async def test_what_comes_from_the_emergency_file_is_known_at_once(opened, path, use, in_file, tmp_path):
    store = await opened()
    await fill(store, use, 10)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        for one in range(10, 20):
            assert not await store.record(use(one), wait=0.01)
            store.settle(one, "answered")
        there = killed(path, tmp_path)
    store = await opened(there, soon=3600)
    while store.waiting:  # noqa: ASYNC110  the file tells nobody that they came
        await asyncio.sleep(0.01)
    await all_is_known(opened, killed(there, tmp_path / "again"), in_file, 20)


async def test_what_the_emergency_file_has_as_well_is_not_missed(opened, path, use, in_file, tmp_path):
    """Its row is committed as begun, and what became of it stands in the emergency file alone."""
    store = await opened(soon=3600)
    await fill(store, use, 10)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        for one in range(10):
            store.settle(one, "answered")
            store._uses._ledger.write_to_emergency_file(store._uses._ledger.pending[one])
        store._database.added(0)
        there = killed(path, tmp_path)
    files.wal_path(there).unlink()
    await again(opened, there)
    assert (len(in_file(there)), in_file(there, LOST)) == (10, [0])


async def test_losses_that_were_told_just_before_a_kill_are_counted_again(opened, path, use, in_file, tmp_path):
    store = await opened(room=5, soon=3600)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        for one in range(15):
            assert not await store.record(use(one), wait=0.01)
            store.settle(one, "answered")
    while store.waiting or in_file(path, LOST) == [0]:  # noqa: ASYNC110  nobody tells of it
        await asyncio.sleep(0.01)
    await all_is_known(opened, killed(path, tmp_path), in_file, 15)


async def test_what_was_deleted_on_purpose_just_before_a_kill_is_not_missed(opened, path, use, in_file, tmp_path):
    store = await opened(soon=3600)
    await fill(store, use, 10)
    await asyncio.gather(*(store.record(use(one, guild=7), wait=30) for one in range(10, 20)))
    await store.forget_guild(7)
    there = killed(path, tmp_path)
    files.wal_path(there).unlink()
    await again(opened, there)
    assert len(in_file(there)) + in_file(there, LOST)[0] == 10


async def test_nothing_is_missed_that_was_never_new(opened, path, use, in_file, tmp_path):
    """Settling, repeats and deletions add no use to those that are known."""
    store = await opened(soon=3600)
    await fill(store, use, 20)
    await answered(store, 20)
    await fill(store, use, 10, first=15)
    assert await store.sweep(NOON) == 25
    there = killed(path, tmp_path)
    store = await again(opened, there)
    assert (in_file(there, LOST), store.notices) == ([0], ())


async def test_an_empty_file_beside_its_write_ahead_file_is_begun_anew_with_all_that_is_there(opened, left, in_file):
    """SQLite would take it for a new database, and delete the write-ahead file."""
    left.write_bytes(b"")
    ahead = files.wal_path(left).read_bytes()
    store = await again(opened, left)
    rows = len(in_file(left))
    assert in_file(left, LOST) == [300 - rows]
    assert "was empty" in store.notices[0]
    (kept,) = left.parent.glob("quoth.db.damaged-*[0-9]")
    assert kept.read_bytes() == b""
    assert files.wal_path(kept).read_bytes() == ahead
    await after_that_it_is_quiet(opened, left, in_file)


async def test_a_young_log_that_stands_in_its_write_ahead_file_alone_is_taken_over_whole(
    opened, path, use, tmp_path, in_file
):
    store = await opened(soon=3600)
    await fill(store, use, 50)
    there = killed(path, tmp_path)
    there.write_bytes(b"")
    await again(opened, there)
    assert in_file(there) == list(range(50))


async def test_an_empty_file_alone_is_counted(opened, path, use, in_file):
    store = await opened()
    await fill(store, use, 40)
    await store.close()
    path.write_bytes(b"")
    store = await again(opened, path)
    assert in_file(path, LOST) == [40]
    assert "lacks 40 of the 40 uses" in store.notices[-1]
    await after_that_it_is_quiet(opened, path, in_file)


async def test_a_file_deleted_while_the_bot_was_away_is_counted(opened, path, use, in_file):
    store = await opened()
    await fill(store, use, 40)
    await store.close()
    path.unlink()
    store = await again(opened, path)
    assert in_file(path, LOST) == [40]
    assert "it was deleted" in store.notices[0]


async def test_an_older_copy_in_its_place_is_counted(opened, path, use, in_file, tmp_path):
    store = await opened()
    await fill(store, use, 10)
    await store.close()
    shutil.copyfile(path, tmp_path / "older")
    store = await opened()
    await fill(store, use, 5, first=10)
    await store.close()
    (tmp_path / "older").replace(path)
    store = await again(opened, path)
    assert in_file(path, LOST) == [5]
    assert "an older copy stands in its place" in store.notices[0]
    await after_that_it_is_quiet(opened, path, in_file)


async def test_another_log_in_its_place_is_said_and_not_counted(opened, path, use, in_file, tmp_path):
    for place, count in ((tmp_path / "other.db", 3), (path, 10)):
        store = await opened(place)
        await fill(store, use, count)
        await store.close()
    (tmp_path / "other.db").replace(path)
    store = await again(opened, path)
    assert (in_file(path), in_file(path, LOST)) == ([0, 1, 2], [0])
    assert "another log stands in the place" in store.notices[0]
    assert "held 10 uses" in store.notices[0]
    await after_that_it_is_quiet(opened, path, in_file)


@pytest.mark.parametrize("spoilt", [b"", b"{", b"[]", b'{"id": 1}', b"\xff" * 5000, b'{"id": "a", "rows": "many"}'])
async def test_a_guard_that_cannot_be_read_is_made_anew(opened, path, use, in_file, spoilt):
    store = await opened()
    await fill(store, use, 3)
    await store.close()
    files.beside(path, guard_file.ENDING).write_bytes(spoilt)
    store = await again(opened, path)
    assert store.notices == ()
    assert guard_file.load(path).rows == 3


async def test_a_log_of_before_there_were_guards_gets_one(opened, path, use, in_file):
    store = await opened()
    await fill(store, use, 3)
    await store.close()
    with closing(sqlite3.connect(path)) as log:
        log.execute("DELETE FROM kept")
        log.commit()
    files.beside(path, guard_file.ENDING).unlink()
    store = await again(opened, path)
    assert store.notices == ()
    assert guard_file.load(path).id == in_file(path, "SELECT value FROM kept WHERE name = 'log:id'")[0]


async def test_what_was_forgotten_on_purpose_is_not_lost(opened, path, use, in_file, tmp_path):
    store = await opened(soon=SOON)
    await fill(store, use, 30)
    await store.record(use(100, guild=7), wait=5)
    await guarded(store, path, 31)
    old = files.beside(path, guard_file.ENDING).read_bytes()
    await store.forget_guild(7)
    there = killed(path, tmp_path)
    files.beside(there, guard_file.ENDING).write_bytes(old)  # killed before the guard was written again
    store = await again(opened, there)
    assert (len(in_file(there)), in_file(there, LOST), store.notices) == (30, [0], ())


async def test_losses_are_counted_once_though_the_start_that_counts_them_is_killed(
    opened, path, use, in_file, tmp_path
):
    store = await opened()
    await fill(store, use, 8)
    await store.close()
    old = files.beside(path, guard_file.ENDING).read_bytes()
    with closing(sqlite3.connect(path)) as log:
        log.execute("DELETE FROM uses WHERE asked < 3")
        log.commit()
    await again(opened, path)
    files.beside(path, guard_file.ENDING).write_bytes(old)
    await again(opened, path)
    assert in_file(path, LOST) == [3]


@pytest.mark.parametrize("steps", [1, len(schema_steps())])
@pytest.mark.parametrize("how", ["cut short", "broken in two places", "no head of a leaf"])
async def test_logs_of_every_schema_are_taken_over(opened, path, in_file, steps, how):
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as log:
        log.execute(f"PRAGMA application_id = {APPLICATION}")
        log.execute("CREATE TABLE migrations (number INTEGER PRIMARY KEY, time INTEGER NOT NULL) STRICT")
        for number, text in schema_steps()[:steps]:
            log.executescript(text)
            log.execute("INSERT INTO migrations VALUES (?, 0)", (number,))
        asked = [1_000_000_000_000 + 977 * one for one in range(4000)]
        for one in asked:
            row = [one, one, 1, 2, "slash", "rusia", "topic:russia", "a-quote", "0123abcd", 1.5]
            if steps == 1:
                log.execute(
                    "INSERT INTO uses VALUES (?,?,?,?,?,?,?,?,?,?,?)",
                    [*row[:7], ["answered", "missed"][one % 2], *row[7:]],
                )
            else:
                log.execute(
                    "INSERT INTO uses (asked, time, guild, channel, way, query, key, found, quote, edition, duration)"
                    " VALUES (?,?,?,?,?,?,?,?,?,?,?)",
                    [*row[:7], one % 2 == 0, *row[7:]],
                )
        log.commit()
    spoilt = bytearray(path.read_bytes())
    leaves = [
        at for at in range(4096, len(spoilt), 4096) if spoilt[at] == 0x0D and b"topic:russia" in spoilt[at : at + 4096]
    ]
    for share in {"cut short": [], "broken in two places": [0.25, 0.75], "no head of a leaf": [0.5]}[how]:
        at = leaves[int(len(leaves) * share)]
        spoilt[at : at + (8 if how == "no head of a leaf" else 4096)] = b"\xff" * (
            8 if how == "no head of a leaf" else 4096
        )
    path.write_bytes(spoilt[: leaves[len(leaves) // 2]] if how == "cut short" else spoilt)
    store = await again(opened, path)
    rows = in_file(path, "SELECT asked, found, outcome, quote FROM uses ORDER BY asked")
    assert len(rows) > (1000 if how == "cut short" else 3850), store.notices
    assert all(row == (row[0], 1 - row[0] % 2, "answered", "a-quote") for row in rows)
    assert in_file(path, "PRAGMA integrity_check") == ["ok"]


async def test_a_file_cut_short_while_in_use_is_saved_and_the_rest_counted(opened, path, use, in_file):
    store = await opened(soon=SOON)
    await fill(store, use, 3000)
    await answered(store, 3000)
    await guarded(store, path, 3000)
    with closing(sqlite3.connect(path)) as log:
        log.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    await asyncio.sleep(0.1)
    with path.open("r+b") as file:
        file.truncate(files.size(path) // 2 // 4096 * 4096)
    assert await store.record(use(5000), wait=30)
    await store.close()
    rows = in_file(path)
    assert 5000 in rows
    assert len(rows) > 500
    assert in_file(path, LOST) == [3001 - len(rows)]
    assert "was cut short while in use" in store.notices[0]
    assert (store.answered, store.unknown, store.logged) == (3000, 1, 3001)
    await after_that_it_is_quiet(opened, path, in_file)


async def test_an_emptied_file_is_noticed_though_nobody_asks(opened, path, use, in_file):
    store = await opened(soon=SOON)
    store._database._maintenance.idle = SOON
    await fill(store, use, 20)
    await guarded(store, path, 20)
    path.write_bytes(b"")
    for _ in range(500):
        if store.notices and not store.problem:
            break
        await asyncio.sleep(0.01)
    await store.close()
    assert "cut short" in store.notices[0]
    rows = in_file(path)
    assert in_file(path, LOST) == [20 - len(rows)]


async def test_a_write_ahead_file_deleted_while_in_use_loses_nothing(opened, path, use, in_file, tmp_path):
    store = await opened(soon=3600)
    await fill(store, use, 20)
    files.wal_path(path).unlink()
    assert await store.record(use(20), wait=5)
    there = killed(path, tmp_path)
    assert in_file(there) == list(range(21))
    assert "quoth.db-wal was deleted or exchanged" in store.notices[0]
    await store.close()
    assert (in_file(path), in_file(path, LOST)) == (list(range(21)), [0])


async def test_a_write_ahead_file_exchanged_while_in_use_loses_nothing(opened, path, use, in_file, tmp_path):
    store = await opened(soon=3600)
    await fill(store, use, 20)
    (tmp_path / "stranger").write_bytes(b"stranger" * 1000)
    (tmp_path / "stranger").replace(files.wal_path(path))
    assert await store.record(use(20), wait=5)
    assert in_file(killed(path, tmp_path)) == list(range(21))
    (kept,) = path.parent.glob("quoth.db-wal.replaced-*")
    assert kept.read_bytes() == b"stranger" * 1000
    assert (store.logged, store.lost) == (21, 0)


async def test_a_write_ahead_file_emptied_while_in_use_is_saved_or_counted(opened, path, use, in_file):
    store = await opened(soon=3600)
    await fill(store, use, 20)
    files.wal_path(path).write_bytes(b"")
    assert await store.record(use(20), wait=5)
    await store.close()
    assert in_file(path) == list(range(21))  # its connection still had them in memory
    assert in_file(path, LOST) == [0]
    assert "cut short" in store.notices[0]
    assert in_file(path, "PRAGMA integrity_check") == ["ok"]
    await after_that_it_is_quiet(opened, path, in_file)


async def test_another_program_that_brings_the_pages_home_is_no_trouble(opened, path, use, in_file):
    store = await opened(soon=3600)
    await fill(store, use, 20)
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0][0] == 0
    assert files.size(files.wal_path(path)) == 0
    assert await store.record(use(20), wait=5)
    assert store.notices == ()
    await store.close()
    assert in_file(path) == list(range(21))


async def test_a_log_made_smaller_by_another_program_is_no_trouble(opened, path, use, in_file):
    store = await opened(soon=SOON)
    await fill(store, use, 2000)
    await answered(store, 2000)
    await guarded(store, path, 2000)
    for asked in range(1000, 2000):
        await store._database.rows("DELETE FROM uses WHERE asked = ?", (asked,))
    with closing(sqlite3.connect(path)) as other:
        other.execute("VACUUM")
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert await store.record(use(2000), wait=5)
    assert store.notices == ()
    await store.close()
    assert (len(in_file(path)), in_file(path, LOST)) == (1001, [0])
    await after_that_it_is_quiet(opened, path, in_file)


async def test_a_young_log_is_soon_in_its_own_file(opened, path, use, in_file, tmp_path):
    store = await opened(soon=SOON)
    await fill(store, use, 5)
    assert (await guarded(store, path, 5)).frames == 0
    there = killed(path, tmp_path)
    files.wal_path(there).unlink()
    assert in_file(there) == list(range(5))


async def test_the_check_of_the_whole_file_finds_what_no_answer_meets(opened, path, use, in_file, monkeypatch):
    store = await opened(soon=SOON)
    await fill(store, use, 3000)
    await guarded(store, path, 3000)
    flip(path, files.size(path) // 2 // 4096 * 4096)
    store._database._maintenance.idle = SOON
    store._database._maintenance._check_at = 0.0
    store._database._maintenance.written()
    for _ in range(500):
        if len(store.notices) > 1:
            break
        await asyncio.sleep(0.01)
    await store.close()
    rows = in_file(path)
    assert 2800 < len(rows) <= 3000
    assert in_file(path, LOST) == [3000 - len(rows)]
    assert "was damaged" in store.notices[0]


async def test_trouble_is_told_once_when_it_begins_and_once_when_it_is_over(opened, path, use, in_file):
    read_status = []
    store = await opened()
    store.tell_trouble = read_status.append
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for asked in range(3):
            await store.record(use(asked), wait=1)
            await asyncio.sleep(0.03)
        assert len(read_status) == 1
        assert "locked" in read_status[0]
        other.rollback()
    for _ in range(500):
        if not store.waiting:
            break
        await asyncio.sleep(0.01)
    assert read_status[1:] == [None]


async def test_who_comes_late_is_told_what_was_mended_and_what_is_the_matter(opened, path, use):
    store = await opened()
    await store.close()
    path.write_bytes(b"noise" * 1000)
    store = await opened()
    read_status = []
    store.tell_trouble = read_status.append
    assert read_status[1::2] == [None] * len(store.notices)
    assert read_status[::2] == list(store.notices)

    def fails(sentence):
        raise RuntimeError(sentence)

    store.tell_trouble = fails  # and nothing comes of that
    assert await store.record(use(1))


OPEN_AT = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from bot.store.store import Store

async def main():
    store = await Store.open(Path(sys.argv[1]), now=lambda: datetime.now(UTC))
    print(store.problem, store.notices)
    await store.close()

asyncio.run(main())
"""


@pytest.mark.parametrize("umask", ["000", "022"])
def test_every_file_is_for_the_bots_user_alone(tmp_path, umask):
    path = tmp_path / "deep" / "data" / "quoth.db"
    for _ in range(2):
        done = subprocess.run(
            ["sh", "-c", f'umask {umask}; exec "$0" -c "$1" "$2"', sys.executable, OPEN_AT, str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (0, "None ()\n"), done.stderr
        assert path.parent.stat().st_mode & 0o777 == 0o700
        modes = {one.name: one.stat().st_mode & 0o777 for one in path.parent.iterdir()}
        assert set(modes.values()) == {0o600}, modes


async def test_a_wide_folder_is_narrowed_and_that_is_said_once(opened, path, use):
    path.parent.mkdir(mode=0o755)
    path.parent.chmod(0o755)
    path.touch()
    path.chmod(0o644)
    (path.parent / "cache").mkdir()
    (path.parent / "cache" / "bank-1.cache").touch()
    store = await opened()
    assert ["now for this user alone" in said for said in store.notices] == [True]
    assert await store.record(use(1))
    wide = [one for one in path.parent.rglob("*") if one.stat().st_mode & 0o077]
    assert not wide
    assert not path.parent.stat().st_mode & 0o077
    await store.close()
    assert (await opened()).notices == ()


async def test_a_folder_that_everybody_shares_is_left_as_it_is(opened, tmp_path, use):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    store = await opened(shared / "quoth.db")
    assert "others may look into" in store.notices[0]
    assert shared.stat().st_mode & 0o7777 == 0o1777
    assert await store.record(use(1))
    assert (shared / "quoth.db").stat().st_mode & 0o777 == 0o600


async def test_opening_says_how_the_log_fares(opened, path):
    from bot.store.disk.status_file import read_status

    store = await opened()
    assert isinstance(store, Store)
    await store.close()
    assert read_status(path).problem is None


async def test_a_count_of_before_the_log_was_opened_anew_is_not_believed(opened, path, use, in_file):
    store = await opened(soon=3600)
    database = store._database
    await fill(store, use, 20)
    before = database._file.state
    files.wal_path(path).unlink()
    await store.record(use(20), wait=5)
    await database._counted(before, guard_file.LogState(before.id, rows=1000, removed=0))
    await store.close()
    assert guard_file.load(path).rows == 21
    await after_that_it_is_quiet(opened, path, in_file)


async def test_upkeep_that_cannot_be_done_is_tried_again_in_a_while(opened, path, use, monkeypatch):
    store = await opened(soon=SOON)
    await fill(store, use, 1)
    await guarded(store, path, 1)
    tries = []

    def full(*_):
        tries.append(1)
        raise OSError(errno.ENOSPC, "no room")

    with monkeypatch.context() as patched:
        patched.setattr(guard_file, "write_new", full)
        await store.record(use(1), wait=30)
        async with asyncio.timeout(30):
            while not tries:  # noqa: ASYNC110  nobody tells of a round
                await asyncio.sleep(0.01)
        await asyncio.sleep(20 * SOON)
        assert len(tries) == 1
        store._database._maintenance._plan(0)
        async with asyncio.timeout(30):
            while len(tries) < 2:  # noqa: ASYNC110  as above
                await asyncio.sleep(0.01)
    await store.close()


@pytest.mark.parametrize("spoil", ["deleted", "emptied", "older"])
async def test_losses_that_went_with_the_log_are_counted_as_lost_again(opened, path, use, in_file, tmp_path, spoil):
    store = await opened(room=5)
    await fill(store, use, 2)
    shutil.copyfile(path, tmp_path / "older")
    await asyncio.gather(*(store.record(use(one), wait=5) for one in range(10, 30)))
    await store.close()
    rows, ((read_status),) = len(in_file(path)), in_file(path, LOST)
    assert read_status > 0
    assert rows + read_status == 22
    if spoil == "older":
        shutil.copyfile(tmp_path / "older", path)
    elif spoil == "emptied":
        path.write_bytes(b"")
    else:
        path.unlink()
    await again(opened, path)
    ((lost),) = in_file(path, LOST)
    assert len(in_file(path)) + lost == 22
    await after_that_it_is_quiet(opened, path, in_file)


@pytest.mark.parametrize("more", [20, 30, 50])
async def test_what_an_older_copy_has_again_hides_nothing_of_what_it_lacks(opened, path, use, in_file, tmp_path, more):
    store = await opened(soon=3600)
    await fill(store, use, 100)
    await store.close()
    shutil.copyfile(path, tmp_path / "older")
    store = await opened(soon=3600)
    async with store._database.deleting() as connection:
        await connection.execute("DELETE FROM uses WHERE asked < 30")
    await fill(store, use, more, first=200)
    await store.close()
    shutil.copyfile(tmp_path / "older", path)
    store = await again(opened, path)
    assert (len(in_file(path)), in_file(path, LOST)) == (100, [more])
    assert f"lacks {more} of the {70 + more}" in store.notices[0]
    await after_that_it_is_quiet(opened, path, in_file)


async def test_the_right_log_lacks_nothing_of_what_its_copy_did(opened, path, use, in_file, tmp_path):
    store = await opened(soon=3600)
    await fill(store, use, 80)
    await store.close()
    shutil.copyfile(path, tmp_path / "older")
    store = await opened(soon=3600)
    await fill(store, use, 20, first=80)
    await store.close()
    shutil.copyfile(path, tmp_path / "right")
    shutil.copyfile(tmp_path / "older", path)
    await again(opened, path)
    assert in_file(path, LOST) == [20]
    shutil.copyfile(tmp_path / "right", path)
    store = await again(opened, path)
    assert (len(in_file(path)), in_file(path, LOST), store.notices) == (100, [0], ())


@pytest.mark.parametrize("before", [0, 4], ids=["nothing lost before", "four lost before"])
@pytest.mark.parametrize(
    ("copied", "back", "deleted", "still"),
    [(0, 50, 0, 0), (30, 50, 0, 0), (50, 50, 10, 0), (30, 50, 10, 0), (30, 40, 10, 10), (0, 20, 0, 30), (0, 53, 0, 0)],
)
async def test_nor_where_it_is_put_back_while_the_bot_runs(
    opened, path, use, in_file, tmp_path, copied, back, deleted, still, before
):
    """A copy of so many of 50 uses, or nothing, stood in the log's place at the start; then one of `back` comes there
    (beyond 50: with some of which nobody knew), when of the first so many are deleted.
    """
    store = await opened(soon=3600)
    async with store._database.writing() as connection:
        await connection.execute("INSERT INTO losses (time, count) VALUES (1, ?)", (before,))
    await fill(store, use, copied)
    await store.close()
    if copied:
        shutil.copyfile(path, tmp_path / "older")
    store = await opened(soon=3600)
    await fill(store, use, 50 - copied, first=copied)
    await store.close()
    path.rename(tmp_path / "right")
    with closing(sqlite3.connect(tmp_path / "right")) as right, right:
        right.execute("DELETE FROM uses WHERE asked >= ?", (back,))
        right.execute("CREATE TEMP TABLE more AS SELECT * FROM uses LIMIT ?", (max(0, back - 50),))
        right.execute("UPDATE more SET asked = asked + 1000")
        right.execute("INSERT INTO uses SELECT * FROM more")
    if copied:
        shutil.copyfile(tmp_path / "older", path)
    store = await opened(soon=3600)
    assert in_file(path, LOST) == [before + 50 - copied]
    async with store._database.deleting() as connection:
        await connection.execute("DELETE FROM uses WHERE asked < ?", (deleted,))
    await fill(store, use, 5, first=100)
    (tmp_path / "right").replace(path)
    await store.record(use(200), wait=5)
    await store.close()
    ((counted),) = in_file(path, LOST)
    assert set(range(deleted, max(copied, min(back, 50)))) | {*range(100, 105), 200} <= set(in_file(path))
    assert counted == before + still
    assert in_file(path, "SELECT count FROM losses WHERE time = 1") == ([before] if copied else [])
    await after_that_it_is_quiet(opened, path, in_file)


@pytest.fixture
async def others(opened, path, use, tmp_path):
    """Two logs: that at the path counts losses, some of them alike, and another one is to take its place."""
    for place, count in ((tmp_path / "other.db", 3), (path, 10)):
        store = await opened(place)
        await fill(store, use, count)
        await store.close()
    with closing(sqlite3.connect(path)) as log:
        log.executemany("INSERT INTO losses VALUES (?, ?)", [(1, 1), (1, 1), (2, 5), (3, 1), (3, 1), (4, 2)])
        log.commit()
    files.beside(path, guard_file.ENDING).unlink()
    return tmp_path / "other.db"


async def exchanged(opened, path, use, other):
    """The number of uses that are counted as lost when another log takes the place of the one in use."""
    store = await opened(soon=3600)
    other.replace(path)
    await store.record(use(200), wait=5)
    await store.close()
    with closing(sqlite3.connect(path)) as log:
        return log.execute(LOST).fetchone()[0]


async def test_what_a_log_counted_as_lost_is_not_forgotten_with_it(opened, path, use, others):
    assert await exchanged(opened, path, use, others) == 7 + 11


@pytest.mark.parametrize("holes", ["false", "rowid = 1", "rowid IN (2, 4)", "rowid = 3"])
@pytest.mark.parametrize("known", [0, 1, 3, 6])
async def test_losses_that_both_logs_count_are_counted_once(opened, path, use, others, holes, known):
    """Also where SQLite gave their rows other numbers, as it does when it writes a log anew."""
    with closing(sqlite3.connect(path, isolation_level=None)) as log:
        log.execute("DELETE FROM losses WHERE " + holes)
        ((read_status),) = log.execute(LOST).fetchone()
        with closing(sqlite3.connect(others)) as other, other:
            some = log.execute("SELECT rowid, * FROM losses LIMIT ?", (known,)).fetchall()
            other.executemany("INSERT INTO losses (rowid, time, count) VALUES (?, ?, ?)", some)
        log.execute("VACUUM")
    assert await exchanged(opened, path, use, others) == 7 + read_status


async def test_the_guard_of_a_later_version_is_understood(opened, path, use, in_file):
    store = await opened(soon=3600)
    await fill(store, use, 20)
    await store.close()
    place = files.beside(path, guard_file.ENDING)
    place.write_text(json.dumps(json.loads(place.read_text()) | {"hue": "blue"}))
    path.unlink()
    await again(opened, path)
    assert in_file(path, LOST) == [20]


@pytest.mark.parametrize("index", ["uses_in_time", "uses_of_a_round"])
async def test_an_index_that_knows_of_fewer_uses_makes_none_of_them_lost(opened, path, use, in_file, index):
    store = await opened()
    for asked in range(100):
        store.record_later(use(asked, outcome="answered"))
    await store.close()
    with closing(sqlite3.connect(path)) as log:  # the index as of a time before, as a disk that lost a write has it
        ((text,),) = log.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (index,)).fetchall()
        log.execute("PRAGMA writable_schema = ON")
        log.execute("UPDATE sqlite_schema SET sql = sql || ' WHERE asked < 60' WHERE name = ?", (index,))
        log.execute("PRAGMA writable_schema = OFF")
        log.commit()
    with closing(sqlite3.connect(path)) as log:
        log.execute(f"REINDEX {index}")
        log.execute("PRAGMA writable_schema = ON")
        log.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (text, index))
        log.commit()
    again = await opened()
    await again.close()
    assert (again.lost, len(in_file(path, "SELECT asked FROM uses NOT INDEXED"))) == (0, 100)
    assert in_file(path, "SELECT sum(count) FROM losses") == [None]


async def test_what_is_known_of_a_damaged_log_is_written_down_before_it_is_moved_aside(opened, path, use):
    """The process may end before it is counted what could not be read of it."""
    store = await opened(soon=3600)
    await fill(store, use, 20)
    guard_file.overwrite(path, replace(guard_file.load(path), rows=0))
    assert await store._database._file.move_aside("was damaged")
    known = guard_file.load(path)
    assert known.rows == 20
    assert known.mark == store._database._file.state.mark
