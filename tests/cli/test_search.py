"""`quoth search`, as people and programs call it."""

import io
import json

import pytest
from rich.console import Console

from bot.cli import main
from bot.cli.search import show
from bot.search.query import Found, Query


@pytest.fixture
def say(capsys, monkeypatch):
    """Run a command; gives its status, output and errors. `typed` is its standard input."""

    def run(*arguments, typed=b""):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed)))
        status = main(["search", *arguments])
        told = capsys.readouterr()
        return status, told.out, told.err

    return run


def test_prints_one_object(say):
    status, out, _ = say("--json", "--limit", "2", "rusai")
    told = json.loads(out)
    assert status == 0
    assert set(told) == {"query", "hits", "suggestions"}
    assert told["query"] == "rusai"
    assert len(told["hits"]) == 2
    assert set(told["hits"][0]) == {"id", "text", "speaker", "source", "score", "why"}
    assert told["hits"][0]["speaker"] == "Jens Stoltenberg"
    assert told["hits"][0]["why"][0]["matched"] == "Russia"
    assert 0 < told["hits"][0]["score"] <= 1


def test_nothing_found_is_no_fault(say):
    status, out, _ = say("--json", "pizza")
    assert status == 0
    assert json.loads(out)["hits"] == []
    assert json.loads(out)["suggestions"]


def test_answers_a_batch_in_order(say):
    asked = ["rusia", "pizza", "“NATO”\n", "\ud800", "россия", ""]
    lines = "".join(json.dumps(query) + "\n" for query in asked).encode()
    status, out, _ = say("--json", "--batch", "-", typed=lines + b"\n")
    assert status == 0
    assert [json.loads(line)["query"] for line in out.splitlines()] == asked


def test_reads_a_batch_from_a_file(say, tmp_path):
    (tmp_path / "asked.jsonl").write_text('"moscow"\n')
    status, out, _ = say("--batch", str(tmp_path / "asked.jsonl"))
    assert status == 0
    assert json.loads(out)["hits"]


@pytest.mark.parametrize(
    ("bad", "line"), [(b'"rusia"\nrusia\n', 2), (b"[1]\n", 1), (b'"a"\n"b"\n\xff\n', 3), (b"[" * 99999, 1)]
)
def test_a_bad_line_is_told_by_its_number(say, bad, line):
    status, _, err = say("--json", "--batch", "-", typed=bad)
    assert status == 2
    assert f"standard input:{line}:" in err


@pytest.mark.parametrize(
    "arguments", [(), ("russia", "--batch", "-"), ("--batch", "no-such-file"), ("--table", "no-such-file")]
)
def test_a_wrong_call_is_told(say, arguments):
    status, out, err = say(*arguments)
    assert (status, out) == (2, "")
    assert err.startswith("quoth search: ")


@pytest.mark.parametrize("limit", ["0", "-1", "ten", "1000000", "٣"])
def test_a_limit_must_be_a_number_of_quotes(say, limit):
    with pytest.raises(SystemExit) as stopped:
        say("russia", "--limit", limit)
    assert stopped.value.code == 2


def test_a_bank_that_cannot_be_read_is_told(say, tmp_path):
    status, _, err = say("--bank", str(tmp_path / "none"), "russia")
    assert status == 2
    assert err


def test_shows_people_quotes_and_why(say):
    status, out, _ = say("trupm", "--limit", "1")
    assert status == 0
    assert "Showing trump for trupm." in out
    assert "“" in out
    assert "Jens Stoltenberg" in out


def test_shows_people_what_is_near(say):
    _, out, _ = say("pizza")
    assert "Nothing in the bank answers pizza." in out
    assert "Near it: " in out


def test_says_whose_words_are_not_there(say):
    _, out, _ = say("what did lavrov answer")
    assert "The bank holds no quote by Sergei Lavrov" in out


def test_measures_a_table(say, tmp_path):
    table = tmp_path / "table.yaml"
    table.write_text("typos:\n  - {query: rusia, first: topic:russia}\n  - {query: pizza, first: topic:nato}\n")
    status, out, _ = say("--table", str(table))
    assert status == 1
    assert "2 rows, 1 not met" in out
    table.write_text("typos:\n  - {query: rusia}\n")
    assert say("--table", str(table))[0] == 2


def test_where_no_topic_is_near_none_is_named():
    query, console = Query("pizza"), Console(width=100, record=True)
    show(console, Found(query, (), 0, "pizza"))
    assert console.export_text() == "Nothing in the bank answers pizza.\n"
