"""Whose turn it is: few at a time, the newest first, and the oldest told while that is in time."""

import asyncio

import pytest

from bot.chat.admission.queues import MARGIN, UNSURE, WAITING, Cost, EachInTurn, Turn, Turns


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)


async def test_no_more_than_so_many_at_a_time(clock):
    turns = Turns(2, clock)
    assert await turns.take(103)
    assert await turns.take(103)
    third = asyncio.ensure_future(turns.take(103))
    await settle()
    assert not third.done()
    turns.leave()
    assert await third
    assert turns.under_way == 2


async def test_the_newest_is_next(clock):
    turns = Turns(1, clock)
    await turns.take(103)
    served = []

    async def ask(name):
        if await turns.take(103):
            served.append(name)
            turns.leave()

    waiting = [asyncio.ensure_future(ask(name)) for name in "abc"]
    await settle()
    turns.leave()
    await asyncio.gather(*waiting)
    assert served == ["c", "b", "a"]
    assert turns.under_way == 0


async def test_the_oldest_are_told_while_telling_all_is_still_in_time(clock):
    turns = Turns(1, clock)
    turns.cost.measured = 0.01 / UNSURE
    await turns.take(103)
    waiting = [asyncio.ensure_future(turns.take(103)) for _ in range(100)]
    await settle()
    clock.now = 103 - MARGIN - 0.005
    turns.leave()
    await settle()
    assert [one.done() and one.result() for one in waiting] == [False] * 100  # no time is left for one turn more
    assert turns.under_way == 0


async def test_only_so_many_are_told_as_have_to_be(clock):
    turns = Turns(1, clock, cost=Cost(0.01 / UNSURE, width=32))
    await turns.take(103)
    waiting = [asyncio.ensure_future(turns.take(103)) for _ in range(100)]
    await settle()
    clock.now = 103 - MARGIN - 0.605
    turns.leave()
    await settle()
    told = [one.done() and not one.result() for one in waiting]
    assert told == [True] * 40 + [False] * 60
    assert waiting[-1].result()
    turns.leave()
    for one in waiting[40:]:
        one.cancel()


async def test_the_way_to_discord_is_the_least_it_took_lately(clock):
    cost = Cost()
    assert cost.round_trip == 0.0
    for seconds in (0.3, 0.3, 2.0, 0.31):
        cost.answered_in(seconds)
    assert cost.round_trip < 0.1  # it becomes more by and by, and less at once
    for _ in range(400):
        cost.answered_in(0.3)
    assert 0.28 < cost.round_trip <= 0.3
    cost.answered_in(0.05)
    assert cost.round_trip == 0.05


async def test_the_way_to_discord_is_left_to_the_last_who_are_told(clock):
    turns = Turns(1, clock, cost=Cost(0.0, round_trip=0.3))
    await turns.take(103)
    waiting = asyncio.ensure_future(turns.take(103))
    await settle()
    clock.now = 103 - MARGIN - 0.31
    turns._on_timer()
    assert not waiting.done()
    clock.now = 103 - MARGIN - 0.29
    turns._on_timer()
    assert await waiting is False


async def test_the_backlog_is_bounded(clock):
    turns = Turns(1, clock, waiting=10)
    await turns.take(103)
    waiting = [asyncio.ensure_future(turns.take(103)) for _ in range(12)]
    await settle()
    assert [one.done() for one in waiting] == [True] * 2 + [False] * 10
    for one in waiting:
        one.cancel()


async def test_who_goes_away_while_waiting_leaves_no_trace(clock):
    turns = Turns(1, clock)
    await turns.take(103)
    waiting = [asyncio.ensure_future(turns.take(103)) for _ in range(2)]
    await settle()
    waiting[1].cancel()
    await settle()
    turns.leave()
    assert await waiting[0]
    turns.leave()
    assert (turns.under_way, turns.waiting) == (0, 0)


async def test_a_turn_given_to_somebody_who_is_just_leaving_goes_to_the_next(clock):
    turns = Turns(1, clock)
    await turns.take(103)
    waiting = [asyncio.ensure_future(turns.take(103)) for _ in range(2)]
    await settle()
    turns.leave()
    waiting[1].cancel()
    assert await waiting[0]
    turns.leave()
    assert turns.under_way == 0


async def test_who_only_waits_for_discord_leaves_the_work_to_others(clock):
    turns = Turns(1, clock, sending=2)
    mine = []
    for _ in range(3):
        assert await turns.take(103)
        mine.append(Turn(turns, lambda _: None))
        if len(mine) < 3:
            mine[-1].send_off()
            mine[-1].send_off()
    assert (turns.under_way, turns.sending) == (1, 2)
    fourth = asyncio.ensure_future(turns.take(103))
    await settle()
    mine[2].send_off()
    await settle()
    assert not fourth.done()  # as many as may be are under way
    mine[0].leave()
    assert await fourth
    turns.leave()
    for one in mine[1:]:
        one.leave()
    mine[1].send_off()
    assert turns.idle


async def test_a_slow_discord_makes_refusals_dear_from_the_start(clock):
    cost = Cost(width=64)
    for _ in range(40):
        cost.answered_in(0.128)
    assert 0.0018 < cost.each < 0.0021
    turns = Turns(1, clock, cost=cost)
    await turns.take(clock.now + 2.5)
    waiting = [asyncio.ensure_future(turns.take(clock.now + 2.5)) for _ in range(2000)]
    await settle()
    told = [one.done() for one in waiting]
    assert told == [True] * 80 + [False] * 1920  # as many as can be told at a time, and at once
    for one in waiting:
        one.cancel()
    await settle()
    assert cost.pending == 80


async def test_who_was_refused_and_goes_away_is_not_waited_for(clock):
    turns = Turns(1, clock, waiting=1)
    await turns.take(103)
    waiting = [asyncio.ensure_future(turns.take(103)) for _ in range(2)]
    await settle()
    assert turns.cost.pending == 1
    one = asyncio.ensure_future(turns.take(103))
    await asyncio.sleep(0)
    waiting[1].cancel()
    one.cancel()
    await settle()
    assert turns.cost.pending == 1


async def asking(turns, *names):
    """Who asks for a turn, in this order, while somebody else has one; in `served` who had one, in that order."""
    served, number = [], {name: number for number, name in enumerate("abcdefgh", 1)}

    async def ask(name):
        if await turns.take(103, number[name[0]]):
            served.append(name)
            await asyncio.sleep(0)
            turns.leave()

    waiting = [asyncio.ensure_future(ask(name)) for name in names]
    await settle()
    turns.leave()
    await asyncio.gather(*waiting)
    return served


async def test_who_asks_more_often_has_no_more_turns(clock):
    turns = EachInTurn(1, clock)
    await turns.take(103)
    served = await asking(turns, "b1", *(f"a{number}" for number in range(1, 5)), "c1", "a5", "b2", "a6")
    assert served == ["a6", "b2", "c1", "a5", "b1", "a4", "a3", "a2", "a1"]


async def test_who_had_a_turn_longest_ago_is_next(clock):
    turns = EachInTurn(1, clock)
    for who in (1, 2, 3):
        assert await turns.take(103, who)
        if who < 3:
            turns.leave()
    assert await asking(turns, "a", "b", "c", "d") == ["d", "a", "b", "c"]


async def test_one_who_floods_keeps_nobody_waiting_for_more_than_one_turn(clock):
    turns, had = EachInTurn(1, clock), []
    await turns.take(103, 1)

    async def ask(who):
        if await turns.take(163, who):
            had.append(who)

    waiting = []
    for round_ in range(50):
        waiting += [asyncio.ensure_future(ask(1)) for _ in range(2)]
        if round_ % 5 == 0:
            waiting += [asyncio.ensure_future(ask(10 + round_))]
        waiting += [asyncio.ensure_future(ask(1)) for _ in range(2)]
        await settle()
        turns.leave()
        await settle()
        if round_ % 5 == 0:
            assert had[-1] == 10 + round_
    for one in waiting:
        one.cancel()


async def test_who_had_turns_is_not_remembered_without_end(clock):
    turns = EachInTurn(1, clock)
    for who in range(WAITING + 50):
        assert await turns.take(103, who)
        turns.leave()
    assert len(turns._had) == WAITING


async def test_who_goes_away_from_where_each_has_a_turn_leaves_no_trace(clock):
    turns = EachInTurn(1, clock)
    await turns.take(103, 1)
    waiting = [asyncio.ensure_future(turns.take(103, who)) for who in (2, 3)]
    await settle()
    waiting[1].cancel()
    await settle()
    turns.leave()
    assert await waiting[0]
    assert 3 not in turns._had
    turns.leave()
    assert turns.idle
