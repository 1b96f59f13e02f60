"""What the bot writes to its output, however much of it was asked for in the settings."""

from __future__ import annotations

import json
import signal

import pytest

WORD = "zyzzogeton"
"""A word that stands in no quote and is nobody's name."""


@pytest.mark.parametrize("level", ["debug", "info"])
async def test_no_line_says_what_people_typed(discord_stand_in, start, good_token, level):
    bot = await start("quoth", "run", QUOTH_TOKEN=good_token, QUOTH_LOG_LEVEL=level)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    await discord_stand_in.slash("quote", about=WORD)
    await discord_stand_in.say(WORD)
    await discord_stand_in.until(
        lambda: WORD in json.dumps(discord_stand_in.sent("ANSWERED", "/callback")) and replies(discord_stand_in)
    )
    bot.signal(signal.SIGTERM)
    assert await bot.ends() == 0
    assert (" DEBUG " in bot.output) == (level == "debug")
    assert WORD not in bot.output


def replies(stand_in):
    """The replies to messages that say what was asked for."""
    return [one for one in stand_in.sent("POST", "/messages") if WORD in json.dumps(one)]
