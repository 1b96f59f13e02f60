"""Events as they come, before discord.py makes anything of them, and commands around their whole way."""

from __future__ import annotations

import contextlib
import inspect
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord import app_commands

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

SELDOM, FIRST = 5.0, 8
"""Seconds between two responses whose time is read; of the first so many all are, for one may have a wrong clock."""


async def say_to(client: discord.Client, data: Mapping[str, Any], sentence: str | None) -> None:
    """Answer an interaction, given as it came, privately; without a sentence, acknowledge a press."""
    raw: Any = data
    interaction: discord.Interaction[Any] = discord.Interaction(data=raw, state=client._connection)
    if sentence is None:
        await interaction.response.defer()
    else:
        await interaction.response.send_message(sentence, ephemeral=True)


def dates(tell: Callable[[datetime], None]) -> aiohttp.TraceConfig:
    """For `discord.Client(http_trace=…)`: tell of the time that Discord's responses bear, in the long run seldom."""
    last, told = -SELDOM, 0

    async def ended(_session: Any, _context: Any, ended: aiohttp.TraceRequestEndParams) -> None:
        nonlocal last, told
        now = time.monotonic()
        if told < FIRST or now - last >= SELDOM:
            with contextlib.suppress(KeyError, TypeError, ValueError):
                date = parsedate_to_datetime(ended.response.headers["Date"])
                if date.tzinfo is not None:
                    last, told = now, told + 1
                    tell(date)

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(ended)
    return trace


class InTurn(app_commands.CommandTree[Any]):
    """A tree whose commands run inside `in_turn`, from before their options are read until they are through."""

    async def in_turn(self, interaction: discord.Interaction[Any], go: Callable[[], Any]) -> None:
        """Await `go()` when its turn has come."""
        raise NotImplementedError

    async def _call(self, interaction: discord.Interaction[Any]) -> None:
        async def go() -> None:
            await super(InTurn, self)._call(interaction)

        try:
            await self.in_turn(interaction, go)
        except app_commands.AppCommandError:
            raise
        except Exception as error:
            # Not the command's own: that would be a CommandInvokeError. So it is told where all errors end.
            raise app_commands.AppCommandError from error


def check() -> None:
    """Raise ImportError where discord.py is not as it is taken to be here."""
    if not inspect.iscoroutinefunction(app_commands.CommandTree._call):
        raise ImportError("discord.py runs its commands another way: bot/chat/internals/arrivals.py must learn it")


check()
