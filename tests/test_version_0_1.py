"""What people have who installed 0.1: its log, its settings and its bank go on working. No module's own test."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import open_house
from bot.config import load_settings
from bot.search.query import Query
from bot.store.records import Guild

OF_0_1 = Path(__file__).parent / "data" / "version_0_1"
COPY = "60279c0ede663f60280a3c1b8c319a940daeefbff09a54d66761ebce560dc440"
NOON = datetime(2020, 6, 8, 12, 0, tzinfo=UTC)


@pytest.fixture
def house(tmp_path, monkeypatch):
    """Opens a house where 0.1 ran, in its folder: bank, config.yaml, data/quoth.db, and its copy of the bank."""
    shutil.copytree(OF_0_1 / "bank", tmp_path / "bank")
    shutil.copytree(OF_0_1 / "bank", tmp_path / "data" / "last_good" / COPY)
    shutil.copy(OF_0_1 / "config.yaml", tmp_path)
    with closing(sqlite3.connect(tmp_path / "data" / "quoth.db")) as log:
        log.executescript((OF_0_1 / "quoth.sql").read_text())
    monkeypatch.chdir(tmp_path)
    return lambda: open_house(load_settings(Path("config.yaml"), {}), now=lambda: NOON)


async def test_its_log_is_taken_over_without_the_words_that_may_have_been_private(house):
    async with house() as opened:
        store = opened.store
        report = await store.report(30, Guild(1), misses=True)
        assert (report.uses, report.misses, report.lost) == (3, 1, 0)
        assert {one.name: one.count for one in report.quotes} == {"voa-1": 2, "voa-3": 1}
        assert [(one.guild, one.channel) for one in await store.keyword_channels()] == [(1, 20)]
        assert [(one.channel, one.trigger) for one in await store.mutes(NOON)] == [(20, "russia")]
        assert [one.text for one in await store.complaints(5)] == ["The date is wrong."]
        assert await store.get_value("commands") == "{}"
    with closing(sqlite3.connect("data/quoth.db")) as log:
        kept = log.execute("SELECT asked, way, query, found, outcome FROM uses ORDER BY asked").fetchall()
    assert kept == [
        (1001, "slash", "", 1, "answered"),
        (1002, "mention", "", 1, "answered"),
        (1003, "slash", "", 0, "answered"),
        (1004, "keyword", "", 1, "answered"),
        (1005, "button", "", 1, "answered"),
    ]


async def test_its_bank_and_settings_are_served(house):
    async with house() as opened:
        edition = opened.library.edition
        assert len(edition.bank.quotes) == 19
        assert edition.index.find(Query("russia")).hits
        assert not opened.library.problems


@pytest.fixture
def broken(house):
    """A file of its bank was broken since."""
    Path("bank/topics.yaml").write_text("- [")


async def test_its_copy_of_the_bank_stands_in_for_one_that_is_broken(house, broken):
    async with house() as opened:
        assert len(opened.library.edition.bank.quotes) == 19
        assert [problem.file for problem in opened.library.problems] == ["topics.yaml"]
