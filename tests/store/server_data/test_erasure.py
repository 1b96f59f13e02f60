"""What comes late for a server that is forgotten brings nothing of it back."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from types import SimpleNamespace

import pytest

from bot import private
from bot.errors import LogUnavailable, NotInServer
from bot.store.records import Complaint, Departure, Guild
from bot.store.server_data import erasure, erasure_queue, server_settings
from bot.store.server_data.erasure import Erasure
from bot.store.server_data.erasure_queue import ErasureQueue
from tests.store.conftest import NOON
from tests.store.model.one_thread import Loop
from tests.store.waiting import written


@pytest.mark.parametrize("before", ["begun", "answered"])
async def test_an_outcome_that_comes_after_its_server_was_forgotten_writes_nothing(opened, path, use, in_file, before):
    store = await opened()
    await store.record(use(1, guild=1), wait=5)
    await store.record(use(2, guild=3), wait=5)
    for asked in (1, 2):
        store.settle(asked, before)
    await written(store)
    await store.forget_guild(1)
    for asked in (1, 2):
        store.settle(asked, "failed:timeout")
    await written(store)
    assert in_file(path, "SELECT asked, guild, outcome FROM uses") == [(2, 3, "failed:timeout")]
    await store.close()
    assert in_file(path) == [2]


async def test_a_server_that_is_left_once_more_while_it_is_forgotten_is_forgotten_up_to_then(monkeypatch, tmp_path):
    hours = (NOON + timedelta(hours=hour) for hour in range(9))
    done, told, overwritten = [], [], []

    async def execute(sql, _values=()):
        assert "secure_delete" in sql or "log:rewritten" in str(_values)

    @contextlib.asynccontextmanager
    async def writing(**_):
        yield SimpleNamespace(execute=execute, total_changes=0)

    async def wiped():
        pass

    waiting = SimpleNamespace(forget_guild=None, wiped=wiped)
    database = SimpleNamespace(closed=False, writing=writing, deleted=lambda: overwritten.append(1))
    queue = ErasureQueue(tmp_path / "quoth.db", lambda: NOON)
    forgetting = Erasure(
        database, waiting=waiting, forgotten=told.append, now=lambda: next(hours), retry=60, queue=queue
    )

    def erase_settings(_guild, left):
        done.append(("choices", left.at.hour))
        return ()

    async def erase_uses(_database, guild, left, _drop):
        done.append(("uses", left.at.hour))
        if len(done) == 2:  # it comes back, and is left again, while the first is under way
            with pytest.raises(LogUnavailable):
                await forgetting.forget(guild)
        elif len(done) == 4:
            raise LogUnavailable("nothing can be written in this test")

    monkeypatch.setattr(server_settings, "erase_settings", erase_settings)
    monkeypatch.setattr(server_settings, "erase_uses", erase_uses)
    await forgetting.forget(1)
    assert forgetting.pending
    await forgetting.settle()
    assert done == [(what, hour) for hour in (12, 13) for what in ("choices", "uses")] + [("uses", 13)]
    assert not forgetting.pending
    assert told == [1, 1]
    assert len(overwritten) == 2
    await forgetting.close(0)


KEEPING = {
    "keyword replies": lambda store: store.set_keyword_channel(1, 20, True, 300),
    "the channel for reports": lambda store: store.set_reports_channel(1, 20, 300),
    "a mute": lambda store: store.mute(20, "russia", NOON + timedelta(days=1), guild=1),
    "a report": lambda store: store.complain(Complaint(NOON, 1, "a-quote", "0123abcd", "wrong")),
}
HELD = """
    SELECT guild FROM keyword_channels UNION ALL SELECT guild FROM mutes UNION ALL SELECT guild FROM changes_made
    UNION ALL SELECT guild FROM complaints UNION ALL SELECT guild FROM missing
    UNION ALL SELECT name FROM kept WHERE name GLOB 'reports:*'
"""


class World:
    """Servers, as a client knows them: one that is left is none of them before the log is told of it."""

    def __init__(self, store):
        self.store, self.servers, self.forgetting = store, {1, 2, 3}, []
        store.present = self.servers.__contains__

    def leaves(self, guild):
        self.servers.discard(guild)
        self.forgetting.append(asyncio.create_task(self.store.forget_guild(guild)))

    def comes(self, guild):
        self.servers.add(guild)

    def at(self, monkeypatch, moment, do):
        """Do something at the next commit, or at the next statement of a kind."""
        connection, once = self.store._database._file.connection, [do]
        method = moment if moment == "commit" else "execute"
        real = getattr(connection, method)

        async def done(*given):
            if once and (not given or given[0].startswith(moment)):
                once.pop()()
                await asyncio.sleep(0)
            return await real(*given)

        monkeypatch.setattr(connection, method, done)

    async def kept(self, keeping):
        """Whether that was kept, by what is said of it; and the servers that the log holds anything of."""
        try:
            await KEEPING[keeping](self.store)
        except NotInServer:
            said = False
        else:
            said = True
        await asyncio.gather(*self.forgetting)
        return said, await self.store._database.rows(HELD)


@pytest.fixture
async def around(opened):
    return World(await opened())


@pytest.mark.parametrize("keeping", KEEPING)
async def test_nothing_is_kept_of_a_server_that_is_left_before_it_is_written(around, keeping):
    for guild in (2, 3):
        around.leaves(guild)  # their forgetting is waited for
    around.leaves(1)
    assert await around.kept(keeping) == (False, [])


@pytest.mark.parametrize("keeping", KEEPING)
@pytest.mark.parametrize("moment", ["INSERT", "commit"])
@pytest.mark.parametrize("back", [False, True])
async def test_nor_of_one_that_is_left_while_it_is_written(around, monkeypatch, keeping, moment, back):
    def leave():
        around.leaves(1)
        if back:
            asyncio.get_running_loop().call_soon(around.comes, 1)

    around.at(monkeypatch, moment, leave)
    assert await around.kept(keeping) == (False, [])


@pytest.mark.parametrize("keeping", KEEPING)
async def test_nor_of_one_that_is_left_while_another_is_forgotten(around, monkeypatch, keeping):
    around.at(monkeypatch, "DELETE", lambda: around.leaves(1))
    around.leaves(2)
    await asyncio.sleep(0)
    assert await around.kept(keeping) == (False, [])


@pytest.mark.parametrize("keeping", KEEPING)
async def test_but_of_one_that_is_back_before_it_is_written(around, keeping):
    await KEEPING[keeping](around.store)
    around.leaves(1)
    await asyncio.sleep(0)  # the forgetting waits for its turn to write, with this after it
    around.comes(1)
    said, held = await around.kept(keeping)
    assert said
    assert len(held) in {1, 2}, "what is new alone"


async def test_whatever_is_read_all_that_were_left_are_forgotten_before(around, monkeypatch):
    store = around.store
    for guild in (1, 2, 3):
        await store.set_keyword_channel(guild, guild * 20, True, 300)

    async def fails(*_):
        raise LogUnavailable("nothing can be written in this test")

    with monkeypatch.context() as patched:
        patched.setattr(store._erasure, "_erase", fails)
        for guild in (3, 1):
            with pytest.raises(LogUnavailable):
                await store.forget_guild(guild)
    await store._erasure.erase_choices()
    assert await store._database.rows("SELECT guild FROM keyword_channels") == [(2,)]


async def test_a_server_forgotten_meanwhile_is_not_marked_as_missing(around, monkeypatch):
    await around.store.set_keyword_channel(1, 20, True, 300)
    await around.store.set_keyword_channel(2, 21, True, 300)
    rows = around.store._database.rows

    async def while_it_is_forgotten(sql, *given):
        found = await rows(sql, *given)
        if sql == "SELECT guild, since FROM missing":
            await around.store.forget_guild(1)
        return found

    monkeypatch.setattr(around.store._database, "rows", while_it_is_forgotten)
    await around.store.mark_missing(set(), NOON)
    assert await rows("SELECT guild FROM missing") == [(2,)]


READING = {
    "the channel for reports": lambda store: store.reports_channel(1),
    "keyword channels": lambda store: store.keyword_channels(),
    "mutes": lambda store: store.mutes(NOON),
    "changes": lambda store: store.changes_made(1),
    "counts": lambda store: store.report(7, Guild(1)),
}


@pytest.mark.parametrize("read", [*READING.values()], ids=[*READING])
async def test_nothing_of_before_is_read_of_a_server_that_is_back_before_it_was_forgotten(opened, path, use, read):
    store = await opened()
    await store.set_reports_channel(1, 20, 300)
    store.record_later(use(1, guild=1, outcome="answered"))
    await written(store)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LogUnavailable):
            await store.forget_guild(1)
        with pytest.raises(LogUnavailable):
            await read(store)
        other.rollback()
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(LogUnavailable):
                found = await read(store)
                break
            await asyncio.sleep(0.02)
    assert not (found.uses if hasattr(found, "uses") else found)


async def test_whoever_chose_as_the_bot_left_is_told_so_though_it_was_written(opened):
    store = await opened()
    asked = iter([True, False])
    store.present = lambda _guild: next(asked)
    with pytest.raises(NotInServer):
        await store.set_keyword_channel(1, 2, True, by=3)
    assert list(asked) == []


@pytest.mark.parametrize("keeping", KEEPING)
async def test_who_chooses_something_while_others_write_is_told_after_a_moment(opened, monkeypatch, keeping):
    store = await opened()
    with monkeypatch.context() as patched:
        patched.setattr(erasure, "ANEW", 0.01)
        async with store._database.writing(), asyncio.timeout(30):
            with pytest.raises(LogUnavailable, match="others are writing"):
                await KEEPING[keeping](store)
    assert store.problem is None
    await KEEPING[keeping](store)


async def test_who_chooses_something_shortly_before_others_are_done_has_it_written(opened, monkeypatch):
    monkeypatch.setattr(erasure, "ANEW", 1e6)
    store = await opened()
    async with store._database.writing():
        chosen = asyncio.create_task(store.set_value("name", "value"))
        await asyncio.sleep(0.01)
        assert not chosen.done()
    async with asyncio.timeout(30):
        await chosen
    assert await store.get_value("name") == "value"


@pytest.mark.parametrize(("busy", "said"), [(0.4, ["written", 0.9]), (0.6, ["refused", 1.0])])
def test_the_time_of_whoever_chooses_something_is_one_for_all_that_is_waited_for(tmp_path, monkeypatch, busy, said):
    """On a clock of its own: half a second while the log is written anew, and then for others who write."""

    monkeypatch.setattr(erasure, "ANEW", 1.0)

    async def until_free(_):
        await asyncio.sleep(0.5)

    @contextlib.asynccontextmanager
    async def writing():
        await asyncio.sleep(busy)
        yield SimpleNamespace(execute=None)

    async def choose():
        database = SimpleNamespace(writing=writing, until_free=until_free, deleted=lambda: None)
        queue = ErasureQueue(tmp_path / "quoth.db", lambda: NOON)
        erasing = Erasure(database, waiting=None, forgotten=None, now=lambda: NOON, retry=60, queue=queue)
        try:
            await erasing.save(None)
        except LogUnavailable:
            return ["refused", round(asyncio.get_running_loop().time(), 3)]
        return ["written", round(asyncio.get_running_loop().time(), 3)]

    with asyncio.Runner(loop_factory=Loop) as runner:
        assert runner.run(choose()) == said


async def test_all_that_was_chosen_while_others_wrote_is_written_at_once(opened, path, in_file, monkeypatch):
    monkeypatch.setattr(erasure, "ANEW", 1e6)
    store = await opened()
    connection, commits = store._database._file.connection, []
    commit = connection.commit

    async def committed():
        commits.append(1)
        await commit()

    async with store._database.writing():
        chosen = [asyncio.create_task(store.set_keyword_channel(1, channel, True, 3)) for channel in range(30)]
        chosen += [asyncio.create_task(store.complain(Complaint(NOON, 2, "a-quote", "e", "wrong")))]
        await asyncio.sleep(0)
        monkeypatch.setattr(connection, "commit", committed)
    await asyncio.gather(*chosen)
    assert len(commits) <= 3  # that of whoever wrote is one of them
    assert len(in_file(path, "SELECT channel FROM keyword_channels")) == 30
    assert in_file(path, "SELECT guild FROM complaints") == [2]


async def test_who_gave_it_up_has_nothing_written_later(opened, monkeypatch):
    monkeypatch.setattr(erasure, "ANEW", 0.01)
    store = await opened()
    async with store._database.writing():
        with pytest.raises(LogUnavailable):
            await store.set_value("given up", "1")
        later = asyncio.create_task(store.set_value("later", "1"))
        await asyncio.sleep(0)
        monkeypatch.setattr(erasure, "ANEW", 1e6)
    with contextlib.suppress(LogUnavailable):
        await later
    await store.set_value("last", "1")
    assert await store.get_value("given up") is None
    assert await store.get_value("last") == "1"


async def test_what_a_server_chose_at_once_is_kept_though_what_it_chose_before_is_forgotten_first(around):
    store = around.store
    await store.set_keyword_channel(1, 10, True, 300)
    store._erasure._queue.choices[1] = Departure(NOON, lambda: NOON)
    async with store._database.writing():
        chosen = [asyncio.create_task(store.set_keyword_channel(1, channel, True, 300)) for channel in (20, 30)]
        await asyncio.sleep(0)
    await asyncio.gather(*chosen)
    assert sorted(await store._database.rows("SELECT channel FROM keyword_channels")) == [(20,), (30,)]


async def test_nor_is_it_forgotten_with_that_where_the_server_was_left_and_is_back_just_then(around, monkeypatch):
    store = around.store
    writing, once = store._database.writing, [True]

    @contextlib.asynccontextmanager
    async def left_and_back(**_):
        async with writing() as connection:
            if once:
                store._erasure._queue.choices[1] = Departure(NOON, lambda: NOON)
                store._erasure._queue.save()
                once.pop()
            yield connection

    monkeypatch.setattr(store._database, "writing", left_and_back)
    await asyncio.gather(*(store.set_keyword_channel(1, channel, True, 300) for channel in (20, 30)))
    assert sorted(await store._database.rows("SELECT channel FROM keyword_channels")) == [(20,), (30,)]


@pytest.fixture
def slow(monkeypatch):
    """The file of what is owed comes to the disk only when it may."""
    let, fsync = threading.Event(), erasure_queue._fsync

    def synced(path):
        assert let.wait(30)
        fsync(path)

    monkeypatch.setattr(erasure_queue, "_fsync", synced)
    monkeypatch.setattr(erasure, "ANEW", 1e6)
    yield let
    let.set()


def owe(store, guild):
    store._erasure._queue.choices[guild] = Departure(NOON, lambda: NOON)
    store._erasure._queue.save()


@pytest.mark.parametrize("forgotten", ["with the choice", "before it"])
async def test_a_choice_is_written_when_it_is_on_the_disk_that_what_was_chosen_before_is_forgotten(
    around, slow, forgotten
):
    """Else the next start, after a power cut, would forget the new choice with it. Others do not wait for that."""
    store = around.store
    await store.set_keyword_channel(1, 10, True, 300)
    owe(store, 1)
    if forgotten == "before it":
        await store._erasure.erase_choices()
    chosen = asyncio.create_task(store.set_keyword_channel(1, 20, True, 300))
    for channel in (30, 40):
        await store.set_keyword_channel(2, channel, True, 300)
    assert not chosen.done()
    assert await store._database.rows("SELECT guild FROM keyword_channels") == [(2,), (2,)]
    slow.set()
    async with asyncio.timeout(30):
        await chosen
    assert sorted(await store._database.rows("SELECT channel FROM keyword_channels")) == [(20,), (30,), (40,)]


async def test_after_a_start_a_choice_waits_for_the_disk_to_have_what_was_found_to_be_owed(opened, slow, path, use):
    """Whoever was killed may have written it, and have left older words on the disk, by which it were forgotten."""
    path.parent.mkdir()
    path.with_name("quoth.db.owed").write_text('{"choices": {}, "uses": {}}')
    store = await opened()
    chosen = asyncio.create_task(store.set_keyword_channel(1, 10, True, 300))
    for asked in range(3):  # which takes the log as long as several choices would
        assert await store.record(use(asked), wait=60)
    assert not chosen.done()
    slow.set()
    async with asyncio.timeout(30):
        await chosen


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EACCES, errno.EIO])
async def test_where_a_folder_cannot_be_brought_to_the_disk_what_is_chosen_is_kept(opened, monkeypatch, number):
    """Some systems do that for files alone."""

    def fails(_):
        raise OSError(number, "not for a folder")

    monkeypatch.setattr(erasure_queue, "fsync_folder", fails)
    for start in range(3):
        store = await opened()
        await store.set_keyword_channel(1, start, True, 300)
        assert len(await store._database.rows("SELECT channel FROM keyword_channels")) == start + 1
        await store.close()


@pytest.mark.parametrize("writes_fail", [0, 2])
async def test_what_could_not_be_brought_to_the_disk_is_tried_again_and_the_choice_waits_for_it(
    around, monkeypatch, writes_fail
):
    steps, tries, fsync, store = [], [], erasure_queue._fsync, around.store

    def failing_twice(path):
        tries.append(path)
        steps.append("sync")
        if len(tries) < 3:
            raise OSError(errno.EIO, "Input/output error")
        fsync(path)

    monkeypatch.setattr(erasure_queue, "_fsync", failing_twice)
    monkeypatch.setattr(erasure, "ANEW", 1e6)
    monkeypatch.setattr(store._erasure._queue, "_retry", 0.01)
    overwrite = private.overwrite

    failing = [OSError(errno.ENOSPC, "No space left on device")] * writes_fail

    def writes(path, *given):
        if path.suffix == ".owed" and tries and failing:
            raise failing.pop()
        steps.append(f"write {path.suffix}")
        overwrite(path, *given)

    monkeypatch.setattr(private, "overwrite", writes)
    owe(store, 1)
    begun, writing = [], store._database.writing

    def counted():
        begun.append(1)
        return writing()

    monkeypatch.setattr(store._database, "writing", counted)
    async with asyncio.timeout(30):
        await store.set_keyword_channel(1, 20, True, 300)
    assert len(tries) >= 3
    between = " ".join(steps).split("sync")[: len(tries)]
    assert all("write .owed" in steps for steps in between), (
        "another fsync alone brings nothing there that one failed for"
    )
    assert len(begun) <= 6, "it waits, and does not ask again and again"


async def test_what_cannot_be_saved_when_it_is_forgotten_is_saved_by_and_by(opened, monkeypatch, path):
    store = await opened(retry=0.01)
    await store.set_keyword_channel(1, 10, True, 300)
    owe(store, 1)
    overwrite = private.overwrite

    def fails(*_):
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as broken:
        broken.setattr(private, "overwrite", fails)
        await store._erasure.erase_choices()
        assert store._erasure._queue.behind
    assert private.overwrite is overwrite
    async with asyncio.timeout(30):
        while store._erasure._queue.behind:  # noqa: ASYNC110  nobody is told that it was saved
            await asyncio.sleep(0.01)
    assert json.loads(path.with_name("quoth.db.owed").read_bytes().rstrip(b"\0 \n"))["choices"] == {}


async def test_what_cannot_be_written_is_raised_where_each_was_chosen(opened, monkeypatch):
    store = await opened()
    connection = store._database._file.connection
    execute = connection.execute

    async def fails(sql, *given):
        if sql.lstrip().startswith("INSERT"):
            raise sqlite3.OperationalError("disk I/O error")
        return await execute(sql, *given)

    monkeypatch.setattr(connection, "execute", fails)
    outcomes = await asyncio.gather(*(store.set_value(name, "1") for name in "abc"), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [LogUnavailable] * 3


async def test_that_a_server_was_missing_is_forgotten_with_it(opened, path, use, in_file):
    store = await opened()
    await store.record(use(1, guild=1), wait=5)
    await store.record(use(2, guild=2), wait=5)
    await store.mark_missing(set(), NOON)
    assert in_file(path, "SELECT guild FROM missing ORDER BY guild") == [1, 2]
    await store.forget_guild(1)
    assert in_file(path, "SELECT guild FROM missing") == [2]
