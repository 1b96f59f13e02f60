"""Uses are kept so many days; a server that is gone is forgotten when it is gone for a day."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
from contextlib import asynccontextmanager, closing
from datetime import timedelta

import pytest

from bot.errors import LogUnavailable
from bot.store.records import Complaint, Departure, Use
from bot.store.server_data import server_settings
from bot.store.server_data.retention import GRACE, Decision, decide, keep_sweeping, known_guilds, sweep
from bot.store.store import Store
from tests.store.conftest import NOON

HOUR = timedelta(hours=1)
PATIENCE = 20


def decision(mark=(), unmark=(), forget=()):
    return Decision(frozenset(mark), frozenset(unmark), frozenset(forget))


@pytest.mark.parametrize(
    ("known", "present", "marked", "wanted"),
    [
        (set(), set(), {}, decision()),
        ({1, 2}, {1, 2, 3}, {}, decision()),
        ({1, 2}, {1}, {}, decision(mark={2})),
        ({1, 2}, set(), {}, decision(mark={1, 2})),
        ({1, 2}, {1}, {2: NOON}, decision()),
        ({1, 2}, {1}, {2: NOON - GRACE + HOUR}, decision()),
        ({1, 2}, {1}, {2: NOON - GRACE}, decision(forget={2})),
        ({1, 2}, {1}, {2: NOON - 30 * GRACE}, decision(forget={2})),
        ({1, 2}, {1, 2}, {2: NOON - 30 * GRACE}, decision(unmark={2})),
        (set(), {5}, {5: NOON}, decision(unmark={5})),
        (set(), set(), {5: NOON - GRACE}, decision(forget={5})),
        ({2}, set(), {2: NOON + HOUR}, decision(mark={2})),  # the clock was wrong then, or is now
    ],
)
def test_what_becomes_of_a_server(known, present, marked, wanted):
    assert decide(known, present, marked, NOON) == wanted


async def everything_of(store, use, now, guild):
    await store.record(use(guild, guild=guild, query="a-distinctive-word"))
    await store.set_keyword_channel(guild, guild + 100, True, 300)
    await store.mute(guild + 100, "russia", now() + timedelta(days=1), guild=guild)
    await store.complain(Complaint(now(), guild, "a-quote", "0123abcd", "wrong"))
    await store.set_reports_channel(guild, 555, 300)


async def test_every_server_of_which_anything_is_kept_is_known(opened, use, now):
    store = await opened()
    await store.record(use(1, guild=11))
    await store.record(use(2, guild=12))
    await store.record(use(3, guild=12))
    await store.record(use(4, guild=None))
    await store.set_keyword_channel(13, 500, True, 300)
    await store.set_keyword_channel(14, 501, False, 300)
    await store.mute(501, "russia", now() + HOUR, guild=15)
    await store.mute(502, "russia", now() + HOUR)
    await store.complain(Complaint(now(), 16, "a-quote", "0123abcd", "wrong"))
    await store.complain(Complaint(now(), None, "a-quote", "0123abcd", "wrong"))
    await store.set_reports_channel(17, 503, 300)
    await store.set_value("reports:nobody", "504")
    await store.set_value("commands", "18")
    assert await known_guilds(store._database) == {11, 12, 13, 14, 15, 16, 17}


async def test_a_server_missing_for_a_day_is_forgotten_and_one_that_is_back_is_not(opened, path, use, now, in_file):
    store = await opened()
    for guild in (1, 2, 3):
        await everything_of(store, use, now, guild)
    assert await store.mark_missing({1}, now()) == set()
    assert in_file(path, "SELECT guild FROM missing ORDER BY guild") == [2, 3]
    assert await store.mark_missing({1, 3}, now() + HOUR) == set()
    assert in_file(path, "SELECT guild FROM missing") == [2]
    assert await store.mark_missing({1, 3}, now() + 23 * HOUR) == set()
    assert await store.mark_missing({1, 3}, now() + 24 * HOUR) == {2}
    await store.forget_guild(2)
    assert await known_guilds(store._database) == {1, 3}
    assert in_file(path, "SELECT name FROM kept WHERE name LIKE 'reports:%'") == ["reports:1", "reports:3"]
    assert in_file(path, "SELECT guild FROM missing") == []
    assert await store.mark_missing({1, 3}, now() + 99 * HOUR) == set()


def holding(path, word=b"a-distinctive-word"):
    files = (path.with_name(path.name + ending) for ending in ("", "-wal", ".emergency"))
    return [file.name for file in files if file.exists() and word in file.read_bytes()]


async def until_nothing_holds_it(path):
    async with asyncio.timeout(PATIENCE):
        while holding(path):  # noqa: ASYNC110  nobody tells that it is done
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("deleting", ["forgotten", "swept"])
async def test_nor_does_it_stay_in_any_file_while_the_bot_runs(opened, path, use, now, deleting):
    store = await opened(soon=0.02)
    await everything_of(store, use, now, 1)
    for asked in range(100, 400):
        await store.record(use(asked, query="a-distinctive-word", key="a-distinctive-word"))
    assert holding(path)
    if deleting == "forgotten":
        await store.forget_guild(1)
        await until_nothing_holds_it(path)
    else:
        await sweep(store._database, now() + HOUR, pause=0)
        async with asyncio.timeout(PATIENCE):
            while path.with_name("quoth.db-wal").stat().st_size:  # noqa: ASYNC110  nobody tells that it is done
                await asyncio.sleep(0.01)
    async with asyncio.timeout(PATIENCE):
        while not store._database._file.watch.same():  # noqa: ASYNC110  it knows that we did that
            await asyncio.sleep(0.01)
    for asked in range(500, 510):
        assert await store.record(use(asked))
    assert store.problem is None
    assert not [said for said in store.notices if "cut" in said or "wal" in said]


async def test_somebody_who_reads_the_log_meanwhile_only_delays_that(opened, path, use, now):
    store = await opened(soon=0.02)
    await everything_of(store, use, now, 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM uses").fetchall()
        await store.forget_guild(1)
        await asyncio.sleep(0.2)
        assert await store.record(use(600))
        assert path.with_name("quoth.db-wal").stat().st_size
        other.execute("ROLLBACK")
    await until_nothing_holds_it(path)


async def test_nor_in_what_a_run_that_was_killed_left(opened, path, use, now, tmp_path):
    store = await opened(soon=3600)
    await everything_of(store, use, now, 1)
    await store.forget_guild(1)
    left = tmp_path / "left" / path.name
    left.parent.mkdir()
    for ending in ("", "-wal"):
        shutil.copyfile(path.with_name(path.name + ending), left.with_name(left.name + ending))
    assert holding(left)
    again = await opened(left, soon=0.02)
    await until_nothing_holds_it(left)
    assert again.problem is None


async def test_what_is_forgotten_is_not_even_in_the_bytes_of_the_file(opened, path, use, now):
    store = await opened()
    await everything_of(store, use, now, 1)
    await store.forget_guild(1)
    await store.close()
    assert b"a-distinctive-word" not in b"".join(file.read_bytes() for file in path.parent.iterdir())
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        left = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
        kept = {name for (name,) in connection.execute("SELECT name FROM kept")}
    assert {name for name, count in left.items() if count} == {"migrations", "kept"}
    assert all(name.startswith("log:") for name in kept)  # what the log knows of itself


async def test_a_large_server_is_forgotten_a_few_at_a_time(opened, path, use, in_file):
    store = await opened()
    await asyncio.gather(*(store.record(use(number, guild=1 + number % 2), wait=9) for number in range(2400)))
    await store.forget_guild(1)
    assert len(in_file(path)) == 1200


async def test_old_uses_are_swept_and_the_others_stay(opened, path, use, now, in_file):
    store = await opened()
    for asked in range(7):
        await store.record(use(asked, time=now() - timedelta(days=91) if asked < 5 else now() - timedelta(days=89)))
    assert await sweep(store._database, now() - timedelta(days=90), batch=2, pause=0) == 5
    assert in_file(path) == [5, 6]
    assert await store.sweep(now() - timedelta(days=90)) == 0


async def test_answers_are_logged_between_two_batches(opened, use, now):
    store = await opened()
    old = [use(asked, time=now() - timedelta(days=91)) for asked in range(40)]
    await asyncio.gather(*(store.record(one, wait=9) for one in old))
    task = asyncio.create_task(sweep(store._database, now() - timedelta(days=90), batch=1, pause=0))
    written = [await store.record(use(1000 + number), wait=9) for number in range(5)]
    assert not task.done()
    assert all(written)
    assert await task == 40


async def until(true):
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110  what is waited for is seen from outside
            await asyncio.sleep(0.01)


@asynccontextmanager
async def sweeping(*given, **options):
    task = asyncio.create_task(keep_sweeping(*given, **options))
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_sweeping_goes_on_in_the_background_and_ends_with_it(opened, path, use, now, in_file, caplog):
    caplog.set_level("INFO", "bot")
    store = await opened()
    await store.record(use(1, time=now() - timedelta(days=91)))
    async with sweeping(store.sweep, 90, now, every=0.01, pause=0):
        await until(lambda: in_file(path) == [])
        await store.record(use(2, time=now() - timedelta(days=91)))
        await until(lambda: in_file(path) == [])
    await store.record(use(3, time=now() - timedelta(days=91)))
    assert in_file(path) == [3]
    assert "uses older than 90 days were deleted: 1" in caplog.text


async def test_sweeping_outlives_a_log_in_trouble_and_whatever_else_goes_wrong(opened, path, use, now, in_file, caplog):
    store = await opened()
    await store.record(use(1, time=now() - timedelta(days=91)))
    store._database._file.trouble("nothing can be written in this test")
    fails = [RuntimeError("of this test")]

    async def failing(before, *, pause):
        if fails:
            raise fails.pop()
        return await store.sweep(before, pause=pause)

    async with sweeping(failing, 90, now, every=0.01, retry_delay=0.01, pause=0):
        await until(lambda: in_file(path) == [])
    assert "could not be swept" in caplog.text


class Clock:
    """A clock that is moved by hand."""

    def __init__(self):
        self.moment = NOON

    def __call__(self):
        return self.moment


@pytest.fixture
async def store(path):
    """A log whose clock is moved by hand: `store.clock`."""
    clock = Clock()
    opened = await Store.open(path, now=clock, rest=0.02, retry=0.05)
    opened.clock = clock
    yield opened
    await opened.close()


async def choices_of(store, guild):
    kept = await store.reports_channel(guild)
    return {one.channel for one in await store.keyword_channels()}, kept, len(await store.changes_made(guild))


async def forgotten(store):
    async with asyncio.timeout(PATIENCE):
        while store._erasure.pending:  # noqa: ASYNC110  nobody tells that it is done
            await asyncio.sleep(0.01)


async def once_it_can_be(act):
    async with asyncio.timeout(PATIENCE):
        while True:
            with contextlib.suppress(LogUnavailable):
                return await act()
            await asyncio.sleep(0.01)


NEW = {
    77: lambda store: store.set_keyword_channel(1, 77, True, 300),
    "778": lambda store: store.set_reports_channel(1, 778, 300),
    "77russia": lambda store: store.mute(77, "russia", store.clock() + HOUR, guild=1),
    "reports off": lambda store: store.set_reports_channel(1, None, 300),
    "a new report": lambda store: store.complain(Complaint(store.clock(), 1, "a-quote", "0123abcd", "a new report")),
    70: lambda store: store.record(Use(70, store.clock(), 1, 2, "slash", "", "any", True, None, "0123abcd", 1.0)),
}
"""What may be kept first of a server that is back."""
KEPT = """
    SELECT channel FROM keyword_channels UNION ALL SELECT value FROM kept WHERE name = 'reports:1'
    UNION ALL SELECT channel || trigger FROM mutes UNION ALL SELECT what FROM changes_made
    UNION ALL SELECT text FROM complaints UNION ALL SELECT asked FROM uses
"""


@pytest.mark.parametrize("new", NEW)
async def test_a_server_that_comes_back_keeps_what_is_new(store, path, use, new):
    store._erasure._retry = 3600
    await everything_of(store, use, store.clock, 1)
    old = await store._database.rows(KEPT)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LogUnavailable):
            await store.forget_guild(1)
        store.clock.moment += HOUR
        if new == 70:  # it waits in memory, where its server is forgotten too
            assert not await store.record(use(71, time=store.clock()), wait=0.01)
            store._ledger.forget_guild(1, Departure(store.clock() - HOUR, store.clock))
            assert 71 in store._ledger.pending
        other.execute("ROLLBACK")
    await once_it_can_be(lambda: NEW[new](store))
    await once_it_can_be(store._erasure.settle)
    assert not store._erasure.pending
    async with asyncio.timeout(PATIENCE):
        while store.unwritten:  # noqa: ASYNC110  nobody tells that all is written
            await asyncio.sleep(0.01)
    left = await store._database.rows(KEPT)
    assert (new,) in left
    assert not set(left) & set(old)


async def test_nor_does_it_lose_that_to_a_forgetting_that_takes_long(store, use):
    await everything_of(store, use, store.clock, 1)
    for asked in range(1000, 2200):
        store.record_later(use(asked))
    async with asyncio.timeout(PATIENCE):
        while store.unwritten:  # noqa: ASYNC110  nobody tells that all is written
            await asyncio.sleep(0.01)
    forgetting = asyncio.create_task(store.forget_guild(1))
    async with asyncio.timeout(PATIENCE):
        while await choices_of(store, 1) != (set(), None, 0):  # noqa: ASYNC110  nobody tells how far it is
            await asyncio.sleep(0.01)
    store.clock.moment += HOUR
    await store.set_keyword_channel(1, 77, True, 300)
    await store.set_reports_channel(1, 778, 300)
    assert await store.record(use(70, time=store.clock()))
    forgetting.cancel()  # as a client is that ends
    await forgotten(store)
    assert await choices_of(store, 1) == ({77}, "778", 2)
    assert await store._database.rows("SELECT asked FROM uses WHERE guild = 1") == [(70,)]


@pytest.fixture
async def holder(store, path, use):
    """Another program, which held the log while a server was to be forgotten, and holds it yet."""
    store._erasure._retry = 3600
    await everything_of(store, use, store.clock, 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LogUnavailable):
            await store.forget_guild(1)
        yield other


async def test_what_could_not_be_forgotten_is_said_once_at_the_end(store, holder, caplog):
    await store.close()
    holder.execute("ROLLBACK")
    await store.close()
    assert [one.message for one in caplog.records if "wholly forgotten" in one.message] == [
        "1 servers that the bot left are not wholly forgotten: that is done first of all by the next start"
    ]


async def test_a_forgetting_that_takes_long_does_not_hold_up_the_end(store, holder, use, in_file, path, monkeypatch):
    holder.execute("ROLLBACK")
    monkeypatch.setattr("bot.store.shutdown.FORGET", 0.01)
    monkeypatch.setattr(server_settings, "delete_in_batches", lambda *_: asyncio.Event().wait())
    store.record_later(use(70, guild=3, time=store.clock()))
    async with asyncio.timeout(PATIENCE):
        await store.close()
    assert 70 in in_file(path)


async def test_what_comes_while_a_server_is_being_forgotten_stays(store, use, monkeypatch):
    await everything_of(store, use, store.clock, 1)
    delete = server_settings.delete_in_batches

    async def by_and_by(*which, **how):
        store.clock.moment += HOUR
        assert await store.record(use(70, time=store.clock()), wait=5)
        return await delete(*which, **how)

    monkeypatch.setattr(server_settings, "delete_in_batches", by_and_by)
    await store.forget_guild(1)
    assert await store._database.rows("SELECT asked FROM uses WHERE guild = 1") == [(70,)]


async def test_nobody_reads_who_opted_in_of_a_server_that_is_still_to_be_forgotten(store, holder):
    for act in (store.keyword_channels, lambda: store.mutes(store.clock())):
        with pytest.raises(LogUnavailable):
            await act()
    holder.execute("ROLLBACK")
    store._database.wake()
    assert await store.mutes(store.clock()) == []
    assert await store.keyword_channels() == set()


async def test_what_could_not_be_forgotten_is_forgotten_before_the_end(store, holder, caplog):
    holder.execute("ROLLBACK")
    await store.close()
    assert holder.execute("SELECT (SELECT count(*) FROM uses), (SELECT count(*) FROM mutes)").fetchone() == (0, 0)
    assert "wholly forgotten" not in caplog.text


async def test_a_server_that_came_back_must_be_missing_for_a_day_again(store, use, now):
    await everything_of(store, use, now, 1)
    await store.mark_missing(set(), now())
    await store.mark_present(1)
    assert await store.mark_missing(set(), now() + 25 * HOUR) == set()
    assert await store.mark_missing(set(), now() + 49 * HOUR) == {1}


def made_at(time):
    """An id as Discord makes it at a time."""
    return int((time.timestamp() - 1_420_070_400) * 1000) << 22


@pytest.mark.parametrize(("noted", "made", "stays"), [(-20_000, -1, True), (200, -1, True), (200, -91, False)])
async def test_a_use_is_as_old_as_its_id_says_whatever_the_clock_of_then(
    opened, path, use, now, in_file, noted, made, stays
):
    store = await opened()
    asked = made_at(now() + timedelta(days=made))
    await store.record(use(asked, time=now() + timedelta(days=noted)))
    await store.sweep(now() - timedelta(days=90))
    assert in_file(path) == [asked] * stays


async def test_nothing_is_swept_until_the_time_is_known(opened, path, use, now, in_file):
    store = await opened()
    await store.record(use(1, time=now() - timedelta(days=91)))
    times = []
    async with sweeping(store.sweep, 90, lambda: times[-1] if times else None, retry_delay=0.01, pause=0):
        await asyncio.sleep(0.05)
        assert in_file(path) == [1]
        times.append(now())
        await until(lambda: in_file(path) == [])


@pytest.mark.parametrize("ahead", [HOUR, 100 * 24 * HOUR])
async def test_what_was_written_while_the_clock_was_ahead_is_forgotten_too(store, use, ahead):
    store.clock.moment += ahead
    await everything_of(store, use, store.clock, 1)
    await store.record(use(2, time=store.clock(), guild=1), wait=30)
    await store.set_reports_channel(1, None, 300)
    store.settle(2, "answered")
    store.clock.moment -= ahead
    await store.forget_guild(1)
    assert await store._database.rows(KEPT) == []
    assert store.given == 0
