"""A digest stands for all that is a quote's own."""

from dataclasses import fields, replace

import pytest

from bot.bank.bank import Bank, Lookups
from bot.bank.digest import differing, digest_of, line_of
from bot.bank.quote import PartialDate, Quote, Source, Speaker, Topic, When

ADA, BEN = Speaker("ada-berg", "Ada Berg", "Ada", "Berg"), Speaker("ben-weir", "Ben Weir", "Ben", "Weir")
DAY = When(PartialDate(2017, 5, 25), PartialDate(2017, 5, 25), "printed")
HALL, SQUARE = (
    Source("hall-2017", "The Northby Example", "speech"),
    Source("square-2018", "The Northby Example", "speech"),
)
ROADS = Topic("roads", "roads")
QUOTE = Quote("q1", ("We mend roads.",), ADA, HALL, (ROADS,))
OTHER = {
    "id": "q2",
    "segments": ("We mend", "roads."),
    "speaker": BEN,
    "source": SQUARE,
    "topics": (),
    "question": "What?",
    "before": "He began.",
    "after": "He went.",
    "said_on": DAY,
    "note": "late",
}


def digest(quote):
    return digest_of(quote, line_of(quote))


def test_every_field_of_a_quote_counts():
    assert OTHER.keys() == {field.name for field in fields(Quote)}
    digests = {digest(replace(QUOTE, **{name: value})) for name, value in OTHER.items()}
    assert len(digests | {digest(QUOTE)}) == len(OTHER) + 1


@pytest.mark.parametrize("name", ["question", "before", "after", "note"])
def test_no_words_are_other_than_none(name):
    assert digest(replace(QUOTE, **{name: ""})) != digest(QUOTE)


def test_what_quotes_share_counts_by_its_id():
    assert digest(replace(QUOTE, speaker=replace(ADA, name="Ada B. Berg"))) == digest(QUOTE)


def bank(*quotes, digests=False):
    known = Lookups({quote.id: quote for quote in quotes}, {}, {}, [digest(quote) for quote in quotes])
    return Bank("a" * 64, (HALL,), (ADA,), (ROADS,), quotes, lookups=known if digests else None)


def test_the_quotes_that_differ_are_found_by_digests_where_a_bank_has_them():
    changed = replace(QUOTE, note="late")
    stays = replace(QUOTE, id="q2")
    before, after = (QUOTE, stays), (changed, stays)
    assert differing(bank(*before), bank(*after)) == (before, after), "all, and compared by whoever asked"
    for digests in ((True, False), (False, True), (True, True)):
        old, new = bank(*before, digests=digests[0]), bank(*after, digests=digests[1])
        assert differing(old, new) == ([QUOTE], [changed])
