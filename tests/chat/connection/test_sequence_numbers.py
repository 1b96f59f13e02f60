"""Which of a session's events came before."""

from __future__ import annotations

import pytest

from bot.chat.connection.sequence_numbers import SequenceNumbers


def test_what_was_taken_is_known_and_nothing_else():
    numbers = SequenceNumbers(room=10)
    for number in (1, 2, 3, 4, 7):
        assert number not in numbers
        numbers.take(number)
    assert [number for number in range(30) if number in numbers] == [1, 2, 3, 4, 7]


def test_one_that_is_far_off_makes_nobody_deaf():
    numbers = SequenceNumbers(room=10)
    for number in (1, 10**12, 2, 2**62, 0, -5):
        assert number not in numbers
        numbers.take(number)
    assert not {3, 4, 5, 6} & {number for number in range(10) if number in numbers}
    assert all(number in numbers for number in (1, 2**62, 0, -5))


def test_as_many_as_there_is_room_for_are_remembered():
    numbers = SequenceNumbers(room=10)
    for number in range(1, 1001):
        numbers.take(number)
    assert [number for number in range(1100) if number in numbers] == list(range(991, 1001))


@pytest.mark.parametrize("number", ["5", 1.5, None, [1], {}])
def test_what_is_no_number_is_refused(number):
    with pytest.raises(TypeError):
        _ = number in SequenceNumbers()


def test_a_number_beyond_all_measure_is_forgotten_and_breaks_nothing():
    numbers = SequenceNumbers()
    for number in (1 << 63, -(1 << 63), 1 << 200):
        numbers.take(number)
        assert number not in numbers
