"""Which quotes come into question for a run of words."""

from bot.search.indexing import vocabulary
from bot.text import words
from bot.verify.passage_index import PassageIndex
from tests.verify.conftest import bank_of

CLAIM = (
    "In autumn many grey ships which nobody here knows carry timber along our coast while other people sleep at home."
)
"""Of its twenty words, three stand in one quote and two in the other."""


def test_the_nearest_quotes_hold_a_seventh_of_the_words_in_order():
    passages = PassageIndex(vocabulary.build(bank_of(("Grey ships carry salt.", "Old ships carry sand.")).quotes))
    line = passages.line(words(CLAIM))
    assert len(line) == 20
    assert passages.nearest(line) == [0]
