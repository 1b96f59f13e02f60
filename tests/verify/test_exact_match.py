"""Words that a claim leaves out, and says so."""

from bot.verify.verifier import Verifier
from tests.verify.conftest import bank_of

CAPTAIN = "The captain will not leave the old harbour before the ice has gone."


def one(claim):
    (verdict,) = Verifier.build(bank_of((CAPTAIN,))).verify(claim)
    return verdict


def test_an_ellipsis_that_hides_a_negation_is_an_alteration_though_each_piece_is_real():
    assert one("The captain will … leave the old harbour.").diff == (("negation", "", "not"),)


def test_what_an_ellipsis_leaves_out_is_no_difference_beside_a_word_that_is_one():
    assert one("The captain will not leave … before the snow has gone.").diff == (("changed", "snow", "ice"),)
