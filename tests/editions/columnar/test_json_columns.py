"""Values come out of JSON as they went in; what are no such values is refused."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank.quote import Fact, Reprint, Source, Speaker, Topic, When
from bot.editions.columnar.json_columns import from_json, to_json
from bot.problem import Problem


@pytest.mark.parametrize("kind", [Source, Speaker, Topic, When, Problem, str, int])
def test_any_values_come_out_of_json_as_they_went_in(kind):
    @settings(max_examples=40)
    @given(st.lists(st.from_type(kind), max_size=5))
    def come_out(values):
        assert from_json(kind, json.loads(json.dumps(to_json(kind, values)))) == values

    come_out()


def strings(*values):
    return to_json(str, values)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (str, 7),
        (str, [["a"], [1]]),
        (str, [["a", 7], [0, 1]]),
        (str, [["a"], ["b"]]),
        (int, [1, True]),
        (int, 1),
        (Topic, 7),
        (Topic, []),
        (Topic, [strings("a"), strings("b"), [[0], strings()]]),
        (Topic, [strings("a", "b"), strings("a"), [[0], strings()], [[0], strings()]]),
        (Topic, [strings("a"), strings("b"), [[2], strings("c")], [[0], strings()]]),
        (Topic, [strings("a"), strings("b"), [[-1], strings()], [[0], strings()]]),
        (Fact, [strings("the hall"), ["guessed"]]),
        (Reprint, [strings("A"), [[True], [[], [], []]], [[False], [[], []]]]),
        (Reprint, [strings("A"), [["yes"], [[], [], []]], [[False], [[], []]]]),
    ],
)
def test_what_are_no_such_values_is_refused(kind, told):
    with pytest.raises((TypeError, ValueError, IndexError)):
        from_json(kind, told)
