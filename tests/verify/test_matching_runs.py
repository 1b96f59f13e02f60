"""The runs of words that a claim shares with quotes."""

import pytest

from bot.verify.matching_runs import longest_run


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("abcXdefgY", "abc-defg", (3, 0, 0)),
        ("YdefgXabc", "abc-defg", (3, 6, 0)),
        ("abXYdefgZ", "ab-defg", (4, 4, 3)),
        ("ZdefgYXab", "ab-defg", (4, 1, 3)),
    ],
    ids=["a third at the head", "a third at the end", "less at the head", "less at the end"],
)
def test_a_third_at_an_end_is_long_enough_less_is_not(one, other, found):
    assert longest_run(one, other) == found
