"""Quotes that follow one another, as one text."""

from dataclasses import replace

import pytest

from bot.bank import fingerprint
from bot.bank.quote import Source
from bot.search.indexing import vocabulary
from bot.verify.passage_index import PassageIndex
from bot.verify.reference import joined_reference
from tests.verify.conftest import bank_of

FIRST, SECOND = "The ferry runs again in the spring of the year.", "Nobody asked the captain of the mill about it."
ELSEWHERE = Source("hall", "A hall", "speech")


@pytest.mark.parametrize(
    ("article", "changed", "follow"),
    [
        (f"{FIRST} {SECOND}", {}, True),
        (f"{FIRST} So he told us. {SECOND}", {}, False),
        (None, {}, False),
        (f"{FIRST} {SECOND}", {"source": ELSEWHERE}, False),
    ],
    ids=["in a row", "words between them", "an article that nobody read", "another article"],
)
def test_quotes_are_one_text_where_no_word_of_the_article_stands_between_them(article, changed, follow):
    bank = bank_of((FIRST, SECOND), article and {"gazette": fingerprint.make(article, "gazette")})
    first, second = bank.quotes
    bank = replace(bank, quotes=(first, replace(second, **changed)))
    joined = joined_reference(bank, PassageIndex(vocabulary.build(bank.quotes)), [0, 1])
    assert (joined and joined.text) == (f"{FIRST} {SECOND}" if follow else None)
