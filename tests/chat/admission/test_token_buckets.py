"""How much one member may ask in a while."""

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.admission.token_buckets import Pace


def test_so_many_at_once_and_as_many_again_after_a_while():
    pace = Pace(20, 10.0)
    assert [pace.take(1, 0.0) for _ in range(25)] == [True] * 20 + [False] * 5
    assert [pace.take(1, 5.0) for _ in range(12)] == [True] * 10 + [False] * 2
    assert pace.take(2, 5.0)


def test_who_is_refused_is_told_once_in_a_while():
    pace = Pace(3, 30.0)
    assert [pace.first_refusal(1, at) for at in (0.0, 1.0, 29.0, 31.0, 32.0)] == [True, False, False, True, False]


@given(st.lists(st.tuples(st.integers(0, 10**9), st.floats(0, 1e6)), max_size=200))
def test_memory_is_bounded(asked):
    pace = Pace(2, 10.0, remembered=8)
    for who, at in asked:
        pace.take(who, at)
        pace.first_refusal(who, at)
    assert len(pace._left) <= 8
    assert len(pace._notified_at) <= 8


def test_of_too_many_the_one_who_asked_longest_ago_is_forgotten_alone():
    pace = Pace(1, 10.0, remembered=3)
    for who in (1, 2, 3):
        assert pace.take(who, 0.0)
        assert pace.first_refusal(who, 0.0)
    assert not pace.take(1, 1.0)  # so it is the second who asked longest ago
    assert pace.take(4, 1.0)
    assert pace.first_refusal(4, 1.0)
    assert [pace.take(who, 2.0) for who in (1, 3, 4)] == [False] * 3
    assert pace.take(2, 2.0)
    assert [pace.first_refusal(who, 2.0) for who in (2, 3, 4, 1)] == [False] * 3 + [True]


@given(st.lists(st.floats(0, 3), min_size=1, max_size=300))
def test_no_member_gets_more_than_his_share(pauses):
    pace, at, taken = Pace(20, 10.0), 0.0, []
    for pause in pauses:
        at += pause
        if pace.take(1, at):
            taken.append(at)
    assert bool(taken) == bool(pauses)
    for first in taken:
        assert sum(first <= one < first + 10 for one in taken) <= 41
