"""The time of Discord's responses tells how wrong this machine's clock is, before anything else arrives."""

from types import SimpleNamespace

import pytest

from bot.chat.internals import arrivals


def ended(**headers):
    return SimpleNamespace(response=SimpleNamespace(headers=headers))


async def hear(trace, **headers):
    for told in trace.on_request_end:
        await told(None, None, ended(**headers))


async def test_a_response_tells_the_time_and_others_soon_after_do_not():
    told = []
    trace = arrivals.dates(told.append)
    for _ in range(3):
        await hear(trace, Date="Fri, 01 May 2026 12:00:00 GMT")
    assert [one.isoformat() for one in told] == ["2026-05-01T12:00:00+00:00"]


@pytest.mark.parametrize(
    "headers", [{}, {"Date": ""}, {"Date": "yesterday"}, {"Date": "Fri, 99 May 2026 12:00:00 GMT"}]
)
async def test_a_response_without_a_time_tells_nothing(headers):
    told = []
    await hear(arrivals.dates(told.append), **headers)
    assert told == []


def test_discord_py_is_as_it_is_taken_to_be():
    arrivals.check()
