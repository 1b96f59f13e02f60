"""What root does in the data folder of another user: all that the bot must be able to open belongs to that user."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from bot.app import open_house
from bot.config import Settings
from bot.running import Run
from bot.store.disk.folder_lock import hold
from bot.store.records import Use
from bot.store.store import Store

pytestmark = pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root may give files away")
NOW = datetime(2020, 6, 8, 12, tzinfo=UTC)
BOT = 10001


@pytest.fixture
def data(tmp_path):
    """A bot's folder, in a folder that is the bot's as well."""
    folder = tmp_path / "bot" / "data"
    folder.mkdir(parents=True)
    for one in (folder, folder.parent):
        os.chown(one, BOT, BOT + 1)
    return folder


@pytest.fixture
async def copy(data, tmp_path, quoth):
    """A copy of a log that the bot wrote."""
    store = await Store.open(data / "quoth.db", now=lambda: NOW)
    assert await store.record(Use(1, NOW, 1, 2, "slash", "a", "b", True, "id", "e", 1.0), wait=30)
    await store.close()
    for one in data.iterdir():
        os.chown(one, BOT, BOT + 1)
    assert quoth("backup", tmp_path / "copy.db") == 0
    return tmp_path / "copy.db"


def owners(folder):
    return {(one.stat().st_uid, one.stat().st_gid) for one in (folder, *folder.rglob("*"))}


@pytest.mark.parametrize("before", ["a log", "no log", "an empty folder", "no folder", "no folder above"])
def test_what_root_restores_is_the_bots(data, copy, quoth, before):
    if before == "no log":
        (data / "quoth.db").unlink()
    elif before != "a log":
        for one in data.iterdir():
            one.unlink()
    if before.startswith("no folder"):
        data.rmdir()
    if before == "no folder above":
        os.environ["QUOTH_DATA"] = str(data.parent / "one" / "more")
    assert quoth("restore", copy) == 0
    assert (data.parent / "one" / "more" / "quoth.db").exists() or (data / "quoth.db").exists()
    assert owners(data.parent) == {(BOT, BOT + 1)}
    assert not any(one.stat().st_mode & 0o077 for one in data.parent.rglob("quoth.db*"))


async def test_what_root_begins_is_the_bots(data):
    async with open_house(Settings(data=data)) as house:
        Run(house, "token").identifies.sent(0)
        assert await house.store.record(Use(1, NOW, 1, 2, "slash", "a", "b", True, "id", "e", 1.0), wait=30)
    assert {"quoth.db.guard", "quoth.db.emergency", "identify.json", "last_good"} <= {
        one.name for one in data.iterdir()
    }
    assert owners(data) == {(BOT, BOT + 1)}


AS_THE_BOT = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path

import asyncio, random
from bot.chat.connection.identify_budget import IdentifyBudget
from bot.chat.connection.backoff import Growing
from bot.store.sqlite.migrations import schema_steps
from bot.store.store import Store

async def main(folder):
    schema_steps()  # a checkout may be closed to others
    os.setgid(10002)
    os.setuid(10001)
    for _ in range(2):
        store = await Store.open(folder / "quoth.db", now=lambda: datetime(2020, 6, 8, tzinfo=UTC))
        print(store.problem, store.emergency_problem)
        await store.close()
        IdentifyBudget(folder / "identify.json", rng=random.Random(1), pauses=Growing(5, 300)).sent(0)
    print(IdentifyBudget(folder / "identify.json", rng=random.Random(1), pauses=Growing(5, 300)).count)

asyncio.run(main(Path(sys.argv[1])))
"""


async def test_what_is_still_roots_but_may_be_replaced_is_and_said_once(open_to_all):
    folder = open_to_all
    async with open_house(Settings(data=folder)) as house:
        Run(house, "token").identifies.sent(0)
    os.chown(folder, BOT, BOT + 1)
    os.chown(folder / "quoth.db", BOT, BOT + 1)
    done = subprocess.run(  # noqa: ASYNC221  nothing else is to be done meanwhile
        [sys.executable, "-c", AS_THE_BOT, folder], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == ["None None", "None None", "2"], done.stderr
    for said in (
        "quoth.db.status: it is begun",
        "identify.json: it is begun",
        "what was known",
        "emergency.strange",
    ):
        assert done.stderr.count(said) == 1


def test_a_copy_that_root_makes_is_roots(data, copy, quoth):
    assert quoth("backup", data.parent / "mine.db") == 0
    assert (data.parent / "mine.db").stat().st_uid == 0


def test_where_the_folder_is_roots_so_is_what_is_in_it(data, copy, quoth):
    for one in (data, *data.iterdir()):
        os.chown(one, 0, 0)
    assert quoth("restore", copy) == 0
    assert owners(data) == {(0, 0)}


def test_what_has_another_name_elsewhere_is_not_given_away(data, tmp_path):
    own = tmp_path / "own"
    own.write_text("root's")
    (data / "lock").hardlink_to(own)
    with hold(data):
        assert own.stat().st_uid == 0


def test_root_that_may_give_nothing_away_restores_all_the_same_and_is_told(data, copy, quoth, monkeypatch, caplog):
    def may_not(*_):
        raise PermissionError

    monkeypatch.setattr(os, "fchown", may_not)
    assert quoth("restore", copy) == 0
    assert f"what is made in {data} cannot be given to its owner" in caplog.text
    with hold(data):
        assert (data / "lock").stat().st_size, "it is locked and signed"
