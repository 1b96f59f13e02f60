"""Commands in their turn: whoever cannot be served is told privately, and what ends with the bot is a line."""

import asyncio
import logging
from contextlib import asynccontextmanager, nullcontext
from types import SimpleNamespace

import discord
import pytest
from discord import app_commands

from bot.chat.log_limiter import LogLimiter
from bot.chat.tree import Tree


class Asked:
    """A command that was called: keeps what is said of it."""

    id, type, data = 7, discord.InteractionType.application_command, None

    def __init__(self, client=None):
        self.said, self.client = [], client
        self.response = SimpleNamespace(send_message=self._send, is_done=lambda: False)

    async def _send(self, sentence, **how):
        self.said.append((sentence, how))


@pytest.fixture
def tree():
    client = discord.Client(intents=discord.Intents(guilds=True))
    client.closing, client.log_limiter = False, LogLimiter()
    return Tree(client)


@pytest.mark.parametrize("closing", [True, False])
async def test_a_command_that_ends_with_the_bot_is_a_line_and_nobody_is_told(tree, closing, caplog):
    asked, tree.client.closing = Asked(), closing
    failed = app_commands.CommandInvokeError(SimpleNamespace(name="quote", qualified_name="quote"), KeyError("words"))
    with caplog.at_level(logging.INFO):
        await tree.on_error(asked, failed)
    assert (asked.said == []) is closing
    assert ("left before an answer was finished (KeyError)" in caplog.messages) is closing


async def test_whoever_has_no_turn_is_told_so_privately_and_nothing_is_done(tree):
    @asynccontextmanager
    async def turn(number, say):
        await say(f"too much for {number}")
        yield False

    asked = Asked(SimpleNamespace(gate=SimpleNamespace(turn=turn), responder=SimpleNamespace(working=nullcontext)))
    await tree.in_turn(asked, asyncio.Event().wait)
    assert asked.said == [("too much for 7", {"ephemeral": True})]
