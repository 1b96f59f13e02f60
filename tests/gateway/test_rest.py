"""Discord's REST interface misbehaving, over real sockets: nothing late, nothing twice, nobody told for nothing."""

from __future__ import annotations

import json
import signal
import sqlite3
from contextlib import closing

import pytest
from aiohttp import web

from tests.gateway.stand_in import world

VIA = {"Via": "1.1 google"}
SORRY = "Something went wrong"


@pytest.fixture
async def bot(discord_stand_in, start, good_token):
    """Quoth, started and known to Discord."""
    bot = await start("quoth", "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    yield bot
    await bot.kill()
    assert good_token not in bot.output
    assert "Traceback" not in bot.output, bot.output
    assert SORRY not in json.dumps(discord_stand_in.calls)


def said(status: int, **body: object) -> web.Response:
    return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json", headers=VIA)


class Script:
    """What the stand-in does with one request after another whose path ends so; then it behaves."""

    def __init__(self, end: str, *steps: object) -> None:
        self.end, self.steps, self.taken = end, list(steps), 0

    def __call__(self, _method: str, path: str) -> object:
        if not path.endswith(self.end) or not self.steps:
            return None
        self.taken += 1
        return self.steps.pop(0)


def calls(stand_in, end: str) -> list[object]:
    return [body for method, path, body in stand_in.calls if method == "POST" and path.endswith(end)]


async def leave(bot) -> None:
    bot.signal(signal.SIGTERM)
    assert await bot.ends() == 0, bot.output


async def asked_and_one_more(stand_in) -> str:
    """Ask, and ask again: when the second is answered the bot serves, and the first is over or under way."""
    first = await stand_in.slash("quote", about="russia")
    await stand_in.until(lambda: calls(stand_in, f"interaction-{first}/callback"))
    second = await stand_in.slash("quote", about="ukraine")
    await stand_in.until(
        lambda: [path for method, path, _ in stand_in.calls if method == "ANSWERED" and second in path]
    )
    return first


async def test_a_limit_beyond_the_deadline_is_not_waited_for(discord_stand_in, bot):
    discord_stand_in.rest_fault = Script("/callback", said(429, message="slow", retry_after=5.0))
    first = await asked_and_one_more(discord_stand_in)
    await leave(bot)
    assert len(calls(discord_stand_in, f"interaction-{first}/callback")) == 1
    assert not discord_stand_in.sent("POST", "/webhooks/")


async def test_a_hung_discord_keeps_nobody_waiting(discord_stand_in, bot):
    discord_stand_in.rest_fault = Script("/callback", "hang")
    first = await asked_and_one_more(discord_stand_in)
    await leave(bot)  # and not after five seconds, with a line about what was left unfinished
    assert "left before everything" not in bot.output
    assert len(calls(discord_stand_in, f"interaction-{first}/callback")) == 1


async def test_one_broken_connection_costs_nothing(discord_stand_in, bot):
    discord_stand_in.rest_fault = Script("/callback", "reset")
    one = await discord_stand_in.slash("quote", about="russia")
    await discord_stand_in.until(lambda: discord_stand_in.sent("ANSWERED", "/callback"))
    first, second = calls(discord_stand_in, f"interaction-{one}/callback")
    assert first == second
    await leave(bot)


@pytest.mark.parametrize(
    "fault",
    [
        said(400, code=40060, message="Interaction has already been acknowledged."),
        said(404, code=10062, message="Unknown interaction"),
        said(404, code=10003, message="Unknown Channel"),
        web.Response(status=204),
        web.Response(body=b"ok", content_type="text/plain"),
        said(200, interaction=None),
        web.Response(status=204, headers={"Date": "Mon, 01 Jan 2024 00:00:00 +99999999999999999999"}),
    ],
    ids=["answered", "unknown", "no channel", "204", "text", "strange", "no time"],
)
async def test_what_is_gone_or_was_sent_is_left_alone(discord_stand_in, bot, fault):
    discord_stand_in.rest_fault = Script("/callback", fault)
    first = await asked_and_one_more(discord_stand_in)
    await leave(bot)
    assert len(calls(discord_stand_in, f"interaction-{first}/callback")) == 1
    assert not discord_stand_in.sent("POST", "/webhooks/")


async def test_what_another_answered_is_no_answer_of_ours(discord_stand_in, bot, tmp_path):
    taken = [said(400, code=40060, message="Interaction has already been acknowledged.") for _ in range(6)]
    discord_stand_in.rest_fault = Script("/callback", *taken)
    asked = [await discord_stand_in.member(number).slash("quote", about="russia") for number in range(3)]
    asked += [await discord_stand_in.member(9 + number).press("q:more:x:russia") for number in range(3)]
    await discord_stand_in.until(lambda: len(calls(discord_stand_in, "/callback")) == len(asked))
    await leave(bot)
    assert len(calls(discord_stand_in, "/callback")) == len(asked)
    with closing(sqlite3.connect(tmp_path / "data" / "quoth.db")) as log:
        assert log.execute("SELECT asked, outcome FROM uses ORDER BY asked").fetchall() == [
            (int(one), "failed:40060") for one in asked
        ]
    assert bot.output.count("answered by another") == 1


async def test_what_comes_of_a_reload_is_there_once_however_often_it_is_sent(discord_stand_in, bot):
    """A further message, of which Discord made one before it answered 502, would be there twice."""
    discord_stand_in.rest_fault = Script("/messages/@original", said(502), said(502))
    await discord_stand_in.slash("bank reload")
    await discord_stand_in.until(lambda: len(discord_stand_in.sent("PATCH", "/messages/@original")) == 3)
    await leave(bot)
    assert not [path for method, path, _ in discord_stand_in.calls if method == "POST" and "/webhooks/" in path]


async def test_a_reply_over_a_broken_connection_has_one_nonce(discord_stand_in, bot):
    discord_stand_in.rest_fault = Script("/messages", "reset")
    asked = await discord_stand_in.say("russia")
    await discord_stand_in.until(lambda: len(calls(discord_stand_in, "/messages")) == 2)
    first, second = calls(discord_stand_in, "/messages")
    assert first == second
    assert (first["nonce"], first["enforce_nonce"]) == (asked, True)
    await leave(bot)


async def test_where_it_may_not_speak_it_tries_once_and_rests(discord_stand_in, bot, tmp_path):
    kept = sqlite3.connect(tmp_path / "data" / "quoth.db")
    kept.execute("INSERT INTO kept (name, value) VALUES ('reports:2001', '3002')")
    kept.commit()
    kept.close()
    channel = {"id": "3002", "type": 0, "name": "moderators", "position": 1, "permission_overwrites": []}
    await discord_stand_in.happen("CHANNEL_CREATE", channel | {"guild_id": "2001"})
    refused = [said(403, code=50013, message="Missing Permissions") for _ in range(9)]
    discord_stand_in.rest_fault = Script("/3001/messages", *refused)
    await discord_stand_in.say("russia")
    await discord_stand_in.until(lambda: calls(discord_stand_in, "/3002/messages"))
    for _ in range(3):
        await discord_stand_in.say("russia")
    await discord_stand_in.slash("quote", about="russia")
    await discord_stand_in.until(lambda: discord_stand_in.sent("ANSWERED", "/callback"))
    await leave(bot)
    assert len(calls(discord_stand_in, "/3001/messages")) == 1
    (told,) = calls(discord_stand_in, "/3002/messages")
    assert "<#3001>" in told["content"]
    assert told["allowed_mentions"]["parse"] == []


async def test_where_no_channel_was_chosen_a_moderator_who_is_answered_is_told_once(discord_stand_in, bot):
    refused = [said(403, code=50013, message="Missing Permissions") for _ in range(9)]
    discord_stand_in.rest_fault = Script("/3001/messages", *refused)
    await discord_stand_in.say("russia")
    await discord_stand_in.until(lambda: calls(discord_stand_in, "/3001/messages"))
    moderator = discord_stand_in.member(9, permissions=world.MAY_SPEAK | world.MANAGE_GUILD)
    await asked_and_one_more(discord_stand_in)
    await moderator.slash("sources")
    (told,) = await discord_stand_in.until(lambda: discord_stand_in.sent("POST", "/webhooks/"))
    assert "<#3001>" in told["content"]
    assert told["flags"] == 1 << 6
    await moderator.press("q:page:topics:0")
    await asked_and_one_more(discord_stand_in)
    await leave(bot)
    assert len(discord_stand_in.sent("POST", "/webhooks/")) == 1


async def test_a_token_that_is_refused_in_mid_life_ends_it_with_one_line(discord_stand_in, bot):
    refused = [said(401, code=0, message="401: Unauthorized") for _ in range(9)]
    discord_stand_in.rest_fault = Script("/messages", *refused)
    await discord_stand_in.say("russia")
    await discord_stand_in.say("ukraine")
    assert await bot.ends() == 2
    assert len(calls(discord_stand_in, "/messages")) <= 2
    assert "does not accept the token" in bot.output


@pytest.mark.parametrize("status", [401, 302])
async def test_a_portal_on_the_way_ends_nothing(discord_stand_in, bot, status):
    page = {"body": b"<html>log in</html>", "content_type": "text/html", "headers": {"Location": "/api/v10/portal"}}
    discord_stand_in.rest_fault = Script("/messages", web.Response(status=status, **page))
    for word in ("russia", "ukraine"):
        before = len(calls(discord_stand_in, "/messages"))
        await discord_stand_in.say(word)
        await discord_stand_in.until(lambda before=before: len(calls(discord_stand_in, "/messages")) > before)
    await leave(bot)
    assert len(calls(discord_stand_in, "/messages")) == 2
    assert not discord_stand_in.sent("GET", "/portal")


async def test_the_wall_before_discord_silences_replies(discord_stand_in, bot):
    wall = web.Response(status=429, body=b"<html>error code: 1015</html>", content_type="text/html")
    discord_stand_in.rest_fault = Script("/messages", wall)
    await discord_stand_in.say("russia")
    await discord_stand_in.until(lambda: calls(discord_stand_in, "/messages"))
    for _ in range(3):
        await discord_stand_in.say("russia")
    await leave(bot)
    assert len(calls(discord_stand_in, "/messages")) == 1


async def test_a_global_limit_met_by_an_answer_silences_answers_alone(discord_stand_in, bot):
    wall = said(429, **{"message": "slow", "retry_after": 60.0, "global": True})
    discord_stand_in.rest_fault = Script("/callback", wall)
    first = await discord_stand_in.slash("quote", about="russia")
    await discord_stand_in.until(lambda: calls(discord_stand_in, f"interaction-{first}/callback"))
    for _ in range(3):
        await discord_stand_in.slash("quote", about="russia")
    await discord_stand_in.say("russia")
    await discord_stand_in.until(lambda: calls(discord_stand_in, "/messages"))
    await leave(bot)
    assert len(calls(discord_stand_in, "/callback")) == 1
