"""What the log remembers, on a real file."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from bot.errors import LogUnavailable
from bot.store.records import ChangeMade, Complaint, Counted, Guild, KeywordChannel, Mute
from tests.store.waiting import until


async def test_a_use_is_in_the_file_when_record_returns(opened, path, use, in_file):
    store = await opened()
    assert await store.record(use(7))
    assert in_file(path) == [7]
    assert (store.given, store.logged, store.unwritten, store.lost) == (1, 1, 0, 0)


async def test_the_file_is_written_ahead_and_synced_in_full(opened, path, use, in_file):
    store = await opened()
    assert in_file(path, "PRAGMA journal_mode") == ["wal"]
    assert [row[0] for row in await store._database.rows("PRAGMA synchronous")] == [2]


async def test_a_use_comes_back_as_it_went_in(opened, use):
    store = await opened()
    zone = timezone(timedelta(hours=3))
    strange = use(8, guild=None, quote=None, found=False, query="'; DROP TABLE uses; -- ✈", duration=0.0)
    away = use(9, time=use(9).time.astimezone(zone))
    await store.record(strange)
    await store.record(away)
    assert await store.find_use(8) == strange
    assert await store.find_use(9) == away
    assert await store.find_use(10) is None


async def test_half_a_surrogate_pair_does_not_stop_the_log(opened, use):
    store = await opened()
    assert await store.record(use(1, query="half \ud83d"))
    assert (await store.find_use(1)).query == "half ?"


async def test_one_use_that_cannot_be_written_does_not_take_others_with_it(opened, path, use, in_file):
    store = await opened()
    told = await asyncio.gather(*(store.record(use(asked), wait=5) for asked in (1, 2**70, 3)))
    assert told == [False] * 3  # nobody is told more than is known; the others are written a moment later
    await store.close()
    assert in_file(path) == [1, 3]
    assert (store.given, store.logged, store.unwritten, store.lost) == (3, 2, 0, 1)


async def test_an_id_is_logged_once(opened, path, use, in_file):
    store = await opened()
    await asyncio.gather(*(store.record(use(5)) for _ in range(3)))
    assert await store.record(use(5, quote="another"))
    assert in_file(path, "SELECT asked, quote FROM uses") == [(5, "a-quote")]
    assert (store.given, store.logged, store.repeated) == (1, 1, 3)


async def test_an_id_of_an_earlier_run_is_not_counted_again(opened, path, use):
    first = await opened()
    await first.record(use(5))
    await first.close()
    second = await opened()
    assert await second.record(use(5))
    assert (second.given, second.logged, second.repeated) == (0, 0, 1)


async def test_uses_that_wait_together_share_a_commit(opened, path, use, statements_of):
    store = await opened()
    commits = statements_of(store)
    assert all(await asyncio.gather(*(store.record(use(asked), wait=60) for asked in range(200))))
    assert store.logged == 200
    inserts = [sql for sql in commits if "INTO uses" in sql]  # each commits itself
    assert 1 <= len(inserts) <= 3


async def test_nothing_runs_when_nothing_is_to_be_written(opened, use):
    store = await opened()
    await store.record(use(1))
    await until(lambda: asyncio.all_tasks() == {asyncio.current_task()})  # what a start found comes to the disk


async def test_the_latest_quotes_of_a_round_come_first(opened, path, use):
    store = await opened()
    shown = [(3, "c"), (1, "a"), (2, "b"), (4, "a")]
    for asked, quote in shown:
        await store.record(use(asked, quote=quote))
    await store.record(use(5, quote="x", channel=99))
    await store.record(use(6, quote="y", key="topic:nato"))
    await store.record(use(7, quote=None, found=False))
    assert await store.recent_quotes(2, "topic:russia", 10) == ["a", "c", "b", "a"]
    assert await store.recent_quotes(2, "topic:russia", 2) == ["a", "c"]
    await store.close()
    again = await opened()
    assert await again.recent_quotes(2, "topic:russia", 10) == ["a", "c", "b", "a"]


async def test_a_rounds_latest_quotes_are_found_by_an_index(opened, path, in_file):
    await opened()
    plan = in_file(path, "EXPLAIN QUERY PLAN SELECT quote FROM uses WHERE channel=1 AND key='k' ORDER BY time DESC")
    assert "uses_of_a_round" in str(plan)
    assert "TEMP B-TREE" not in str(plan)


async def test_a_moderators_choice_is_kept_and_audited(opened, now):
    store = await opened()
    await store.set_keyword_channel(1, 20, True, 300)
    await store.set_keyword_channel(1, 21, True, 300)
    await store.set_keyword_channel(1, 20, False, 301)
    await store.set_reports_channel(1, 22, 302)
    assert await store.keyword_channels() == {KeywordChannel(1, 21)}
    latest, before, *_ = await store.changes_made(1)
    assert latest == ChangeMade(now(), 1, 302, "reports on in channel 22")
    assert before == ChangeMade(now(), 1, 301, "keyword replies off in channel 20")
    assert await store.changes_made(2) == []


async def test_a_mute_ends(opened, now):
    store = await opened()
    await store.mute(2, "russia", now() + timedelta(minutes=1), guild=1)
    await store.mute(2, "russia", now() + timedelta(minutes=5), guild=1)
    assert await store.mutes(now()) == [Mute(1, 2, "russia", now() + timedelta(minutes=5))]
    assert await store.mutes(now() + timedelta(minutes=5)) == []


async def test_small_values_and_complaints_are_kept(opened, now):
    store = await opened()
    assert await store.get_value("commands") is None
    await store.set_value("commands", "one")
    await store.set_value("commands", "two")
    assert await store.get_value("commands") == "two"
    complaints = [Complaint(now(), guild, "a-quote", "0123abcd", f"wrong {guild}") for guild in (1, None)]
    for complaint in complaints:
        await store.complain(complaint)
    assert await store.complaints(5) == complaints[::-1]
    assert await store.complaints(1) == complaints[1:]


async def test_a_report_counts_what_it_says(opened, use, now):
    store = await opened()
    uses = [
        *(use(asked) for asked in range(3)),
        use(3, entry_point="mention", quote="b-quote", key="topic:nato"),
        use(4, found=False, quote=None, key="", query="pizza", shared=True),
        use(5, guild=9),
        use(6, time=now() - timedelta(days=8)),
    ]
    for one in uses:
        await store.record(replace(one, outcome="answered"))
    report = await store.report(7, Guild(1), misses=True)
    assert (report.days, report.uses, report.misses) == (7, 4, 1)
    assert report.keys == (Counted("topic:russia", 3), Counted("topic:nato", 1))
    assert report.quotes == (Counted("a-quote", 3), Counted("b-quote", 1))
    assert report.missed == (Counted("pizza", 1),)
    assert report.ways == (Counted("slash", 4), Counted("mention", 1))
    assert report.by_day == (Counted("2020-06-07", 5),)
    assert (await store.report_all(7)).uses == 5
    assert (await store.report_all(30)).uses == 6


async def test_a_guild_is_forgotten_whole(opened, path, use, now, in_file):
    store = await opened()
    for guild in (1, 9):
        await store.record(use(guild, guild=guild))
        await store.set_keyword_channel(guild, guild + 100, True, 300)
        await store.mute(guild + 100, "russia", now() + timedelta(days=1), guild=guild)
        await store.complain(Complaint(now(), guild, "a-quote", "0123abcd", "wrong"))
    await store.forget_guild(1)
    tables = in_file(path, "SELECT name FROM sqlite_schema WHERE sql LIKE '%guild%' AND type = 'table'")
    assert len(tables) == 6
    for table in set(tables) - {"missing"}:
        assert in_file(path, f"SELECT guild FROM {table}") == [9], table


async def test_forgetting_covers_what_waits(opened, path, use, in_file):
    store = await opened(retry=60)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert not await store.record(use(1), wait=5)
        assert not await store.record(use(9, guild=9), wait=5)
        with pytest.raises(LogUnavailable):
            await store.forget_guild(1)
        other.rollback()
    await store.forget_guild(1)
    await store.close()
    assert in_file(path) == [9]
    assert store.given == store.logged == 1


async def test_closing_twice_is_one_closing(opened, path, use):
    store = await opened()
    await store.record(use(1))
    await asyncio.gather(store.close(), store.close())
    assert not await store.record(use(2))
    assert (store.given, store.logged, store.lost) == (2, 1, 1)
    kept = {file.name for file in path.parent.iterdir()}
    assert kept == {"quoth.db", "quoth.db.guard", "quoth.db.status", "quoth.db.emergency", "quoth.db.owed"}
    with pytest.raises(LogUnavailable):
        await store.get_value("commands")


async def test_closing_writes_what_waits(opened, path, use, in_file):
    store = await opened()
    asking = [asyncio.create_task(store.record(use(asked), wait=0)) for asked in range(100)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*asking)
    assert in_file(path) == list(range(100))


async def test_a_cancelled_writer_loses_nothing_and_counts_right(opened, path, use, in_file):
    store = await opened()
    for asked in range(50):
        waiting = asyncio.create_task(store.record(use(asked)))
        for _ in range(asked % 7):
            await asyncio.sleep(0)
        if store._uses._writer:
            store._uses._writer.cancel()
        await waiting
    await store.close()
    assert in_file(path) == list(range(50))
    assert (store.given, store.logged, store.unwritten, store.lost, store.repeated) == (50, 50, 0, 0, 0)
