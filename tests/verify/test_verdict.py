"""The sentence that a person reads of a verdict."""

import pytest

from bot.bank.quote import Quote, Source, Speaker
from bot.verify.claimed_attribution import Date
from bot.verify.verdict import Verdict
from tests.search.conftest import day

ADA = Speaker("ada-brook", "Ada Brook", "Ada", "Brook")


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ({"said": day(2017, 5, 25)}, "on 25 May 2017"),
        ({"published": day(2017, 5)}, "in May 2017"),
        ({}, "on a date we do not know"),
    ],
    ids=["said on a day", "published in a month", "neither known"],
)
def test_of_a_wrong_date_the_right_one_is_told(dates, said):
    source = Source("gazette", "Valley Gazette", "interview", **dates)
    quote = Quote("q0", ("A lighthouse is a promise.",), ADA, source, ())
    verdict = Verdict(quote.text, "misattributed", (quote,), source, said_by="Ben Weir", said_on=Date(2016, 6))
    assert verdict.sentence == (
        f"Real words, but Ada Brook said them, not Ben Weir, and they were said {said}, not June 2016."
    )
