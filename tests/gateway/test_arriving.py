"""Over real sockets: late, twice, damaged, and with a clock that is wrong."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from contextlib import closing

import pytest

from tests.gateway.stand_in.answering import refusal

MESSAGE = {
    "id": "900500",
    "channel_id": "3001",
    "author": {"id": "1001", "username": "Quoth", "discriminator": "0", "avatar": None, "bot": True},
    "content": "",
    "timestamp": "2024-01-01T00:00:00+00:00",
    "edited_timestamp": None,
    "type": 0,
    "flags": 1 << 15,
    "tts": False,
    "pinned": False,
    "mention_everyone": False,
} | {part: [] for part in ("embeds", "attachments", "components", "mentions", "mention_roles")}


def made(seconds_ago: float, number: int) -> str:
    return str(int((time.time() - seconds_ago - 1_420_070_400) * 1000) << 22 | number)


@pytest.fixture
async def bot(discord_stand_in, start, good_token):
    bot = await start("quoth", "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    yield bot
    await bot.kill()
    assert "Traceback" not in bot.output


async def answered(stand_in, one):
    await stand_in.until(lambda: stand_in.sent("ANSWERED", f"/{one}/"))


async def test_what_is_late_or_comes_twice_is_not_answered(discord_stand_in, bot):
    late, fresh = made(4, 1), made(0, 2)
    await discord_stand_in.slash("quote", again=late, about="russia")
    await discord_stand_in.slash("quote", again=fresh, about="russia")
    await discord_stand_in.slash("quote", again=fresh, about="russia")
    await answered(discord_stand_in, fresh)
    await asyncio.sleep(0.3)
    assert len(discord_stand_in.sent("ANSWERED", f"/{fresh}/")) == 1
    assert not discord_stand_in.sent("POST", f"/{late}/")


async def test_a_clock_that_is_an_hour_behind_drops_nothing(discord_stand_in, bot):
    for number in range(3):
        one = made(-3600, number + 1)
        await discord_stand_in.slash("quote", again=one, about="russia")
        await answered(discord_stand_in, one)


async def test_a_damaged_button_gets_one_sentence(discord_stand_in, bot):
    one = made(0, 1)
    press = {"custom_id": "q:nothing:\ud800\x00", "component_type": 2}
    await discord_stand_in.happen(
        "INTERACTION_CREATE",
        {"id": one, "type": 3, "application_id": "1001", "token": f"interaction-{one}", "version": 1, "data": press}
        | {"guild_id": "2001", "channel_id": "3001", "locale": "en-GB", "entitlements": [], "context": 0}
        | {"authorizing_integration_owners": {"0": "2001"}, "app_permissions": "0", "attachment_size_limit": 1}
        | {"channel": {"id": "3001", "type": 0, "name": "general"}, "message": MESSAGE}
        | {
            "member": {"user": {"id": "4001", "username": "alice", "discriminator": "0", "avatar": None}, "roles": []}
            | {"joined_at": "2024-01-01T00:00:00+00:00", "deaf": False, "mute": False, "flags": 0, "permissions": "0"}
        },
    )
    await answered(discord_stand_in, one)
    (body,) = discord_stand_in.sent("ANSWERED", f"/{one}/")
    assert "do not know that button any more" in json.dumps(body)


async def test_an_answer_that_discord_takes_after_it_refused_the_token_is_logged_as_answered(
    discord_stand_in, bot, tmp_path
):
    def refuse(method, path):
        return refusal(401, 0, "401: Unauthorized") if path.endswith("/messages") else None

    discord_stand_in.answering.clear()
    one = await discord_stand_in.slash("quote", about="russia")
    discord_stand_in.rest_fault = refuse
    await discord_stand_in.until(lambda: any(f"/{one}/" in request.path for request in discord_stand_in.requests))
    await discord_stand_in.say("russia")
    await discord_stand_in.until(lambda: discord_stand_in.statuses[401])
    await asyncio.sleep(0.1)
    discord_stand_in.answering.set()
    assert await bot.ends() == 2
    with closing(sqlite3.connect(tmp_path / "data" / "quoth.db")) as log:
        assert log.execute("select outcome from uses where asked = ?", (int(one),)).fetchall() == [("answered",)]
