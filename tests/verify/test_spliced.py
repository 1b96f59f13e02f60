"""What is said to lie between the passages of a spliced quotation."""

import pytest

from bot.bank import fingerprint
from bot.verify.verifier import Verifier
from tests.verify.conftest import bank_of

SHIPS = "Grey ships carry salt toward villages while nobody looks at old bridges that wear strong stone pillars."
LAMP = "A lighthouse is a promise that somebody keeps every night."


def between(claim, prints=None):
    (verdict,) = Verifier.build(bank_of((SHIPS, LAMP), prints)).verify(claim)
    assert verdict.kind == "spliced"
    return verdict.between


def test_of_passages_of_one_quote_the_words_between_them_are_told():
    assert between(f"Grey ships carry salt toward villages. Old bridges that wear strong stone pillars. {LAMP}") == (
        "Between them stands: “while nobody looks at”."
    )


@pytest.mark.parametrize(
    ("article", "said"),
    [
        (f"{SHIPS} So it was told to all of us here. {LAMP}", "20 words"),
        (f"{SHIPS} So it was told. {LAMP} {LAMP}", "Other words"),
        (SHIPS, "Other words"),
    ],
    ids=["each stands once", "one stands twice", "one is not found"],
)
def test_words_between_passages_are_counted_where_both_have_one_place_in_the_article(article, said):
    claim = f"Grey ships carry salt toward villages. {LAMP}"
    assert between(claim, {"gazette": fingerprint.make(article, "gazette")}) == (
        f"{said} of the source lie between them."
    )
