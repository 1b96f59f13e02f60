"""The emergency file: what the log cannot take survives the end of the process, whatever happens to the file."""

from __future__ import annotations

import asyncio
import errno
import itertools
import json
import os
import random
import shutil
import sqlite3
import stat
import threading
import time
from contextlib import closing

import pytest

from bot.errors import LogUnavailable
from bot.store.disk import status_file
from bot.store.emergency import file_layout as layout
from bot.store.emergency.emergency_file import SIZE, EmergencyFile
from bot.store.emergency.file_layout import MARK, START
from bot.store.emergency.loss_tally import LossTally
from tests.store.waiting import until

SMALL = 20_000


@pytest.fixture
def spare(tmp_path):
    return tmp_path / "quoth.db.emergency"


@pytest.fixture
def taken_up(spare):
    """Opens the file as the next process would; all are closed in the end."""
    made = []

    def resume(size=SMALL, **options):
        emergency = EmergencyFile(spare, size, **options)
        made.append(emergency)
        return emergency, emergency.open()

    yield resume
    for emergency in made:
        emergency.close()


def row(asked, text="x"):
    return [asked, text]


def test_the_file_has_its_place_on_the_disk_before_it_is_needed_and_is_nobody_elses(taken_up, spare):
    before = os.umask(0)
    try:
        emergency, found = taken_up(SIZE)
    finally:
        os.umask(before)
    assert (found, emergency.problem) == ([], None)
    found = spare.stat()
    assert found.st_size == SIZE
    assert found.st_blocks * 512 >= SIZE
    assert stat.S_IMODE(found.st_mode) == 0o600


def test_what_was_kept_comes_back_in_order_with_its_last_outcome(taken_up):
    emergency, _ = taken_up()
    for asked in (3, 1, 2):
        assert emergency.write(asked, row(asked))
    assert emergency.write(1, row(1, "answered"))
    assert emergency.write(1, row(1, "answered"))
    _, found = taken_up()
    assert sorted(found) == [[1, "answered"], [2, "x"], [3, "x"]]
    _, again = taken_up()
    assert sorted(again) == sorted(found)


def wiped(emergency):
    """Leave out what is not held, bring that to the disk, and say whether nothing is left of it."""
    if not emergency.leave_out():
        return False
    for _ in range(2):  # what is held, and that the rest is wiped
        if sync := emergency.syncing():
            sync()
            emergency.synced()
    return emergency.is_wiped


def test_what_is_forgotten_does_not_come_back_and_leaves_no_trace(taken_up, spare):
    emergency, _ = taken_up()
    for asked in (1, 2):
        emergency.write(asked, row(asked, f"secret {asked}"))
    emergency.discard(1)
    assert wiped(emergency)
    assert b"secret 1" not in spare.read_bytes()
    emergency.discard(2)
    emergency.clear_if_empty()
    assert b"secret" not in spare.read_bytes()
    assert taken_up()[1] == []


@pytest.mark.parametrize("emptied", ["at the commit", "when it is asked for"])
def test_what_the_disk_may_still_have_is_not_said_to_be_wiped(taken_up, emptied):
    """A power cut would bring it back, also where nothing stands in the file as it is read now."""
    emergency, _ = taken_up()
    assert wiped(emergency)
    emergency.write(1, row(1, "secret"))
    earlier = emergency.syncing()
    emergency.discard(1)
    if emptied == "at the commit":
        emergency.clear_if_empty()
    assert emergency.leave_out()
    earlier()
    emergency.synced()
    assert not emergency.is_wiped, "that had begun before"
    assert wiped(emergency)


def test_nor_is_what_stood_beside_something_else(taken_up):
    emergency, _ = taken_up()
    for asked in (1, 2):
        emergency.write(asked, row(asked, "secret"))
    emergency.discard(1)
    assert emergency.leave_out()
    emergency.syncing()()
    emergency.synced()
    assert not emergency.is_wiped, "the old half is wiped by now, which the disk may not have"
    emergency.syncing()()
    emergency.synced()
    assert emergency.is_wiped


@pytest.mark.parametrize("then", [lambda _: None, EmergencyFile.rewrite], ids=["as it was left", "written anew"])
def test_it_knows_what_the_next_process_will_find(taken_up, then):
    """That may be more than it holds: what it holds no longer stands there until it is written anew."""
    emergency, _ = taken_up()
    for asked in (1, 2, 3):
        emergency.write(asked, row(asked))
    emergency.discard(2)
    then(emergency)
    _, found = taken_up()
    assert {asked for asked, _ in found} == emergency.standing


def test_a_full_file_takes_no_more_and_says_so(taken_up):
    emergency, _ = taken_up()
    kept = [asked for asked in range(1000) if emergency.write(asked, row(asked, "x" * 100))]
    assert kept == list(range(len(kept)))
    assert len(kept) > 50
    assert sorted(taken_up()[1]) == [row(asked, "x" * 100) for asked in kept]


def test_room_of_what_was_forgotten_is_used_again(taken_up):
    emergency, _ = taken_up()
    for asked in range(5000):
        assert emergency.write(asked, row(asked, "x" * 50))
        emergency.discard(asked - 10)
    found = {one[0] for one in taken_up()[1]}
    assert set(range(4990, 5000)) <= found
    assert len(found) < 150  # what was forgotten may still stand there: the log knows it


def test_an_outcome_that_does_not_fit_leaves_the_use_as_it_was(taken_up):
    emergency, _ = taken_up()
    asked = 0
    while emergency.write(asked, row(asked)):
        asked += 1
    assert not emergency.write(0, row(0, "y" * 500))
    assert 0 in emergency.payloads
    assert row(0) in taken_up()[1]


def test_the_count_of_what_is_beyond_survives(taken_up):
    emergency, _ = taken_up()
    emergency.count(7)
    emergency.count(-2)
    again, _ = taken_up()
    assert again.tally == LossTally(emergency.tally.number, 5)
    again.acknowledged(3)
    third, _ = taken_up()
    assert third.tally.beyond == 2
    assert third.tally != emergency.tally


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_torn_last_frame_costs_only_itself(taken_up, spare, cut):
    emergency, _ = taken_up()
    for asked in range(3):
        emergency.write(asked, row(asked, "a word" * 5))
    content = spare.read_bytes()
    last = content.rfind(MARK)
    torn = content[: last + cut] + bytes(len(content) - last - cut)
    spare.write_bytes(torn)
    found = taken_up()[1]
    assert sorted(found) in ([row(0, "a word" * 5), row(1, "a word" * 5)], [row(one, "a word" * 5) for one in range(3)])


def test_a_hole_in_the_middle_costs_only_what_it_hits(taken_up, spare):
    emergency, _ = taken_up()
    for asked in range(5):
        emergency.write(asked, row(asked))
    content = bytearray(spare.read_bytes())
    second = content.find(MARK, content.find(MARK, START) + 1)
    content[second : second + 10] = bytes(10)
    spare.write_bytes(content)
    assert [one[0] for one in taken_up()[1]] == [0, 2, 3, 4]


def test_a_rewrite_cut_short_before_its_header_changes_nothing(taken_up, spare):
    emergency, _ = taken_up()
    for asked in range(5):
        emergency.write(asked, row(asked))
    header = spare.read_bytes()[:START]
    before = spare.read_bytes()
    emergency.discard(0, 1)
    emergency.rewrite()
    after = spare.read_bytes()
    half = (SMALL - START) // 2
    old, new = (0, 1) if MARK in before[START : START + half] else (1, 0)
    parts = {old: before[START + old * half :][:half], new: after[START + new * half :][:half]}
    spare.write_bytes(header + parts[0] + parts[1])  # the new half is written, the header is not
    assert sorted(one[0] for one in taken_up()[1]) == [0, 1, 2, 3, 4]


def test_a_damaged_header_gives_back_every_use(taken_up, spare, caplog):
    emergency, _ = taken_up()
    for asked in range(3):
        emergency.write(asked, row(asked))
    content = bytearray(spare.read_bytes())
    content[20] ^= 0xFF
    spare.write_bytes(content)
    assert sorted(one[0] for one in taken_up()[1]) == [0, 1, 2]
    assert "header" in caplog.text


@pytest.mark.parametrize("damage", [lambda held: held[3] ^ 1, 8, 49, START])
def test_uses_are_found_whatever_became_of_the_head_of_the_file(taken_up, spare, damage):
    emergency, _ = taken_up()
    for asked in range(20):
        assert emergency.write(asked, row(asked))
    emergency.close()
    held = bytearray(spare.read_bytes())
    if callable(damage):
        held[3] = damage(held)
    else:
        held[:damage] = bytes(damage)
    spare.write_bytes(held)
    _, found = taken_up()
    assert found == [row(asked) for asked in range(20)]
    assert not list(spare.parent.glob("*.strange-*"))


@pytest.mark.parametrize("content", [b"notes of somebody else" * 10, b"QuothEm9" + b"\1" * 5000, b"\0\1\2\3" * 2000])
def test_a_strange_file_is_kept_and_another_begun(taken_up, spare, content):
    spare.write_bytes(content)
    emergency, found = taken_up()
    assert (found, emergency.problem) == ([], None)
    (kept,) = spare.parent.glob("*.strange-*")
    assert kept.read_bytes() == content
    assert emergency.write(1, row(1))
    assert taken_up()[1] == [row(1)]


@pytest.mark.parametrize("content", [b"", bytes(10), bytes(5000)])
def test_a_file_whose_making_was_cut_short_is_made_again(taken_up, spare, content):
    spare.write_bytes(content)
    emergency, found = taken_up()
    assert (found, emergency.problem) == ([], None)
    assert spare.stat().st_size == SMALL


@pytest.mark.parametrize("harm", ["deleted", "emptied", "cut", "exchanged"])
def test_a_file_harmed_while_it_is_in_use_is_made_again_with_all_it_held(taken_up, spare, harm):
    emergency, _ = taken_up()
    for asked in range(10):
        emergency.write(asked, row(asked))
    emergency.count(3)
    match harm:
        case "deleted":
            spare.unlink()
        case "emptied":
            spare.write_bytes(b"")
        case "cut":
            os.truncate(spare, START + 100)
        case "exchanged":
            spare.with_name("other").write_bytes(b"other")
            spare.with_name("other").replace(spare)
    assert not emergency.is_intact()
    assert emergency.reopen_if_gone() == []
    assert emergency.is_intact()
    again, found = taken_up()
    assert [one[0] for one in found] == list(range(10))
    assert again.tally.beyond == 3


def test_where_none_can_be_made_it_says_why_and_tries_again_later(taken_up, spare):
    spare.parent.rmdir()
    time = 0.0
    emergency, found = taken_up(clock=lambda: time)
    assert found == []
    assert str(spare) in emergency.problem
    assert not emergency.write(1, row(1))
    spare.parent.mkdir()
    emergency.reopen_if_gone()
    assert emergency.problem  # not yet: it is not tried at every use
    time = 2.0
    emergency.reopen_if_gone()
    assert emergency.problem is None
    assert emergency.write(1, row(1))


def test_a_disk_without_room_for_it_is_said(taken_up, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    emergency, _ = taken_up()
    assert "No space left" in emergency.problem
    assert not emergency.write(1, row(1))


def test_a_disk_that_fails_to_write_keeps_what_it_has(taken_up, monkeypatch):
    emergency, _ = taken_up()
    emergency.write(1, row(1))
    with monkeypatch.context() as broken:
        broken.setattr(os, "pwrite", lambda *_: 0)
        assert not emergency.write(2, row(2))
        assert not wiped(emergency)
    assert emergency.write(3, row(3))
    assert [one[0] for one in taken_up()[1]] == [1, 3]


def test_a_file_that_cannot_be_opened_just_now_is_not_said_to_be_wiped(taken_up, spare, monkeypatch):
    emergency, _ = taken_up()
    emergency.write(1, row(1, "secret"))
    with monkeypatch.context() as broken:
        broken.setattr(layout, "read", lambda _: (_ for _ in ()).throw(OSError(errno.EMFILE, "Too many open files")))
        emergency.open()
        emergency.discard(1)
        assert not wiped(emergency)
        spare.unlink()
        assert wiped(emergency)


@pytest.mark.parametrize("seed", range(30))
def test_a_power_cut_costs_nothing_that_was_on_the_disk(taken_up, spare, tmp_path, monkeypatch, seed):
    rng = random.Random(seed)
    kept, safe, before, sync = set(), set(), b"", layout.sync

    def synced(descriptor):
        nonlocal safe, before
        sync(descriptor)
        safe, before = set(kept), spare.read_bytes()

    monkeypatch.setattr(layout, "sync", synced)
    emergency, _ = taken_up(20_480 if seed % 2 else 100_000)
    synced(emergency._descriptor)
    for asked in range(300):
        match rng.choice(["keep"] * 12 + ["forget", "forget", "rewrite", "sync", "sync", "start", "wipe"]):
            case "keep":
                kept |= {asked} if emergency.write(asked, row(asked, "x" * 300)) else set()
            case "forget":
                gone = set(rng.sample(sorted(kept), len(kept) // 3))
                emergency.discard(*gone)
                kept -= gone
                emergency.clear_if_empty()
            case "rewrite":
                emergency.rewrite()
            case "wipe":
                wiped(emergency)
            case "sync":
                emergency.syncing()()
                emergency.synced()
            case "start":
                emergency.close()
                emergency, found = taken_up(20_480 if seed % 2 else 100_000)
                emergency.discard(*{one[0] for one in found} - kept)
        after = spare.read_bytes()
        mixed = b"".join(rng.choice((before, after))[at : at + 4096] for at in range(0, len(after), 4096))
        (tmp_path / "mixed").write_bytes(mixed)
        (tmp_path / "head").write_bytes(before[:START] + after[START:])
        for cut in ("mixed", "head"):
            again = EmergencyFile(tmp_path / cut, len(after))
            with monkeypatch.context() as other:
                other.setattr(layout, "sync", sync)
                assert {one[0] for one in again.open()} >= safe & kept
            again.close()


@pytest.mark.parametrize("times", [1, 2, 5])
def test_what_one_fsync_failed_for_is_written_anew_before_the_next_one(taken_up, spare, monkeypatch, times):
    """Linux takes the pages for clean that it could not bring to the disk."""
    disk, dirty, failing, write = bytearray(), set(), [], layout.write

    def written(descriptor, data, position):
        write(descriptor, data, position)
        dirty.update(range(position // 4096, -(-(position + len(data)) // 4096)))

    def synced(_):
        there, pages = spare.read_bytes(), sorted(dirty)
        dirty.clear()
        if failing:
            raise failing.pop()
        disk.extend(bytes(len(there) - len(disk)))
        for page in pages:
            disk[page * 4096 : (page + 1) * 4096] = there[page * 4096 : (page + 1) * 4096]

    monkeypatch.setattr(layout, "write", written)
    monkeypatch.setattr(layout, "sync", synced)
    emergency, _ = taken_up()
    emergency.write(1, row(1, "secret"))
    emergency.write(2, row(2))
    emergency.syncing()()
    assert b"secret" in disk
    failing += [OSError(errno.EIO, "Input/output error")] * times
    emergency.discard(1)
    emergency.leave_out()
    tries = 0
    while not emergency.is_wiped:
        emergency.syncing()()
        emergency.synced()
        tries += 1
    assert tries > times
    assert b"secret" not in disk
    assert disk == spare.read_bytes()


def test_what_is_brought_to_the_disk_leaves_no_trace_of_what_was_before(taken_up, spare):
    emergency, _ = taken_up()
    emergency.write(1, row(1, "secret"))
    emergency.write(2, row(2))
    emergency.close()
    emergency, _ = taken_up()
    emergency.discard(1)
    emergency.rewrite()
    assert b"secret" in spare.read_bytes()
    emergency.syncing()()
    emergency.synced()
    assert b"secret" not in spare.read_bytes()
    assert taken_up()[1] == [row(2)]


# Seen from the log.

OUTCOMES = "SELECT asked, outcome FROM uses ORDER BY asked"


@pytest.fixture
def locked(path):
    """Another program holds the log until it is told to let go."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with closing(other):
        yield other


@pytest.fixture
async def prepared(opened):
    """A log that is there already, so that it can be locked."""
    await (await opened()).close()


@pytest.fixture
async def killed(opened, path):
    """Opens a log and gives what the emergency file would be after a kill, for the next one to find."""

    def copy():
        return path.with_name("quoth.db.emergency").read_bytes()

    return copy


async def test_what_the_log_could_not_take_is_logged_by_the_next_process(
    prepared, locked, opened, path, use, in_file, killed
):
    store = await opened(rest=60, retry=60)
    assert not await store.record(use(1), wait=5)
    assert not await store.record(use(2, guild=None, quote=None, found=False, query="ü ✈"))
    store.settle(2, "answered")
    store.record_later(use(3, outcome="expired"))
    left = killed()
    locked.rollback()
    for _ in range(3):  # killed again and again before the file is emptied
        path.with_name("quoth.db.emergency").write_bytes(left)
        again = await opened()
        await again.close()
    assert in_file(path, OUTCOMES) == [(1, "unknown"), (2, "answered"), (3, "expired")]
    assert again.given == 0  # all was known
    assert again.repeated == 0


async def test_the_counts_of_the_next_process_have_what_it_took_over(opened, path, use, in_file, killed, caplog):
    await (await opened()).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        store = await opened(retry=60)
        for asked in (1, 2, 3):
            await store.record(use(asked), wait=5)
        store.settle(1, "answered")
        store.settle(2, "failed:502")
        left = killed()
        other.rollback()
    path.with_name("quoth.db.emergency").write_bytes(left)
    again = await opened()
    await again.record(use(4))
    await again.close()
    assert caplog.text.count("3 uses come from") == 1
    assert (again.given, again.answered, again.failed, again.unknown, again.waiting, again.lost) == (4, 1, 1, 2, 0, 0)


async def test_what_fits_nowhere_is_counted_once_however_often_it_is_killed(opened, path, use, in_file, killed):
    await (await opened(emergency=6000)).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        store = await opened(retry=60, emergency=6000)
        for asked in range(20):
            await store.record(use(asked), wait=5)
        left = killed()
        other.rollback()
    for _ in range(3):
        path.with_name("quoth.db.emergency").write_bytes(left)
        again = await opened(emergency=6000)
        await again.close()
    logged = len(in_file(path))
    assert 0 < logged < 20
    assert in_file(path, "SELECT sum(count) FROM losses") == [20 - logged]


async def test_what_nothing_can_count_is_said_to_be_counted_nowhere(opened, path, use, monkeypatch, caplog):
    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    await (await opened(emergency=6000)).close()
    for name in ("write", "make_room"):
        monkeypatch.setattr(layout, name, full)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        store = await opened(emergency=6000, retry=60)
        await store.record(use(1))
        await store.close()
    assert "1 are lost and counted nowhere (the emergency file " in caplog.text
    assert store.given == store.lost == 1


async def test_closing_counts_what_fits_nowhere(opened, path, use, in_file, caplog):
    await (await opened(emergency=6000)).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        store = await opened(retry=60, emergency=6000)
        for asked in range(20):
            await store.record(use(asked), wait=5)
        await store.close()
        assert store.given == 20 == store.waiting + store.lost
        assert "for the next start" in caplog.text
        assert "are lost and counted\n" in caplog.text
        other.rollback()
    again = await opened(emergency=6000)
    await again.close()
    assert (again.given, again.lost) == (20, store.lost)
    assert len(in_file(path)) == store.waiting
    assert in_file(path, "SELECT sum(count) FROM losses") == [store.lost]


async def test_the_file_is_empty_again_when_the_log_took_everything(prepared, locked, opened, path, use, in_file):
    store = await opened(retry=60)
    await store.record(use(1, query="plainly"), wait=5)
    assert b"plainly" in path.with_name("quoth.db.emergency").read_bytes()
    locked.rollback()
    store._database.wake()
    assert await store.record(use(2), wait=5)
    assert in_file(path) == [1, 2]
    assert b"plainly" not in path.with_name("quoth.db.emergency").read_bytes()


async def test_a_forgotten_guild_does_not_come_back_from_the_file(prepared, locked, opened, path, use, in_file, killed):
    store = await opened(retry=60)
    for asked in range(6):
        await store.record(use(asked, guild=asked % 2, query=f"of {asked % 2}"), wait=5)
    locked.rollback()
    store._database.wake()
    await store.forget_guild(1)
    left = killed()
    assert b"of 0" in left
    assert b"of 1" not in left
    await store.close()
    path.with_name("quoth.db.emergency").write_bytes(left)
    await (await opened()).close()
    assert in_file(path) == [0, 2, 4]


async def test_for_those_that_are_forgotten_the_disk_is_waited_for_beside_the_event_loop(
    prepared, locked, opened, path, use, monkeypatch
):
    store, at, sync = await opened(retry=60), [], layout.sync
    for asked in range(8):
        await store.record(use(asked, guild=asked % 4, query=f"of {asked % 4}"), wait=5)
    locked.rollback()
    store._database.wake()

    def synced(descriptor):
        at.append(threading.current_thread() is threading.main_thread())
        time.sleep(0.05)  # in a thread: the others are forgotten meanwhile
        sync(descriptor)

    monkeypatch.setattr(layout, "sync", synced)
    await asyncio.gather(*(store.forget_guild(guild) for guild in (1, 2, 3)))
    assert at
    assert not any(at)
    left = path.with_name("quoth.db.emergency").read_bytes()
    assert not any(b"of %d" % guild in left for guild in (1, 2, 3))


async def test_a_guild_is_not_forgotten_while_what_is_left_of_it_cannot_be_wiped(
    prepared, locked, opened, path, use, monkeypatch
):
    store = await opened(retry=60)
    for asked in range(6):
        await store.record(use(asked, guild=asked % 2, query=f"of {asked % 2}"), wait=5)
    locked.rollback()
    store._database.wake()

    def fails(_):
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(layout, "sync", fails)
        with pytest.raises(LogUnavailable, match="emergency"):
            await store.forget_guild(1)
    await store.forget_guild(1)
    assert b"of 1" not in path.with_name("quoth.db.emergency").read_bytes()


async def test_what_could_not_be_brought_to_the_disk_is_by_the_next_look_at_it(
    prepared, locked, opened, use, monkeypatch
):
    store, sync, tries = await opened(retry=60), layout.sync, []

    def fails_once(descriptor):
        tries.append(descriptor)
        if len(tries) == 1:
            raise OSError(errno.EIO, "Input/output error")
        sync(descriptor)

    monkeypatch.setattr(layout, "sync", fails_once)
    await store.record(use(1), wait=5)
    await until(lambda: store._ledger.emergency.unsynced)
    store._ledger._look()
    await until(lambda: len(tries) == 2)
    assert not store._ledger.emergency.unsynced


async def test_a_guild_is_not_forgotten_while_the_file_cannot_be_rewritten(
    prepared, locked, opened, path, use, monkeypatch
):
    store = await opened(retry=60)
    await store.record(use(1), wait=5)
    locked.rollback()
    store._database.wake()
    with monkeypatch.context() as broken:
        broken.setattr(os, "pwrite", lambda *_: 0)
        with pytest.raises(LogUnavailable, match="emergency"):
            await store.forget_guild(1)
    await store.forget_guild(1)
    assert await store.find_use(1) is None


async def test_a_file_deleted_under_the_bot_loses_nothing(prepared, locked, opened, path, use, in_file, killed):
    store = await opened(retry=60)
    await store.record(use(1), wait=5)
    path.with_name("quoth.db.emergency").unlink()
    await store.record(use(2), wait=5)
    left = killed()
    locked.rollback()
    path.with_name("quoth.db.emergency").write_bytes(left)
    await (await opened()).close()
    assert in_file(path) == [1, 2]


async def test_without_an_emergency_file_memory_serves_alone(opened, path, use, in_file, disk):
    await (await opened()).close()
    path.with_name("quoth.db.emergency").unlink()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        store = await opened(retry=60)
        assert "emergency" in store.emergency_problem
        assert not await store.record(use(1), wait=5)
        other.rollback()
    store._database.wake()
    assert await store.record(use(2), wait=5)
    assert in_file(path) == [1, 2]


async def test_a_log_that_opens_late_takes_over_what_the_earlier_process_left(
    prepared, locked, opened, path, use, in_file
):
    store = await opened(retry=60)
    await store.record(use(1), wait=5)
    await store.close()
    again = await opened(retry=0.05)
    assert (again.given, again.waiting) == (1, 1)
    assert await again.recent_quotes(2, "topic:russia", 5) == ["a-quote"]
    assert (await again.find_use(1)).outcome == "unknown"
    await again.record(use(2), wait=0)
    locked.rollback()
    for _ in range(500):
        if not again.unwritten:
            break
        await asyncio.sleep(0.01)
    assert in_file(path, OUTCOMES) == [(1, "unknown"), (2, "begun")]
    assert (again.given, again.unknown, again.waiting) == (2, 1, 1)


@pytest.fixture
def disk(monkeypatch):
    """A disk with so much room for the file, told when called."""
    allocate, room = layout.allocate, [0]

    def limited(descriptor, size):
        if size > room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        allocate(descriptor, size)

    monkeypatch.setattr(layout, "allocate", limited)

    def has(size):
        room[0] = size

    return has


@pytest.mark.parametrize("room", [4096, 5000, 64 * 1024, 1024 * 1024, SIZE - 1])
def test_a_small_disk_gets_a_smaller_file_that_counts_at_least(taken_up, spare, disk, room):
    disk(room)
    emergency, _ = taken_up(SIZE)
    assert emergency.problem is None
    assert spare.stat().st_size <= room
    assert emergency.write(1, row(1)) == (room >= 64 * 1024)
    emergency.count(7)
    emergency.close()
    again, found = taken_up(SIZE)
    assert again.tally.beyond == 7
    assert found == ([row(1)] if room >= 64 * 1024 else [])
    again.discard(1)
    again.clear_if_empty()
    again.close()
    disk(SIZE)
    grown, _ = taken_up(SIZE)
    assert spare.stat().st_size == SIZE
    assert (grown.tally.beyond, grown.room) == (7, (SIZE - 4096) // 2)
    assert grown.write(2, row(2))
    assert taken_up(SIZE)[1] == [row(2)]


async def test_losses_on_a_small_disk_are_told_by_the_next_start(opened, path, use, in_file, disk):
    disk(4096)
    store = await opened(rest=60)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for asked in range(3):
            assert not await store.record(use(asked), wait=5)
        await store.close()
    assert store.lost == 3
    for _ in range(2):
        again = await opened()
        while again._ledger.unreported_losses:  # noqa: ASYNC110  the file tells nobody that it knows
            await asyncio.sleep(0.01)
        assert (await again.report_all(7)).lost == 3
        await again.close()
    assert in_file(path, "SELECT sum(count) FROM losses") == [3]


async def test_and_where_the_file_can_be_read_only_later_once_it_can(opened, path, use, disk, monkeypatch):
    monkeypatch.setattr("bot.store.uses.ledger.LOOK", 0.01)
    monkeypatch.setattr("bot.store.emergency.emergency_file.RETRY_DELAY", 0.01)
    disk(4096)
    store = await opened(rest=60)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert not await store.record(use(1), wait=5)
        await store.close()

    def fails(_):
        raise OSError(errno.EIO, "it cannot be read just now")

    with monkeypatch.context() as broken:
        broken.setattr(EmergencyFile, "_take_up", fails)
        again = await opened()
        assert await again.record(use(2), wait=5)
        assert (again.emergency_problem is not None, again.lost) == (True, 0)
    async with asyncio.timeout(20):
        while not again.lost or again._ledger.unreported_losses:  # noqa: ASYNC110  the file tells nobody that it knows
            await asyncio.sleep(0.01)
    assert ((await again.report_all(7)).lost, again.given) == (1, 2)


@pytest.mark.parametrize("room", [0, 4096, 64 * 1024, 1024 * 1024])
async def test_a_file_for_which_there_was_no_room_is_made_as_soon_as_there_is(opened, path, disk, monkeypatch, room):
    monkeypatch.setattr("bot.store.uses.ledger.LOOK", 0.01)
    monkeypatch.setattr("bot.store.emergency.emergency_file.RETRY_DELAY", 0.01)
    spare = path.with_name("quoth.db.emergency")

    async def until(there):
        for _ in range(500):
            if there():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(status_file.read_status(path))

    disk(room)
    store = await opened()
    assert spare.stat().st_size == room
    if not room:
        assert "No space left" in store.emergency_problem
        await until(lambda: "No space left" in str(status_file.read_status(path).spare))
    await asyncio.sleep(0.05)
    assert spare.stat().st_size == room
    disk(SIZE)
    await until(lambda: spare.stat().st_size == SIZE and status_file.read_status(path).spare is None)
    assert store.emergency_problem is None
    assert store._ledger.emergency.room == (SIZE - START) // 2
    spare.unlink()
    await until(spare.exists)


def test_a_file_that_cannot_grow_stays_as_it_is(taken_up, spare, disk):
    disk(64 * 1024)
    emergency, _ = taken_up(SIZE)
    disk(1024 * 1024 - 1)
    emergency.grow()
    assert emergency.write(1, row(1))
    disk(SIZE)
    emergency.grow()  # not while something is held
    assert spare.stat().st_size == 64 * 1024
    assert taken_up(SIZE)[1] == [row(1)]


@pytest.mark.parametrize("what", ["folder", "link", "pipe"])
def test_what_stands_in_the_files_place_is_put_aside(taken_up, spare, tmp_path, what):
    precious = tmp_path / "precious"
    precious.write_text("precious")
    {"folder": spare.mkdir, "link": lambda: spare.symlink_to(precious), "pipe": lambda: os.mkfifo(spare)}[what]()
    emergency, _ = taken_up()
    assert emergency.problem is None
    assert emergency.write(1, row(1))
    assert precious.read_text() == "precious"
    assert len(list(tmp_path.glob("quoth.db.emergency.strange-*"))) == 1


GOING = {
    "is moved": lambda folder: folder.rename(folder.with_name("elsewhere")),
    "is moved and a file stands there": lambda folder: (
        folder.rename(folder.with_name("elsewhere")),
        folder.write_text("no folder"),
    ),
    "is closed to us": lambda folder: folder.chmod(0),
}


def back(folder):
    if folder.with_name("elsewhere").exists():
        if folder.exists():
            folder.unlink()
        folder.with_name("elsewhere").rename(folder)
    folder.chmod(0o700)


@pytest.mark.parametrize("goes", [*GOING.values()], ids=[*GOING])
def test_a_file_whose_folder_goes_is_not_let_go_of(tmp_path, goes):
    folder = tmp_path / "data"
    folder.mkdir()
    emergency = EmergencyFile(folder / "quoth.db.emergency", SMALL)
    assert emergency.open() == []
    goes(folder)
    assert emergency.is_intact()
    assert emergency.reopen_if_gone() == []
    assert emergency.write(1, row(1))
    emergency.close()
    back(folder)
    assert EmergencyFile(folder / "quoth.db.emergency", SMALL).open() == [row(1)]


LOST = {
    "deleted": lambda spare: spare.unlink(),
    "deleted with its folder": lambda spare: shutil.rmtree(spare.parent),
    "moved within it": lambda spare: spare.rename(spare.with_name("moved")),
    "exchanged": lambda spare: (spare.rename(spare.with_name("moved")), spare.write_bytes(bytes(SMALL))),
    "in a folder that is another one by now": lambda spare: (
        spare.parent.rename(spare.parent.with_name("elsewhere")),
        spare.parent.mkdir(),
    ),
}


@pytest.mark.parametrize("lose", [*LOST.values()], ids=[*LOST])
def test_a_file_that_is_lost_is_noticed(tmp_path, lose):
    folder = tmp_path / "data"
    folder.mkdir()
    emergency = EmergencyFile(folder / "quoth.db.emergency", SMALL)
    emergency.open()
    assert emergency.is_intact()
    lose(emergency.path)
    assert not emergency.is_intact()
    emergency.close()


@pytest.mark.parametrize("mode", [0o644, 0o666, 0o400])
def test_a_file_that_others_may_read_is_made_its_owners_alone(taken_up, spare, mode):
    taken_up()[0].write(1, row(1))
    spare.chmod(mode)
    assert taken_up()[1] == [row(1)]
    assert stat.S_IMODE(spare.stat().st_mode) == 0o600


def test_a_link_that_is_put_there_just_then_is_not_followed(taken_up, spare, tmp_path, monkeypatch):
    precious = tmp_path / "precious"
    precious.write_text("precious")
    spare.symlink_to(precious)
    monkeypatch.setattr(os.path, "lexists", lambda _path: False)  # it was not there when that was looked at
    emergency, _ = taken_up()
    assert "cannot be used" in emergency.problem
    assert not emergency.write(1, row(1))
    assert precious.read_text() == "precious"


@pytest.mark.parametrize("seconds", [0.01, 3.5, 59.0])
def test_where_it_takes_its_head_but_no_use_that_is_one_line(taken_up, monkeypatch, caplog, seconds):
    times = itertools.count(0.0, seconds)
    emergency, _ = taken_up(clock=lambda: next(times) / 2)
    write = layout.write

    def near(descriptor, data, position):
        if position > START:
            raise OSError(errno.EFBIG, "File too large")
        write(descriptor, data, position)

    monkeypatch.setattr(layout, "write", near)
    for asked in range(20):
        assert not emergency.write(asked, row(asked))
        emergency.count(1)
        emergency._fail(OSError(errno.EIO, "another"))  # in turn
    assert sum("another" in record.message for record in caplog.records) == 1
    assert sum("File too large" in record.message for record in caplog.records) == 1


def test_a_half_that_is_well_filled_is_not_written_anew_for_each_use(taken_up, monkeypatch):
    emergency, _ = taken_up()
    rewritten, rewrite = [], emergency.rewrite
    monkeypatch.setattr(emergency, "rewrite", lambda: rewritten.append(1) or rewrite())
    for asked in range(100, 100_000):
        if not emergency.write(asked, row(asked, "x" * 100)):
            break
    held = asked - 100
    emergency.discard(*range(100, 100 + held // 10))  # nine in ten are held: too little to gain
    assert not emergency.write(asked, row(asked, "x" * 100))
    assert not rewritten
    emergency.discard(*range(100, 100 + held // 5))  # four in five
    assert emergency.write(asked, row(asked, "x" * 100))
    assert len(rewritten) == 1


@pytest.mark.parametrize("spoil", ["all of it", "its head", "all but its head", "an older copy"])
async def test_what_was_kept_outlives_a_file_that_is_written_over_while_it_is_in_use(opened, path, use, spoil):
    store = await opened(emergency=SMALL, rest=60)
    spare = path.with_name("quoth.db.emergency")
    older = spare.read_bytes()
    store._database._file.trouble("nothing can be written in this test")
    for asked in range(10):
        await store.record(use(asked, outcome="answered"))
    held = spare.read_bytes()
    zeros = bytes(len(held))
    over = {"all of it": zeros, "its head": zeros[:512], "all but its head": held[:START] + zeros[START:]}
    with spare.open("r+b") as file:
        file.write(over.get(spoil, older))
    for asked in range(10, 20):
        await store.record(use(asked, outcome="answered"))
    await store._uses.drain(0)
    spoilt = EmergencyFile(spare, SMALL)
    assert sorted(found[0] for found in spoilt.open()) == list(range(20))
    spoilt.close()
    assert store.lost == 0


@pytest.mark.parametrize("harm", ["the header", "its first frames"])
@pytest.mark.parametrize("payload", [b"", b"{}", b"[]", b"[true]", b"7", b"no JSON", b"\xff"])
def test_a_frame_that_holds_no_row_is_left_out(tmp_path, harm, payload):
    """One torn behind its mark looks whole, with nothing in it."""
    spare = EmergencyFile(tmp_path / "spare", SMALL)
    spare.open()
    assert all(spare.write(asked, [asked, "words"]) for asked in range(1, 8))
    end, begin = spare._at(spare._half) + spare._end, spare._at(spare._half)
    spare.close()
    content = bytearray(spare.path.read_bytes())
    odd = layout.MARK + bytes(60) if not payload else layout.frame(spare._epoch, payload)
    content[end : end + len(odd)] = odd
    if harm == "the header":
        content[20] ^= 1
    else:
        first = layout.frame(spare._epoch, json.dumps([1, "words"]).encode())
        content[begin : begin + len(first)] = bytes(len(first))
    spare.path.write_bytes(content)
    again = EmergencyFile(spare.path, SMALL)
    rows = {row[0] for row in again.open()}
    again.close()
    assert rows >= set(range(2, 8))
    assert rows <= set(range(1, 8))
