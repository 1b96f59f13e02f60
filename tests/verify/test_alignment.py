"""A claim and a quote set beside each other word by word."""

from bot.verify.verifier import Verifier
from tests.verify.conftest import bank_of


def test_words_said_twice_are_left_out_once_at_an_edge_of_the_claim():
    verifier = Verifier.build(bank_of(("Well, we need, we need more ships in the north.",)))
    (verdict,) = verifier.verify("We need more ships in the south.")
    assert verdict.diff == (("changed", "south", "north"),)
