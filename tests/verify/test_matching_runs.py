"""The runs of words that a claim shares with quotes."""

import pytest

from bot.search.indexing import vocabulary
from bot.verify.claim import Claim
from bot.verify.matching_runs import MatchingRun, cover, longest_run
from bot.verify.passage_index import PassageIndex
from bot.verify.verifier import Verifier
from tests.verify.conftest import bank_of


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("abcXdefgY", "abc-defg", (3, 0, 0)),
        ("YdefgXabc", "abc-defg", (3, 6, 0)),
        ("abXYdefgZ", "ab-defg", (4, 4, 3)),
        ("ZdefgYXab", "ab-defg", (4, 1, 3)),
    ],
    ids=["a third at the head", "a third at the end", "less at the head", "less at the end"],
)
def test_a_third_at_an_end_is_long_enough_less_is_not(one, other, found):
    assert longest_run(one, other) == found


def test_a_passage_is_found_among_quotes_that_share_more_words_of_the_rest():
    passages = (
        "Nobody saw the captain again after that dreadful autumn.",
        "Grey ships carry salt toward villages.",
        "Old bridges wear strong stone pillars.",
    )
    others = (
        "Grey ships with salt toward our old bridges of strong stone.",
        "Grey mules carry salt from villages over bridges to wear down stone pillars.",
    )
    (verdict,) = Verifier.build(bank_of((*others, *passages))).verify(" ".join(passages))
    assert verdict.kind == "spliced"
    assert [quote.text for quote in verdict.quotes] == list(passages)


def test_four_words_that_stand_everywhere_are_a_passage_where_the_rest_of_a_quote_holds_them():
    salt = "Grey ships carry salt toward villages, for that is all there was to do."
    passages = PassageIndex(vocabulary.build(bank_of((salt, "Nobody saw the captain.")).quotes))
    claim = Claim.of("Grey ships carry salt toward villages, but that is all there goes north.")
    line = passages.line(claim.words)
    assert cover(passages, line, [0], claim) == [MatchingRun(0, 0, 6, 0, 6), MatchingRun(0, 7, 11, 7, 11)]
    rest = Claim.of("But that is all there goes north.")
    assert cover(passages, passages.line(rest.words), [0], rest) == []
