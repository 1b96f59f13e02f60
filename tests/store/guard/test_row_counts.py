"""What is missing after a kill is what neither the log nor the emergency file gives: counted is that, and no more."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import sqlite3
from dataclasses import replace

import pytest

from bot.store.disk import files
from bot.store.guard import guard_file
from bot.store.uses import use_writer

LOST = "SELECT coalesce(sum(count), 0) FROM losses"


@pytest.fixture
def killed(path, tmp_path):
    """Copies the files as a kill at this moment leaves them."""

    def kill(at=path, name="killed"):
        there = tmp_path / name / path.name
        shutil.copytree(at.parent, there.parent, ignore=shutil.ignore_patterns("*.new"))
        return there

    return kill


@pytest.fixture
def kept(opened, in_file):
    """Starts once more; gives the number of uses that have a row then, and of those that are counted as lost."""

    async def start(there):
        store = await opened(there)
        while store.waiting:  # noqa: ASYNC110  the file tells nobody that they came
            await asyncio.sleep(0.01)
        await store.close()
        return len(in_file(there)), in_file(there, LOST)[0]

    return start


@pytest.fixture
async def filled(opened, path, use):
    """A store with two hundred uses in the log's own file and twenty more in the write-ahead file alone."""
    store = await opened()
    await record(store, use, range(200))
    await store.close()
    store = await opened(soon=3600)
    for first in range(200, 220, 5):
        await record(store, use, range(first, first + 5))
    return store


async def record(store, use, asked):
    assert all(await asyncio.gather(*(store.record(use(one), wait=30) for one in asked)))


@contextlib.contextmanager
def locked(path):
    """Another program writes to the log, so that nobody else may."""
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


async def record_beside_a_lock(store, use, asked):
    for one in asked:
        assert not await store.record(use(one), wait=0.01)


async def after_commit(store, kill):
    """What that gives when it is called after the next commit that adds uses, before anything else is done."""
    found, added = asyncio.get_running_loop().create_future(), store._database.added

    def told(uses):
        added(uses)
        if uses and not found.done():
            found.set_result(kill())

    store._database.added = told
    return await found


async def test_what_the_emergency_file_still_gives_is_not_counted_as_lost(filled, path, use, killed, kept, monkeypatch):
    """The log has these; another use keeps their frames in the emergency file from being wiped."""
    monkeypatch.setattr(use_writer, "TOGETHER", 5)
    killing = asyncio.create_task(after_commit(filled, killed))
    with locked(path):
        await record_beside_a_lock(filled, use, range(220, 230))
    there = await killing
    assert 0 < guard_file.load(there).both < 10
    files.wal_path(there).unlink()
    assert await kept(there) == (210, 20)


@pytest.fixture
async def killed_with_outcomes(filled, path, use, killed):
    """What became of five uses waits in the emergency file, and their rows stand in the write-ahead file; five more
    stand in the emergency file alone.
    """
    ledger = filled._uses._ledger
    for one in range(215, 220):
        filled.settle(one, "answered")
        ledger.write_to_emergency_file(ledger.pending[one])
    filled._database.added(0)
    with locked(path):
        await record_beside_a_lock(filled, use, range(220, 225))
        return killed()


async def test_what_both_files_give_hides_nothing_of_what_is_lost(killed_with_outcomes, kept):
    killed_with_outcomes.unlink()
    rows, lost = await kept(killed_with_outcomes)
    assert rows < 225
    assert rows + lost == 225


async def test_what_the_emergency_file_gave_is_counted_where_that_is_gone_too(killed_with_outcomes, kept):
    files.wal_path(killed_with_outcomes).unlink()
    files.beside(killed_with_outcomes, "emergency").unlink()
    assert await kept(killed_with_outcomes) == (200, 20)


async def test_what_comes_from_the_emergency_file_is_not_new_where_the_log_has_it(
    killed_with_outcomes, opened, killed, kept
):
    file = (await opened(killed_with_outcomes))._database._file
    found, changed = asyncio.get_running_loop().create_future(), file.changed

    async def told():
        if not found.done():
            found.set_result(killed(killed_with_outcomes, "again"))
        await changed()

    file.changed = told  # called when a commit is made that was prepared with care
    assert await kept(await found) == (225, 0)


async def in_a_commit(store, kill):
    """What that gives when it is called in the next commit, when the log has it and nobody was told so."""
    ledger, found = store._uses._ledger, asyncio.get_running_loop().create_future()
    wrote = ledger.wrote

    def told(batch, repeats):
        if not found.done():
            found.set_result(kill())
        wrote(batch, repeats)

    ledger.wrote = told
    return await found


@pytest.fixture
async def killed_in_a_commit(filled, use, killed):
    """The log has five more uses since a moment ago."""
    killing = asyncio.create_task(in_a_commit(filled, killed))
    await asyncio.sleep(0)
    await record(filled, use, range(220, 225))
    return await killing


async def test_what_a_commit_cut_short_left_in_the_log_hides_nothing_of_what_is_lost(killed_in_a_commit, kept):
    known = guard_file.load(killed_in_a_commit)
    assert (known.rows, sorted(known.writing)) == (220, [220, 221, 222, 223, 224])
    killed_in_a_commit.unlink()
    rows, lost = await kept(killed_in_a_commit)
    assert rows < 225
    assert rows + lost == 225


async def test_what_a_commit_cut_short_did_not_leave_there_is_not_counted_as_lost(killed_in_a_commit, kept):
    files.wal_path(killed_in_a_commit).unlink()
    assert await kept(killed_in_a_commit) == (200, 20)


async def test_of_a_commit_that_is_over_nothing_is_under_way(filled, path):
    assert list(guard_file.load(path).writing) == []


def test_so_many_ids_have_room(path):
    path.parent.mkdir()
    most = (1 << 40) - 1
    known = guard_file.LogState("f" * 16, most, most, most, 1 << 64, 1 << 64, 1 << 64, 1 << 62, "f" * 16, most, most)
    state = replace(known, writing=tuple((1 << 63) - 1 - one for one in range(guard_file.WRITING)))
    guard_file.overwrite(path, state)
    assert guard_file.load(path).writing == list(state.writing)


@pytest.mark.parametrize(
    "ahead", [(), range(1 << 62, (1 << 62) + 60)], ids=["its end is gone", "another's end stands there"]
)
def test_a_guard_of_which_a_disk_wrote_the_first_sector_alone_says_the_rest(path, ahead):
    path.parent.mkdir()
    here = files.beside(path, guard_file.ENDING)
    whole = []
    for writing in (ahead, () if ahead else range(1 << 62, (1 << 62) + 60)):
        guard_file.overwrite(path, guard_file.LogState("id", 7, 2, writing=tuple(writing)))
        whole.append(here.read_bytes())
    here.write_bytes(whole[1][:512] + whole[0][512:])
    assert replace(guard_file.load(path), writing=()) == guard_file.LogState("id", 7, 2)


def test_ids_of_two_commits_that_a_disk_mixed_are_none(path):
    path.parent.mkdir()
    here = files.beside(path, guard_file.ENDING)
    whole = []
    for first in (1 << 62, (1 << 62) + 1000):
        guard_file.overwrite(path, guard_file.LogState("id", 7, 2, writing=tuple(range(first, first + 60))))
        whole.append(here.read_bytes())
    mixed = whole[1][:512] + whole[0][512:]
    assert len(json.loads(mixed)["writing"]) == 60
    here.write_bytes(mixed)
    assert guard_file.load(path) == guard_file.LogState("id", 7, 2)
