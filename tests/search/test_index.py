"""What a query finds in a small bank, and what finds nothing."""

import pytest

from bot.search.query import Query


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("russia", ["q3", "q4"]),
        ("rusia", ["q3", "q4"]),
        ("Moscow", ["q3", "q4"]),
        ("россия", ["q3", "q4"]),
        ("stone bridge", ["q2"]),
        ("migrant crisis", ["q7"]),
        ("at least stop cutting", ["q5"]),
        ("russia 2017", ["q3"]),
        ("june 2020", ["q4", "q8", "q9"]),
        ("gazette bridge", ["q1"]),
        ("topic:iraq", ["q6"]),
        ("quote:q8", ["q8"]),
        ("neighborhood", ["q9"]),
        ("organization", ["q8"]),
    ],
)
def test_finds(ids, typed, expected):
    assert ids(typed)[: len(expected)] == expected


@pytest.mark.parametrize(
    "typed",
    [
        "olympics",
        "plato",
        "spaghetti",
        "the of and",
        "*",
        "%",
        "😀",
        "<@1234567890>",
        "x" * 6000,
        "topic:no",
        "quote:no",
    ],
)
def test_finds_nothing(index, typed):
    found = index.find(Query(typed))
    assert found.hits == ()
    assert 0 < len(found.suggestions) <= 5


def test_a_topic_is_one_round_however_it_is_typed(index):
    keys = {index.find(Query(typed)).key for typed in ("russia", "rusia", "Moscow", "topic:russia", "russian")}
    assert keys == {"topic:russia"}
    assert index.find(Query("rusia")).corrections == (("rusia", "russia"),)
    assert index.find(Query("russia")).equals == 2


def test_no_words_ask_for_any_quote(index, bank):
    found = index.find(Query())
    assert (len(found.hits), found.equals, found.key) == (len(bank.quotes), len(bank.quotes), "any")
