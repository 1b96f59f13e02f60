"""How old is what arrives? A wrong clock drops nothing fresh, and what waited at Discord is known for old."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.admission.ages import LATE, ArrivalClock, sent_at

TRUTH = datetime(2026, 5, 1, tzinfo=UTC).timestamp()
"""The true time when the machine's steady clock says 1000."""
STEADY = 1000.0

wrong = st.sampled_from([0.0, 0.4, -0.4, 1.9, 10.0, -10.0, 47.0, 3600.0, -3600.0, 86_400.0 * 365, -86_400.0 * 365])
ways = st.lists(st.tuples(st.floats(0.05, 400), st.floats(0.02, 1.5)), min_size=1, max_size=60)
"""Pauses between arrivals, and how long each was on its way."""


class Machine:
    """A machine whose time of day is wrong by so much, and which hears from Discord."""

    def __init__(self, off=0.0):
        self.truth = TRUTH
        self.clock = ArrivalClock(STEADY, TRUTH + off)

    @property
    def steady(self):
        return STEADY + self.truth - TRUTH

    def later(self, seconds):
        self.truth += seconds

    def hears(self, travelled=0.1):
        return self.clock.age(self.truth - travelled, self.steady)

    def hears_time(self, travelled=0.05, wrong=0.0):
        second = datetime.fromtimestamp(int(self.truth - travelled + wrong), UTC)
        self.clock.observe_response_date(second, self.steady)


@given(wrong, ways)
def test_with_the_date_of_one_response_nothing_fresh_is_dropped(off, ways):
    machine = Machine(off)
    machine.hears_time()
    for pause, travelled in ways:
        machine.later(pause)
        assert machine.hears(travelled) <= LATE


@given(st.sampled_from([3600.0, -3600.0, 1e7, -1e7, -10.0, -47.0, 0.5, 0.0]), ways)
def test_without_any_date_nothing_fresh_is_dropped_either(off, ways):
    machine = Machine(off)
    for pause, travelled in ways:
        machine.later(pause)
        assert machine.hears(travelled) <= LATE


@given(st.floats(3, 290), st.lists(st.tuples(st.floats(1.5, 60), st.floats(0.05, 0.4)), min_size=3, max_size=20))
def test_a_clock_some_seconds_ahead_is_believed_only_until_three_agree(off, ways):
    machine = Machine(off)
    ages = []
    for pause, travelled in ways:
        machine.later(pause)
        ages.append(machine.hears(travelled))
    assert all(age <= LATE for age in ages[2:])


@given(wrong, ways, st.floats(3.0, 3000.0))
def test_what_is_late_is_known_for_late_once_anything_was_heard(off, ways, late):
    machine = Machine(off)
    machine.hears_time()
    machine.hears(0.05)
    for pause, _ in ways:
        machine.later(pause)
        machine.hears(0.05)
    assert machine.hears(late) == pytest.approx(late, abs=0.45)


@given(wrong, st.integers(1, 500), st.floats(5, 600))
@settings(max_examples=50)
def test_a_replay_after_an_outage_is_late_whatever_the_clock_says(off, events, outage):
    machine = Machine(off)
    machine.hears_time()
    machine.hears(0.05)
    machine.later(outage)
    machine.clock.replayed = True
    waited = [outage * (events - number) / events for number in range(events)]
    for seconds in waited:
        age = machine.hears(seconds + 0.05)
        assert (age > LATE) == (seconds + 0.05 > LATE) or abs(seconds - LATE) < 0.1
    machine.later(1)
    assert machine.hears(0.1) <= 0.2


def test_a_replay_in_the_first_minutes_is_not_taken_for_a_wrong_clock():
    machine = Machine()
    machine.clock.replayed = True
    assert [machine.hears(400 - number) > LATE for number in range(0, 390, 10)] == [True] * 39


@given(wrong, st.floats(60, 86_400))
def test_while_the_machine_sleeps_its_steady_clock_may_stand_still(off, asleep):
    machine = Machine(off)
    machine.hears_time()
    machine.hears(0.05)
    machine.clock.wall -= asleep  # as if the steady clock had lost so much
    for _ in range(4):
        machine.later(2)
        assert machine.hears(0.1) <= LATE
    machine.later(700)
    assert machine.hears(0.1) <= LATE
    assert machine.hears(30.0) == pytest.approx(30, abs=0.2)


strays = st.one_of(st.floats(-100, 100), st.sampled_from([86_400.0, -86_400.0, 1e7, -1e7]))
"""Seconds by which one stamp is ahead of the truth."""


@given(wrong, ways, st.integers(0, 60), strays)
def test_one_response_of_a_wrong_clock_costs_nothing_fresh(off, ways, at, stray):
    machine = Machine(off)
    machine.hears_time()
    machine.hears(0.3)
    for number, (pause, travelled) in enumerate(ways):
        machine.later(pause)
        if number == at % len(ways):
            machine.hears_time(wrong=stray)
        assert machine.hears(travelled) <= LATE


@given(wrong, ways, st.integers(0, 60), st.floats(0, 1e7))
def test_one_stamp_in_the_future_costs_nothing_fresh(off, ways, at, ahead):
    machine = Machine(off)
    machine.hears_time()
    machine.hears(0.3)
    for number, (pause, travelled) in enumerate(ways):
        machine.later(pause)
        if number == at % len(ways):
            assert machine.hears(-ahead) == 0.0
        assert machine.hears(travelled) <= LATE


@given(wrong, strays, st.integers(1, 5), st.lists(st.tuples(st.floats(0.05, 60), st.floats(0.02, 0.8)), max_size=30))
def test_where_the_first_response_is_wrong_the_others_tell(off, stray, others, ways):
    machine = Machine(off)
    machine.hears_time(wrong=stray)
    for _ in range(others):
        machine.hears_time()
    for pause, travelled in ways:
        machine.later(pause)
        assert machine.hears(travelled) <= LATE


@given(wrong, st.floats(4, 1e7), st.floats(4.0, 3000.0), st.integers(1, 12))
def test_after_a_response_of_a_wrong_clock_what_is_late_is_known_for_late(off, stray, late, arrivals):
    machine = Machine(off)
    machine.hears_time()
    machine.hears(0.05)
    machine.later(6)
    machine.hears_time(wrong=stray)
    for _ in range(arrivals):
        machine.later(2)
        assert machine.hears(late) == pytest.approx(late, abs=0.1)
    assert machine.hears(0.1) <= LATE


def test_one_stamp_far_in_the_future_costs_nobody_else_anything():
    machine = Machine()
    machine.hears()
    assert machine.hears(-90_000) == 0
    for _ in range(10):
        machine.later(0.3)
        assert machine.hears() <= 0.2


@given(st.floats(-300e-6, 300e-6))
@settings(max_examples=20)
def test_a_clock_that_runs_too_fast_or_too_slow_is_followed(drift):
    machine = Machine()
    for step in range(2000):
        machine.later(30)
        machine.clock.wall += 30 * drift
        age = machine.hears(0.1)
        assert age <= 0.1 + 30 * 25 * 300e-6, step


def test_the_offset_is_known_to_a_second_from_the_first_date():
    machine = Machine(off=10)
    assert machine.clock.offset is None
    machine.hears_time()
    assert machine.clock.offset == pytest.approx(10.5, abs=0.6)
    machine.hears(0.03)
    assert machine.clock.offset == pytest.approx(10.03, abs=0.01)


@pytest.mark.parametrize("number", [0, 1, 900_000, 1 << 40, (1 << 63) - 1, 1 << 64, 10**30])
def test_a_number_that_is_no_moment_has_no_age(number):
    assert sent_at(number) is None or sent_at(number) > datetime(2018, 1, 1, tzinfo=UTC).timestamp()


def test_an_id_tells_when_it_was_made():
    moment = datetime(2026, 5, 1, 12, tzinfo=UTC) + timedelta(milliseconds=125)
    snowflake = (int((moment.timestamp() - 1_420_070_400) * 1000) << 22) | 77
    assert sent_at(snowflake) == pytest.approx(moment.timestamp(), abs=0.002)


@given(st.floats(3.6, 290), st.integers(3, 12))
def test_a_gateway_that_lags_steadily_is_not_taken_for_a_wrong_clock(lag, arrivals):
    machine = Machine()
    machine.hears_time()
    for _ in range(arrivals):
        machine.later(2.0)
        assert machine.hears(lag) > LATE
    assert machine.hears(0.1) <= LATE


def test_a_date_of_long_ago_says_nothing_of_the_clock_any_more():
    machine = Machine()
    machine.hears_time()
    machine.later(301)
    ages = []
    for _ in range(3):
        machine.later(2.0)
        ages.append(machine.hears(20.0))
    assert ages[0] > LATE
    assert ages[-1] == 0.0


some_ahead = st.one_of(st.sampled_from([1.0, 1.5, 2.0, 2.5, 3.0, 3.4, 5.0]), st.floats(1.0, 6.0))
pauses = st.lists(st.floats(0.05, 5.0), min_size=3, max_size=7)


@given(wrong, st.one_of(some_ahead, strays), pauses, st.lists(st.floats(0.02, 0.3), min_size=1, max_size=20))
def test_where_the_first_response_is_wrong_nothing_fresh_looks_old(off, stray, others, ways):
    """What looks old has no time left to be answered in."""
    machine = Machine(off)
    machine.hears_time(wrong=stray)
    for pause in others:
        machine.later(pause)
        machine.hears_time()
    for travelled in ways:
        machine.later(2)
        assert machine.hears(travelled) <= travelled + 1.4


@given(wrong, some_ahead, st.integers(0, 7), st.lists(st.floats(0.05, 5.0), min_size=8, max_size=8))
def test_whichever_response_is_wrong_two_that_follow_mend_it(off, stray, number, gaps):
    machine = Machine(off)
    for index, pause in enumerate([*gaps, 0.3, 0.3]):
        machine.later(pause)
        machine.hears_time(wrong=stray if index == number else 0.0)
        if index >= number + 2 or index < number:
            assert machine.clock.offset - off >= -1.4


@given(wrong, st.lists(st.floats(1.3, 2.0), min_size=2, max_size=8), st.floats(5.0, 60.0))
def test_responses_that_were_long_on_their_way_make_nothing_late_fresh(off, ways, late):
    machine = Machine(off)
    machine.hears_time()
    machine.hears(0.05)
    for travelled in ways:
        machine.later(6)
        machine.hears_time(travelled)
    assert machine.hears(late) == pytest.approx(late, abs=0.1)
    assert machine.hears(0.1) <= 0.2
