"""Words are shared when three different members of one server asked them, within a day."""

from __future__ import annotations

import itertools

import pytest

from bot.chat.serving.shared_words import DAY, Sharing


class Clock:
    """A clock a test moves."""

    def __init__(self) -> None:
        self.reading = 0.0

    def __call__(self) -> float:
        return self.reading


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def sharing(clock):
    keys = (bytes([number]) * 32 for number in itertools.count(1))
    return Sharing(clock, lambda: next(keys))


def test_the_third_member_makes_words_shared_and_they_stay_it(sharing):
    assert [sharing.asked(1, "pizza", person) for person in (10, 11, 12, 10, 13)] == [False, False, True, True, True]


def test_what_is_kept_of_words_depends_on_the_key_alone_that_nobody_knows():
    one, other = Sharing(), Sharing()
    for sharing in (one, other):
        sharing.asked(1, "pizza", 10)
    assert one._members
    assert other._members
    assert not one._members.keys() & other._members.keys()
    assert not set(one._members.values()) & set(other._members.values())


def test_one_member_alone_never_does(sharing):
    assert not any(sharing.asked(1, "pizza", 10) for _ in range(50))


@pytest.mark.parametrize(
    "asked",
    [
        [(1, "pizza", 10), (1, "pizza", 11), (2, "pizza", 12)],  # of another server
        [(1, "pizza", 10), (1, "pizza", 11), (1, "pizza!", 12)],  # other words
        [(1, "pizza", 10), (1, "pizza", 11), (1, "", 12)],
        [(1, "", 10), (1, "", 11), (1, "", 12)],  # no words
        [(None, "pizza", 10), (None, "pizza", 11), (None, "pizza", 12)],  # outside a server
        [(1, "pizza", 10), (1, "pizza", 11), (1, "pizza", None)],  # somebody unknown
        [(1, "pizza", 10), (1, "pizza", 11), (11, "pizza", 12)],
        [(1, "1 pizza", 10), (11, " pizza", 11), (1, "1 pizza", 12)],
    ],
)
def test_what_does_not_count_together(sharing, asked):
    assert not any(sharing.asked(*one) for one in asked)


def test_in_a_server_that_was_left_counting_begins_anew(sharing, clock):
    sharing.forget(1)
    for person in (10, 11):
        sharing.asked(1, "pizza", person)
        sharing.asked(2, "pizza", person)
    sharing.forget(1)
    assert [sharing.asked(1, "pizza", person) for person in (12, 13)] == [False, False]
    assert sharing.asked(2, "pizza", 12)
    assert sharing.asked(1, "pizza", 14)
    clock.reading = DAY
    sharing.tidy()
    assert not sharing._left


def test_after_a_day_the_key_is_another_and_counting_begins_again(sharing, clock):
    for person in (10, 11):
        sharing.asked(1, "pizza", person)
    clock.reading = DAY - 1
    assert sharing.asked(1, "pizza", 12)
    clock.reading = DAY
    assert not sharing.asked(1, "pizza", 13)
    assert len(sharing) == 1


def test_an_idle_key_is_forgotten_too(sharing, clock):
    sharing.asked(1, "pizza", 10)
    clock.reading = DAY
    sharing.tidy()
    assert len(sharing) == 0
    assert sharing._key == b""


def test_memory_is_bounded_and_forgetting_shows_less_never_more(clock):
    sharing = Sharing(clock, room=10)
    sharing.asked(1, "pizza", 10)
    sharing.asked(1, "pizza", 11)
    for number in range(1000):
        sharing.asked(1, f"word {number}", 10)
    assert len(sharing) == 10
    assert not sharing.asked(1, "pizza", 12)


def test_nothing_that_was_asked_can_be_read_from_the_counts(sharing):
    for person in (1234567, 7654321, 1111111):
        sharing.asked(1, "a-distinctive-word", person)
    shown = repr(vars(sharing))
    assert "distinctive" not in shown
    assert not {"1234567", "7654321", "1111111"} & set(shown.replace("}", " ").replace(",", " ").split())
    assert sharing._members == {next(iter(sharing._members)): frozenset()}, "who they were is not kept"


def test_half_of_a_surrogate_pair_is_a_word_too(sharing):
    assert [sharing.asked(1, "\ud83d", person) for person in (1, 2, 3)] == [False, False, True]
