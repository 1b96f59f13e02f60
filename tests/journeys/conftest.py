"""A simulated Discord with the real bot in it: a study group, a newcomer and a moderator."""

import asyncio
import itertools
import random
import shutil
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
import simcord

from bot.app import open_house
from bot.chat.admission.ages import Clocks
from bot.chat.admission.gate import Gate
from bot.config import Settings

PATIENCE = 20
"""Seconds after which something that should have happened did not."""


@dataclass
class Clock:
    moment: datetime = field(default_factory=lambda: datetime(2026, 1, 5, 12, tzinfo=UTC))

    def __call__(self):
        return self.moment

    def forward(self, **lengths):
        self.moment += timedelta(**lengths)


@dataclass
class World:
    """What a journey needs. `text(result)` is what a person reads; `buttons(result)` what can be pressed."""

    house: Any
    client: Any
    env: Any
    clock: Clock
    channel: Any
    other: Any
    newcomer: Any
    moderator: Any

    async def uses(self):
        """The counts of all places, once every answer's end is written."""
        store = self.house.store
        async with asyncio.timeout(PATIENCE):
            while (report := await store.report_all(30)).waiting:  # noqa: ASYNC110  as a person would look again
                await asyncio.sleep(0.01)
        return report

    @asynccontextmanager
    async def moved_to(self, folder):
        """The bot stops, and another begins on a copy of its data, in the same Discord."""
        await self.env.settle()
        await self.house.store.close()
        shutil.copytree(self.house.settings.data, folder)
        clocks = Clocks(age=lambda: 0.0, pace=itertools.count().__next__)
        async with open_house(Settings(data=folder), now=self.clock, clocks=clocks) as self.house:
            await self.restart()
            yield

    async def restart(self, **options):
        self.client = self.house.client(message_content=True, **options)
        await self.env.restart_bot(self.client)


def _walk(components):
    for component in components:
        yield component
        yield from _walk(component.get("components", []))


def read(message):
    """Everything a person reads in a message: its content and its text displays."""
    shown = [message.content] if message.content else []
    raw = message.components
    if raw and not isinstance(raw[0], dict):
        raw = [component.to_dict() for component in raw]
    shown += [part["content"] for part in _walk(raw) if part.get("type") == 10]
    return "\n".join(shown)


def pressable(message):
    """The labels of the buttons of a message, with their custom ids or addresses."""
    raw = message.components
    if raw and not isinstance(raw[0], dict):
        raw = [component.to_dict() for component in raw]
    return {part["label"]: part.get("custom_id") or part["url"] for part in _walk(raw) if part.get("type") == 2}


@asynccontextmanager
async def living(
    folder, *, message_content=True, settings=None, strict_sync=True, later=0, watch=None, clocks=None, **options
):
    """`later` makes the simulated Discord's ids go on where one that ran shorter than so many seconds stopped."""
    clock = Clock()
    async with open_house(
        settings or Settings(data=folder),
        now=clock,
        rng=random.Random(20),
        watch=watch,
        clocks=clocks or Clocks(age=lambda: 0.0, pace=itertools.count().__next__),
    ) as house:
        client = house.client(message_content=message_content, **options)
        env = simcord.Env(client, strict_sync=strict_sync)
        await env.start()
        try:
            guild = env.create_guild("Security studies")
            moderators = guild.create_role("Moderators", permissions=discord.Permissions(manage_guild=True))
            channel, other = guild.create_text_channel("study-group"), guild.create_text_channel("lounge")
            people = env.create_user("newcomer"), env.create_user("moderator")
            if later:
                await env.advance_time(later)
            yield World(
                house,
                client,
                env,
                clock,
                channel,
                other,
                guild.add_member(people[0]),
                guild.add_member(people[1], roles=[moderators]),
            )
        finally:
            await env.shutdown()
        env._raise_errors_since(env._errors_acknowledged)  # errors that no test looked at


@pytest.fixture
async def world(tmp_path):
    async with living(tmp_path) as here:
        yield here


@pytest.fixture
def without_pictures(monkeypatch):
    """No timeline is drawn: a child process takes longer than the simulated Discord waits where the machine is busy."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)


@pytest.fixture
def live():
    return living


@pytest.fixture
def text():
    return read


@pytest.fixture
def buttons():
    return pressable


@pytest.fixture
def right_clock(monkeypatch):
    """Discord told the time, and this machine's clock says the same."""
    monkeypatch.setattr(Gate, "ahead", lambda _: 0.0)
