"""Events as they come, before discord.py makes anything of them, and commands around their whole way."""

from __future__ import annotations

import contextlib
import inspect
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord import app_commands

from ...text import is_longer
from . import named, relied_on

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from types import SimpleNamespace

_OWN = 1
"""Discord's number for an app that a person installed, among those who did."""
UNFOLDING = 2
"""How many times its length a text may have when it is unfolded: “…” is three characters, and people write “½”."""
SELDOM, FIRST = 5.0, 8
"""Seconds between two responses whose time is read; of the first so many all are, for one may have a wrong clock."""
AT_ONCE = 1.0
"""Seconds a request takes whose response tells the time: a longer one may have come while this process stood still."""


async def say_to(client: discord.Client, data: Mapping[str, Any], sentence: str | None) -> None:
    """Answer an interaction, given as it came, privately; without a sentence, acknowledge a press."""
    raw: Any = data
    interaction: discord.Interaction[Any] = discord.Interaction(data=raw, state=client._connection)
    if sentence is None:
        await interaction.response.defer()
    else:
        await interaction.response.send_message(sentence, ephemeral=True)


def by_own_app(interaction: discord.Interaction[Any]) -> bool:
    """Whether a person's own app is asked, be it through a message of it that somebody else presses."""
    owners = interaction._integration_owners
    return _OWN in owners and not interaction.is_guild_integration()


def dates(tell: Callable[[datetime], None], clock: Callable[[], float]) -> aiohttp.TraceConfig:
    """For `discord.Client(http_trace=…)`: tell of the time that Discord's responses bear, in the long run seldom.

    That of a slow one never: where all are slow, ids alone tell. `clock` gives seconds, and goes on while the machine
    sleeps. Whatever stands there: what is raised here would end the request, which has been answered.
    """
    last, read_so_far = -SELDOM, 0

    async def began(_session: Any, context: SimpleNamespace, _began: aiohttp.TraceRequestStartParams) -> None:
        context.began = clock()

    async def ended(_session: Any, context: SimpleNamespace, ended: aiohttp.TraceRequestEndParams) -> None:
        nonlocal last, read_so_far
        now = clock()
        if now - context.began <= AT_ONCE and (read_so_far < FIRST or now - last >= SELDOM):
            with contextlib.suppress(Exception):
                date = parsedate_to_datetime(ended.response.headers["Date"])
                if date.tzinfo is not None:
                    last, read_so_far = now, read_so_far + 1
                    tell(date)

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(began)
    trace.on_request_end.append(ended)
    return trace


class TooLong(app_commands.CheckFailure):
    """A text that an option does not take, because it is too long as it is or when it is unfolded."""

    def __init__(self, option: str, most: int) -> None:
        super().__init__()
        self.option, self.most = option, most


class Unread(app_commands.AppCommandError):
    """A command that discord.py could not make out, so that it was never begun; the cause says why."""


class InTurn(app_commands.CommandTree[Any]):
    """A tree whose commands run inside `in_turn`, from before their options are read until they are through."""

    async def in_turn(self, interaction: discord.Interaction[Any], go: Callable[[], Any]) -> None:
        """Await `go()` when its turn has come."""
        raise NotImplementedError

    async def _call(self, interaction: discord.Interaction[Any]) -> None:
        async def go() -> None:
            try:
                await super(InTurn, self)._call(interaction)
            except Exception as error:
                # What a command itself ends in is not raised here: discord.py hands it to `on_error`.
                if isinstance(error, app_commands.AppCommandError) and type(error) is not app_commands.AppCommandError:
                    raise
                raise Unread from error

        try:
            await self.in_turn(interaction, go)
        except app_commands.AppCommandError:
            raise
        except Exception as error:  # so it is told where all errors end
            raise app_commands.AppCommandError from error

    def _get_app_command_options(self, data: Any) -> Any:
        """The command that is called and its options. Raises TooLong or CommandSignatureMismatch where one is unfit.

        That is a command of another version; discord.py would give the command a value it cannot use. While somebody
        types there is no option but that one: Discord sends the others as they stand, half a year or no text at all.
        """
        command, options = super()._get_app_command_options(data)
        options = [option for option in options if option.get("focused")] or options
        known = {option.display_name: option for option in command._params.values()}
        for option in options:
            if (parameter := known.get(option["name"])) is not None:
                if not _fits(parameter, option):
                    raise app_commands.CommandSignatureMismatch(command)
                _hold_to_length(parameter, option.get("value"))
        return command, options


def _hold_to_length(known: Any, value: Any) -> None:
    """Raise TooLong where a text is longer than the option takes, or unfolds to more than an ordinary one can."""
    text = isinstance(value, str) and known.type is discord.AppCommandOptionType.string
    if (
        text
        and known.max_value is not None
        and (len(value) > known.max_value or is_longer(value, known.max_value * UNFOLDING))
    ):
        raise TooLong(known.display_name, known.max_value)


def _fits(known: Any, option: Mapping[str, Any]) -> bool:
    """Whether an option is what the command takes: its type, and the least and the most of a number or of a text."""
    if option["type"] != known.type.value:
        return False
    if option.get("focused") or (known.min_value is None and known.max_value is None):
        return True
    value = option["value"]
    size = len(value) if isinstance(value, str) else value
    least = size if known.min_value is None else known.min_value
    most = size if known.max_value is None else known.max_value
    return bool(least <= size <= most)


def check() -> None:
    """Raise ImportError where discord.py is not as it is taken to be here."""
    if not inspect.iscoroutinefunction(app_commands.CommandTree._call):
        raise ImportError("discord.py runs its commands another way: bot/chat/connection/interactions.py must learn it")


check()
relied_on("whose app is asked", named(discord.Interaction, "_from_data", ["self._integration_owners"]))
relied_on("the types of options", named(app_commands.CommandTree, "_call", ["self._get_app_command_options(data)"]))
