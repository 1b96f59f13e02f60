"""What the articles of a bank say of a claim that is no quote."""

import pytest

from bot.bank import fingerprint
from bot.verify.tuning import ALL_ARTICLES
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
    assert (f". {standing} of its words in a row stand in Valley Gazette" in verdict.sentence) is (standing > 0)


@pytest.mark.parametrize(
    ("claim", "kind"),
    [
        ("The ferry will run again … the ice has gone from the western bay.", "in_source"),
        ("The ferry will run again … the storm has come from the western bay.", "unknown"),
        ("The ferry will run again … of nothing that anybody reads here.", "unknown"),
    ],
    ids=["each in it", "one in none", "one in another"],
)
def test_pieces_that_an_ellipsis_parts_stand_in_an_article_where_each_does(claim, kind):
    prints = {
        "gazette": fingerprint.make(SAID, "gazette"),
        "paper": fingerprint.make("The paper tells of nothing that anybody reads here.", "paper"),
    }
    (verdict,) = Verifier.build(bank_of(("A lighthouse is a promise.",), prints)).verify(claim)
    assert verdict.kind == kind


def test_of_many_articles_the_one_that_holds_a_claim_is_told_though_no_quote_is_near():
    texts = {f"other-{number}": f"Paper {number} tells of nothing that anybody reads." for number in range(12)}
    texts["gazette"] = SAID
    bank = bank_of(("A lighthouse is a promise.",), {id_: fingerprint.make(text, id_) for id_, text in texts.items()})
    assert len(bank.fingerprints) > ALL_ARTICLES
    (found,) = Verifier.build(bank).verify(SAID)
    assert (found.kind, found.source.id, found.score) == ("in_source", "gazette", 1.0)
    (nameless,) = Verifier.build(bank).verify(texts["other-3"])
    assert nameless.sentence.startswith("Not in the bank. These words stand in our sources, ")
