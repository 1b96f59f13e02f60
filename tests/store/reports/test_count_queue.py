"""What is counted once for all who ask, what is counted apart, and what is told of which place."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest

from bot.errors import LogUnavailable, TooBusy
from bot.store.records import Channel, Guild
from bot.store.reports import count_queue as counts
from bot.store.reports.count_queue import CountQueue
from bot.store.reports.read_connection import ReadConnection

LARGE, SMALL = Guild(1), Guild(9)
FEW = 3


class Clock:
    """A clock that is moved by hand."""

    def __init__(self):
        self.time = 0.0

    def __call__(self):
        return self.time


@pytest.fixture
async def counting(opened, path, use, now):
    """Counts a log with one place of many uses, and one of few; its `clock` is moved by hand."""
    store = await opened()
    for asked in range(FEW + 2):
        await store.record(use(asked, outcome="answered"))
    await store.record(use(50, guild=9, outcome="answered"))
    made = CountQueue(
        path, now, clock=Clock(), quick_limit=FEW, patience=60
    )  # in seconds: nobody's is to end but where that is tried
    made.clock, made.store, made.asked = made._clock, store, []
    for reader in (made._quick, made._slow):
        told(reader, made.asked)
    yield made
    await made.close()


def told(reader, asked):
    """Note which reader was asked."""
    rows = reader.rows

    async def noted(sql, parameters=()):
        asked.append(reader)
        return await rows(sql, parameters)

    reader.rows = noted


def uses(counted):
    return dict(counted["found"]).get(1, 0)


async def meanwhile():
    """Let everything that can go on do so."""
    for _ in range(50):
        await asyncio.sleep(0.001)


async def refused(*asking):
    return [isinstance(one, TooBusy) for one in await asyncio.gather(*asking, return_exceptions=True)]


async def test_what_many_ask_at_once_is_read_once(counting):
    counted = await asyncio.gather(*(counting.of(SMALL, 7) for _ in range(40)))
    assert {uses(one) for one in counted} == {1}
    once = len(counting.asked)
    assert once == 2, "how many there are, and what they are"
    await counting.of(SMALL, 7)
    assert len(counting.asked) == 2 * once, "what is counted in milliseconds is counted anew"


@pytest.mark.parametrize(("place", "whose"), [(SMALL, 2), (Channel(70), 2), (Guild(77), 1)])
async def test_nobody_keeps_others_waiting_by_asking_for_other_days_of_few_uses(counting, place, whose):
    ended = []
    async with counting._quick._lock:
        mine = [asyncio.create_task(counting.of(SMALL, days, 1)) for days in range(1, 21)]
        await meanwhile()
        theirs = asyncio.create_task(counting.of(place, 70, whose))
        for name, one in (("theirs", theirs), *(("mine", one) for one in mine)):
            one.add_done_callback(lambda _, name=name: ended.append(name))
        await meanwhile()
    await asyncio.gather(theirs, *mine)
    assert len(ended) == 21
    assert ended.index("theirs") == (20 if whose == 1 else 1)


@pytest.mark.parametrize("place", [SMALL, Channel(70)])
async def test_nor_those_who_ask_for_the_same_days_last(counting, place):
    ended = []
    async with counting._quick._lock:
        mine = [asyncio.create_task(counting.of(SMALL, days, 1)) for days in range(1, 21)]
        mine.append(asyncio.create_task(counting.of(place, 30, 1)))
        await meanwhile()
        theirs = [asyncio.create_task(counting.of(place, 30, whose)) for whose in (2, 3, 4)]
        for name, one in (*(("theirs", one) for one in theirs), *(("mine", one) for one in mine)):
            one.add_done_callback(lambda _, name=name: ended.append(name))
        await meanwhile()
    await asyncio.gather(*theirs, *mine)
    assert len(ended) == 24
    assert ended[:5].count("theirs") == 3


async def test_what_was_counted_before_somebody_asked_is_counted_anew(counting, use):
    async with counting._quick._lock:
        first = asyncio.create_task(counting.of(SMALL, 7, 1))
        await meanwhile()
    assert uses(await first) == 1
    await counting.store.record(use(51, guild=9, outcome="answered"))
    counting.clock.time += 1
    assert uses(await counting.of(SMALL, 7, 2)) == 2


async def test_how_many_uses_a_place_has_is_found_out_before_they_are_counted(counting):
    sizes = []
    rows = counting._quick.rows

    async def noted(sql, parameters=()):
        sizes.append("key" not in sql)
        return await rows(sql, parameters)

    counting._quick.rows = noted
    await counting.of(LARGE, 7)
    assert sizes == [True]
    await counting.of(SMALL, 7)
    assert sizes == [True, True, False]


async def test_a_place_of_many_uses_keeps_no_other_waiting(counting):
    async with counting._slow._lock:
        waiting = [asyncio.create_task(counting.of(LARGE, 7)) for _ in range(5)]
        await meanwhile()
        assert uses(await counting.of(SMALL, 7)) == 1
        assert uses(await counting.of(Channel(70), 7)) == 0
        assert not any(one.done() for one in waiting)
    assert {uses(one) for one in await asyncio.gather(*waiting)} == {FEW + 2}
    assert counting.asked.count(counting._slow) == 1


async def test_no_more_wait_for_many_uses_than_leave_room_for_others(counting):
    async with counting._slow._lock:
        waiting = [asyncio.create_task(counting.of(LARGE, 7)) for _ in range(counts.MAX_WAITING_PER_PLACE)]
        await meanwhile()
        assert await refused(counting.of(LARGE, 7), counting.of(LARGE, 30)) == [True, True]
    assert await refused(*waiting) == [False] * counts.MAX_WAITING_PER_PLACE


async def test_a_place_of_many_uses_is_counted_once_at_a_time(counting):
    async with counting._slow._lock:
        waiting = asyncio.create_task(counting.of(LARGE, 7))
        await meanwhile()
        assert await refused(counting.of(LARGE, 30), counting.of(LARGE, 3650)) == [True, True]
        assert counting.asked.count(counting._slow) == 1
    assert uses(await waiting) == FEW + 2
    assert uses(await counting.of(LARGE, 30)) == FEW + 2


async def test_nobody_keeps_others_from_the_counts_by_asking_for_ever_other_days(counting):
    counting._patience = 0.2
    async with counting._slow._lock:
        mine = [asyncio.create_task(counting.of(LARGE, days, 1)) for days in range(31, 40)]
        await meanwhile()
        assert len(counting._large) == 1, "one at a time"
        assert await refused(counting.of(LARGE, 30, 2)) == [True], "it waits in the line"
        counting.clock.time += 3
        assert await refused(counting.of(LARGE, 50, 1), counting.of(LARGE, 20, 2)) == [True, True]
    await meanwhile()
    asked = len(counting.asked)
    assert uses(await counting.of(LARGE, 30, 2)) == FEW + 2
    assert len(counting.asked) == asked, "it was counted though nobody waited any more"
    assert uses(await counting.of(LARGE, 50, 1)) == FEW + 2
    await refused(*mine)


async def test_the_line_of_a_place_is_no_longer_than_others_can_bear(counting, use):
    other = Guild(5)
    for asked in range(FEW + 1):
        await counting.store.record(use(100 + asked, guild=other.id, outcome="answered"))
    async with counting._slow._lock:
        mine = [asyncio.create_task(counting.of(LARGE, 7 + person, person)) for person in range(6)]
        await meanwhile()
        theirs = asyncio.create_task(counting.of(other, 7, 99))
        await meanwhile()
        assert sum(one.done() for one in mine) == len(mine) - counts.MAX_QUEUED_PER_PLACE
    ended = []
    for name, one in (("theirs", theirs), *(("mine", one) for one in mine)):
        one.add_done_callback(lambda _, name=name: ended.append(name))
    assert sum(await refused(theirs, *mine)) == len(mine) - counts.MAX_QUEUED_PER_PLACE
    waited = ended[-counts.MAX_QUEUED_PER_PLACE - 1 :]
    assert waited.index("theirs") == 1, "the places take turns"


async def test_that_a_place_is_large_is_found_out_once(counting):
    async with counting._slow._lock:
        mine = [asyncio.create_task(counting.of(LARGE, days, days)) for days in (7, 8, 9, 10)]
        await meanwhile()
        quick = counting.asked.count(counting._quick)
        assert await refused(*(counting.of(LARGE, days, 1) for days in range(20, 30))) == [True] * 10
        assert counting.asked.count(counting._quick) == quick
    await asyncio.gather(*mine)


async def test_few_wait_for_places_of_many_uses_however_many_such_places_there_are(counting, use):
    places = [Guild(100 + number) for number in range(counts.MAX_QUEUED_PLACES + 1)]
    for number, place in enumerate(places):
        for asked in range(FEW + 1):
            await counting.store.record(use(1000 + number * 10 + asked, guild=place.id, outcome="answered"))
    async with counting._slow._lock:
        waiting = [asyncio.create_task(counting.of(place, 7)) for place in places[:-1] for _ in range(3)]
        await meanwhile()
        assert sum(one.done() for one in waiting) == len(waiting) - counts.MAX_WAITING
        assert await refused(counting.of(places[-1], 7)) == [True]
        assert counting.asked.count(counting._slow) == counts.MAX_QUEUED_PLACES
        assert uses(await counting.of(SMALL, 7)) == 1
    assert sum(await refused(*waiting)) == len(waiting) - counts.MAX_WAITING


async def test_who_waited_in_vain_finds_it_counted_when_asking_again(counting):
    counting._patience = 0.2
    async with counting._slow._lock:
        assert await refused(counting.of(LARGE, 7)) == [True]
        counting.clock.time += 3
    await meanwhile()
    counting.clock.time += 3
    assert uses(await counting.of(LARGE, 7)) == FEW + 2
    assert counting.asked == [counting._quick, counting._slow]


async def test_counts_of_many_uses_are_kept_as_long_as_they_are_worth(counting, use):
    async with counting._slow._lock:
        waiting = asyncio.create_task(counting.of(LARGE, 7))
        await meanwhile()
        counting.clock.time += 0.5
    await waiting
    await counting.store.record(use(90, outcome="answered"))
    asked = len(counting.asked)
    counting.clock.time += 0.5 * counts.CACHE_FACTOR - 0.1
    assert uses(await counting.of(LARGE, 7)) == FEW + 2
    assert len(counting.asked) == asked
    counting.clock.time += 0.2
    assert uses(await counting.of(LARGE, 7)) == FEW + 3


async def test_nothing_is_kept_of_a_server_that_is_forgotten(counting):
    async with counting._slow._lock:
        waiting = asyncio.create_task(counting.of(LARGE, 7))
        await meanwhile()
        counting.clock.time += 1
    await waiting
    await counting.store.forget_guild(1)
    counting.forget(1)
    assert uses(await counting.of(LARGE, 7)) == 0


async def test_nor_what_was_being_counted_when_it_was_forgotten(counting):
    async with counting._slow._lock:
        waiting = asyncio.create_task(counting.of(LARGE, 7))
        await meanwhile()
        counting.forget(1)
        counting.clock.time += 1
    assert uses(await waiting) == FEW + 2
    await counting.store.forget_guild(1)
    assert uses(await counting.of(LARGE, 7)) == 0


async def test_the_store_forgets_them_too(opened, use):
    store = await opened()
    counting = store._count_queue
    counting._most = 0
    await store.record(use(1, outcome="answered"))
    await store.record(use(2, outcome="answered", guild=9))
    for place in (LARGE, SMALL):
        await counting.of(place, 7)
    await store.forget_guild(1)
    assert [place for place, _ in counting._large] == [SMALL]


async def test_who_leaves_ends_it_for_nobody_else(counting):
    async with counting._slow._lock:
        first, second = (asyncio.create_task(counting.of(LARGE, 7)) for _ in range(2))
        await meanwhile()
        first.cancel()
    assert uses(await second) == FEW + 2


async def test_a_log_that_cannot_be_read_is_said_to_all_and_tried_again(counting, path):
    for reader, place in ((counting._slow, LARGE), (counting._quick, SMALL)):
        reader._path = path.parent / "nowhere.db"
        said = await asyncio.gather(*(counting.of(place, 7) for _ in range(3)), return_exceptions=True)
        assert [type(one) for one in said] == [LogUnavailable] * 3
        reader._path = path
        assert uses(await counting.of(place, 30)) == (FEW + 2 if place is LARGE else 1)
        assert uses(await counting.of(place, 7)) == (FEW + 2 if place is LARGE else 1)
        counting.clock.time += counts.MAX_CACHE_SECONDS


async def test_closing_ends_what_is_being_read(path, opened):
    await opened()
    reader = ReadConnection(path, patience=60)
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    reading = asyncio.create_task(reader.rows(endless))
    await meanwhile()
    async with asyncio.timeout(20):
        await reader.close()
        with pytest.raises(LogUnavailable):
            await reading


@pytest.mark.parametrize("before", ["opened", "read"])
async def test_so_does_closing_before_what_is_asked_has_begun(path, opened, before):
    await opened()
    reader = ReadConnection(path, patience=5)
    if before == "read":
        await reader.rows("SELECT 1")
    endless = "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    asking = asyncio.create_task(reader.rows(endless))
    while not reader._lock.locked():  # noqa: ASYNC110  nobody tells of it
        await asyncio.sleep(0)
    await reader.close()
    with pytest.raises(LogUnavailable, match="interrupted"):
        await asking


async def test_what_waits_or_was_lost_elsewhere_is_told_in_no_report_of_a_place(opened, path, use):
    store = await opened(room=4)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("INSERT INTO losses (time, count) SELECT 1591531200000000, 77")
        other.execute("BEGIN IMMEDIATE")
        for asked, changed in enumerate(({}, {"guild": 9}, {"guild": 9}, {"guild": None, "channel": 50}, {}, {})):
            await store.record(use(asked, **changed), wait=0.01)
        for place, waiting in ((Guild(1), 1), (Guild(9), 2), (Channel(50), 1), (Channel(2), 0), (Guild(7), 0)):
            report = await store.report(7, place, misses=True)
            assert (report.waiting, report.lost) == (waiting, 0)
        everywhere = await store.report_all(7)
        assert (everywhere.waiting, everywhere.lost) == (4, 79)
        other.execute("ROLLBACK")
