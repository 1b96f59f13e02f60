"""The time of Discord's responses tells how wrong this machine's clock is, before anything else arrives."""

from datetime import UTC
from types import SimpleNamespace

import pytest

from bot.chat.internals import arrivals
from bot.chat.internals.arrivals import FIRST


def ended(**headers):
    return SimpleNamespace(response=SimpleNamespace(headers=headers))


async def hear(trace, **headers):
    for told in trace.on_request_end:
        await told(None, None, ended(**headers))


async def test_the_first_responses_tell_the_time_and_others_soon_after_do_not():
    told = []
    trace = arrivals.dates(told.append)
    for second in range(30):
        await hear(trace, Date=f"Fri, 01 May 2026 12:00:{second:02} GMT")
    assert [one.isoformat() for one in told] == [f"2026-05-01T12:00:{second:02}+00:00" for second in range(FIRST)]


NO_TIMES = [
    "",
    "yesterday",
    "Fri, 99 May 2026 12:00:00 GMT",
    "Mon, 01 Jan 2024 00:00:00 +99999999999999999999",
    "Mon, 01 Jan 2024 00:00:00 -2400",
    "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
    "Mon, 01 Jan 2024 99999999999999999999:00:00 GMT",
    "Mon, 01 Jan 2024 00:00:00 " + "9" * 5000,
    ",",
    ": : :",
    "\udcff, 01 Jan",
]


@pytest.mark.parametrize("headers", [{}, *({"Date": date} for date in NO_TIMES)])
async def test_a_response_without_a_time_tells_nothing(headers):
    told = []
    await hear(arrivals.dates(told.append), **headers)
    assert told == []


@pytest.mark.parametrize("date", ["Mon, 01 Jan 0001 00:00:00 +2359", "Fri, 31 Dec 9999 23:59:59 -2359"])
async def test_that_a_time_cannot_be_reckoned_with_ends_no_request(date):
    def tell(date):
        date.astimezone(UTC)

    await hear(arrivals.dates(tell), Date=date)


def test_discord_py_is_as_it_is_taken_to_be():
    arrivals.check()
