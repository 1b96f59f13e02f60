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
        ("2017 may", months((2017, 5))),
        ("2016 march", months((2016, 3))),
        ("2020 jun", months((2020, 6))),
        ("2020 12", months((2020, 12))),
        ("2020 01", months((2020, 1))),
        ("since 2016 march", (months((2016, 3))[0], LAST)),
        ("not later than june 2016", (FIRST, months((2016, 6))[1])),
        ("more recent than 2016", (months((2017, 1))[0], LAST)),
        ("in the year 2016", months((2016, 1), (2016, 12))),
        ("in 2014 and 2017", months((2014, 1), (2017, 12))),
        ("2014 until 2017", months((2014, 1), (2017, 12))),
        ("2014 through 2017", months((2014, 1), (2017, 12))),
        ("2014 till 2017", months((2014, 1), (2017, 12))),
        ("between 2016 and 2016", months((2016, 1), (2016, 12))),
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


NAMES = """january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep
october oct|november nov|december dec""".replace("\n", "|").split("|")
EVERY = {
    "after": "after | later than | newer than | past | more recent than | younger than",
    "since": "since | from | starting | starting in | not before | nothing before | none before"
    " | no earlier than | not earlier than | nothing earlier than | no older than | not older than"
    " | nothing older than | none older than",
    "before": "before | earlier than | older than | prior to",
    "until": "until | till | up to | upto | through | by | not after | nothing after | no later than | not later than"
    " | nothing later than | no newer than | not newer than | nothing newer than",
    "": "in | of | during | year | in the year | the year | said in | dated",
}
SPANS = {
    "after": (months((2017, 1))[0], LAST),
    "since": (months((2016, 1))[0], LAST),
    "before": (FIRST, months((2015, 12))[1]),
    "until": (FIRST, months((2016, 12))[1]),
    "": months((2016, 1), (2016, 12)),
}


@pytest.mark.parametrize(
    ("side", "lead"), [(side, lead.strip()) for side, leads in EVERY.items() for lead in leads.split("|")]
)
def test_every_word_that_says_which_side_is_one(side, lead):
    found = find_period(f"russia {lead} 2016".split(), 2014, 2020)
    assert (found.period.first, found.period.last) == SPANS[side]
    assert found.period.asked == f"{side} 2016".strip()
    assert found.places == frozenset(range(1, len(lead.split()) + 2))


@pytest.mark.parametrize("names", [names.split() for names in NAMES])
def test_every_month_has_its_names(names):
    number = NAMES.index(" ".join(names)) + 1
    for name in names:
        for typed in (f"{name} 2016", f"2016 {name}"):
            found = find_period(typed.split(), 2014, 2020)
            assert (found.period.first, found.period.last) == months((2016, number)), typed
            assert found.period.asked == typed


@pytest.mark.parametrize("word", ["may", "march", "mar", "jan", "jun", "august", "dec", "sep", "apr"])
def test_a_month_that_is_another_word_too_is_none_between_other_words(word):
    found = find_period(f"2016 {word} they".split(), 2014, 2020)
    assert (found.period.first, found.period.last) == months((2016, 1), (2016, 12))
    assert found.places == {0}


@pytest.mark.parametrize("word", ["february", "june", "july", "october", "november", "december", "sept"])
def test_a_month_that_is_no_other_word_is_one_between_them(word):
    found = find_period(f"2016 {word} they".split(), 2014, 2020)
    assert found.places == {0, 1}


@pytest.mark.parametrize("word", ["0", "00", "13", "1", "123", "xx"])
def test_what_is_no_month_is_left_alone(word):
    assert find_period(["2016", word], 2014, 2020).places == {0}


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("2013", False),
        ("2014", True),
        ("2020", True),
        ("2021", False),
        ("december 2013", False),
        ("january 2021", False),
        ("after 1000", True),
        ("after 2999", True),
        ("after 0999", False),
        ("after 3000", False),
        ("1000 2999", True),
        ("2017 2014", True),
        ("after ２０１６", False),
    ],
)
def test_where_years_begin_and_end(typed, is_found):
    assert bool(find_period(typed.split(), 2014, 2020).places) == is_found
