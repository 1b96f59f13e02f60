"""A server that was left, and could not be forgotten before the end, is forgotten by the next start."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from bot import private
from bot.errors import LogUnavailable
from bot.store.records import Complaint, Guild
from bot.store.server_data import server_settings
from bot.store.server_data.erasure import Erasure
from bot.store.sqlite.column_values import ticks
from bot.store.store import Store
from tests.store.conftest import NOON
from tests.store.waiting import until, written

HOUR = timedelta(hours=1)
OLD, NEW, OTHER = "an-old-word", "a-new-word", "another"
NOTHING = {"choices": {}, "uses": {}}
CHOSEN = """
    SELECT guild FROM keyword_channels UNION ALL SELECT guild FROM mutes UNION ALL SELECT guild FROM changes_made
    UNION ALL SELECT guild FROM complaints UNION ALL SELECT CAST(substr(name, 9) AS INTEGER) FROM kept
    WHERE name GLOB 'reports:*'
"""


class World:
    """A log of servers that the bot is in, with a clock that is moved by hand."""

    def __init__(self, path, use):
        self.path, self.use, self.time, self.stores = path, use, NOON, []

    @property
    def owed(self):
        return self.path.with_name("quoth.db.owed")

    @property
    def said(self):
        return json.loads(self.owed.read_bytes())

    async def start(self):
        store = await Store.open(self.path, now=lambda: self.time, rest=0.02, retry=0.05)
        store.present = {1, 2, 3}.__contains__
        self.stores.append(store)
        return store

    async def keep(self, store, guild, word):
        await store.set_keyword_channel(guild, 20 * guild, True, 300)
        await store.mute(20 * guild, word, self.time + 24 * HOUR, guild=guild)
        await store.complain(Complaint(self.time, guild, "a-quote", "0123abcd", word))
        await store.set_reports_channel(guild, 555, 300)

    def asked(self, asked, guild, word):
        return self.use(asked, guild=guild, query=word, key=word, time=self.time, outcome="answered")

    async def filled(self):
        store = await self.start()
        for guild, word in ((1, OLD), (2, OTHER), (3, OTHER)):
            await self.keep(store, guild, word)
            store.record_later(self.asked(guild, guild, word))
        await written(store)
        return store

    async def leaves(self, store, *guilds):
        for guild in guilds:
            with pytest.raises(LogUnavailable):
                await store.forget_guild(guild)
        self.time += HOUR

    def holding(self, word):
        return [one.name for one in self.path.parent.iterdir() if word.encode() in one.read_bytes()]


@pytest.fixture
async def around(path, use):
    world = World(path, use)
    yield world
    for store in world.stores:
        await store.close(wait=0)


@contextlib.contextmanager
def locked(path):
    """Another program holds the log."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def end(around, store, how, tmp_path):
    if how == "stopped":
        await store.close(wait=0.01)
    else:
        around.path = shutil.copytree(around.path.parent, tmp_path / "left") / "quoth.db"
    around.time += HOUR


@pytest.fixture(params=["stopped", "killed"])
async def again(around, tmp_path, request):
    """The log, started anew after the bot was removed from a server and added again while it was locked."""
    store = await around.filled()
    with locked(around.path):
        await around.leaves(store, 1)
        assert not await store.record(around.asked(71, 1, NEW), wait=0.01)
        await end(around, store, request.param, tmp_path)
    return await around.start()


async def test_what_the_end_did_not_forget_the_next_start_does(around, again):
    assert {one.guild for one in await again.keyword_channels()} == {2, 3}
    assert await again.reports_channel(1) is None
    assert await again.changes_made(1) == []
    assert {one.guild for one in await again.mutes(around.time)} == {2, 3}
    assert {one.text for one in await again.complaints(9)} == {OTHER}
    await around.keep(again, 1, NEW)
    await until(lambda: not again._erasure.pending)
    await written(again)
    assert await again._database.rows("SELECT asked FROM uses ORDER BY asked") == [(2,), (3,), (71,)]
    assert (await again.report(7, Guild(1))).given == 1
    await again.close()
    assert around.said == NOTHING
    assert around.holding(OLD) == []
    later = await around.start()
    assert {one.guild for one in await later.keyword_channels()} == {1, 2, 3}
    assert {one.text for one in await later.complaints(9)} == {NEW, OTHER}


async def test_whether_anybody_asks_or_not(around, again):
    await until(lambda: not again._erasure.pending)
    assert {guild for (guild,) in await again._database.rows(CHOSEN)} == {2, 3}
    assert around.said == NOTHING


async def test_till_then_nobody_counts_what_was_before(around, monkeypatch, tmp_path):
    store = await around.filled()
    with locked(around.path):
        await around.leaves(store, 1)
        await end(around, store, "stopped", tmp_path)
    monkeypatch.setattr(Erasure, "_later", lambda *_: asyncio.Event().wait())
    store = await around.start()
    with pytest.raises(LogUnavailable):
        await store.report(7, Guild(1))
    assert (await store.report(7, Guild(2))).given == 1
    assert {one.guild for one in await store.keyword_channels()} == {2, 3}
    assert around.said == {"choices": {}, "uses": {"1": ticks(NOON)}}
    await store._erasure.settle()
    assert (await store.report(7, Guild(1))).given == 0


async def test_of_two_servers_the_one_that_is_done_is_owed_no_more(around, monkeypatch, tmp_path):
    store = await around.filled()
    with locked(around.path):
        await around.leaves(store, 1)
        await around.leaves(store, 3)
    forget = server_settings.erase_uses

    async def of_one(database, guild, *more):
        if guild == 3:
            raise LogUnavailable("nothing can be written of that in this test")
        await forget(database, guild, *more)

    with monkeypatch.context() as patched:
        patched.setattr(server_settings, "erase_uses", of_one)
        await until(lambda: store._erasure._queue.uses.keys() == {3} and not store._erasure._queue.choices)
        assert around.said == {"choices": {}, "uses": {"3": ticks(NOON + HOUR)}}
        await around.keep(store, 3, NEW)
        await end(around, store, "killed", tmp_path)
    again = await around.start()
    await until(lambda: not again._erasure.pending)
    assert await again._database.rows("SELECT asked FROM uses") == [(2,)]
    assert {one.text for one in await again.complaints(9)} == {NEW, OTHER}, "what was chosen since stays"
    assert {one.guild for one in await again.keyword_channels()} == {2, 3}


async def test_killed_while_something_new_is_chosen_nothing_new_is_forgotten(around, monkeypatch, tmp_path):
    store = await around.filled()
    with locked(around.path):
        await around.leaves(store, 1)
    store._database.wake()
    keep = store._erasure._queue.save

    def killed_before():
        if (tmp_path / "left").exists():
            keep()
            return
        around.path = shutil.copytree(around.path.parent, tmp_path / "left") / "quoth.db"

    monkeypatch.setattr(store._erasure._queue, "save", killed_before)
    await around.keep(store, 1, NEW)
    with closing(sqlite3.connect(around.path)) as left:
        assert left.execute("SELECT count(*) FROM keyword_channels WHERE guild = 1").fetchone() == (0,)


@pytest.mark.parametrize(
    "bytes_", [b"\xff\0", b'{"choices": {"1', b"[]", b'{"choices": {"-1": 5}, "uses": {}}', b"{}" * 9000]
)
async def test_of_a_damaged_file_one_line_is_said_and_it_is_begun_anew(around, bytes_, caplog):
    store = await around.filled()
    await store.close()
    around.owed.write_bytes(bytes_)
    store = await around.start()
    assert caplog.text.count("quoth.db.owed is damaged") == 1
    assert around.said == NOTHING
    assert {one.guild for one in await store.keyword_channels()} == {1, 2, 3}


@pytest.mark.parametrize("bytes_", [None, b"", b" " * 100])
async def test_a_file_that_is_not_there_or_found_no_room_is_made(around, bytes_, caplog):
    store = await around.start()
    await store.close()
    around.owed.unlink()
    if bytes_ is not None:
        around.owed.write_bytes(bytes_)
    await around.start()
    assert around.said == NOTHING
    assert around.owed.stat().st_size >= 4096
    assert around.owed.stat().st_mode & 0o777 == 0o600
    assert "owed" not in caplog.text


async def test_what_is_no_plain_file_in_its_place_is_put_aside(around):
    around.path.parent.mkdir()
    os.mkfifo(around.owed)
    store = await around.start()
    assert any("quoth.db.owed was no plain file" in said for said in store.notices)
    assert around.said == NOTHING


async def test_on_a_disk_that_takes_nothing_one_line_says_so_and_all_else_is_as_ever(around, monkeypatch, caplog):
    store = await around.filled()
    really = private.open_to_write

    def full(path):
        if path == around.owed:
            raise OSError(errno.ENOSPC, "No space left on device")
        return really(path)

    with monkeypatch.context() as patched:
        patched.setattr(private, "open_to_write", full)
        with locked(around.path):
            await around.leaves(store, 1)
            with pytest.raises(LogUnavailable):
                await store.keyword_channels()
        store._database.wake()
        assert {one.guild for one in await store.keyword_channels()} == {2, 3}
        await until(lambda: not store._erasure.pending)
    assert caplog.text.count("cannot be kept in quoth.db.owed: No space left on device") == 1
    await until(lambda: not store._erasure._queue.behind)
    assert around.said == NOTHING


async def test_what_could_not_be_kept_is_not_promised(around, monkeypatch, caplog, tmp_path):
    store = await around.filled()
    monkeypatch.setattr(private, "open_to_write", lambda path: os.open(path / "nothing", os.O_RDONLY))
    with locked(around.path):
        await around.leaves(store, 1)
        await end(around, store, "stopped", tmp_path)
    assert "that is done when Discord lists them no more" in caplog.text
