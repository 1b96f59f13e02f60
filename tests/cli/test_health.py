from __future__ import annotations

import argparse
import asyncio
import os
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli import health, main
from bot.errors import CallError
from bot.store.disk import status_file
from bot.store.records import Use
from bot.store.store import Store


@pytest.fixture
def ask(tmp_path, monkeypatch):
    file = tmp_path / "alive"
    monkeypatch.setenv("QUOTH_HEALTH_FILE", str(file))
    monkeypatch.chdir(tmp_path)
    parser = argparse.ArgumentParser()
    health.options(parser)
    return file, lambda: health.run(parser.parse_args([]))


def test_a_bot_that_touched_its_file_is_healthy(ask, capsys):
    file, health_of = ask
    file.touch()
    assert health_of() == 0
    assert capsys.readouterr().out == "the bot hears from Discord\n"


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_no_file_says_nothing_of_a_bot(ask, capsys, make):
    file, health_of = ask
    make(file)
    assert health_of() == 1
    assert "is no file" in capsys.readouterr().out


def test_a_bot_that_fell_silent_is_not(ask, capsys):
    file, health_of = ask
    file.touch()
    long_ago = time.time() - 1000
    os.utime(file, (long_ago, long_ago))
    assert health_of() == 1
    assert "last heard from Discord 100" in capsys.readouterr().out


def test_a_bot_that_never_came_up_is_not(ask, capsys):
    _, health_of = ask
    assert health_of() == 1
    assert "No such file" in capsys.readouterr().out


@pytest.mark.parametrize(("now", "well"), [(910, True), (909, False), (1090, True), (1091, False)])
def test_ninety_seconds_are_the_bound_either_way(tmp_path, now, well):
    """The clock of another machine's disk may be a little ahead."""
    file = tmp_path / "alive"
    file.touch()
    os.utime(file, (1000, 1000))
    assert (health.ailing(file, float(now)) is None) is well


@pytest.mark.parametrize("ahead", [91, 5000, 10**8])
def test_a_touch_of_a_time_to_come_is_no_sign_of_life(ask, capsys, ahead):
    file, health_of = ask
    file.touch()
    to_come = time.time() + ahead + 5
    os.utime(file, (to_come, to_come))
    assert health_of() == 1
    assert "ahead of this machine's clock" in capsys.readouterr().out


def test_without_a_health_file_the_call_is_wrong(tmp_path, monkeypatch):
    monkeypatch.delenv("QUOTH_HEALTH_FILE", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CallError, match="QUOTH_HEALTH_FILE"):
        health.run(argparse.Namespace(config=None, log=False))


@pytest.fixture
def about_the_log(ask, tmp_path, monkeypatch):
    """What a bot says of its log; gives the status and the lines of `quoth health`."""
    file, _ = ask
    file.touch()
    monkeypatch.setenv("QUOTH_DATA", str(tmp_path))

    def say(capsys, *words, **said):
        status_file.write_status(tmp_path / "quoth.db", status_file.Status(**said))
        code = main(["health", *words])
        return code, capsys.readouterr().out.splitlines()

    return say


def test_trouble_of_the_log_is_said_and_is_no_reason_to_restart(about_the_log, capsys):
    said = {
        "problem": "the log cannot be used: the disk is full",
        "since": "2020-06-08 12:00 UTC",
        "waiting": 7,
        "lost": 2,
    }
    code, lines = about_the_log(capsys, **said)
    assert code == 0
    assert lines == [
        "the bot hears from Discord",
        "the log cannot be used: the disk is full (since 2020-06-08 12:00 UTC; 7 uses wait to be written)",
        "2 uses of this run were not written, only counted",
    ]
    assert about_the_log(capsys, **said | {"waiting": 1, "lost": 1})[1][1:] == [
        "the log cannot be used: the disk is full (since 2020-06-08 12:00 UTC; 1 use waits to be written)",
        "1 use of this run was not written, only counted",
    ]
    assert about_the_log(capsys, "--log", **said)[0] == 1
    assert about_the_log(capsys, "--log", lost=2)[0] == 0


def test_that_nothing_but_memory_would_take_what_the_log_cannot_is_said(about_the_log, capsys):
    code, lines = about_the_log(capsys, "--log", spare="the emergency file x cannot be used: the disk is full")
    assert code == 0
    assert lines[1:] == [
        "the emergency file x cannot be used: the disk is full; what the log cannot take is kept in memory alone"
    ]


def test_what_was_mended_is_said(about_the_log, capsys):
    assert about_the_log(capsys, notice="it was deleted")[1][1:] == ["of the log: it was deleted"]
    assert about_the_log(capsys)[1] == ["the bot hears from Discord"]


def test_where_a_log_was_restored_from_is_said_once_and_beside_what_was_mended_since(about_the_log, capsys):
    restored, mended = "this log was restored on 2020-06-08", "its indexes were made anew"
    assert about_the_log(capsys, notice=restored, restored=restored)[1][1:] == [f"of the log: {restored}"]
    said = about_the_log(capsys, notice=mended, restored=restored)[1][1:]
    assert said == [f"of the log: {mended}", f"of the log: {restored}"]


@pytest.mark.parametrize("spoilt", [b"", b"\0" * 4096, b"[]", b'{"who": 1}', b"\xff" * 10])
def test_of_a_status_that_cannot_be_read_it_is_said_that_nothing_is_known(about_the_log, tmp_path, capsys, spoilt):
    about_the_log(capsys)
    (tmp_path / "quoth.db.status").write_bytes(spoilt)
    for words, status in (((), 0), (("--log",), 1)):
        assert main(["health", *words]) == status
        said = capsys.readouterr().out.splitlines()
        assert said[0] == "the bot hears from Discord"
        assert "quoth.db.status cannot be read, for its content is damaged; the bot writes it anew" in said[1]
    assert about_the_log(capsys, "--log") == (0, ["the bot hears from Discord"])


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_what_stands_in_the_place_of_a_status_is_to_be_removed(about_the_log, tmp_path, capsys, make):
    about_the_log(capsys)
    (tmp_path / "quoth.db.status").unlink()
    assert main(["health", "--log"]) == 0, "nothing was said yet"
    make(tmp_path / "quoth.db.status")
    capsys.readouterr()
    assert main(["health", "--log"]) == 1
    assert "it is no plain file; remove it, and the bot writes it anew" in capsys.readouterr().out


def test_a_status_that_may_not_be_read_is_for_another_user(about_the_log, capsys, monkeypatch):
    def refused(*_):
        raise PermissionError(13, "Permission denied")

    about_the_log(capsys)
    monkeypatch.setattr("bot.private.read_own", refused)
    assert main(["health", "--log"]) == 1
    assert "(Permission denied); run this as the user that the bot runs as" in capsys.readouterr().out


def test_a_status_that_is_just_being_written_is_read_again(about_the_log, tmp_path, capsys, monkeypatch):
    about_the_log(capsys)
    place = tmp_path / "quoth.db.status"
    whole = place.read_bytes()
    place.write_bytes(b"")
    monkeypatch.setattr(health.time, "sleep", lambda _: place.write_bytes(whole))
    assert main(["health", "--log"]) == 0
    assert capsys.readouterr().out == "the bot hears from Discord\n"


@pytest.mark.parametrize("how", ["something new", "the next start"])
async def test_a_damaged_status_is_written_anew_as_it_is_said(ask, tmp_path, monkeypatch, how):
    ask[0].touch()
    monkeypatch.setenv("QUOTH_DATA", str(tmp_path))
    store = await Store.open(tmp_path / "quoth.db", now=lambda: datetime(2020, 6, 8, 12, tzinfo=UTC))
    async with asyncio.timeout(30):
        while not (tmp_path / "quoth.db.status").exists():  # noqa: ASYNC110  as another program would look
            await asyncio.sleep(0.01)
    if how == "the next start":
        await store.close()
    (tmp_path / "quoth.db.status").write_bytes(b"\xff" * 9000)
    assert await asyncio.to_thread(main, ["health", "--log"]) == 1
    if how == "the next start":
        store = await Store.open(tmp_path / "quoth.db", now=lambda: datetime(2020, 6, 8, 12, tzinfo=UTC))
    else:
        store._database.operator.say("its indexes were made anew")
    async with asyncio.timeout(30):
        while await asyncio.to_thread(main, ["health", "--log"]):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await store.close()


async def test_a_bot_whose_log_is_locked_says_so_and_says_so_no_more(ask, tmp_path, capsys, monkeypatch):
    file, health_of = ask
    file.touch()
    monkeypatch.setenv("QUOTH_DATA", str(tmp_path))
    now = datetime(2020, 6, 8, 12, tzinfo=UTC)
    use = Use(1, now, 1, 2, "slash", "q", "k", True, "id", "e", 1.0)
    store = await Store.open(tmp_path / "quoth.db", now=lambda: now, rest=0.02, retry=0.05)

    async def until(words, said):
        for _ in range(500):
            health_of()
            if (words in capsys.readouterr().out) == said:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(words)

    with closing(sqlite3.connect(tmp_path / "quoth.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        await store.record(use, wait=5)
        await until(
            "another program holds it locked: close that program (since 2020-06-08 12:00 UTC; 1 use waits", True
        )
        other.rollback()
    await until("locked", False)
    await store.close()
