"""The stand-in itself, tried with a bare bot: what fails here is not Quoth's fault."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

HERE = Path(__file__).parent


async def _start(stand_in, token, **environ):
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(HERE / "launch.py"),
        str(HERE / "bare.py"),
        env={**os.environ, "STAND_IN": stand_in.base, "QUOTH_TOKEN": token, **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def test_a_bare_bot_answers_and_resumes(discord_stand_in, good_token):
    bot = await _start(discord_stand_in, good_token)
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
    output, _ = await bot.communicate()
    assert bot.returncode == 0, output.decode()
    assert b"resumed" in output


async def test_a_wrong_token_is_refused(discord_stand_in):
    bot = await _start(discord_stand_in, "wrong")
    output, _ = await bot.communicate()
    assert bot.returncode == 1
    assert b"LoginFailure" in output


async def test_an_intent_that_is_not_allowed_is_refused(discord_stand_in, good_token):
    discord_stand_in.content_allowed = False
    bot = await _start(discord_stand_in, good_token, WANT_CONTENT="1")
    output, _ = await bot.communicate()
    assert bot.returncode == 1
    assert b"PrivilegedIntentsRequired" in output
