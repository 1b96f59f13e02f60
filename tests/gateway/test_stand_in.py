"""The stand-in itself, tried with a bare bot: what fails here is not Quoth's fault."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import aiohttp
import discord
import pytest

from tests.gateway.stand_in import TOKEN, made_at, refusal, slow_down

BARE = str(Path(__file__).parent / "bare.py")


async def test_a_bare_bot_answers_and_resumes(discord_stand_in, start, good_token):
    bot = await start(BARE, QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    assert [command["name"] for command in discord_stand_in.commands] == ["ping"]

    await discord_stand_in.slash("ping", word="one")
    await discord_stand_in.until(lambda: discord_stand_in.sent("POST", "/callback"))
    assert discord_stand_in.sent("POST", "/callback")[0]["data"]["content"] == "pong one in Study group"

    await discord_stand_in.drop()
    await discord_stand_in.slash("ping", word="missed")
    await discord_stand_in.until(lambda: discord_stand_in.sent("RESUMED", ""))
    await discord_stand_in.until(lambda: len(discord_stand_in.sent("POST", "/callback")) == 2)
    assert "missed" in discord_stand_in.sent("POST", "/callback")[1]["data"]["content"]
    assert discord_stand_in.resumed[0]["session_id"] == "session"
    assert len(discord_stand_in.identified) == 1

    await discord_stand_in.say("hello")
    await discord_stand_in.until(lambda: discord_stand_in.sent("POST", "/messages"))

    await discord_stand_in.slash("ping", word="stop")
    assert await bot.ends() == 0, bot.output
    assert "resumed" in bot.output


async def test_a_wrong_token_is_refused(start):
    bot = await start(BARE, QUOTH_TOKEN="wrong")
    assert await bot.ends() == 1
    assert "LoginFailure" in bot.output


async def test_an_intent_that_is_not_allowed_is_refused(discord_stand_in, start, good_token):
    discord_stand_in.content_allowed = False
    bot = await start(BARE, QUOTH_TOKEN=good_token, WANT_CONTENT="1")
    assert await bot.ends() == 1
    assert "PrivilegedIntentsRequired" in bot.output


async def test_a_bare_bot_reads_a_compressed_gateway(discord_stand_in, start, good_token):
    discord_stand_in.compressing = True
    await start(BARE, QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    await discord_stand_in.slash("ping", word="packed")
    await discord_stand_in.until(lambda: discord_stand_in.sent("ANSWERED", "/callback"))
    assert await discord_stand_in.ping() >= 0


class Wire:
    """A client of the gateway that says what it is told to."""

    def __init__(self, socket) -> None:
        self.socket = socket

    async def hears(self, op: int, event: str | None = None):
        while True:
            frame = json.loads((await self.socket.receive(timeout=5)).data)
            if frame["op"] == op and frame["t"] == event:
                return frame

    async def says(self, op: int, data) -> None:
        await self.socket.send_json({"op": op, "d": data})

    async def identifies(self, **more):
        await self.says(2, {"token": TOKEN, "intents": 1, **more})


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def connect(discord_stand_in, session):
    async def connect() -> Wire:
        wire = Wire(await session.ws_connect(discord_stand_in.url))
        await wire.hears(10)
        return wire

    return connect


@pytest.fixture
def post(discord_stand_in, session):
    async def post(path: str, body):
        headers = {"Authorization": f"Bot {TOKEN}"}
        async with session.post(f"{discord_stand_in.base}/api/v10{path}", json=body, headers=headers) as response:
            assert response.headers["Via"]
            assert response.status == 204 or response.headers["Content-Type"] == "application/json"
            return response.status, (await response.json() if response.status != 204 else None)

    return post


async def test_a_resume_brings_what_came_after_the_sequence_that_was_told(discord_stand_in, connect):
    wire = await connect()
    await wire.identifies()
    await wire.hears(0, "GUILD_CREATE")
    first = await discord_stand_in.slash("quote", about="russia")
    seen = await wire.hears(0, "INTERACTION_CREATE")
    await discord_stand_in.drop()
    second = await discord_stand_in.slash("quote", about="ukraine")
    wire = await connect()
    await wire.says(6, {"token": TOKEN, "session_id": "session", "seq": seen["s"]})
    missed = await wire.hears(0, "INTERACTION_CREATE")
    assert (seen["d"]["id"], missed["d"]["id"]) == (first, second)
    await wire.hears(0, "RESUMED")
    await discord_stand_in.replay(2)
    assert (await wire.hears(0, "INTERACTION_CREATE"))["s"] == missed["s"]


async def test_a_session_that_was_made_invalid_cannot_be_resumed(discord_stand_in, connect):
    wire = await connect()
    await wire.identifies()
    await wire.hears(0, "READY")
    await discord_stand_in.invalidate()
    assert (await wire.hears(9))["d"] is False
    await wire.says(6, {"token": TOKEN, "session_id": "session", "seq": 2})
    await wire.hears(9)
    discord_stand_in.invalid = True
    await wire.identifies()
    await wire.hears(9)
    assert len(discord_stand_in.identified) == 2


async def test_acks_can_be_withheld_while_events_go_on(discord_stand_in, connect):
    wire = await connect()
    await wire.identifies()
    await wire.says(1, None)
    await wire.hears(11)
    discord_stand_in.acknowledging = False
    await wire.says(1, None)
    await discord_stand_in.until(lambda: len(discord_stand_in.beats) == 2)
    await discord_stand_in.slash("quote")
    while (frame := json.loads((await wire.socket.receive()).data))["t"] != "INTERACTION_CREATE":
        assert frame["op"] != 11


async def test_a_shard_hears_of_its_own_servers(discord_stand_in, connect):
    discord_stand_in.servers = 4
    wires = [await connect(), await connect()]
    for number, wire in enumerate(wires):
        await wire.identifies(shard=[number, 2])
        told = await wire.hears(0, "READY")
        assert len(told["d"]["guilds"]) == 2
    ids = [await discord_stand_in.member(7, server=server).slash("quote") for server in (2, 3)]
    assert [(await wire.hears(0, "INTERACTION_CREATE"))["d"]["id"] for wire in wires] == ids


async def test_discord_takes_one_callback_of_an_interaction_while_it_is_young(discord_stand_in, post):
    discord_stand_in.patience = 3.0
    old, young = discord_stand_in.new_id(age=4), discord_stand_in.new_id()
    answers = [
        await post(f"/interactions/{one}/interaction-{one}/callback", {"type": 5}) for one in (old, young, young)
    ]
    assert [(status, body and body["code"]) for status, body in answers] == [(404, 10062), (204, None), (400, 40060)]
    assert list(discord_stand_in.callbacks) == [int(young)]
    assert made_at(young) - made_at(old) == pytest.approx(4, abs=0.5)


async def test_a_message_with_a_nonce_is_made_once(discord_stand_in, post):
    body = {"content": "words", "nonce": "7", "enforce_nonce": True}
    (_, first), (_, second) = [await post("/channels/3001/messages", body) for _ in range(2)]
    assert first["id"] == second["id"]
    assert len(discord_stand_in.sent("MESSAGE", "")) == 1


async def test_every_rest_fault_can_be_called_for(discord_stand_in, post, session):
    faults = [slow_down(5.0, everywhere=True), refusal(500, 0, "no"), None, "reset", "hang"]
    discord_stand_in.rest_fault = lambda *_: faults.pop(0)
    path = "/channels/3001/messages"
    assert (await post(path, {"content": "words"}))[1]["global"] is True
    assert (await post(path, {"content": "words"}))[0] == 500
    assert (await post(path, {"content": "words"}))[0] == 200
    with pytest.raises(aiohttp.ClientError):
        await post(path, {"content": "words"})
    hanging = asyncio.create_task(post(path, {"content": "words"}))
    await discord_stand_in.until(lambda: not faults)
    assert discord_stand_in.open_requests == 1
    hanging.cancel()
    while discord_stand_in.open_requests:  # noqa: ASYNC110  the stand-in hears a little later that the other side went
        await asyncio.sleep(0.01)


async def test_members_do_what_members_do(discord_stand_in, connect):
    wire = await connect()
    await wire.identifies()
    await wire.hears(0, "READY")
    bob = discord_stand_in.member(2, direct=True)
    done = [
        (2, bob.slash("settings keywords", on=True)),
        (4, bob.suggest("quote", "about", "rus")),
        (3, bob.press("q:more:x:russia")),
        (3, bob.choose("q:style", "apa")),
        (5, bob.submit("q:problem", wrong="The date")),
        (2, bob.menu("Find a quote", "words")),
    ]
    for kind, act in done:
        one = await act
        event = (await wire.hears(0, "INTERACTION_CREATE"))["d"]
        assert (event["type"], event["id"], event["user"]["id"]) == (kind, one, "4003")
        assert "guild_id" not in event
        assert event["id"] == str(discord.Object(one).id)
