"""The nearest passage: offered for words that are in no source, where it shares enough of them."""

import pytest

from bot.config import shipped_bank
from bot.editions.making import open_edition
from bot.verify.nearest_passage import nearest_passage
from bot.verify.verdict import Verdict

NEAR = "Turkey is a key ally in the fight for cheap carrots."  # shares turkey, key, ally


@pytest.fixture(scope="module")
def index():
    return open_edition(shipped_bank()).index


def test_a_passage_that_shares_three_words_that_carry_something_is_near(index):
    found = nearest_passage(index, [Verdict(NEAR, "unknown", words=11)])
    assert found is not None
    assert found.text.startswith("Turkey is a key ally")


@pytest.mark.parametrize(
    "said",
    [
        "The moon is made of green cheese.",
        "NATO will never accept the annexation of Crimea by Russia on any conditions.",
    ],
    ids=["nothing in common", "two words in common"],
)
def test_one_that_shares_fewer_is_not(index, said):
    assert nearest_passage(index, [Verdict(said, "unknown", words=12)]) is None


def test_beside_other_verdicts_and_for_words_that_are_found_there_is_none(index):
    lone = Verdict(NEAR, "unknown", words=11)
    assert nearest_passage(index, [lone, lone]) is None
    assert nearest_passage(index, [Verdict(NEAR, "verbatim", words=11)]) is None
