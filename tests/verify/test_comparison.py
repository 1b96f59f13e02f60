"""What was pasted and what the source has, each whole, with what differs marked in it."""

from pathlib import Path

import pytest

from bot.bank.reader import read_bank
from bot.verify.comparison import pasted, source
from bot.verify.verdict import Piece, Verdict
from bot.verify.verifier import Verifier

ROOT = Path(__file__).parents[2]


def marked(pieces):
    return "".join(piece.text if piece.kind == "same" else f"[{piece.text}]" for piece in pieces)


@pytest.fixture(scope="module")
def verifier():
    return Verifier.build(read_bank(ROOT / "quotes").bank)


@pytest.mark.parametrize(
    ("claim", "in_claim", "in_source"),
    [
        (
            "Russia is our smallest neighbour, and it is here to stay forever.",
            "Russia is our [smallest] neighbour, [and it] is here to stay [forever].",
            "Russia is our [biggest] neighbour. [Russia] is here to stay.",
        ),
        (
            "NATO does want a new Cold War or arms race.",
            "NATO does want a new Cold War or arms race.",
            "NATO does [not] want a new Cold War or arms race.",
        ),
        (
            "NATO  DOES not\twant a new\n\nCold-War or a arms race",
            "NATO DOES not want a new Cold-War or [a] arms race",
            "NATO does not want a new Cold War or arms race.",
        ),
        (
            "NATO does not want a new War Cold or arms race.",
            "NATO does not want a new [War Cold] or arms race.",
            "NATO does not want a new [Cold War] or arms race.",
        ),
    ],
)
def test_both_texts_are_whole_and_differences_are_marked_in_each(verifier, claim, in_claim, in_source):
    (verdict,) = verifier.verify(claim)
    assert verdict.kind == "altered"
    assert marked(pasted(verdict)) == in_claim
    assert marked(source(verdict)) == in_source


def test_where_the_words_cannot_be_told_apart_they_are_shown_as_they_were_compared():
    pieces = (Piece("same", "We "), Piece("dropped", "need "), Piece("added", "want"), Piece("same", "both."))
    verdict = Verdict("something else altogether, by far", "altered", pieces=pieces)
    assert marked(pasted(verdict)) == "We [want] both."
    assert marked(source(verdict)) == "We [need] both."
