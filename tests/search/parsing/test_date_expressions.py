"""Years, months and ranges among the words of a query."""

import pytest

from bot.search.indexing.periods import FIRST, LAST
from bot.search.parsing.date_expressions import find_period


def months(first, last=None):
    year, month = first
    end_year, end_month = last or first
    return year * 12 + month - 1, end_year * 12 + end_month - 1


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2017", months((2017, 1), (2017, 12))),
        ("in 2017", months((2017, 1), (2017, 12))),
        ("june 2020", months((2020, 6))),
        ("2020 06", months((2020, 6))),
        ("2020 june", months((2020, 6))),
        ("may 2017", months((2017, 5))),
        ("after 2016", (months((2017, 1))[0], LAST)),
        ("since 2016", (months((2016, 1))[0], LAST)),
        ("before 2016", (FIRST, months((2015, 12))[1])),
        ("until 2016", (FIRST, months((2016, 12))[1])),
        ("nothing older than 2017", (months((2017, 1))[0], LAST)),
        ("no later than 2016", (FIRST, months((2016, 12))[1])),
        ("newer than 2016", (months((2017, 1))[0], LAST)),
        ("between 2014 and 2017", months((2014, 1), (2017, 12))),
        ("from 2014 to 2017", months((2014, 1), (2017, 12))),
        ("2014 2017", months((2014, 1), (2017, 12))),
        ("since march 2016", (months((2016, 3))[0], LAST)),
    ],
)
def test_reads_a_period(typed, expected):
    found = find_period(typed.split(), 2014, 2020)
    assert (found.period.first, found.period.last) == expected
    assert found.places == frozenset(range(len(typed.split())))


@pytest.mark.parametrize("typed", ["russia", "they may decide", "a march of troops", "1984", "12345", "20", "may"])
def test_leaves_other_words_alone(typed):
    found = find_period(typed.split(), 2014, 2020)
    assert found.period.is_open
    assert found.places == frozenset()


def test_only_the_words_of_the_date_are_taken():
    assert find_period(["russia", "after", "2016", "and", "dialogue"], 2014, 2020).places == {1, 2}
