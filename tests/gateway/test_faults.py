"""Faults under a little load, by counts and orders; the long runs are `make faults`. First, the instruments."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import signal
import sqlite3
import sys
from contextlib import closing

import pytest

from benchmarks.faults.disk import Disk, after_a_cut
from bot.chat.acts.custom_ids import MuteTrigger, SendReport
from bot.chat.moderation import complaints
from bot.config import shipped_bank
from bot.editions.making import open_edition
from tests.gateway.stand_in import world

QUESTIONS = 40
SERVERS = 20
needs_cc = pytest.mark.skipif(not (sys.platform == "linux" and shutil.which("cc")), reason="needs Linux and a compiler")


@pytest.fixture
def disk(tmp_path, tmp_path_factory):
    """A disk with switches where the bot's memory is."""
    disk = Disk(tmp_path, tmp_path_factory.mktemp("build"))
    yield disk
    disk.gone()


async def python(disk, program: str) -> str:
    """What a small program on that disk says; `at` is a path there."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", f"import os; at = {str(disk.data / 'file')!r}\n{program}"),
        env=disk.environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await running.communicate()
    return said.decode()


@needs_cc
async def test_a_power_cut_keeps_what_was_synced_and_drops_what_was_not(disk, tmp_path):
    disk.journalled()
    (tmp_path / "before").mkdir()
    said = await python(
        disk,
        """
file = os.open(at, os.O_RDWR | os.O_CREAT)
os.write(file, b"synced "); os.pwrite(file, b"S", 0); os.fdatasync(file)
os.write(file, b"and not")
other = os.open(at + "-shm", os.O_RDWR | os.O_CREAT)
os.write(os.open(at + ".new", os.O_RDWR | os.O_CREAT), b"never synced")
""",
    )
    assert said == ""
    everything, _ = after_a_cut(tmp_path / "before", disk.journal, disk.data, random.Random(1), arrives=1.0)
    assert everything["file"].startswith(b"Synced ")
    pending = disk.cut_the_power(tmp_path / "before", random.Random(1), arrives=0.0)
    assert pending == 2
    left = {path.name: path.read_bytes() for path in disk.data.iterdir()}
    assert left == {"file": b"Synced ", "file.new": b""}


@needs_cc
async def test_on_a_full_disk_only_what_has_its_place_can_be_written(disk):
    await python(disk, "file = open(at, 'wb'); file.write(bytes(8192)); file.flush(); os.fsync(file.fileno())")
    disk.fill()
    program = """
file = os.open(at, os.O_RDWR)
os.pwrite(file, b"inside", 0)
try:
    os.pwrite(file, b"beyond", 8192)
except OSError as error:
    print(error.strerror)
"""
    assert await python(disk, program) == "No space left on device\n"
    disk.free()
    assert await python(disk, program) == ""


@pytest.fixture(autouse=True)
def servers(discord_stand_in):
    """Room for many to ask at once."""
    discord_stand_in.servers = SERVERS


@pytest.fixture
async def bot(discord_stand_in, start, good_token, disk):
    """Quoth on that disk, started."""
    bot = await start("quoth", "run", QUOTH_TOKEN=good_token, **disk.environ)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    return bot


async def ask(discord_stand_in, first: int) -> set[int]:
    """Questions of as many members in twenty servers; gives their ids."""
    people = [discord_stand_in.member(first + number, server=number % SERVERS) for number in range(QUESTIONS)]
    return {int(await one.slash("quote", about="russia")) for one in people}


async def answered(discord_stand_in, ids: set[int]) -> None:
    """Wait until all of these have their answer."""
    await discord_stand_in.until(lambda: ids <= set(discord_stand_in.callbacks))


def logged(disk) -> set[int]:
    with closing(sqlite3.connect(disk.data / "quoth.db")) as connection:
        return {asked for (asked,) in connection.execute("SELECT asked FROM uses")}


SAID = {complaints.THANKS: True, complaints.NOT_SAVED: False, complaints.MAYBE_SAVED: None}
"""What somebody who reports something is told, and whether it is then kept; None where that is not said."""
TROUBLES = {
    "full": (lambda disk: disk.fill(), lambda disk: disk.free()),
    "slow": (lambda disk: disk.slow(300), lambda disk: disk.slow(0)),
}


@needs_cc
async def test_what_a_server_chooses_while_the_bot_connects_anew_for_another_is_known_at_once(
    discord_stand_in, bot, disk
):
    may = world.MAY_SPEAK | world.MANAGE_GUILD
    one, other = (discord_stand_in.member(number, server=number, permissions=may) for number in (1, 2))
    disk.slow(1000)
    await one.slash("settings keywords", on=True)  # after which messages are asked for
    await asyncio.sleep(0.5)
    await other.slash("settings keywords", on=True)
    await discord_stand_in.until(lambda: len(discord_stand_in.sent("READY", "")) == 2)
    disk.slow(0)
    with closing(sqlite3.connect(disk.data / "quoth.db")) as log:
        await discord_stand_in.until(lambda: len(log.execute("SELECT * FROM keyword_channels").fetchall()) == 2)
    asked = await other.slash("settings keywords")
    await answered(discord_stand_in, {int(asked)})
    assert "are **on**" in json.dumps(discord_stand_in.sent("ANSWERED", f"/{asked}/"))
    bot.signal(signal.SIGTERM)
    assert await bot.ends() == 0, bot.output


@needs_cc
@pytest.mark.parametrize("trouble", TROUBLES)
async def test_while_the_disk_is_in_trouble_everybody_is_answered_and_afterwards_all_is_logged(
    discord_stand_in, bot, disk, trouble
):
    begin, end = TROUBLES[trouble]
    ids = await ask(discord_stand_in, 100)
    await answered(discord_stand_in, ids)
    begin(disk)
    ids |= await ask(discord_stand_in, 200)
    await answered(discord_stand_in, ids)
    end(disk)
    ids |= await ask(discord_stand_in, 300)
    await answered(discord_stand_in, ids)
    bot.signal(signal.SIGTERM)
    assert await bot.ends() == 0, bot.output
    assert ids <= logged(disk)


@needs_cc
@pytest.mark.parametrize("slow", [200, 3000])  # milliseconds until a file is on the disk
async def test_whoever_reports_something_beside_many_on_a_slow_disk_is_answered_and_told_the_truth(
    discord_stand_in, bot, disk, slow
):
    """Written one by one, the last of them would be on the disk long after anybody waits for an answer."""
    form = SendReport(open_edition(shipped_bank()).bank.quotes[0].id).to_custom_id()
    disk.slow(slow)
    people = [discord_stand_in.member(100 + number, server=number % SERVERS) for number in range(QUESTIONS)]
    written = {int(await one.submit(form, wrong=f"reported by {one.number}")): one.number for one in people}
    pressed = {int(await one.press(MuteTrigger(f"phrase {one.number}").to_custom_id())) for one in people}
    await answered(discord_stand_in, {*written, *pressed})
    disk.slow(0)
    bot.signal(signal.SIGTERM)
    assert await bot.ends() == 0, bot.output
    with closing(sqlite3.connect(disk.data / "quoth.db")) as connection:
        kept = {text for (text,) in connection.execute("SELECT text FROM complaints")}
    said = {one.interaction: json.dumps(one.json) for one in discord_stand_in.requests if one.interaction in written}
    for asked, number in written.items():
        sure = next(kept for sentence, kept in SAID.items() if sentence in said[asked])
        assert sure in (None, f"reported by {number}" in kept), said[asked]
    assert slow > 1000 or len(kept) == QUESTIONS


@needs_cc
async def test_after_a_power_cut_every_answer_that_was_seen_is_logged(
    discord_stand_in, start, good_token, disk, tmp_path
):
    disk.journalled()
    (tmp_path / "before").mkdir()
    bot = await start("quoth", "run", QUOTH_TOKEN=good_token, **disk.environ)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    await ask(discord_stand_in, 100)
    await discord_stand_in.until(lambda: len(discord_stand_in.callbacks) >= QUESTIONS // 2)
    bot.signal(signal.SIGKILL)
    await bot.ends()
    disk.cut_the_power(tmp_path / "before", random.Random(3), arrives=0.5)
    assert set(discord_stand_in.callbacks) <= logged(disk)


GATEWAY_FAULTS = {
    "cut": lambda discord: discord.drop(),
    "op 7": lambda discord: discord.ask_for_reconnect(),
    "op 9, to be resumed": lambda discord: discord.invalidate(resumable=True),
    "close 4000": lambda discord: discord.shut(4000),
}


@pytest.mark.parametrize("fault", GATEWAY_FAULTS)
async def test_around_a_break_of_the_gateway_every_question_gets_one_answer(discord_stand_in, start, good_token, fault):
    bot = await start("quoth", "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    ids = await ask(discord_stand_in, 100)
    await GATEWAY_FAULTS[fault](discord_stand_in)
    ids |= await ask(discord_stand_in, 200)
    await discord_stand_in.until(lambda: discord_stand_in.resumed)
    await answered(discord_stand_in, ids)
    await discord_stand_in.replay(QUESTIONS)
    last = await discord_stand_in.slash("quote", about="ukraine")
    await answered(discord_stand_in, {int(last)})
    posted = [request.interaction for request in discord_stand_in.requests if request.path.endswith("/callback")]
    assert len(posted) == len(set(posted)) == len(ids) + 1
    assert len(discord_stand_in.identified) == 1
    assert "Traceback" not in bot.output
