"""What a report counts, whom it may be about, whose words stand in it, and how it is read."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from bot.errors import LogUnavailable
from bot.store.records import Channel, Counted, Guild, place_of
from bot.store.reports.read_connection import ReadConnection
from bot.store.reports.use_counts import statement
from bot.store.sqlite.migrations import schema_steps

TYPED = [
    "pizza",
    "my-friends-name|",
    "any|stoltenberg",
    "topic:russia|2014",
    "quote:a-quote|“words”",
    "any other",
    "x:y",
]
PLAIN = ["any", "topic:russia", "quote:a-quote", "check:altered"]


@pytest.fixture
async def logged(opened, use):
    """A log with these uses, answered unless they say otherwise."""

    async def fill(*changes):
        store = await opened()
        for asked, changed in enumerate(changes):
            await store.record(use(asked, **({"outcome": "answered"} | changed)))
        return store

    return fill


def miss(words, **changed):
    return {"found": False, "quote": None, "query": words, "key": words, **changed}


async def test_words_are_shown_where_three_members_asked_them_and_only_there(logged):
    store = await logged(
        miss("pizza"),
        miss("pizza"),
        miss("pizza", shared=True),
        miss("somebody's trouble"),
        miss("football", guild=9, shared=True),
        miss("football"),
    )
    report = await store.report(7, Guild(1), misses=True)
    assert report.missed == (Counted("pizza", 3),)
    assert report.misses == 5
    assert (await store.report(7, Guild(9), misses=True)).missed == (Counted("football", 1),)
    assert (await store.report_all(7)).missed == (Counted("pizza", 3), Counted("football", 1))


async def test_what_found_nothing_is_named_only_to_those_who_may_see_it(logged):
    store = await logged(miss("pizza", shared=True))
    report = await store.report(7, Guild(1))
    assert (report.misses, report.missed) == (1, ())


@pytest.mark.parametrize("key", TYPED)
async def test_a_key_with_typed_words_is_shown_only_where_shared(logged, key):
    store = await logged({"key": key}, {"key": key, "guild": 9, "shared": True}, {"key": key, "guild": 9})
    assert (await store.report(7, Guild(1))).keys == ()
    assert (await store.report(7, Guild(9))).keys == (Counted(key, 2),)
    assert (await store.report_all(7)).keys == (Counted(key, 2),)


@pytest.mark.parametrize("key", PLAIN)
async def test_a_key_of_the_banks_own_is_always_shown(logged, key):
    store = await logged({"key": key})
    assert (await store.report(7, Guild(1))).keys == (Counted(key, 1),)


async def test_what_was_asked_in_private_is_counted_and_has_no_line(logged):
    store = await logged({"query": "", "key": ""}, miss("", shared=True), {"query": "", "key": "", "shared": True})
    for report in (await store.report(7, Guild(1), misses=True), await store.report_all(7)):
        assert (report.uses, report.misses) == (2, 1)
        assert report.keys == report.missed == ()


async def test_only_what_was_answered_counts_as_given(logged):
    ends = ("failed:429", "failed:429", "failed:timeout", "failed:10062", "expired", "unknown", "begun", "begun")
    store = await logged({}, miss("pizza"), *({"outcome": end, "key": "any", "entry_point": "menu"} for end in ends))
    report = await store.report(7, Guild(1), misses=True)
    assert (report.uses, report.misses, report.answered) == (1, 1, 2)
    assert report.keys == (Counted("topic:russia", 1),)
    assert report.quotes == (Counted("a-quote", 1),)
    assert report.ways == (Counted("slash", 2),)
    assert [day.count for day in report.by_day] == [2]
    assert (report.failed, report.expired, report.unknown, report.waiting) == (4, 1, 1, 2)
    assert report.reasons[0] == Counted("429", 2)
    assert {one.name for one in report.reasons} == {"429", "timeout", "10062"}
    assert report.given == 10


async def test_without_a_server_a_report_is_about_that_channel_and_nothing_else(logged):
    store = await logged(
        *({"guild": 1, "channel": 2} for _ in range(5)),
        {"guild": None, "channel": 50, "query": "", "key": ""},
        {"guild": None, "channel": 51, "query": "", "key": ""},
    )
    assert (await store.report(7, place_of(None, 50))).uses == 1
    assert (await store.report(7, place_of(None, None))).uses == 0
    assert (await store.report(7, Channel(2))).uses == 0, "a channel of a server is not outside of any"
    for nothing in (Guild(None), Channel(None), Guild(0)):  # type: ignore[arg-type]
        assert (await store.report(7, nothing)).uses == 0
    assert place_of(7, 50) == Guild(7)


@pytest.mark.parametrize("nothing", [None, 1, "1", object()])
async def test_a_report_about_no_place_is_refused(logged, nothing):
    store = await logged({})
    with pytest.raises(TypeError):
        await store.report(7, nothing)


@pytest.mark.parametrize(
    ("about", "index"),
    [(Guild, "uses_of_a_guild (guild=? AND time>?)"), (Channel, "uses_of_a_round (channel=?)"), (None, "uses_in_time")],
)
async def test_a_report_is_served_by_an_index(opened, path, about, index):
    store = await opened()
    await store.close()
    parameters = {"place": 1, "since": 1, "top": 10, "most": 5}
    with closing(sqlite3.connect(path)) as connection:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement(about)}", parameters)]
    of_uses = [step for step in plan if " uses" in step]
    assert of_uses == [f"SEARCH uses USING INDEX {index}" + ("" if about else " (time>?)")]
    assert " OR " not in statement(about).partition(")\nSELECT")[0]


async def test_a_report_is_read_while_another_holds_the_log_locked_and_the_writer_waits(logged, path):
    store = await logged({}, {})
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert (await store.report(7, Guild(1))).uses == 2
        other.execute("ROLLBACK")


async def test_the_reader_can_change_nothing(logged, path):
    await logged({})
    reader = ReadConnection(path)
    with pytest.raises(LogUnavailable, match="cannot be read"):
        await reader.rows("DELETE FROM uses")
    assert await reader.rows("SELECT count(*) FROM uses") == [(1,)]
    await reader.close()


async def test_another_file_in_its_place_is_what_is_read_next(opened, use, tmp_path):
    first, second = await opened(tmp_path / "one.db"), await opened(tmp_path / "two.db")
    await second.record(use(1))
    reader = ReadConnection(tmp_path / "one.db")
    assert await reader.rows("SELECT count(*) FROM uses") == [(0,)]
    await first.close()
    await second.close()
    (tmp_path / "two.db").replace(tmp_path / "one.db")
    assert await reader.rows("SELECT count(*) FROM uses") == [(1,)]
    (tmp_path / "one.db").unlink()
    with pytest.raises(LogUnavailable, match="no log"):
        await reader.rows("SELECT 1")
    await reader.close()
    await reader.close()
    with pytest.raises(LogUnavailable, match="closed"):
        await reader.rows("SELECT 1")


async def test_what_is_no_database_is_said_to_be_unreadable(tmp_path):
    (tmp_path / "noise.db").write_text("no database " * 100)
    reader = ReadConnection(tmp_path / "noise.db")
    with pytest.raises(LogUnavailable, match="cannot be read"):
        await reader.rows("SELECT count(*) FROM uses")
    await reader.close()


async def test_counting_ends_when_it_takes_too_long_and_the_next_question_is_answered(logged, path):
    await logged({})
    reader = ReadConnection(path, patience=0.2)
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    with pytest.raises(LogUnavailable, match="too long"):
        await reader.rows(endless)
    assert await reader.rows("SELECT count(*) FROM uses") == [(1,)]
    await reader.close()


async def test_a_log_that_is_closed_leaves_one_file(logged, path):
    store = await logged({})
    await store.report(7, Guild(1))
    await store.close()
    there = [file.name for file in path.parent.iterdir()]
    assert path.name in there
    assert not [name for name in there if name.endswith(("-wal", "-shm"))]


BEFORE_THE_STEP = [
    (("topic:russia", "given"), ("", "topic:russia", 1, "answered")),
    (("secret words", "given"), ("", "", 1, "answered")),
    (("topic:secret", "missed"), ("", "", 0, "answered")),
    (("any|secret", "given"), ("", "", 1, "answered")),
]
"""Keys and outcomes as they stood in a log, and what is left of those rows."""


def of_before_the_step(path, times=1):
    path.parent.mkdir(parents=True)
    (_, first), *_ = schema_steps()
    with closing(sqlite3.connect(path)) as old:
        old.executescript(first + "CREATE TABLE migrations (number INTEGER PRIMARY KEY, time INTEGER NOT NULL) STRICT;")
        old.execute("PRAGMA application_id = 0x51754F74")
        old.execute("INSERT INTO migrations VALUES (1, 1)")
        for asked, ((key, outcome), _) in enumerate(BEFORE_THE_STEP * times):
            row = (asked, 1, None, 2, "slash", "secret words", key, outcome, None, "0123abcd", 1.0)
            old.execute(f"INSERT INTO uses VALUES ({', '.join('?' * len(row))})", row)
        old.commit()


async def test_words_of_before_the_step_do_not_stay(opened, path):
    of_before_the_step(path)
    store = await opened()
    rows = await store._database.rows("SELECT query, key, found, outcome FROM uses ORDER BY asked")
    assert rows == [left for _, left in BEFORE_THE_STEP]


@pytest.mark.parametrize("damage", ["a page", "the end"])
async def test_nor_are_they_taken_over_from_a_log_that_was_damaged(opened, path, damage):
    of_before_the_step(path, times=500)
    whole = path.read_bytes()
    middle, end = len(whole) // 2, len(whole) * 3 // 4
    spoilt = whole[:middle] + b"\x5a" * 4096 + whole[middle + 4096 :]
    path.write_bytes(spoilt if damage == "a page" else whole[:end])
    store = await opened()
    assert store.notices
    rows = await store._database.rows("SELECT asked, query, key, found, outcome FROM uses")
    assert rows
    assert all(tuple(left) == BEFORE_THE_STEP[asked % 4][1] for asked, *left in rows)


async def test_a_quote_that_words_found_which_are_not_kept_is_in_no_list(logged):
    """As older versions wrote what was asked in private: without its words, with its quote."""
    store = await logged(
        {"key": "", "query": "", "quote": "alone"}, {"quote": "a-quote"}, {"key": "", "quote": "alone"}
    )
    for report in (await store.report(7, Guild(1), misses=True), await store.report_all(7)):
        assert report.quotes == (Counted("a-quote", 1),)
        assert report.uses == 3
