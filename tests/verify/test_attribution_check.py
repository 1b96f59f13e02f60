"""Whether a speaker is who somebody says."""

import pytest

from bot.bank.quote import Role, Speaker
from bot.verify.attribution_check import is_by


@pytest.mark.parametrize(
    ("called", "means"),
    [("the former Mayor", True), ("Lord Mayor", True), ("the President", False), ("Mr", False), ("the", False)],
)
def test_a_title_alone_means_whoever_has_that_office(called, means):
    mayor = Speaker("ada-brook", "Ada Brook", "Ada", "Brook", (), (Role("Mayor of the Valley"),))
    assert is_by(called, mayor) is means


@pytest.mark.parametrize(
    ("called", "means"),
    [
        ("the Chancellor", True),
        ("Chancellor", True),
        ("The Chancellor of the Valley", True),
        ("a saint and a king", True),
        ("Saint, King", True),
        ("the Ambassador", False),
        ("the", False),
    ],
)
def test_an_alias_of_titles_and_small_words_means_whoever_bears_it(called, means):
    aliases = ("The Chancellor", "Chancellor of the Valley", "A Saint and King")
    assert is_by(called, Speaker("ada-brook", "Ada Brook", "Ada", "Brook", aliases, ())) is means
