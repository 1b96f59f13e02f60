"""What is told of some quotes from the index is what the quotes themselves say."""

import random

from bot.search.holdings import sources_of


def test_the_sources_are_those_of_the_quotes_in_their_order(index):
    quotes, rng = index.bank.quotes, random.Random(7)
    for count in (0, 1, 5, len(quotes)):
        docs = rng.sample(range(len(quotes)), count)
        wanted = list(dict.fromkeys(quotes[doc].source.id for doc in docs))
        assert [source.id for source in sources_of(index, docs)] == wanted
    assert len(wanted) == 3
