"""Filters leave in what all of them leave in, and look at no more quotes than they are asked for."""

import random

import pytest

import bot.search.parsing.filters as module
from bot.search.parsing.filters import Filter, Filters
from bot.search.query import Reason

WHY = Reason("speaker", "Ada", "Ada Berg")


@pytest.fixture
def looked_at():
    return []


@pytest.fixture
def every(looked_at):
    """A filter that leaves every so manieth of 100 quotes, and notes at which it looks."""

    def make(step):
        docs = list(range(0, 100, step))

        def test(doc):
            looked_at.append((step, doc))
            return doc in docs

        return Filter(docs, test)

    return make


def test_without_filters_all_are_left_in():
    assert list(Filters(100).docs(1000)) == list(range(100))
    assert list(Filters(100).docs(3)) == [0, 1, 2]
    assert list(Filters(100).among([7, 2, 5])) == [7, 2, 5]


def test_one_filter_is_looked_up_and_nothing_is_tested(every, looked_at):
    filters = Filters(100).and_only(every(10), WHY)
    assert list(filters.docs(1000)) == list(range(0, 100, 10))
    assert list(filters.docs(2)) == [0, 10]
    assert looked_at == []


@pytest.mark.parametrize("order", [(2, 3, 7), (7, 3, 2), (3, 7, 2)])
def test_of_several_the_one_that_leaves_fewest_is_gone_through(every, looked_at, order):
    filters = Filters(100)
    for step in order:
        filters = filters.and_only(every(step), WHY)
    assert list(filters.docs(1000)) == [0, 42, 84]
    assert len({doc for _, doc in looked_at}) == 15
    assert not any(step == 7 for step, _ in looked_at)
    assert list(filters.among([84, 14, 42])) == [84, 42]


@pytest.mark.parametrize("tested", [0, 1, 4, 20])
def test_of_many_only_the_first_are_tested_one_by_one(every, looked_at, monkeypatch, tested):
    monkeypatch.setattr(module, "TESTED", tested)
    filters = Filters(100)
    for step in (2, 3, 7):
        filters = filters.and_only(every(step), WHY)
    docs = random.Random(tested).sample(range(100), 100)
    looked_at.clear()
    assert list(filters.among(docs)) == [doc for doc in docs if doc % 42 == 0]
    assert {doc for _, doc in looked_at} == set(docs[:tested])
    assert list(filters.docs(2)) == [0, 42]


def test_no_more_is_looked_at_than_is_asked_for(every, looked_at):
    filters = Filters(100).and_only(every(2), WHY).and_only(every(3), WHY)
    assert list(filters.docs(2)) == [0, 6]
    assert [doc for _, doc in looked_at] == [0, 3, 6]
