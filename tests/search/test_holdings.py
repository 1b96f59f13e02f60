"""What is told of some quotes from the index is what the quotes themselves say."""

import random

import pytest

from bot.config import shipped_bank
from bot.editions.making import open_edition
from bot.search import holdings
from bot.search.holdings import other_years, quotes_of, sources_of, years_of
from bot.search.query import Query


@pytest.fixture(scope="module")
def shipped():
    return open_edition(shipped_bank()).index


def test_the_sources_are_those_of_the_quotes_in_their_order(index):
    quotes, rng = index.bank.quotes, random.Random(7)
    for count in (0, 1, 5, len(quotes)):
        docs = rng.sample(range(len(quotes)), count)
        wanted = list(dict.fromkeys(quotes[doc].source.id for doc in docs))
        assert [source.id for source in sources_of(index, docs)] == wanted
    assert len(wanted) == 3


IN_2016 = {"first_year": 2016, "last_year": 2016}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (Query("topic:russia", **IN_2016), "There are such quotes from 2014, 2017 and 2020."),
        (Query("norwey", **IN_2016), "There are such quotes from 2014 and 2020."),
        (Query("norway since 2021"), "There are such quotes from 2014 and 2020."),
        (Query("norway 1990"), "There are such quotes from 2014 and 2020."),
        (Query("", source="voa-2017-06", **IN_2016), "There are such quotes from 2017."),
        (Query("quote:need-both-2017", **IN_2016), "There are such quotes from 2017."),
        (Query("pizza", **IN_2016), "My quotes are from 2014, 2017 and 2020."),
        (Query("", **IN_2016), "My quotes are from 2014, 2017 and 2020."),
        (Query("pizza"), None),
        (Query("pizza 1234"), None),
        (Query("quote:gone-2017"), None),
    ],
)
def test_who_asked_for_a_year_hears_which_there_are(shipped, query, said):
    assert shipped.find(query).hits == ()
    assert other_years(shipped, query) == said


@pytest.mark.parametrize(
    ("years", "said"),
    [
        ([2014], "2014"),
        ([2014, 2015], "2014 and 2015"),
        ([2014, 2015, 2016], "2014–2016"),
        ([1949, 1950, 1951, 1952, 2014, 2017, 2018], "1949–1952, 2014, 2017 and 2018"),
        (range(1950, 1990, 2), "1950 to 1988"),
    ],
)
def test_years_that_follow_one_another_are_a_span(years, said):
    assert holdings._listed(list(years)) == said


def test_too_much_is_not_looked_through(shipped, monkeypatch):
    norway = quotes_of(shipped, Query("norway"))
    assert {quote.id for quote in norway} == {quote.id for quote in shipped.bank.by_topic["norway"]}
    assert quotes_of(shipped, Query()) is None
    monkeypatch.setattr(holdings, "LOOKED_THROUGH", len(norway) - 1)
    assert quotes_of(shipped, Query("norway")) is None
    assert years_of(shipped, Query("norway")) == [2014, 2017, 2020]
