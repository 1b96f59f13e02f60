"""Whose turn it is: few at a time, the newest first, and the oldest told while that is in time."""

import asyncio

import pytest

from bot.chat.gate.turns import MARGIN, UNSURE, Turns


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
    turns.telling = 0.01 / UNSURE
    await turns.take(103)
    waiting = [asyncio.ensure_future(turns.take(103)) for _ in range(100)]
    await settle()
    clock.now = 103 - MARGIN - 0.005
    turns.leave()
    await settle()
    assert [one.done() and one.result() for one in waiting] == [False] * 100  # no time is left for one turn more
    assert turns.under_way == 0


async def test_only_so_many_are_told_as_have_to_be(clock):
    turns = Turns(1, clock)
    turns.telling = 0.01 / UNSURE
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
