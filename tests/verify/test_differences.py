"""What is shown of a claim beside its quote."""

from bot.verify.verifier import Verifier
from tests.verify.conftest import bank_of


def test_a_word_written_otherwise_is_shown_as_the_quote_has_it_and_is_no_difference():
    verifier = Verifier.build(bank_of(("We need a dual-track approach to peace in northern Europe.",)))
    (verdict,) = verifier.verify("We need a dualtrack approach to war in northern Europe.")
    assert [(piece.kind, piece.text.strip()) for piece in verdict.pieces] == [
        ("same", "We need a dual-track approach to"),
        ("dropped", "peace"),
        ("added", "war"),
        ("same", "in northern Europe."),
    ]
