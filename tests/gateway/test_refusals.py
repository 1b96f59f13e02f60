"""What Discord refuses: sessions, tokens, intents, shards, commands; and a Discord that cannot be reached at all."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from bot.store.store import Store

QUICK = str(Path(__file__).parent / "quick.py")


class Silent(web.Response):
    """An answer that never comes."""

    async def prepare(self, _request):
        await asyncio.sleep(3600)


def answer_json(value, status=200, **headers):
    return web.Response(
        body=json.dumps(value).encode(), status=status, content_type="application/json", headers=headers or None
    )


def answering(stand_in, method, path, answer):
    """From now on the stand-in answers these requests so (a function that makes the answer); gives how often it did."""
    sane, times = stand_in._answer, []

    def other(verb, where, body):
        if (verb, where.strip("/")) == (method, path) and (made := answer()) is not None:
            times.append(time.monotonic())
            return made
        return sane(verb, where, body)

    stand_in._answer = other
    return times


def identified(stand_in, then):
    """From now on `then(socket)` happens instead of READY at each IDENTIFY; gives when they came."""
    sane, times = stand_in._frame, []

    async def other(socket, request, frame):
        if frame["op"] != 2:
            await sane(socket, request, frame)
            return
        times.append(time.monotonic())
        stand_in._socket, stand_in._transport = socket, request.transport
        await then(socket)
        await stand_in._note("IDENTIFY", "/gateway", None)

    stand_in._frame = other
    return times


def answers(stand_in):
    return stand_in.sent("ANSWERED", "/callback")


async def says(bot, words):
    async with asyncio.timeout(60):
        while words not in bot.output:  # noqa: ASYNC110  the output tells nobody that it grew
            await asyncio.sleep(0.05)


async def leaves_well(bot):
    bot.signal(signal.SIGTERM)
    assert await bot.ends() == 0, bot.output
    assert "Traceback" not in bot.output


async def opt_in(tmp_path):
    (tmp_path / "data").mkdir()
    store = await Store.open(tmp_path / "data" / "quoth.db", now=lambda: datetime.now(UTC))
    await store.set_keyword_channel(2001, 3001, True, 4001)
    await store.close()


# --- sessions -------------------------------------------------------------------------------------------------------


async def test_sessions_refused_without_end_stop_at_half_of_what_discord_grants(discord_stand_in, start, good_token):
    limits = {"total": 20, "remaining": 20, "reset_after": 86_400_000, "max_concurrency": 1}
    address = discord_stand_in._gateway
    answering(
        discord_stand_in,
        *("GET", "gateway/bot"),
        lambda: answer_json({"url": address, "shards": 1, "session_start_limit": limits}),
    )
    times = identified(discord_stand_in, lambda socket: socket.send_json({"op": 9, "d": False}))
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: len(times) >= 10)
    for round_ in range(2):  # nor does it after another start
        await asyncio.sleep(1)
        await leaves_well(bot)
        assert "sessions were begun in the last day" in bot.output
        assert "delete identify.json" in bot.output
        assert len(times) == 10
        if not round_:
            bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
            await discord_stand_in.until(lambda: len(discord_stand_in.sent("GET", "/gateway/bot")) > 1)


@pytest.mark.parametrize("limits", [None, "x", {"max_concurrency": 0, "total": -1}])
async def test_an_odd_answer_about_the_gateway_is_no_reason_not_to_start(discord_stand_in, start, good_token, limits):
    answer = {"url": 7, "shards": "many"} | ({} if limits is None else {"session_start_limit": limits})
    answering(discord_stand_in, "GET", "gateway/bot", lambda: answer_json(answer))
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    await leaves_well(bot)


async def test_several_shards_are_held_and_each_comes_back_alone(discord_stand_in, start, good_token):
    limits = {"total": 1000, "remaining": 999, "reset_after": 1000, "max_concurrency": 1}
    address = discord_stand_in._gateway
    answering(
        discord_stand_in,
        *("GET", "gateway/bot"),
        lambda: answer_json({"url": address, "shards": 3, "session_start_limit": limits}),
    )
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: len(discord_stand_in.sent("READY", "")) == 3)
    assert [one["shard"] for one in discord_stand_in.identified] == [[0, 3], [1, 3], [2, 3]]
    await discord_stand_in.drop()
    await discord_stand_in.until(lambda: discord_stand_in.resumed)
    await discord_stand_in.slash("quote", about="russia")
    await discord_stand_in.until(lambda: answers(discord_stand_in))
    assert len(discord_stand_in.identified) == 3
    await leaves_well(bot)


async def test_one_shards_refusals_hold_up_no_other(discord_stand_in, start, good_token):
    address, sane, refused = discord_stand_in._gateway, discord_stand_in._frame, []
    answering(discord_stand_in, "GET", "gateway/bot", lambda: answer_json({"url": address, "shards": 3}))

    async def other(socket, request, frame):
        if frame["op"] == 2 and frame["d"]["shard"][0] == 0:
            refused.append(frame)
            await socket.send_json({"op": 9, "d": False})
        else:
            await sane(socket, request, frame)

    discord_stand_in._frame = other
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: len(discord_stand_in.sent("READY", "")) == 2)
    await discord_stand_in.drop()
    await discord_stand_in.until(lambda: discord_stand_in.resumed)
    await discord_stand_in.member(1, server=1).slash("quote", about="russia")
    await discord_stand_in.until(lambda: answers(discord_stand_in))
    assert refused
    await leaves_well(bot)


# --- refused for good -----------------------------------------------------------------------------------------------

FATAL = {4004: "Reset Token", 4010: "shard", 4011: "sharding", 4012: "version", 4013: "intent", 4014: "intent"}


@pytest.mark.parametrize(("code", "said"), FATAL.items())
async def test_what_starting_again_would_not_mend_ends_it_with_one_line(
    discord_stand_in, start, good_token, code, said
):
    identified(discord_stand_in, lambda socket: socket.close(code=code))
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    assert await bot.ends() == 2, bot.output
    assert "Traceback" not in bot.output
    last = bot.output.splitlines()[-1]
    assert last.startswith("quoth run: ")
    assert said in last
    if code in {4013, 4014}:
        assert "https://discord.com/developers/applications" in last


async def test_where_discord_wants_more_shards_it_is_asked_how_many(discord_stand_in, start, good_token):
    address, sane, wanted = discord_stand_in._gateway, discord_stand_in._frame, [1]
    answering(discord_stand_in, "GET", "gateway/bot", lambda: answer_json({"url": address, "shards": wanted[-1]}))

    async def other(socket, request, frame):
        if frame["op"] == 2 and frame["d"]["shard"][1] < 3:
            wanted.append(wanted[-1] + 1)
            await socket.close(code=4011)
        else:
            await sane(socket, request, frame)

    discord_stand_in._frame = other
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: len(discord_stand_in.sent("READY", "")) == 3)
    await leaves_well(bot)
    assert bot.output.count("asking how many") == 2


async def test_what_others_spent_of_the_grant_is_not_called_ours(discord_stand_in, start, good_token):
    limits = {"total": 1000, "remaining": 400, "reset_after": 3_600_000, "max_concurrency": 1}
    address = discord_stand_in._gateway
    answering(
        discord_stand_in,
        *("GET", "gateway/bot"),
        lambda: answer_json({"url": address, "shards": 1, "session_start_limit": limits}),
    )
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    await says(bot, "only 400 are left, though 0 were begun from this data folder")
    await leaves_well(bot)
    assert "delete identify.json" not in bot.output


@pytest.mark.parametrize("code", [4004, 4013])
async def test_so_it_ends_when_refused_after_it_was_ready(discord_stand_in, start, good_token, code):
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    await discord_stand_in._socket.close(code=code)
    assert await bot.ends() == 2, bot.output
    assert "Traceback" not in bot.output


async def test_intents_refused_twice_end_it(discord_stand_in, start, good_token, tmp_path):
    await opt_in(tmp_path)
    times = identified(discord_stand_in, lambda socket: socket.close(code=4014))
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    assert await bot.ends() == 2, bot.output
    assert len(times) == 2  # once with message content, once without
    assert "keyword replies are off" in bot.output
    assert "Traceback" not in bot.output


@pytest.mark.parametrize("path", ["oauth2/applications/@me", "gateway/bot", "applications/1001/commands"])
async def test_a_401_ends_it_with_a_sentence(discord_stand_in, start, good_token, path):
    method = "PUT" if path.endswith("commands") else "GET"
    times = answering(discord_stand_in, method, path, lambda: answer_json({"code": 0, "message": "401"}, 401))
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    assert await bot.ends() == 2, bot.output
    assert "does not accept the token" in bot.output
    assert "tells them again" not in bot.output
    assert "Traceback" not in bot.output
    assert len(times) == 1


# --- commands -------------------------------------------------------------------------------------------------------

REFUSALS = {
    "403": lambda: answer_json({"code": 50001, "message": "Missing Access"}, 403),
    "429 of Cloudflare": lambda: web.Response(text="<html>", status=429, content_type="text/html"),
    "429": lambda: answer_json({"message": "slow", "retry_after": 3600.0, "global": False}, 429, Via="1.1 google"),
    "500": lambda: answer_json({"message": "500"}, 500),
    "30034": lambda: answer_json({"code": 30034, "message": "Max number of daily creates"}, 400),
    "400": lambda: answer_json({"code": 50035, "message": "Invalid Form Body", "errors": {}}, 400),
    "HTML": lambda: web.Response(text="<html>", content_type="text/html"),
    "nothing": lambda: answer_json({}),
    "silence": Silent,
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
async def test_whatever_discord_says_to_the_commands_the_bot_serves(discord_stand_in, start, good_token, refusal):
    answering(discord_stand_in, "PUT", "applications/1001/commands", refusal)
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    await discord_stand_in.slash("quote", about="russia")
    await discord_stand_in.until(lambda: answers(discord_stand_in))
    await leaves_well(bot)


async def test_why_the_commands_were_refused_is_said_and_they_are_told_again(discord_stand_in, start, good_token):
    times = answering(
        discord_stand_in,
        *("PUT", "applications/1001/commands"),
        lambda: answer_json({"code": 50001, "message": "Missing Access"}, 403) if len(times) < 3 else None,
    )
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    await says(bot, "told Discord about")
    assert len(times) == 3
    await leaves_well(bot)
    assert "403, code 50001: it is not allowed; invite the bot with the scope applications.commands" in bot.output


# --- unreachable ----------------------------------------------------------------------------------------------------

UNREACHABLE = {
    "500 at the login": ("users/@me", lambda: answer_json({}, 503)),
    "HTML at the login": ("users/@me", lambda: web.Response(text="<html>", content_type="text/html")),
    "403 of Cloudflare": ("users/@me", lambda: web.Response(text="<html>", status=403, content_type="text/html")),
    "401 of a portal": ("users/@me", lambda: web.Response(text="<html>", status=401, content_type="text/html")),
    "302 to a portal": ("users/@me", lambda: web.Response(status=302, headers={"Location": "/api/v10/portal"})),
    "no gateway but a portal": ("gateway/bot", lambda: web.Response(text="<html>", status=401)),
    "an odd person": ("users/@me", lambda: answer_json([1])),
    "no gateway": ("gateway/bot", lambda: answer_json({}, 503)),
}


@pytest.mark.parametrize(("path", "trouble"), UNREACHABLE.values(), ids=UNREACHABLE)
async def test_a_discord_in_trouble_at_the_start_is_waited_for(discord_stand_in, start, good_token, path, trouble):
    times = answering(discord_stand_in, "GET", path, lambda: trouble() if len(times) < 3 else None)
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    assert len(times) == 3
    assert len(discord_stand_in.identified) == 1
    await leaves_well(bot)
    assert bot.output.count("cannot be reached") <= 1  # what fails once or twice is tried again without a word


async def test_a_name_that_is_looked_up_without_end_does_not_keep_it_from_leaving(start, good_token):
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token, STAND_IN="http://nowhere.invalid:1", LOST_IN_DNS="1")
    await says(bot, "static token")
    await leaves_well(bot)


async def test_a_gateway_in_trouble_costs_no_session(discord_stand_in, start, good_token, tmp_path):
    address = discord_stand_in._gateway.replace("/gateway", "/nowhere")
    answering(
        discord_stand_in,
        *("GET", "gateway/bot"),
        lambda: answer_json({"url": address, "shards": 1}),
    )
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    await says(bot, "not connected")
    await asyncio.sleep(1)
    bot.signal(signal.SIGTERM)
    assert await bot.ends() == 0, bot.output
    assert json.loads((tmp_path / "data" / "identify.json").read_text())["sent"] == []
    assert "Traceback" not in bot.output
    assert bot.output.count("not connected") == 1


async def test_it_comes_back_after_an_outage_with_the_session_it_had(discord_stand_in, start, good_token):
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    discord_stand_in.letting_in.clear()
    await discord_stand_in.drop()
    await asyncio.sleep(1)
    discord_stand_in.letting_in.set()
    await discord_stand_in.until(lambda: discord_stand_in.resumed)
    await leaves_well(bot)


async def test_events_without_acknowledged_heartbeats_are_not_believed(discord_stand_in, start, good_token):
    sane = discord_stand_in._frame
    deaf = True

    async def other(socket, request, frame):
        if frame["op"] == 1 and deaf:
            return
        if frame["op"] in {2, 6}:  # as a heartbeat interval in a second would be: long ago
            await socket.send_json({"op": 10, "d": {"heartbeat_interval": 200}})
        await sane(socket, request, frame)

    discord_stand_in._frame = other
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    async with asyncio.timeout(60):
        while not discord_stand_in.resumed:
            await discord_stand_in.happen("TYPING_START", {})
            await asyncio.sleep(0.05)
    deaf = False
    assert len(discord_stand_in.identified) == 1
    assert 4000 in discord_stand_in.sent("CLOSED", "/gateway")
    await discord_stand_in.slash("quote", about="russia")
    await discord_stand_in.until(lambda: answers(discord_stand_in))
    await leaves_well(bot)
    assert "no longer hears us" in bot.output
