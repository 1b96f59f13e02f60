"""The quotes of a bank by when they were said."""

from bot.search.dates import Dates


def test_each_year_in_which_something_was_said_comes_once(bank):
    years = Dates.build(bank.quotes).each_year()
    assert years == sorted({quote.year for quote in bank.quotes if quote.year})
    assert len(years) > 1


def test_no_year_comes_from_quotes_without_a_date():
    assert Dates.build(()).each_year() == []
