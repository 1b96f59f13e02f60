"""Whether words stand in an article for sure."""

import pytest

from bot.bank import fingerprint
from bot.verify.fingerprint_search import stands

RUN = ("w10", "w11", "w12", "w13")
"""Four words are two hashes of eight bits: by accident they stand at a place once in 65,536 times."""


@pytest.mark.parametrize(("length", "found"), [(65, True), (66, False)])
def test_words_that_would_stand_by_accident_once_in_a_thousand_times_do_not_count(length, found):
    prints = {"gazette": fingerprint.make(" ".join(f"w{number}" for number in range(length)), "gazette")}
    assert (stands(prints, ["gazette"], RUN) is not None) is found
