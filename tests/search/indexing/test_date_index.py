"""The quotes of a bank by when they were said."""

from collections import Counter
from dataclasses import replace

from bot.bank.quote import PartialDate, When
from bot.search.indexing.date_index import DateIndex
from bot.search.indexing.periods import Period


def test_each_year_in_which_something_was_said_comes_once(bank):
    years = DateIndex.build(bank.quotes).each_year()
    assert years == sorted({quote.year for quote in bank.quotes if quote.year})
    assert len(years) > 1


def test_no_year_comes_from_quotes_without_a_date():
    assert DateIndex.build(()).each_year() == []


def test_years_known_to_the_year_are_told_apart(bank):
    years = [PartialDate(year) for year in (2016, 2014, 2015, 2014)]
    quotes = [replace(bank.quotes[0], said_on=When(year, year, "inferred")) for year in years]
    dates = DateIndex.build(quotes)
    assert dates.each_year() == [2014, 2015, 2016]
    assert dates.years == (2014, 2016)


def test_of_however_many_periods_each_gives_its_own_quotes(bank):
    """More than are kept."""
    dates = DateIndex.build(bank.quotes)
    for _ in range(2):
        for first in range(2014 * 12, 2014 * 12 + 100):
            period = Period(first, first + 11)
            expected = [doc for doc in range(len(dates.first)) if dates.said_in(period, doc)]
            assert list(dates.within(period)) == expected
    assert dates.within(Period(2014 * 12, 2021 * 12))


def test_quotes_are_counted_by_their_years(bank):
    index = DateIndex.build(bank.quotes)
    some = range(0, len(bank.quotes), 3)
    assert index.count_years(some) == Counter(bank.quotes[doc].year for doc in some if bank.quotes[doc].year)
    assert len(index.count_years(some)) > 2
