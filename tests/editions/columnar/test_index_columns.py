"""An index made of its columns answers as the one they are of; columns that do not fit together are refused."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from bot.bank.bank import Bank
from bot.bank.reader import read_bank
from bot.config import shipped_bank
from bot.editions.columnar.index_columns import index_from_columns, index_to_columns
from bot.search.evaluation import read_table
from bot.search.index import Index
from bot.search.query import Query

ASKED = (
    "russia",
    "rusia",
    "a very clear teacher",
    "brook bridge",
    "austerity",
    "after 2016",
    "vov",
    "migr",
    "pizza",
    "",
    "россия",
)


@pytest.fixture(scope="module")
def bank():
    return read_bank(shipped_bank()).bank


@pytest.fixture(scope="module")
def index(bank):
    return Index.build(bank)


def answers(index):
    return [index.find(Query(asked)) for asked in ASKED]


def again(index):
    return index_from_columns(index.bank, index_to_columns(index))


def test_answers_alike(index):
    assert answers(again(index)) == answers(index)


def test_every_query_of_the_table_is_answered_alike(bank, index):
    """Also those whose words stand in a question only."""
    data = (Path(__file__).parents[2] / "data" / "searches.yaml").read_bytes()
    rows, problems = read_table(data, "searches.yaml", bank)
    loaded = again(index)
    assert rows
    assert not problems
    asked = [Query(row.query) for row in rows]
    assert [query.words for query in asked if loaded.find(query) != index.find(query)] == []


def test_what_was_made_of_columns_has_the_same_columns(index):
    loaded = again(index)
    assert index_to_columns(loaded) == index_to_columns(index)
    for room in ("names", "speakers", "sources"):
        for name, held in vars(getattr(index.inverted, room)).items():
            if isinstance(held, Mapping) and name != "_merged":
                there = getattr(getattr(loaded.inverted, room), name)
                assert {key: list(row) for key, row in there.items()} == {key: list(row) for key, row in held.items()}
                assert all(there.get(key) is not None for key in held)
                assert there.get("nothing such") is None


def test_a_bank_without_quotes_has_columns_too():
    empty = Index.build(Bank("e" * 64, (), (), (), ()))
    assert again(empty).find(Query("russia")).hits == ()


def test_a_bank_of_fewer_quotes_is_not_answered_from_it(bank, index):
    with pytest.raises(ValueError, match="another bank"):
        index_from_columns(replace(bank, quotes=bank.quotes[:-1]), index_to_columns(index))


@pytest.mark.parametrize(
    "name", ["years", "known.names.of", "known.speakers.docs.ends", "known.vocabulary.ends", "dates.first"]
)
def test_columns_that_do_not_fit_together_are_refused(bank, index, name):
    columns = index_to_columns(index)
    columns[name] = columns[name][:1]
    with pytest.raises((ValueError, TypeError, LookupError)):
        index_from_columns(bank, columns)
