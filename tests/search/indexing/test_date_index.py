"""The quotes of a bank by when they were said."""

from dataclasses import replace

from bot.bank.quote import PartialDate, When
from bot.search.indexing.date_index import DateIndex


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
