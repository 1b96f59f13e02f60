"""The writer of uses, on a database that fails as it is told: what is written, when, and what is said of the rest."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.store.uses import batches
from bot.store.uses import use_writer as logs
from tests.store.uses.shaky import World
from tests.store.waiting import until

AWAY = "the disk is away"


@pytest.fixture
async def world_of(tmp_path):
    """Makes logs that are started; all are ended."""
    made = []

    async def make(*, start=None, **sizes):
        world = World(tmp_path, **sizes)
        made.append(world)
        await world.start(**(start or {}))
        return world

    yield make
    for world in made:
        world.kill()


async def test_record_says_whether_a_use_is_in_the_file(world_of, use):
    world = await world_of(room=1)
    assert await world.log.record(use(1), wait=5) is True
    world.database.problem = AWAY
    assert await world.log.record(use(2), wait=5) is False
    assert await world.log.record(use(3), wait=5) is False  # there is no room for it
    assert (world.rows(), world.ledger.lost) == ({1: "begun"}, 1)


async def test_a_loss_is_reported_though_no_other_use_comes(world_of, use):
    world = await world_of(room=0)
    assert await world.log.record(use(1), wait=5) is False
    await until(lambda: world.losses() == 1)


async def test_of_uses_that_are_refused_the_one_to_blame_is_lost_wherever_it_stands(world_of, use, caplog):
    world = await world_of()
    ids = (1, 2**70, 3, 4, 2**71)
    await asyncio.gather(*(world.log.record(use(asked), wait=5) for asked in ids))
    await until(lambda: not world.ledger.unwritten)
    assert world.rows() == {1: "begun", 3: "begun", 4: "begun"}
    assert world.ledger.lost == 2
    assert caplog.messages == ["a use cannot be written and is lost: datatype mismatch"] * 2
    world.check()


async def another_run(world, **state):
    """The log as the next process finds it, in the same two files."""
    world.kill()
    await world.start(**state)


async def test_what_an_earlier_run_left_is_written_at_the_start(world_of, use, caplog):
    world = await world_of()
    await world.log.record(use(3), wait=5)
    world.database.problem = AWAY
    for asked in (1, 2):
        await world.log.record(use(asked), wait=0)
    world.log.settle(1, "answered")
    await another_run(world)
    await until(lambda: len(world.rows()) == 3)
    assert world.rows() == {1: "answered", 2: "unknown", 3: "unknown"}
    path = world.ledger.emergency.path
    assert f"an earlier run was cut short: 2 uses come from {path}, 1 answers are of unknown end, 0 uses are lost" in (
        caplog.messages
    )
    assert (world.ledger.given, world.ledger.settled) == (3, {"answered": 1, "unknown": 2})


async def test_where_an_earlier_run_left_nothing_nothing_is_said(world_of, use, caplog):
    world = await world_of()
    await world.log.record(use(1, outcome="expired"), wait=5)
    await another_run(world)
    assert caplog.messages == []
    assert world.log._writer is None  # there is nothing to write


@pytest.mark.parametrize("state", [{"problem": AWAY}, {"opened": 0}])
async def test_what_an_earlier_run_left_is_taken_over_as_soon_as_the_log_can_be_written(world_of, use, state):
    world = await world_of()
    await world.log.record(use(1), wait=5)
    await another_run(world, **state)
    assert world.rows() == {1: "begun"}
    world.database.problem = None
    await world.log.record(use(2), wait=5)
    assert world.rows() == {1: "unknown", 2: "begun"}
    assert world.database.opened == 1
    assert world.ledger.given == 2


async def test_a_log_that_is_opened_anew_is_held_against_what_is_under_way(world_of, use):
    world = await world_of()
    await world.log.record(use(1), wait=5)
    world.file.execute("UPDATE uses SET asked = 9")  # as if another process had begun it
    world.database.opened = 2
    await world.log.record(use(2), wait=5)
    assert world.rows() == {9: "unknown", 2: "begun"}


async def test_while_the_log_rests_it_is_tried_again_by_and_by(world_of, use):
    world = await world_of(retry=0.01, start={"problem": AWAY})
    await world.log.record(use(1), wait=0)
    await asyncio.sleep(0.03)
    assert world.rows() == {}
    world.database.problem = None
    await until(lambda: world.rows() == {1: "begun"})


async def test_a_commit_that_fails_is_tried_again_though_no_other_use_comes(world_of, use):
    world = await world_of(retry=0.01)
    world.database.fails = "before"
    assert await world.log.record(use(1), wait=5) is False
    world.database.fails, world.database.problem = "", None
    await until(lambda: world.rows() == {1: "begun"})


async def test_outcomes_are_written_soon_though_no_other_use_comes(world_of, use):
    world = await world_of(soon=0.01)
    await world.log.record(use(1), wait=5)
    world.log.settle(1, "answered")
    assert world.rows() == {1: "begun"}
    await until(lambda: world.rows() == {1: "answered"})


async def test_a_use_that_nobody_waits_for_is_written_soon(world_of, use):
    world = await world_of(soon=0.01)
    world.log.record_later(use(1, outcome="expired"))
    await until(lambda: world.rows() == {1: "expired"})


async def test_the_emergency_file_has_the_last_outcome_of_what_it_holds_and_of_nothing_else(world_of, use):
    world = await world_of(start={"problem": AWAY})
    await world.log.record(use(1), wait=0)
    before = dict(world.ledger.emergency.payloads)
    world.database.problem = None
    world.log.record_later(use(2))
    for asked in (1, 2):
        world.log.settle(asked, "answered")
    assert list(world.ledger.emergency.payloads) == [1]
    assert dict(world.ledger.emergency.payloads) != before


async def test_what_is_due_sooner_is_not_put_off_by_what_is_due_later(world_of, use):
    world = await world_of(retry=60, soon=0.01)
    await world.log.record(use(1), wait=5)
    world.log._later(60)
    first = world.log._timer
    world.log.settle(1, "answered")
    assert first.cancelled()
    sooner = world.log._timer
    world.log._later(60)
    assert world.log._timer is sooner
    await until(lambda: world.rows() == {1: "answered"})


async def test_what_the_log_does_not_take_stands_in_the_emergency_file(world_of, use):
    world = await world_of()
    await world.log.record(use(1), wait=5)
    assert list(world.ledger.emergency.payloads) == []
    world.database.problem = AWAY
    world.log.settle(1, "answered")
    await world.log.record(use(2), wait=0)
    world.log.record_later(use(3))
    assert sorted(world.ledger.emergency.payloads) == [1, 2, 3]
    await world.heal()
    assert world.rows() == {1: "answered", 2: "begun", 3: "begun"}
    assert list(world.ledger.emergency.payloads) == []


async def test_what_is_as_expected_is_written_quickly_and_all_else_carefully(world_of, use, monkeypatch):
    carefully = []
    write_carefully = batches.write_carefully

    async def watched(connection, batch, uncertain, writes):
        carefully.append([entry.use.asked for entry, _ in batch])
        return await write_carefully(connection, batch, uncertain, writes)

    monkeypatch.setattr(batches, "write_carefully", watched)
    world = await world_of()
    assert await world.log.record(use(1), wait=5)
    assert await world.log.record(use(2), wait=5)
    world.log.settle(1, "answered")
    await world.pump()
    assert carefully == []
    assert world.database.told == [1, 1, 0]
    world.database.fails = "after"
    assert not await world.log.record(use(3), wait=5)
    assert world.ledger.uncertain == {3}
    world.database.fails, world.database.problem = "", None
    await world.pump()
    assert carefully == [[3]]
    assert world.database.told == [1, 1, 0, 0]
    assert (world.ledger.repeated, world.ledger.uncertain) == (0, set())
    assert world.rows() == {1: "answered", 2: "begun", 3: "begun"}


async def test_a_commit_that_was_surely_not_made_leaves_nothing_uncertain(world_of, use):
    world = await world_of()
    world.database.fails = "before"
    world.database.problem = AWAY
    await world.log.record(use(1), wait=0)
    assert world.ledger.uncertain == set()


async def test_what_nobody_settles_is_looked_for_now_and_then_and_ends_unknown(world_of, use, monkeypatch):
    monkeypatch.setattr(logs, "LIFE", 1000.0)
    time = asyncio.get_running_loop().time
    world = await world_of()
    for asked, outcome in ((1, "begun"), (2, "begun"), (3, "expired")):
        await world.log.record(use(asked, outcome=outcome), wait=5)
    began = time()
    world.ledger.pending[1].since = began - 1001
    world.ledger.pending[2].since = began - 500
    world.log._aged = began - 95
    world.log._age()
    assert world.ledger.pending[1].outcome == "begun"
    world.log._aged = began - 101
    world.log._age()
    assert {asked: entry.outcome for asked, entry in world.ledger.pending.items()} == {1: "unknown", 2: "begun"}
    assert world.log._aged >= began


async def test_at_the_end_what_is_under_way_is_written_as_unknown_and_nothing_is_said(world_of, use, caplog):
    world = await world_of()
    for asked in (1, 2):
        await world.log.record(use(asked), wait=5)
    world.log.settle(1, "answered")
    world.log._later(60)
    await world.log.drain(5)
    assert world.rows() == {1: "answered", 2: "unknown"}
    assert world.log._timer.cancelled()
    assert caplog.messages == []


async def test_at_the_end_whoever_waits_goes_on_and_the_writer_is_over(world_of, use):
    world = await world_of()
    await world.database._lock.acquire()
    waiting = asyncio.create_task(world.log.record(use(1), wait=60))
    await asyncio.sleep(0)
    await world.log.drain(0)
    assert world.log._writer.done()
    assert await waiting is False


async def test_at_the_end_the_log_is_tried_once_more_though_it_rests(world_of, use):
    world = await world_of(start={"problem": AWAY})
    await world.log.record(use(1), wait=0)
    await world.log.drain(5)
    assert world.rows() == {1: "unknown"}


@pytest.mark.parametrize(
    ("problem", "why", "counted"),
    [(None, "there was no time", "counted"), ("it is full", "it fails", "counted nowhere (it is full)")],
)
async def test_at_the_end_what_cannot_be_written_is_told(world_of, use, caplog, monkeypatch, problem, why, counted):
    world = await world_of()
    emergency = world.ledger.emergency
    monkeypatch.setattr(world.database, "wake", lambda: None)

    def hand_over():
        emergency.problem = problem
        return 1

    monkeypatch.setattr(world.ledger, "hand_over", hand_over)
    if problem:
        world.database.problem = why
    else:
        await world.database._lock.acquire()
    world.log.record_later(use(1))
    world.log.record_later(use(2))
    await world.log.drain(0)
    [said] = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert said == (
        f"2 uses could not be written ({why}): 1 stand in {emergency.path} for the next start, 1 are lost and {counted}"
    )


async def test_those_who_wait_go_on_when_the_log_is_given_up(world_of, use):
    world = await world_of()
    world.database.fails = "before"
    told = await asyncio.gather(*(world.log.record(use(asked), wait=60) for asked in range(5)))
    assert told == [False] * 5


async def test_a_use_that_has_no_room_in_a_commit_waits_for_the_next(world_of, use, monkeypatch):
    monkeypatch.setattr(logs, "TOGETHER", 2)
    world = await world_of()
    assert await asyncio.gather(*(world.log.record(use(asked), wait=60) for asked in range(5))) == [True] * 5
    assert sorted(world.rows()) == [0, 1, 2, 3, 4]


async def test_after_the_end_no_use_is_taken_and_none_is_settled(world_of, use):
    world = await world_of()
    await world.log.record(use(1), wait=5)
    world.database.closed = True
    assert await world.log.record(use(2), wait=5) is False
    world.log.settle(1, "answered")
    assert (world.ledger.pending[1].outcome, world.ledger.lost) == ("begun", 1)


async def test_a_fault_of_the_program_is_told_and_the_next_writer_has_its_chance(world_of, use, caplog, monkeypatch):
    world = await world_of(retry=0.01)

    async def broken(*_):
        monkeypatch.undo()
        raise ZeroDivisionError

    monkeypatch.setattr(batches, "write", broken)
    assert await world.log.record(use(1), wait=5) is False
    assert caplog.messages == ["the log cannot be written; 1 uses wait"]
    await until(lambda: world.rows() == {1: "begun"})


async def test_an_outcome_that_cannot_be_noted_is_told_and_never_raised(world_of, use, caplog, monkeypatch):
    world = await world_of()
    await world.log.record(use(1), wait=5)
    monkeypatch.setattr(world.ledger, "settle", lambda *_: 1 / 0)
    world.log.settle(1, "answered")
    assert caplog.messages == ["what became of an answer cannot be noted"]
