"""Which quotes come into question for a run of words."""

import pytest

from bot.search.indexing import vocabulary
from bot.text import words
from bot.verify.passage_index import PassageIndex
from bot.verify.verifier import Verifier
from tests.verify.conftest import bank_of

CLAIM = (
    "In autumn many grey ships which nobody here knows carry timber along our coast while other people sleep at home."
)
"""Of its twenty words, three stand in one quote and two in the other."""


def test_the_nearest_quotes_hold_a_seventh_of_the_words_in_order():
    passages = PassageIndex(vocabulary.build(bank_of(("Grey ships carry salt.", "Old ships carry sand.")).quotes))
    line = passages.line(words(CLAIM))
    assert len(line) == 20
    assert passages.nearest(line) == [0]


def test_of_quotes_that_hold_only_stop_words_two_hundred_are_found():
    passages = PassageIndex(vocabulary.build(bank_of(["That is all there is."] * 201).quotes))
    assert passages.holding(passages.line(["all", "there", "is"])) == list(range(200))


def test_of_words_that_sixty_quotes_hold_those_are_found_that_hold_them_in_a_row():
    texts = [*(f"Grey ships carry timber {number}." for number in range(60)), "Ships carry grey timber."]
    passages = PassageIndex(vocabulary.build(bank_of(texts).quotes))
    assert passages.holding(passages.line(["ships", "carry", "grey", "timber"])) == [60]
    assert passages.holding(passages.line(["grey", "ships", "carry"])) == list(range(60))


def test_words_that_run_from_one_quote_into_the_next_stand_in_neither():
    passages = PassageIndex(
        vocabulary.build(bank_of(("That is what it all is.", "There it was, as all is there.")).quotes)
    )
    assert passages.holding(passages.line(["all", "is", "there"])) == [1]


@pytest.fixture(scope="module")
def timber():
    """A verifier of a thousand quotes of the same words, and one that says something else beside them."""
    said = "It is what it is, and that is all: ships carry timber."
    return Verifier.build(bank_of([*(f"Ships carry timber {number}." for number in range(1000)), said]))


@pytest.mark.parametrize(
    "claim",
    [
        "It is what it was, and that is all: ships carry timber.",
        "It is what it is, and that was mostly so: ships carry timber.",
    ],
    ids=["one word", "a third of it by what its words carry"],
)
def test_where_a_thousand_quotes_hold_the_rarest_word_words_in_a_row_name_the_one(timber, claim):
    (verdict,) = timber.verify(claim)
    assert (verdict.kind, verdict.quote.id) == ("altered", "q1000")
