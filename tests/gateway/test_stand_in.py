"""The stand-in itself, tried with a bare bot: what fails here is not Quoth's fault."""

from __future__ import annotations

from pathlib import Path

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
