"""`quoth stats`, on a real log that the bot holds open."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from bot.bank.bank import Bank
from bot.bank.quote import Topic
from bot.cli import main
from bot.cli.stats import show
from bot.config import shipped_bank
from bot.editions.making import open_edition
from bot.store.read_only_log import look
from bot.store.records import Complaint, Counted, Report, Use
from bot.store.sqlite.migrations import APPLICATION, schema_steps
from bot.store.store import Store

NOW = datetime(2026, 5, 1, tzinfo=UTC)
BUSY_LOOK_BACK = ["--days", "7"]
OTHER_ENDS = ("failed:429", "failed:429", "failed:timeout", "expired", "unknown", "begun")


@pytest.fixture(scope="module")
def bank():
    return open_edition(shipped_bank()).bank


@pytest.fixture
def log(tmp_path, bank):
    """Runs a command while a bot holds the log open and keeps writing to it; returns what it printed and its status."""
    now = datetime.now(UTC)
    quote = next(quote for quote in bank.quotes if quote.topics)

    async def run(arguments):
        store = await Store.open(tmp_path / "quoth.db", now=lambda: now)
        uses = [
            *((True, f"topic:{quote.topics[0].id}", "russia", quote.id, 0) for _ in range(4)),
            (True, "any", "", quote.id, 1),
            (False, "pizza", "pizza \x1b[31m", None, 1),
            (True, "any", "", "gone-from-the-bank", 20),
        ]
        for asked, (found, key, words, shown, days) in enumerate(uses):
            time = now - timedelta(days=days, seconds=1)
            use = Use(asked, time, 1, 2, "slash", words, key, found, shown, bank.edition, 1.0)
            await store.record(replace(use, outcome="answered", shared=words.startswith("pizza")), wait=5)
        for asked, outcome in enumerate(OTHER_ENDS, 100):
            use = Use(asked, now, 1, 2, "slash", "", "any", True, "a-quote", bank.edition, 1.0, outcome)
            await store.record(use, wait=5)
        await store.complain(Complaint(now, 1, quote.id, bank.edition, "The year\x1b[0m is wrong."))
        try:
            return await asyncio.to_thread(main, ["stats", "--data", str(tmp_path), *arguments])
        finally:
            await store.close()

    return lambda *arguments: asyncio.run(run(arguments))


def test_a_log_that_cannot_be_opened_is_one_sentence_each_time(tmp_path, capsys, monkeypatch):
    told = []
    monkeypatch.setattr(threading, "excepthook", told.append)
    folder = tmp_path.joinpath(*("x" * 190,) * 3)  # longer than SQLite takes
    folder.mkdir(parents=True)
    (folder / "quoth.db").touch()
    before = threading.active_count()
    for _ in range(30):
        assert main(["stats", "--data", str(folder)]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
    while threading.active_count() > before:
        time.sleep(0.01)
    assert told == []


async def test_counting_that_is_given_up_does_not_go_on(tmp_path):
    store = await Store.open(tmp_path / "quoth.db", now=lambda: datetime.now(UTC))
    await store.close()
    for_ever = "WITH RECURSIVE n(x) AS (SELECT begun() UNION ALL SELECT 1 FROM n) SELECT count(*) FROM n"
    begun = threading.Event()
    async with look(tmp_path / "quoth.db") as log:
        log._connection.create_function("begun", 0, begun.set)
        counting = asyncio.create_task(log.rows(for_ever))
        await asyncio.to_thread(begun.wait)
        counting.cancel()
        await asyncio.gather(counting, return_exceptions=True)
        assert await log.rows("SELECT 1") == [(1,)]


def test_it_says_what_was_asked_for_shown_and_missed(log, bank, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    assert log(*BUSY_LOOK_BACK) == 0
    printed = capsys.readouterr().out
    topic = next(quote for quote in bank.quotes if quote.topics).topics[0]
    assert "5 quotes given · 1 query found nothing (17%)" in printed
    lines = [line.split() for line in printed.splitlines()]
    assert any(line[:1] == ["4"] and line[-1] == topic.name.split()[-1] for line in lines)
    assert any(line[:1] == ["1"] and line[-2:] == ["any", "quote"] for line in lines)
    assert any(line[:1] == ["5"] and line[2].startswith("“") for line in lines)
    assert "pizza �[31m" in printed
    assert "\x1b" not in printed
    assert "gone-from-the-bank" not in printed
    assert "The year" not in printed
    ends = "12 requests taken: 6 answered · 3 failed (2 429, 1 timeout) · 1 came too late · 1 with an unknown end · 1"
    assert ends in " ".join(printed.replace("│", " ").split())


def test_a_quote_that_left_the_bank_is_told_as_one(log, capsys):
    assert log("--days", "30") == 0
    assert "a quote that is no longer in the bank" in capsys.readouterr().out


def test_complaints_are_listed_when_asked_for(log, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    assert log("--complaints") == 0
    assert "The year�[0m is wrong." in capsys.readouterr().out


def test_programs_get_one_object(log, bank, capsys):
    assert log(*BUSY_LOOK_BACK, "--json", "--complaints") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["days"], said["uses"], said["misses"], said["lost"]) == (7, 5, 1, 0)
    assert said["ways"] == [{"name": "slash", "count": 6}]
    assert [one["quote"] for one in said["complaints"]] == [said["quotes"][0]["name"]]
    assert sum(day["count"] for day in said["by_day"]) == 6
    assert (said["failed"], said["expired"], said["unknown"], said["waiting"]) == (3, 1, 1, 1)
    assert said["reasons"] == [{"name": "429", "count": 2}, {"name": "timeout", "count": 1}]
    assert (said["answered"], said["given"]) == (6, 12)


def test_an_empty_log_is_no_fault(tmp_path, capsys):
    async def begin():
        await (await Store.open(tmp_path / "quoth.db", now=lambda: datetime.now(UTC))).close()

    asyncio.run(begin())
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert main(["stats", "--data", str(tmp_path / "quoth.db"), "--complaints"]) == 0
    assert "0 quotes given" in capsys.readouterr().out
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_log_of_an_older_version_is_said_to_be_one(tmp_path, capsys):
    with closing(sqlite3.connect(tmp_path / "quoth.db")) as old:
        old.executescript(schema_steps()[0][1] + "CREATE TABLE migrations (number INTEGER PRIMARY KEY, time INTEGER);")
        old.execute("INSERT INTO migrations VALUES (1, 1)")
        old.execute(f"PRAGMA application_id = {APPLICATION}")
        old.commit()
    assert main(["stats", "--data", str(tmp_path)]) == 2
    assert "an older Quoth: start the bot once" in capsys.readouterr().err


@pytest.mark.parametrize("made", ["", "CREATE TABLE t (x)", "CREATE TABLE uses (x); CREATE TABLE migrations (number)"])
@pytest.mark.parametrize("named", ["{folder}", "{folder}/quoth.db"])
def test_of_another_database_it_is_said_that_it_is_no_log(tmp_path, capsys, made, named):
    with closing(sqlite3.connect(tmp_path / "quoth.db")) as other:
        other.executescript(made)
    assert main(["stats", "--data", named.replace("{folder}", str(tmp_path))]) == 2
    said = capsys.readouterr().err
    assert "quoth.db is no log of Quoth's: name the log, or the folder it is in, with --data" in said
    assert "SQLITE" not in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--data", "{folder}"], "there is no log at"),
        (["--data", "/dev/zero"], "/dev/zero is no plain file"),
        (["--data", "{folder}/pipe"], "is no plain file: name the log"),
        (["--data", "{folder}/noise.txt"], "cannot be read"),
        (["--days", "0"], "--days must be from 1"),
    ],
)
def test_a_wrong_call_gets_a_sentence(tmp_path, capsys, arguments, sentence):
    (tmp_path / "noise.txt").write_text("no database " * 100)
    os.mkfifo(tmp_path / "pipe")
    assert main(["stats", *(word.replace("{folder}", str(tmp_path)) for word in arguments)]) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert not said.out


def shown(**counts):
    given = dict.fromkeys(("keys", "quotes", "missed", "ways"), ()) | {"waiting": 0, "lost": 0, **counts}
    console = Console(width=100, record=True)
    rivers = Bank("0" * 64, (), (), (Topic("rivers", "Rivers"),), ())
    show(console, Report(7, 5, 1, **given), None, rivers, NOW.date())
    return " ".join(console.export_text().replace("│", " ").split())


@pytest.mark.parametrize(
    ("lost", "said"),
    [(0, None), (1, "1 use could not be written and were only counted."), (2, "2 uses could not be written and were")],
)
def test_what_could_not_be_written_is_told(lost, said):
    told = shown(lost=lost)
    assert (said in told) if said else ("could not be written" not in told)


def test_how_it_was_asked_for_is_told_in_words():
    assert "a mention" in shown(ways=(Counted("mention", 3), Counted("of another version", 1)))
    assert "of another version" in shown(ways=(Counted("mention", 3), Counted("of another version", 1)))


@pytest.mark.parametrize(
    ("key", "called"),
    [
        ("topic:rivers|2014", "Rivers, 2014"),
        ("topic:gone", "a topic that is no longer in the bank"),
        ("any|2014", "any quote, 2014"),
        ("dual track", "dual track"),
    ],
)
def test_what_was_asked_for_is_called_as_people_call_it(key, called):
    assert shown(keys=(Counted(key, 3),)).endswith(f"━ {called}")
