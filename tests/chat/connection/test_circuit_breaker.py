"""When Discord wants silence, and how often it was asked in vain."""

import asyncio
import logging
from functools import partial
from types import SimpleNamespace

import pytest

from bot.chat.connection.circuit_breaker import (
    ANSWERS_ONLY,
    LONGEST,
    NOTHING,
    PROBING,
    Circuit,
    InvalidRequests,
    Standing,
)
from bot.errors import Undelivered


@pytest.fixture
def clock():
    return SimpleNamespace(now=0.0)


@pytest.fixture
def circuit(clock):
    return Circuit("requests", lambda: clock.now)


def test_closed_it_lets_everything_pass(circuit):
    assert not circuit.enter()
    assert not circuit.opened


def test_open_it_says_for_how_long(circuit, clock):
    circuit.open(30, "too much")
    clock.now = 10
    with pytest.raises(Undelivered) as caught:
        circuit.enter()
    assert (caught.value.why, caught.value.retry_after) == ("429", 20)


def test_the_same_silence_is_told_of_once_a_minute_and_a_longer_one_at_once(circuit, clock, caplog):
    caplog.set_level(logging.INFO)
    for _ in range(100):
        circuit.open(0.3, "too much")
        clock.now += 0.4
        circuit.enter()
        circuit.probed(passed=True)
    assert caplog.text.count("no requests for 0.3 s") == caplog.text.count("takes requests again") == 1
    circuit.open(300, "too much")
    assert "no requests for 300.0 s" in caplog.text
    clock.now += 301
    circuit.enter()
    circuit.probed(passed=True)
    circuit.open(0.3, "too much")
    assert caplog.text.count("no requests for 0.3 s") == caplog.text.count("takes requests again") == 2


def test_a_silence_that_becomes_longer_while_it_lasts_is_kept_and_told_of_once(circuit, clock, caplog):
    for seconds in (30, 300, 20):
        circuit.open(seconds, "too much")
    assert [line for line in caplog.messages if "no requests" in line] == ["no requests for 30.0 s: too much"]
    clock.now = 299
    with pytest.raises(Undelivered) as caught:
        circuit.enter()
    assert caught.value.retry_after == 1


def test_then_one_goes_ahead(circuit, clock):
    circuit.open(30, "too much")
    clock.now = 30
    assert circuit.enter()
    with pytest.raises(Undelivered):
        circuit.enter()
    circuit.probed(passed=True)
    assert not circuit.enter()


def test_a_probe_that_got_nowhere_is_followed_by_another(circuit, clock):
    circuit.open(30, "too much")
    clock.now = 30
    assert circuit.enter()
    circuit.probed(passed=False)
    assert circuit.enter()


def test_a_probe_that_is_refused_begins_it_again(circuit, clock):
    circuit.open(30, "too much")
    clock.now = 30
    assert circuit.enter()
    circuit.open(60, "too much")
    circuit.probed(passed=False)
    clock.now = 89
    with pytest.raises(Undelivered):
        circuit.enter()


def test_a_probe_that_hangs_is_waited_for_a_moment_only(circuit, clock):
    circuit.open(30, "too much")
    clock.now = 30
    assert circuit.enter()
    clock.now += PROBING - 0.1
    with pytest.raises(Undelivered):
        circuit.enter()
    clock.now += 0.1
    assert circuit.enter()  # another probe
    with pytest.raises(Undelivered):
        circuit.enter()
    circuit.probed(passed=True)
    assert not circuit.enter()
    circuit.probed(passed=False)  # the first, at last
    assert not circuit.enter()


async def test_a_token_that_is_refused_while_somebody_waits_is_not_shown():
    clock = asyncio.get_running_loop().time
    standing = Standing(clock)
    standing.requests.open(0.05, "too much")
    waiting = asyncio.create_task(standing.enter_by(clock() + 60, answer=True))
    await asyncio.sleep(0)
    standing.token_refused = True
    with pytest.raises(Undelivered) as caught:
        await waiting
    assert caught.value.why == "401"


def test_a_shorter_wait_does_not_shorten_a_longer(circuit, clock):
    circuit.open(60, "a")
    circuit.open(5, "b")
    clock.now = 30
    with pytest.raises(Undelivered):
        circuit.enter()


@pytest.mark.parametrize("seconds", [LONGEST + 1, 1e9, 1e300])
def test_nobody_is_silent_for_ever(circuit, clock, seconds):
    circuit.open(seconds, "too much")
    clock.now = LONGEST
    assert circuit.enter()


async def test_who_can_wait_passes_once_the_probe_has_passed():
    clock = asyncio.get_running_loop().time
    circuit, passed, gone_ahead = Circuit("requests", clock), [], asyncio.Event()
    circuit.open(0.05, "too much")

    async def enter():
        probe = await circuit.enter_by(clock() + 60)
        passed.append(probe)
        gone_ahead.set()

    tasks = [asyncio.create_task(enter()) for _ in range(5)]
    await gone_ahead.wait()
    await asyncio.sleep(0.02)
    assert passed == [True]
    circuit.probed(passed=True)
    await asyncio.gather(*tasks)
    assert passed == [True, False, False, False, False]


async def test_who_cannot_wait_so_long_is_told_at_once(circuit):
    circuit.open(30, "too much")
    with pytest.raises(Undelivered) as caught:
        await circuit.enter_by(asyncio.get_running_loop().time() + 29)
    assert caught.value.retry_after == 30


def test_it_is_told_once(circuit, caplog):
    with caplog.at_level(logging.WARNING):
        for _ in range(10):
            circuit.open(60, "too much")
    assert len(caplog.records) == 1


async def test_the_wall_before_discord_means_a_minute_at_least_for_both_ways(clock):
    standing = Standing(lambda: clock.now)
    standing.banned(3, answers=True)
    clock.now = 59
    for enter in (partial(standing.enter_by, answer=True), standing.callbacks.enter_by):
        with pytest.raises(Undelivered):
            await enter(0.0)
    clock.now = 60
    assert await standing.enter_by(0.0, answer=True)
    assert await standing.callbacks.enter_by(0.0)


def test_invalid_requests_are_counted_over_ten_minutes(clock):
    invalid = InvalidRequests(lambda: clock.now)
    for second in range(700):
        clock.now = float(second)
        invalid.note()
    assert invalid.count == 600
    clock.now += 600
    assert invalid.count == 0


def test_refusals_around_a_mark_are_told_once(clock, caplog):
    invalid = InvalidRequests(lambda: clock.now)
    for _ in range(2 * NOTHING):  # the oldest are forgotten while others come
        clock.now += 600 / NOTHING
        invalid.note()
        invalid.note()
    assert [record.args[0] for record in caplog.records] == [ANSWERS_ONLY, NOTHING, NOTHING]


async def test_beyond_half_of_what_blocks_the_address_only_answers_go(clock, caplog):
    standing = Standing(lambda: clock.now)
    assert ANSWERS_ONLY == 5_000  # 10,000 block the address
    for _ in range(ANSWERS_ONLY):
        standing.invalid.note()
    await standing.enter_by(0.0, answer=True)
    with pytest.raises(Undelivered):
        await standing.enter_by(0.0, answer=False)
    assert caplog.text.count("blocks the address") == 1
    clock.now = 600
    await standing.enter_by(0.0, answer=False)


async def test_short_of_what_blocks_the_address_nothing_goes(clock, caplog):
    standing = Standing(lambda: clock.now)
    for _ in range(8_999):
        standing.refused()
    await standing.enter_by(0.0, answer=True)
    assert not await standing.callbacks.enter_by(0.0)
    standing.refused()
    for enter in (partial(standing.enter_by, answer=True), standing.callbacks.enter_by):
        with pytest.raises(Undelivered):
            await enter(0.0)
    assert "nothing is sent with the token" in caplog.text
    clock.now = 600
    await standing.enter_by(0.0, answer=True)
