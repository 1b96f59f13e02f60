"""Sessions that Discord does not let the bot resume, and a READY in which something is odd."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from tests.gateway.stand_in import world

QUICK = str(Path(__file__).parent / "quick.py")


def answers(stand_in):
    return stand_in.sent("ANSWERED", "/callback")


async def still_answers(stand_in):
    before = len(answers(stand_in))
    await stand_in.slash("quote", about="russia")
    await stand_in.until(lambda: len(answers(stand_in)) > before)


async def leaves_well(bot):
    bot.signal(signal.SIGTERM)
    assert await bot.ends() == 0, bot.output
    assert "Traceback" not in bot.output


async def test_heartbeats_asked_for_without_end_keep_nobody_waiting(discord_stand_in, start, good_token):
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    beats = len(discord_stand_in.beats)
    await asyncio.sleep(1)  # with the greeting one was sent
    for _ in range(300):
        await discord_stand_in.raw('{"op":1,"d":null,"s":null,"t":null}')
    async with asyncio.timeout(30):  # discord.py would send all of them, 110 in a minute
        await still_answers(discord_stand_in)
    assert len(discord_stand_in.beats) > beats
    await leaves_well(bot)


def resuming(stand_in, then):
    """From now on `then(socket)` happens at each RESUME; gives how often it did."""
    sane, times = stand_in._frame, []

    async def other(socket, request, frame):
        if frame["op"] == 6:
            times.append(frame)
            await then(socket)
        else:
            await sane(socket, request, frame)

    stand_in._frame = other
    return times


async def silent(_socket):
    """Nothing is answered."""


@pytest.mark.parametrize("code", [4003, 4007, 4009])
async def test_a_session_that_discord_closed_for_good_is_begun_anew(discord_stand_in, start, good_token, code):
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    times = resuming(discord_stand_in, lambda socket: socket.close(code=code))
    await discord_stand_in.drop()
    await discord_stand_in.until(lambda: len(discord_stand_in.sent("READY", "")) > 1)
    assert len(times) == 1
    await still_answers(discord_stand_in)
    await leaves_well(bot)
    assert f"beginning a new session, for Discord closed it with {code}" in bot.output


REFUSING = {
    "4000": lambda socket: socket.close(code=4000),
    "4001": lambda socket: socket.close(code=4001),
    "1000": lambda socket: socket.close(code=1000),
    "op 9 true": lambda socket: socket.send_json({"op": 9, "d": True}),
    "op 7": lambda socket: socket.send_json({"op": 7, "d": None}),
    "no JSON": lambda socket: socket.send_str("{{{"),
    "silence": silent,
}


@pytest.mark.parametrize("then", REFUSING.values(), ids=REFUSING)
async def test_a_session_that_cannot_be_resumed_is_given_up(discord_stand_in, start, good_token, then):
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token, RESUMED_WITHIN="0.5")
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    times = resuming(discord_stand_in, then)
    await discord_stand_in.drop()
    await discord_stand_in.until(lambda: len(discord_stand_in.sent("READY", "")) > 1)
    assert len(times) == 3
    await still_answers(discord_stand_in)
    await leaves_well(bot)
    assert "beginning a new session, for 3 attempts to resume it came to nothing" in bot.output


async def test_a_resume_that_is_not_answered_is_no_sign_of_life(discord_stand_in, start, good_token, tmp_path):
    file = tmp_path / "health"
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token, QUOTH_HEALTH_FILE=str(file), HEALTH_EVERY="0.05")
    async with asyncio.timeout(20):
        while not file.exists():  # noqa: ASYNC110  no news comes of it
            await asyncio.sleep(0.02)
    times = resuming(discord_stand_in, silent)
    await discord_stand_in.drop()
    await discord_stand_in.until(lambda: times)
    await asyncio.sleep(0.5)
    file.unlink()
    await asyncio.sleep(0.5)
    assert not file.exists()
    await leaves_well(bot)


async def test_a_dead_address_to_resume_at_costs_one_attempt(discord_stand_in, start, good_token):
    async def deaf(_reader, writer):
        tried.append(writer)
        await writer.wait_closed()

    tried = []
    hole = await asyncio.start_server(deaf, "127.0.0.1", 0)
    port = hole.sockets[0].getsockname()[1]
    discord_stand_in.greeting = lambda ready: ready | {"resume_gateway_url": f"ws://127.0.0.1:{port}/"}
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token, NEAR="0.5")
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    await discord_stand_in.drop()
    await discord_stand_in.until(lambda: discord_stand_in.resumed)
    assert len(tried) == 1
    await still_answers(discord_stand_in)
    await leaves_well(bot)
    hole.close()
    for writer in tried:
        writer.close()
    await asyncio.sleep(0)


def but(**odd):
    return lambda ready: ready | odd


def less(*names):
    return lambda ready: {name: value for name, value in ready.items() if name not in names}


def user(**odd):
    return lambda ready: ready | {"user": ready["user"] | odd}


def server(**odd):
    return lambda ready: ready | {"guilds": [{"id": "2001", "unavailable": False, **odd}]}


ODD = {
    "user without an avatar": lambda ready: ready | {"user": less("avatar")(ready["user"])},
    "user without a discriminator": lambda ready: ready | {"user": less("discriminator")(ready["user"])},
    "user of numbers": user(discriminator=0, avatar=5, global_name=[1], flags="x", public_flags="y"),
    "members a number": server(members=7),
    "voice states empty": server(voice_states=[{}], threads=[{}], presences=[{}], emojis=[{}]),
    "roles empty": server(roles=[{}], channels=[None]),
    "a name that is none": server(name=7, features=1),
    "an id too large": lambda ready: ready | {"guilds": [*ready["guilds"], {"id": "9" * 30}, {"id": "\u0663"}]},
    "servers null": but(guilds=None),
    "servers missing": less("guilds"),
    "address missing": less("resume_gateway_url"),
    "address a number": but(resume_gateway_url=7),
    "address of another kind": but(resume_gateway_url="http://x"),
}
NAMELESS = {"missing": less("session_id"), "null": but(session_id=None), "a number": but(session_id=7)}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
async def test_what_is_odd_in_ready_keeps_nothing_down(discord_stand_in, start, good_token, odd):
    discord_stand_in.greeting = odd
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    await still_answers(discord_stand_in)
    await discord_stand_in.drop()
    await discord_stand_in.until(lambda: discord_stand_in.resumed)
    await still_answers(discord_stand_in)
    assert len(discord_stand_in.identified) == 1
    await leaves_well(bot)


@pytest.mark.parametrize("odd", NAMELESS.values(), ids=NAMELESS)
async def test_a_session_without_a_name_serves_and_is_not_resumed(discord_stand_in, start, good_token, odd):
    discord_stand_in.greeting = odd
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    await still_answers(discord_stand_in)
    assert len(discord_stand_in.identified) == 1
    await discord_stand_in.drop()
    await discord_stand_in.until(lambda: len(discord_stand_in.sent("READY", "")) > 1)
    await still_answers(discord_stand_in)
    assert not discord_stand_in.resumed
    await leaves_well(bot)


async def test_switching_keyword_replies_on_and_off_costs_one_session(discord_stand_in, start, good_token):
    stand_in = discord_stand_in
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    await stand_in.until(lambda: stand_in.sent("READY", ""))
    stand_in.latency = 0.1  # so that it is switched off again before the bot connects anew
    moderator = stand_in.member(9, permissions=1 << 5 | world.MAY_SPEAK)
    for _ in range(3):
        known = len(stand_in.identified)
        await moderator.slash("settings keywords", on=True)
        await asyncio.sleep(0.05)
        await moderator.slash("settings keywords", on=False)
        await asyncio.sleep(1)
        await stand_in.until(lambda known=known: len(stand_in.sent("READY", "")) >= max(2, known))
    assert len(stand_in.identified) == 2
    await still_answers(stand_in)
    await leaves_well(bot)


async def test_whoever_leaves_begins_no_session(discord_stand_in, start, good_token):
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    discord_stand_in.rest_fault = lambda _method, path: "hang" if "callback" in path else None
    await discord_stand_in.slash("quote", about="russia")
    await asyncio.sleep(0.3)
    bot.signal(signal.SIGTERM)
    await asyncio.sleep(0.3)
    await discord_stand_in._socket.send_json({"op": 9, "d": False})
    assert await bot.ends() == 0, bot.output
    assert len(discord_stand_in.identified) == 1
