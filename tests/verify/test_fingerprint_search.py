"""Whether words stand in an article for sure."""

import pytest

from bot.bank import fingerprint
from bot.text import words
from bot.verify.fingerprint_search import denies, stands

RUN = ("w10", "w11", "w12", "w13")
"""Four words are two hashes of eight bits: by accident they stand at a place once in 65,536 times."""


@pytest.mark.parametrize(("length", "found"), [(65, True), (66, False)])
def test_words_that_would_stand_by_accident_once_in_a_thousand_times_do_not_count(length, found):
    prints = {"gazette": fingerprint.make(" ".join(f"w{number}" for number in range(length)), "gazette")}
    assert (stands(prints, ["nobody-read-it", "gazette"], RUN) is not None) is found


GONE, STORM = "The ferry will run again before the ice has gone.", "The ferry will run again before the storm has come."


@pytest.mark.parametrize(
    ("article", "quoted", "denied"),
    [
        (f"{GONE} {STORM}", GONE, True),
        (f"{GONE} {STORM}", STORM, False),
        (f"{GONE} {STORM} {GONE}", GONE, False),
        (f"{GONE} {STORM}", "The ice", False),
    ],
    ids=["there, with other words", "elsewhere", "at two places", "too few words to tell where"],
)
def test_a_quote_denies_a_claim_in_its_place_where_that_is_known(article, quoted, denied):
    prints = {"gazette": fingerprint.make(article, "gazette")}
    standing = stands(prints, ["gazette"], words(GONE))
    claim = words(GONE.replace("gone", "come"))
    assert denies(prints["gazette"], standing, claim, words(quoted)) is denied
