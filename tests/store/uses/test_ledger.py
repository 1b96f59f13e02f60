"""The life of a use: begun before its answer, settled afterwards, and in exactly one of the counts all the time."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import LogUnavailable
from bot.store.records import Departure, Use
from bot.store.uses import ledger as accounts
from bot.store.uses import use_writer as logs
from tests.store.uses.shaky import NOON, World
from tests.store.waiting import written

COUNTS = ("answered", "failed", "expired", "unknown", "waiting", "lost")


def counts(store):
    return {name: getattr(store, name) for name in COUNTS if getattr(store, name)}


def adds_up(store):
    return store.given == sum(getattr(store, name) for name in COUNTS)


OUTCOMES = "SELECT asked, outcome FROM uses ORDER BY asked"


async def test_a_use_is_begun_before_its_answer_and_settled_after_it(opened, path, use, in_file):
    store = await opened()
    assert await store.record(use(1))
    assert in_file(path, OUTCOMES) == [(1, "begun")]
    assert counts(store) == {"waiting": 1}
    store.settle(1, "answered")
    assert counts(store) == {"waiting": 1}  # not in the file yet
    assert (await store.find_use(1)).outcome == "answered"
    await written(store)
    assert in_file(path, OUTCOMES) == [(1, "answered")]
    assert counts(store) == {"answered": 1}
    assert adds_up(store)


@pytest.mark.parametrize(
    ("outcome", "count"),
    [
        ("answered", "answered"),
        ("expired", "expired"),
        ("unknown", "unknown"),
        *((f"failed:{why}", "failed") for why in ("429", "502", "10062", "timeout", "reset", "gone", "error", "busy")),
    ],
)
async def test_each_outcome_has_its_count(opened, path, use, in_file, outcome, count):
    store = await opened()
    await store.record(use(1))
    store.settle(1, outcome)
    store.record_later(use(2, outcome=outcome))
    await store.close()
    assert in_file(path, OUTCOMES) == [(1, outcome), (2, outcome)]
    assert counts(store) == {count: 2}
    assert adds_up(store)


async def test_an_outcome_that_comes_before_the_commit_is_written_with_it(opened, path, use, in_file):
    store = await opened()
    asking = [asyncio.create_task(store.record(use(asked), wait=5)) for asked in range(20)]
    await asyncio.sleep(0)
    for turn in range(20):
        store.settle(turn, "answered")
        await asyncio.sleep(0)
    assert all(await asyncio.gather(*asking))
    await written(store)
    assert in_file(path, OUTCOMES) == [(asked, "answered") for asked in range(20)]
    assert counts(store) == {"answered": 20}


async def test_outcomes_cost_no_commit_of_their_own_while_answers_come(opened, use, statements_of):
    store = await opened()
    statements = statements_of(store)
    for asked in range(20):
        await store.record(use(asked))
        store.settle(asked, "answered")
    assert len([sql for sql in statements if "INTO uses" in sql]) == 20
    await written(store)
    assert counts(store) == {"answered": 20}


async def test_the_last_outcome_counts_whenever_it_comes(opened, path, use, in_file):
    store = await opened()
    for asked in (1, 2):
        await store.record(use(asked))
        store.settle(asked, "failed:timeout")
    store.settle(1, "answered")
    await written(store)
    assert counts(store) == {"answered": 1, "failed": 1}
    store.settle(2, "answered")
    assert counts(store) == {"answered": 1, "waiting": 1}
    await written(store)
    assert in_file(path, OUTCOMES) == [(1, "answered"), (2, "answered")]
    assert counts(store) == {"answered": 2}
    assert adds_up(store)


async def test_settling_never_raises_and_knows_only_what_was_recorded(opened, path, use, in_file):
    store = await opened()
    await store.record(use(1))
    for asked, outcome in [(99, "answered"), (1, "begun"), (1, None), (None, "answered"), (1, "half \ud83d")]:
        store.settle(asked, outcome)
    await store.close()
    store.settle(1, "answered")
    assert in_file(path, OUTCOMES) == [(1, "half ?")]
    assert counts(store) == {"failed": 1}


async def test_a_repeat_changes_nothing(opened, path, use, in_file):
    store = await opened()
    await store.record(use(1))
    assert await store.record(use(1, quote="another"))
    store.record_later(use(1, outcome="expired"))
    store.settle(1, "answered")
    await written(store)
    assert await store.record(use(1, quote="a third"))
    store.record_later(use(1, outcome="expired"))
    await store.close()
    assert in_file(path, "SELECT asked, quote, outcome FROM uses") == [(1, "a-quote", "answered")]
    assert (store.given, store.answered, store.repeated) == (1, 1, 4)


async def test_a_repeat_of_an_earlier_run_is_no_use_of_this_one(opened, path, use, in_file):
    first = await opened()
    for asked in (1, 2):
        await first.record(use(asked))
        first.settle(asked, "answered")
    await first.close()
    second = await opened()
    asking = asyncio.create_task(second.record(use(1)))
    await asyncio.sleep(0)
    second.settle(1, "failed:error")
    assert await asking
    second.record_later(use(2, outcome="expired"))
    assert await second.record(use(3))
    await second.close()
    assert in_file(path, OUTCOMES) == [(1, "answered"), (2, "answered"), (3, "unknown")]
    assert (second.given, counts(second), second.repeated) == (1, {"unknown": 1}, 2)


async def test_what_a_kill_left_under_way_is_unknown_at_the_next_start(opened, path, use, in_file):
    store = await opened()
    for asked in range(5):
        await store.record(use(asked))
    store.settle(0, "answered")
    await written(store)
    killed = path.with_name("killed.db")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(killed)) as copy:
        source.backup(copy)  # as a kill would leave it
    again = await opened(killed)
    assert counts(again) == {"unknown": 4}
    assert adds_up(again)
    assert in_file(killed, OUTCOMES) == [
        (0, "answered"),
        *((one, "unknown") for one in range(1, 5)),
    ]
    assert counts(store) == {"answered": 1, "waiting": 4}


async def test_uses_of_this_run_stay_under_way_when_the_file_is_opened_anew(opened, path, use, in_file):
    store = await opened()
    await store.record(use(1))
    path.unlink()
    await store.record(use(2))
    await written(store)
    assert in_file(path, OUTCOMES) == [(1, "begun"), (2, "begun")]
    store.settle(1, "answered")
    store.settle(2, "failed:429")
    await store.close()
    assert in_file(path, OUTCOMES) == [(1, "answered"), (2, "failed:429")]
    assert counts(store) == {"answered": 1, "failed": 1}


async def test_what_was_under_way_is_found_by_an_index(opened, path, in_file):
    await opened()
    plan = in_file(path, "EXPLAIN QUERY PLAN UPDATE uses SET outcome = 'unknown' WHERE outcome = 'begun'")
    assert "uses_under_way" in str(plan)


async def test_what_nobody_settles_is_unknown_in_the_end(opened, use, monkeypatch):
    store = await opened()
    await store.record(use(1))
    monkeypatch.setattr(logs, "LIFE", 0)
    store._uses._aged = float("-inf")
    await store.record(use(2))
    await written(store)
    assert store.unknown >= 1
    assert adds_up(store)


async def test_what_was_settled_stays_so_however_long_the_log_takes_it_no_more(opened, path, use, in_file, monkeypatch):
    store = await opened(rest=60)
    store._database._file.trouble("nothing can be written in this test")
    for asked, outcome in enumerate(("answered", "failed:429", "expired", "begun")):
        await store.record(use(asked))
        store.settle(asked, outcome)
    monkeypatch.setattr(logs, "LIFE", 0)
    store._uses._aged = float("-inf")
    store._database.wake()
    store._uses.wake_writer()
    await written(store)
    assert in_file(path, OUTCOMES) == [(0, "answered"), (1, "failed:429"), (2, "expired"), (3, "unknown")]


async def test_a_use_whose_row_is_gone_is_written_again_with_its_outcome(opened, path, use, in_file):
    store = await opened()
    for asked in range(4):
        await store.record(use(asked))
    await store._database.rows("DELETE FROM uses WHERE asked < 2")
    for asked in range(4):
        store.settle(asked, "answered")
    assert await store.record(use(4))
    await written(store)
    assert in_file(path, OUTCOMES) == [*((asked, "answered") for asked in range(4)), (4, "begun")]
    assert counts(store) == {"answered": 4, "waiting": 1}


async def test_more_uses_than_one_commit_takes_are_all_told(opened, path, use, in_file, monkeypatch):
    monkeypatch.setattr(logs, "TOGETHER", 7)
    store = await opened()
    assert all(await asyncio.gather(*(store.record(use(asked), wait=60) for asked in range(100))))
    assert in_file(path) == list(range(100))
    for asked in range(100):
        store.settle(asked, "answered")
    await written(store)
    assert counts(store) == {"answered": 100}


async def test_only_the_latest_settled_uses_are_remembered(opened, use, monkeypatch):
    monkeypatch.setattr(accounts, "RECENT", 10)
    store = await opened()
    for asked in range(50):
        store.record_later(use(asked, outcome="expired"))
    await written(store)
    assert len(store._ledger._recent) == 10
    store.settle(0, "answered")
    store.settle(49, "answered")
    await store.close()
    assert counts(store) == {"expired": 49, "answered": 1}


# Random walks.

IDS = st.integers(1, 12)
ENDS = st.sampled_from(["answered", "failed:429", "failed:10062", "expired", "unknown"])
STEPS = st.one_of(
    st.tuples(st.just("record"), IDS),
    st.tuples(st.just("record"), IDS),
    st.tuples(st.just("settle"), IDS, ENDS),
    st.tuples(st.just("note"), IDS, ENDS),
    st.tuples(st.just("pump")),
    st.tuples(st.just("turn"), st.integers(1, 6)),
    st.tuples(st.just("fail"), st.sampled_from(["", "before", "after"])),
    st.tuples(st.just("wake")),
    st.tuples(st.just("drop")),
)


async def step(world, what, *how):
    match what:
        case "record":
            (asked,) = how
            use = Use(asked, NOON + timedelta(seconds=asked), asked % 3, 2, "slash", "q", "k", True, "id", "e", 1.0)
            await world.log.record(use, wait=0)
        case "settle":
            world.log.settle(*how)
        case "note":
            asked, outcome = how
            use = Use(asked, NOON + timedelta(seconds=asked), asked % 3, 2, "slash", "q", "k", True, None, "e", 1.0)
            world.log.record_later(replace(use, outcome=outcome))
        case "pump":
            await world.pump()
        case "turn":
            world.log.wake_writer()
            for _ in range(how[0]):
                await asyncio.sleep(0)
        case "fail":
            world.database.fails = how[0]
        case "wake":
            world.database.problem = None
        case "drop":
            world.forgetting = True
            with contextlib.suppress(LogUnavailable):
                async with world.database.writing() as connection:
                    world.ledger.forget_guild(
                        1, Departure(NOON + timedelta(days=365), lambda: NOON + timedelta(days=365))
                    )
                    await connection.execute("DELETE FROM uses WHERE guild = 1")
                await world.ledger.wiped()
                world.forgetting = False


@settings(max_examples=150)
@given(steps=st.lists(STEPS, max_size=40), room=st.sampled_from([3, 1000]), emergency=st.sampled_from([5000, 40_000]))
def test_every_use_is_in_exactly_one_count_whatever_happens(tmp_path_factory, steps, room, emergency):
    async def walk():
        world = World(tmp_path_factory.mktemp("walk"), room=room, emergency=emergency)
        await world.start()
        for one in steps:
            await step(world, *one)
            world.check()
        await world.heal()
        if world.forgetting:  # what could not be forgotten is asked for again
            await step(world, "drop")
        world.check()
        ledger = world.ledger
        rows = world.rows()
        assert not ledger.unwritten
        assert {asked for asked, outcome in rows.items() if outcome == "begun"} == set(ledger.pending)
        assert world.losses() == ledger.lost
        if ("drop",) not in steps:
            ends = [outcome.partition(":")[0] for outcome in rows.values() if outcome != "begun"]
            assert {end: ends.count(end) for end in ends} == {end: n for end, n in ledger.settled.items() if n}
            assert ledger.given == len(rows) + ledger.lost
        assert not ledger.emergency.tally.beyond
        assert not ledger.emergency._end, "all is committed, so the emergency file is empty"
        world.kill()

    asyncio.run(walk())


LIVES = st.lists(
    st.lists(
        st.one_of(
            st.tuples(st.just("record"), st.integers(1, 10**9)),
            st.tuples(st.just("record"), st.integers(1, 10**9)),
            st.tuples(st.just("settle"), st.just(0), ENDS),
            st.tuples(st.just("pump")),
            st.tuples(st.just("turn"), st.integers(1, 6)),
            st.tuples(st.just("fail"), st.sampled_from(["", "before"])),
            st.tuples(st.just("wake")),
        ),
        max_size=15,
    ),
    min_size=2,
    max_size=5,
)


async def live(world, steps, given, ends, repeats):
    """One life of the process: its steps, and a kill."""
    told = []
    for what, *how in steps:
        if what == "settle":
            if not told or told[-1] in ends:
                continue
            how[0] = told[-1]
            ends[how[0]] = how[1]
        elif what == "record":
            if how[0] in given and not repeats:
                continue
            told.append(how[0])
            given.add(how[0])
        await step(world, what, *how)
        world.check()
    world.kill()


@settings(max_examples=150)
@given(lives=LIVES, room=st.sampled_from([3, 1000]), emergency=st.sampled_from([5000, 6000, 40_000]))
def test_what_was_answered_is_logged_or_counted_after_any_number_of_kills(tmp_path_factory, lives, room, emergency):
    large = (room, emergency) == (1000, 40_000)

    async def walk():
        world = World(tmp_path_factory.mktemp("walk"), room=room, emergency=emergency)
        given, ends = set(), {}
        for number, steps in enumerate(lives):
            await world.start()
            if number % 2:
                world.database.fails = "before"
            await live(world, steps, given, ends, repeats=large)  # one that fits nowhere cannot be known for a repeat
        await world.start()
        await world.heal()
        world.check()
        rows = world.rows()
        assert set(rows) <= given
        assert len(rows) + world.losses() == len(given)
        assert all(outcome in ("unknown", ends.get(asked)) for asked, outcome in rows.items())
        if large:
            assert set(rows) == given
        world.kill()

    asyncio.run(walk())
