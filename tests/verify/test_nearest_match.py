"""The quote that a claim is nearest to."""

import pytest

from bot.verify.verifier import Verifier
from tests.verify.conftest import bank_of

STOP_WORDS_IN_ORDER = "It is the one in the middle of which they made timber, for northern ships carry grey sand."


@pytest.mark.parametrize(
    ("ships", "kind"),
    [
        ("Grey ships in the northern valleys carry timber.", "altered"),
        ("Grey ships in northern valleys carry timber.", "unknown"),
    ],
    ids=["one word less", "two words less"],
)
def test_words_that_carry_more_outweigh_one_more_word_in_order(ships, kind):
    verifier = Verifier.build(bank_of((STOP_WORDS_IN_ORDER, ships)))
    (verdict,) = verifier.verify("It is the grey ships in the northern valleys of which they carry that timber.")
    assert verdict.kind == kind
