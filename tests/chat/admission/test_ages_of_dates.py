"""The time of Discord's responses tells how wrong this machine's clock is, before anything else arrives."""

from datetime import UTC, datetime
from email.utils import format_datetime
from types import SimpleNamespace

import pytest

from bot.chat.admission.ages import LATE, WRONG, ArrivalClock
from bot.chat.connection import interactions
from bot.chat.connection.interactions import AT_ONCE, FIRST, SELDOM

WALL = datetime(2026, 5, 1, tzinfo=UTC).timestamp()


class Clock:
    """Seconds that only this file moves."""

    now = 1000.0

    def __call__(self):
        return self.now


def ended(**headers):
    return SimpleNamespace(response=SimpleNamespace(headers=headers))


async def hear(trace, clock=None, took=0.0, **headers):
    context = trace.trace_config_ctx()
    for began in trace.on_request_start:
        await began(None, context, None)
    if clock:
        clock.now += took
    for told in trace.on_request_end:
        await told(None, context, ended(**headers))


def at(second):
    return f"Fri, 01 May 2026 12:00:{second:02} GMT"


async def test_the_first_responses_tell_the_time_and_others_soon_after_do_not():
    told, clock = [], Clock()
    trace = interactions.dates(told.append, clock)
    for second in range(30):
        await hear(trace, Date=at(second))
    assert [one.second for one in told] == list(range(FIRST))
    clock.now += SELDOM
    await hear(trace, Date=at(40))
    assert told[-1].second == 40


@pytest.mark.parametrize("took", [AT_ONCE + 0.01, 6.0, 3600.0])
@pytest.mark.parametrize("slow", [1, 2, FIRST])
async def test_a_response_that_was_long_under_way_tells_no_time_be_it_the_first(took, slow):
    told, clock = [], Clock()
    trace = interactions.dates(told.append, clock)
    for second in range(slow):
        await hear(trace, clock, took, Date=at(second))
    assert told == []
    await hear(trace, clock, AT_ONCE / 2, Date=at(30))
    await hear(trace, clock, took, Date=at(40))
    assert [one.second for one in told] == [30]


@pytest.mark.parametrize("took", [0.0, 6.0, 30.0])
async def test_a_slow_first_response_makes_no_clock_wrong(took):
    """Neither is one told to be, nor does anything that is fresh look late."""
    clock, arrived = Clock(), ArrivalClock(1000.0, WALL + 1000.0)
    trace = interactions.dates(lambda date: arrived.observe_response_date(date, clock()), clock)
    await hear(trace, clock, took, Date=format_datetime(datetime.fromtimestamp(WALL + 1000.0, UTC)))
    assert abs(arrived.offset or 0.0) < WRONG
    assert arrived.age(WALL + clock() - 0.1, clock()) <= LATE


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
    await hear(interactions.dates(told.append, Clock()), **headers)
    assert told == []


@pytest.mark.parametrize("date", ["Mon, 01 Jan 0001 00:00:00 +2359", "Fri, 31 Dec 9999 23:59:59 -2359"])
async def test_that_a_time_cannot_be_reckoned_with_ends_no_request(date):
    def tell(date):
        date.astimezone(UTC)

    await hear(interactions.dates(tell, Clock()), Date=date)


def test_discord_py_is_as_it_is_taken_to_be():
    interactions.check()
