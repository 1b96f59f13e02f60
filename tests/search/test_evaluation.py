"""The shipped bank answers as its curators expect, and the table tells where it does not."""

from pathlib import Path

import pytest

from bot.config import shipped_bank
from bot.editions.making import open_edition
from bot.search.evaluation import Row, judge, measure, read_table
from bot.search.query import Found, Query

TABLE = Path(__file__).parents[1] / "data" / "searches.yaml"


@pytest.fixture(scope="module")
def shipped():
    return open_edition(shipped_bank()).index


def test_the_shipped_bank_meets_the_table(shipped):
    rows, problems = read_table(TABLE.read_bytes(), TABLE.name, shipped.bank)
    assert problems == []
    assert len(rows) >= 150
    found = measure(shipped, rows)
    assert [(met.row.place, met.row.query, met.wrong) for met in found.unmet] == []
    assert found.false_answers == 0
    assert found.ndcg >= 0.97


@pytest.mark.parametrize(
    ("row", "line", "word"),
    [
        ("- {query: rusia}", 2, "first"),
        ("- {query: rusia, first: no-such-quote}", 2, "no-such-quote"),
        ("- {query: rusia, first: topic:none}", 2, "topic:none"),
        ("- {query: rusia, frist: q1}", 2, "frist"),
        ("- rusia", 2, "mapping"),
        ("q", 2, "rows"),
    ],
)
def test_a_fault_is_told_with_its_place(bank, row, line, word):
    rows, problems = read_table(f"typos:\n  {row}\n".encode(), "searches.yaml", bank)
    assert rows == []
    assert problems
    assert problems[0].line == line
    assert any(word in problem.message + problem.hint for problem in problems)


def test_judges_each_part(index, bank):
    found = index.find(Query("russia"))
    rows = {
        "met": Row("", "", "russia", first=frozenset({"q3", "q4"})),
        "first": Row("", "", "russia", first=frozenset({"q1"})),
        "never": Row("", "", "russia", first=frozenset({"q3", "q4"}), never=frozenset({"q4"})),
        "nothing": Row("", "", "russia", nothing=True),
        "key": Row("", "", "russia", first=frozenset({"q3", "q4"}), key="topic:nato"),
        "note": Row("", "", "russia", first=frozenset({"q3", "q4"}), note="Lavrov"),
    }
    wrong = {name for name, row in rows.items() if judge(row, found).wrong is not None}
    assert wrong == {"first", "never", "nothing", "key", "note"}


def test_gain_counts_order(index):
    found = index.find(Query("russia"))
    first, second = (hit.quote.id for hit in found.hits)
    best = judge(Row("", "", "russia", first=frozenset({first}), then=frozenset({second})), found)
    other = judge(Row("", "", "russia", first=frozenset({second}), then=frozenset({first})), found)
    assert best.gain == 1.0
    assert other.gain is not None
    assert 0.5 < other.gain < 1.0
    assert judge(Row("", "", "x", first=frozenset({first})), Found(Query("x"), (), 0, "x")).gain == 0.0
