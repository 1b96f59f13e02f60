"""Thresholds that no row of a table of searches moves with: each of these fails when its own is moved by a half."""

import pytest

from bot.bank.bank import Bank
from bot.bank.quote import Topic
from bot.search.index import Index
from bot.search.parallels import likeness
from bot.search.query import Query
from tests.search.conftest import QUOTES


@pytest.mark.parametrize(("before", "found"), [(180, True), (248, False)])
def test_so_many_characters_of_a_query_are_read(ids, before, found):
    assert bool(ids("the " * (before // 4) + "russia")) is found


@pytest.mark.parametrize(("length", "found"), [(980, True), (1020, False)])
def test_what_is_longer_is_no_query(ids, length, found):
    assert bool(ids("russia " + "the " * ((length - 7) // 4))) is found


def test_three_words_are_too_few_to_be_compared():
    assert likeness(["stone", "bridge", "flood"], ["stone", "bridge", "flood"]) == 0
    assert likeness(["stone", "bridge", "flood", "river"], ["stone", "bridge", "flood", "river"]) == 100


def test_five_topics_are_offered(bank):
    names = [Topic(f"stone-{one}", f"stones {one}") for one in "abcdefghi"]
    quotes = tuple(
        type(one)(one.id, one.segments, one.speaker, one.source, (topic,), one.question)
        for one, topic in zip(QUOTES, names, strict=True)
    )
    index = Index.build(Bank("0" * 64, bank.sources, bank.speakers, tuple(names), quotes))
    assert len(index.find(Query("zzzqqq")).suggestions) == 5
