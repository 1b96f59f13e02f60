"""The real bot over real sockets: start-up, resume, intents, a refused token, and every way to stop it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
import sqlite3
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from aiohttp import web

from bot.store.store import Store

QUICK = str(Path(__file__).parent / "quick.py")
MESSAGE_CONTENT = 1 << 15
MEMBERS_AND_PRESENCES = 1 << 1 | 1 << 8


@pytest.fixture
def health_file(tmp_path):
    return tmp_path / "alive"


@pytest.fixture
async def bot(discord_stand_in, start, good_token, health_file):
    """Quoth, started and known to Discord."""
    environ = {"QUOTH_TOKEN": good_token, "QUOTH_LOG_LEVEL": "debug", "QUOTH_HEALTH_FILE": str(health_file)}
    bot = await start("quoth", "run", **environ)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    yield bot
    await bot.kill()
    assert good_token not in bot.output
    assert "Traceback" not in bot.output


@pytest.fixture
def free_port():
    """A port of the loopback where nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def answers(stand_in) -> list[str]:
    """What was answered and has reached Discord, as text."""
    return [json.dumps(body, ensure_ascii=False) for body in stand_in.sent("ANSWERED", "/callback")]


def uses(tmp_path) -> list[tuple[str, str, str | None]]:
    connection = sqlite3.connect(tmp_path / "data" / "quoth.db")
    try:
        return connection.execute("SELECT asked, outcome, quote FROM uses ORDER BY asked").fetchall()
    finally:
        connection.close()


async def test_it_starts_answers_and_leaves(discord_stand_in, bot, tmp_path):
    await discord_stand_in.until(lambda: discord_stand_in.sent("PUT", "/commands"))
    assert "quote" in {command["name"] for command in discord_stand_in.sent("PUT", "/commands")[0]}
    assert not discord_stand_in.identified[0]["intents"] & (MESSAGE_CONTENT | MEMBERS_AND_PRESENCES)

    asked = await discord_stand_in.slash("quote", about="russia")
    await discord_stand_in.until(lambda: answers(discord_stand_in))
    assert "Jens Stoltenberg" in answers(discord_stand_in)[0]
    ((logged, outcome, quote),) = uses(tmp_path)  # committed before the reply is sent, so it is there by now
    assert (logged, outcome) == (int(asked), "begun")
    assert quote

    bot.signal(signal.SIGTERM)
    assert await bot.ends() == 0
    assert discord_stand_in.sent("CLOSED", "/gateway")[-1] == 1000


async def test_a_mention_is_answered_as_a_reply(discord_stand_in, bot):
    asked = await discord_stand_in.say("rusia")
    await discord_stand_in.until(lambda: discord_stand_in.sent("POST", "/messages"))
    (reply,) = discord_stand_in.sent("POST", "/messages")
    assert reply["message_reference"]["message_id"] == int(asked)
    assert "Jens Stoltenberg" in json.dumps(reply)
    assert reply["allowed_mentions"]["parse"] == []


async def test_an_interaction_that_discord_delivers_twice_is_answered_once(discord_stand_in, bot, tmp_path):
    one = await discord_stand_in.slash("quote", about="russia")
    await discord_stand_in.slash("quote", again=one, about="russia")
    await discord_stand_in.slash("quote", about="ukraine")
    await discord_stand_in.until(lambda: len(answers(discord_stand_in)) == 2)
    bot.signal(signal.SIGTERM)
    assert await bot.ends() == 0
    assert len(answers(discord_stand_in)) == 2
    assert len(uses(tmp_path)) == 2


async def test_it_resumes_after_a_broken_connection_and_answers_what_it_missed(discord_stand_in, bot):
    for _ in range(2):
        resumed = len(discord_stand_in.resumed)
        done = len(answers(discord_stand_in))
        await discord_stand_in.drop()
        await discord_stand_in.slash("quote", about="russia")
        await discord_stand_in.until(lambda resumed=resumed: len(discord_stand_in.resumed) > resumed)
        await discord_stand_in.until(lambda done=done: len(answers(discord_stand_in)) > done)
    assert len(discord_stand_in.identified) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
async def test_what_is_under_way_is_finished_before_it_leaves(discord_stand_in, bot, tmp_path, number):
    discord_stand_in.answering.clear()
    await discord_stand_in.slash("quote", about="russia")
    await discord_stand_in.until(lambda: discord_stand_in.sent("POST", "/callback"))
    bot.signal(number)
    await asyncio.sleep(0.3)  # long enough for a bot that does not wait to be gone
    assert not answers(discord_stand_in)
    discord_stand_in.answering.set()
    assert await bot.ends() == 0, bot.output
    assert len(answers(discord_stand_in)) == 1
    assert len(uses(tmp_path)) == 1


async def test_whatever_was_asked_is_finished_before_it_leaves(discord_stand_in, bot):
    alice = discord_stand_in.member()
    discord_stand_in.answering.clear()
    for name in ("stats", "about", "topics", "sources", "settings keywords", "bank problems"):
        await alice.slash(name)
    await discord_stand_in.until(lambda: len(discord_stand_in.sent("POST", "/callback")) == 6)
    bot.signal(signal.SIGTERM)
    await says(bot, "stopping: finishing")
    await asyncio.sleep(0.3)  # long enough for a bot that does not wait to be gone
    discord_stand_in.answering.set()
    assert await bot.ends() == 0, bot.output
    assert len(answers(discord_stand_in)) == 6


async def test_mentions_that_wait_for_each_other_are_finished_before_it_leaves(discord_stand_in, bot, tmp_path):
    discord_stand_in.latency = 0.3
    for number in range(5):
        await discord_stand_in.member(10 + number).say("russia")
    await discord_stand_in.until(lambda: discord_stand_in.sent("POST", "/messages"))
    bot.signal(signal.SIGTERM)
    assert await bot.ends() == 0, bot.output
    assert len(discord_stand_in.sent("MESSAGE", "/messages")) == 5
    assert [outcome for _, outcome, _ in uses(tmp_path)] == ["answered"] * 5


async def test_mentions_that_no_time_is_left_for_are_counted(discord_stand_in, bot, tmp_path):
    discord_stand_in.latency = 0.3
    for number in range(40):
        await discord_stand_in.member(10 + number).say("russia")
    await discord_stand_in.until(lambda: discord_stand_in.sent("POST", "/messages"))
    bot.signal(signal.SIGTERM)
    await asyncio.sleep(0.5)
    bot.signal(signal.SIGTERM)  # at once, now
    assert await bot.ends() == 0, bot.output
    outcomes = Counter(outcome for _, outcome, _ in uses(tmp_path))
    assert outcomes.total() == 40
    assert outcomes["failed:busy"] > 30
    assert outcomes["unknown"] <= 1


async def test_told_twice_it_leaves_at_once_and_nobody_gets_an_apology(discord_stand_in, bot, tmp_path):
    discord_stand_in.answering.clear()
    await discord_stand_in.slash("quote", about="russia")
    await discord_stand_in.until(lambda: discord_stand_in.sent("POST", "/callback"))
    bot.signal(signal.SIGINT)
    bot.signal(signal.SIGTERM)
    assert await bot.ends() == 0, bot.output  # though Discord never took the answer
    assert len(discord_stand_in.sent("POST", "/callback")) == 1
    assert not discord_stand_in.sent("POST", "/webhooks")
    assert len(uses(tmp_path)) == 1


@pytest.mark.parametrize("times", [1, 2])
async def test_writing_the_log_anew_keeps_nobody_who_leaves(discord_stand_in, start, good_token, tmp_path, times):
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token, NEVER_ANEW="1")
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    await says(bot, "written anew")
    await discord_stand_in.slash("quote", about="russia")
    await discord_stand_in.until(lambda: answers(discord_stand_in))
    for _ in range(times):
        bot.signal(signal.SIGTERM)
    assert await bot.ends() == 0, bot.output
    assert "Traceback" not in bot.output
    assert uses(tmp_path) == []
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: len(discord_stand_in.sent("READY", "")) == 2)
    bot.signal(signal.SIGTERM)
    assert await bot.ends() == 0, bot.output
    assert len(uses(tmp_path)) == 1


async def says(bot, words):
    async with asyncio.timeout(60):
        while words not in bot.output:  # noqa: ASYNC110  the output tells nobody that it grew
            await asyncio.sleep(0.05)


async def test_leaving_under_load_it_takes_nothing_new_and_finishes_what_it_took(discord_stand_in, bot, tmp_path):
    discord_stand_in.answering.clear()
    for number in range(30):
        await discord_stand_in.slash("quote", who=5000 + number, about="russia")
    await discord_stand_in.until(lambda: len(discord_stand_in.sent("POST", "/callback")) == 30)
    bot.signal(signal.SIGTERM)
    await says(bot, "stopping: finishing")
    for number in range(50):
        await discord_stand_in.slash("quote", who=6000 + number, about="ukraine")
        await discord_stand_in.say("ukraine")
    await asyncio.sleep(0.5)  # long enough for a bot that goes on taking
    discord_stand_in.answering.set()
    assert await bot.ends() == 0, bot.output
    assert (
        len(answers(discord_stand_in)) == len(discord_stand_in.sent("POST", "/callback")) == len(uses(tmp_path)) == 30
    )
    assert not discord_stand_in.sent("POST", "/webhooks")
    assert not discord_stand_in.sent("POST", "/messages")
    assert discord_stand_in.sent("CLOSED", "/gateway")[-1] == 1000


async def test_a_reply_that_does_not_finish_in_time_is_left_without_an_apology(discord_stand_in, bot):
    class Silent(web.Response):
        async def prepare(self, _request):
            await asyncio.sleep(3600)

    sane = discord_stand_in._answer
    discord_stand_in._answer = lambda method, path, body: (
        Silent() if path.endswith("/messages") else sane(method, path, body)
    )
    await discord_stand_in.say("russia")
    await discord_stand_in.until(lambda: discord_stand_in.sent("POST", "/messages"))
    bot.signal(signal.SIGTERM)
    assert await bot.ends() == 0, bot.output
    assert len(discord_stand_in.sent("POST", "/messages")) == 1
    assert " ERROR " not in bot.output


async def test_what_does_not_finish_in_time_is_left_without_an_apology(discord_stand_in, bot):
    discord_stand_in.answering.clear()
    for about in ("russia", "ukraine", "dialogue"):
        await discord_stand_in.slash("quote", about=about)
    await discord_stand_in.until(lambda: len(discord_stand_in.sent("POST", "/callback")) == 3)
    bot.signal(signal.SIGTERM)
    assert await bot.ends() == 0, bot.output
    assert len(discord_stand_in.sent("POST", "/callback")) == 3
    assert not discord_stand_in.sent("POST", "/webhooks")
    assert bot.output.count("not sent (timeout)") == 3  # each ends at its own deadline, before the bot's patience does


async def test_told_to_stop_while_it_logs_in_it_leaves(discord_stand_in, start, good_token):
    discord_stand_in.letting_in.clear()
    bot = await start("quoth", "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: [call for call in discord_stand_in.calls if call[1] == "/users/@me"])
    bot.signal(signal.SIGTERM)
    await asyncio.sleep(0.3)
    discord_stand_in.letting_in.set()
    assert await bot.ends() == 0, bot.output
    assert "Traceback" not in bot.output


async def test_told_to_stop_while_disconnected_it_leaves(discord_stand_in, bot):
    discord_stand_in.letting_in.clear()
    await discord_stand_in.drop()
    await asyncio.sleep(0.3)
    bot.signal(signal.SIGTERM)
    discord_stand_in.letting_in.set()
    assert await bot.ends() == 0, bot.output


async def test_commands_are_told_to_discord_only_when_they_changed(discord_stand_in, start, good_token):
    for first in (True, False):
        ready = len(discord_stand_in.sent("READY", ""))
        bot = await start("quoth", "run", QUOTH_TOKEN=good_token)
        await discord_stand_in.until(lambda ready=ready: len(discord_stand_in.sent("READY", "")) > ready)
        if first:
            await says(bot, "told Discord about")
        bot.signal(signal.SIGTERM)
        assert await bot.ends() == 0, bot.output
    assert len(discord_stand_in.sent("PUT", "/commands")) == 1


async def test_killed_in_the_middle_of_many_answers_every_answer_that_was_seen_is_in_the_log(
    discord_stand_in, bot, start, good_token, tmp_path
):
    def answered(least):
        return len(discord_stand_in.sent("ANSWERED", "")) >= least

    for number in range(400):
        about = ("russia", "ukraine", "dialogue", "pizza")[number % 4]
        await discord_stand_in.slash("quote", who=5000 + number, about=about)
        if number < 100 and number % 10 == 9:  # a slow machine answers no hundred in time that come at once
            await discord_stand_in.until(partial(answered, number - 9))
    await discord_stand_in.until(partial(answered, 100))
    bot.signal(signal.SIGKILL)
    assert await bot.ends() == -signal.SIGKILL
    seen = {int(path.split("/")[2]) for method, path, _ in discord_stand_in.calls if method == "ANSWERED"}
    again = await start("quoth", "run", QUOTH_TOKEN=good_token)  # what a slow disk had put elsewhere is read in
    await discord_stand_in.until(lambda: len(discord_stand_in.sent("READY", "")) == 2)
    logged = set()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(60):
            while not seen <= logged:
                logged = {asked for asked, _, _ in uses(tmp_path)}
                await asyncio.sleep(0.05)
    again.signal(signal.SIGTERM)
    assert await again.ends() == 0, again.output
    assert len(seen) >= 100
    assert seen <= logged, again.output


async def opt_in(tmp_path) -> None:
    """As a moderator would: keyword replies on in the one channel."""
    (tmp_path / "data").mkdir()
    store = await Store.open(tmp_path / "data" / "quoth.db", now=lambda: datetime.now(UTC))
    await store.set_keyword_channel(2001, 3001, True, 4001)
    await store.close()


async def test_the_message_content_is_asked_for_where_a_channel_opted_in(discord_stand_in, start, good_token, tmp_path):
    await opt_in(tmp_path)
    bot = await start("quoth", "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    assert discord_stand_in.identified[0]["intents"] & MESSAGE_CONTENT
    bot.signal(signal.SIGTERM)
    assert await bot.ends() == 0, bot.output


async def test_without_the_intent_it_says_so_and_goes_on(discord_stand_in, start, good_token, tmp_path):
    await opt_in(tmp_path)
    discord_stand_in.content_allowed = False
    bot = await start("quoth", "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    assert len(discord_stand_in.sent("REFUSED", "")) == 1
    assert not discord_stand_in.identified[-1]["intents"] & MESSAGE_CONTENT
    await discord_stand_in.slash("quote", about="russia")
    await discord_stand_in.until(lambda: answers(discord_stand_in))
    bot.signal(signal.SIGTERM)
    assert await bot.ends() == 0, bot.output
    assert "message content intent" in bot.output
    assert "Traceback" not in bot.output


async def test_a_token_that_discord_refuses_is_told_in_a_sentence(start):
    wrong = "c3RhbmQtaW4tYm90LWlk.Wrong1.a-token-that-nobody-ever-made-for-anybody"
    bot = await start("quoth", "run", QUOTH_TOKEN=wrong, QUOTH_LOG_LEVEL="debug")
    assert await bot.ends() == 2
    assert "does not accept the token" in bot.output
    assert wrong not in bot.output
    assert "Traceback" not in bot.output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
async def test_without_a_network_it_says_so_and_waits(start, good_token, free_port, tmp_path, number):
    bot = await start("quoth", "run", QUOTH_TOKEN=good_token, STAND_IN=f"http://127.0.0.1:{free_port}")
    await says(bot, "cannot be reached")
    bot.signal(number)
    assert await bot.ends() == 0, bot.output
    assert bot.output.count("cannot be reached") == 1
    assert "Traceback" not in bot.output
    assert json.loads((tmp_path / "data" / "identify.json").read_text())["sent"] == []


async def test_without_a_token_it_says_how_to_get_one(discord_stand_in, start):
    bot = await start("quoth", "run")
    assert await bot.ends() == 2
    assert "Reset Token" in bot.output
    assert "quoth demo" in bot.output
    assert not discord_stand_in.calls


async def test_the_health_check_is_content_while_discord_answers(discord_stand_in, bot, start, health_file):
    before = health_file.exists()
    asked = await start("quoth", "health", QUOTH_HEALTH_FILE=str(health_file))
    first = await asked.ends()
    assert first in {int(not before), int(not health_file.exists())}  # it may come while it is looked for
    while not health_file.exists():  # noqa: ASYNC110  a file tells nobody that it came
        await asyncio.sleep(0.1)
    asked = await start("quoth", "health", QUOTH_HEALTH_FILE=str(health_file))
    assert await asked.ends() == 0, asked.output
