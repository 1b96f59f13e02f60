"""What the articles of a bank say of a claim that is no quote."""

import pytest

from bot.bank import fingerprint
from bot.verify.verifier import Verifier
from tests.verify.conftest import bank_of

SAID = "The ferry will run again before the ice has gone from the western bay."
CLAIM = "My mother told me on the bridge that the ferry will run again before the {} and so it did in those days"


@pytest.mark.parametrize(
    ("articles", "word", "standing"),
    [(12, "ice", 8), (12, "snow", 0), (13, "ice", 0)],
    ids=["eight words in a row", "seven words", "more than twelve articles"],
)
def test_of_a_few_articles_eight_words_in_a_row_are_told(articles, word, standing):
    prints = {
        f"other-{number}": fingerprint.make(
            f"Paper {number} tells of nothing that anybody reads here.", f"other-{number}"
        )
        for number in range(articles - 1)
    }
    prints["gazette"] = fingerprint.make(SAID, "gazette")
    (verdict,) = Verifier.build(bank_of(("A lighthouse is a promise.",), prints)).verify(CLAIM.format(word))
    assert (verdict.kind, verdict.standing) == ("unknown", standing)
