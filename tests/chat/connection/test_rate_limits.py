"""Limits of routes as Discord's answers tell them."""

import asyncio

import pytest

from bot.chat.connection.circuit_breaker import LONGEST
from bot.chat.connection.rate_limits import MOST, Bucket, Buckets, number
from bot.errors import Undelivered


def headers(limit, left, after):
    told = {"X-RateLimit-Limit": limit, "X-RateLimit-Remaining": left, "X-RateLimit-Reset-After": after}
    return {name: str(value) for name, value in told.items()}


@pytest.fixture
async def bucket():
    return Bucket(asyncio.get_running_loop().time)


async def far():
    return asyncio.get_running_loop().time() + 60


async def test_requests_go_one_by_one_until_the_limit_is_known(bucket):
    await bucket.take(await far())
    second = asyncio.create_task(bucket.take(await far()))
    await asyncio.sleep(0)
    assert not second.done()
    bucket.give_back(headers(5, 4, 60))
    await second
    assert bucket.free == 3


async def test_as_many_as_the_limit_allows_go_at_once(bucket):
    await bucket.take(await far())
    bucket.give_back(headers(5, 4, 60))
    for _ in range(4):
        await bucket.take(await far())
    with pytest.raises(Undelivered) as caught:
        await bucket.take(asyncio.get_running_loop().time() + 10)
    assert caught.value.why == "429"
    assert 50 < caught.value.retry_after <= 60


async def test_after_the_reset_there_is_room_again(bucket):
    await bucket.take(await far())
    bucket.give_back(headers(1, 0, 0.01))
    await bucket.take(await far())


@pytest.mark.parametrize("seconds", [LONGEST + 1, 1e9, 1e300])
@pytest.mark.parametrize("how", ["a limit", "too much"])
async def test_no_limit_lasts_longer_than_an_hour(how, seconds):
    now = [0.0]
    bucket = Bucket(lambda: now[0])
    await bucket.take(60)
    bucket.give_back(headers(5, 0, seconds) if how == "a limit" else None)
    if how == "too much":
        bucket.close_for(seconds)
    now[0] = LONGEST - 1
    with pytest.raises(Undelivered):
        await bucket.take(LONGEST - 0.5)
    now[0] = LONGEST
    await bucket.take(LONGEST + 1)


async def test_many_that_wait_go_in_the_pace_of_the_limit(bucket):
    order = []

    async def one(name):
        await bucket.take(await far())
        order.append(name)
        await asyncio.sleep(0)
        bucket.give_back(headers(2, 1 if len(order) % 2 else 0, 0.01))

    await asyncio.gather(*(one(name) for name in range(10)))
    assert sorted(order) == list(range(10))


async def test_a_request_without_an_answer_gives_its_place_back(bucket):
    await bucket.take(await far())
    bucket.give_back(None)
    await bucket.take(await far())


async def test_one_that_waits_and_is_cancelled_takes_nothing(bucket):
    await bucket.take(await far())
    waiting = asyncio.create_task(bucket.take(await far()))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    bucket.give_back(headers(1, 1, 60))
    await bucket.take(await far())


async def test_where_discord_names_no_limit_none_is_kept(bucket):
    await bucket.take(await far())
    bucket.give_back({})
    for _ in range(5):
        await bucket.take(await far())


async def test_an_answer_that_names_no_limit_changes_nothing_of_the_one_that_is_known(bucket):
    await bucket.take(await far())
    bucket.give_back(headers(5, 1, 60))
    await bucket.take(await far())
    bucket.give_back({})
    assert bucket.free == 0
    with pytest.raises(Undelivered):
        await bucket.take(asyncio.get_running_loop().time() + 10)


async def test_who_waits_in_vain_until_the_end_of_its_time_is_told_that_it_is_over(bucket):
    await bucket.take(await far())
    with pytest.raises(Undelivered) as caught:
        await bucket.take(asyncio.get_running_loop().time() + 0.01)
    assert caught.value.why == "timeout"


async def test_routes_that_share_a_limit_share_it():
    buckets = Buckets(asyncio.get_running_loop().time)
    first = buckets.of("POST /a", "5")
    buckets.learn("POST /a", "5", first, {"X-RateLimit-Bucket": "abc"})
    assert buckets.of("POST /a", "5") is first
    buckets.learn("POST /b", "5", buckets.of("POST /b", "5"), {"X-RateLimit-Bucket": "abc"})
    assert buckets.of("POST /b", "5") is first
    assert buckets.of("POST /b", "6") is not first


async def test_memory_is_bounded():
    buckets = Buckets(asyncio.get_running_loop().time)
    busy = buckets.of("POST /a", "busy")
    await busy.take(await far())
    for place in range(3 * MOST):
        buckets.of("POST /a", str(place))
    assert len(buckets._buckets) <= MOST
    assert buckets.of("POST /a", "busy") is busy


@pytest.mark.parametrize("text", [None, "", "x", "nan", "inf", "-1", [], {}, "1e400", 10**400])
def test_what_is_no_number_is_none(text):
    assert number(text) is None


@pytest.mark.parametrize(("text", "value"), [("5", 5.0), (0.3, 0.3), ("1e1", 10.0), (0, 0.0)])
def test_what_is_a_number_is_one(text, value):
    assert number(text) == value
