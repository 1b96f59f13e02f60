"""Telling servers of a fault of the bank: what goes wrong in one of them keeps none of the others from hearing."""

from __future__ import annotations

import asyncio
import logging
from types import SimpleNamespace

import aiohttp
import discord
import pytest

from bot.chat.cogs.bank import AT_ONCE, BankCommand
from bot.errors import LogUnavailable, Undelivered
from bot.problem import Problem


def http(kind, status, code):
    return kind(SimpleNamespace(status=status, reason="no"), {"code": code, "message": "no"})


FAILINGS = {
    "502": Undelivered("502", perhaps=True),
    "429": Undelivered("429", retry_after=20),
    "timeout": Undelivered("timeout", perhaps=True),
    "reset": Undelivered("reset"),
    "slow": TimeoutError(),
    "forbidden": http(discord.Forbidden, 403, 50013),
    "gone": http(discord.NotFound, 404, 10003),
    "failing": http(discord.DiscordServerError, 500, 0),
    "strange": discord.InvalidData("no"),
    "limited": discord.RateLimited(3),
    "line": aiohttp.ServerDisconnectedError(),
    "broken": ConnectionResetError(),
}


FAULT = Problem("sources/a.yaml", 1, 7, "error", "odd", "this is odd", "mend it")


class House:
    """A client in eight servers that may hear; `failing` is what sending in the first raises, or "hang"."""

    def __init__(self, failing):
        self.failing, self.told, self.said = failing, [], []
        self.hanging = asyncio.Event()
        self.kept = {guild: f"{guild}00" for guild in range(1, 9)}
        self.guilds = [SimpleNamespace(id=guild) for guild in range(1, 9)]
        self.settings = SimpleNamespace(bank_servers=frozenset(range(1, 9)))
        bank = SimpleNamespace(edition="0123abcd", quotes=(1,))
        self.library = SimpleNamespace(
            faulty=True, problems=(FAULT,), tell=None, edition=SimpleNamespace(bank=bank), held=""
        )
        self.store = SimpleNamespace(reports_channel=self.look)

    async def look(self, guild):
        kept = self.kept[guild]
        if isinstance(kept, Exception):
            raise kept
        return kept

    def get_partial_messageable(self, channel, *, guild_id):
        async def send(said):
            if guild_id == 1 and self.failing == "hang":
                await self.hanging.wait()
            elif guild_id == 1 and self.failing is not None:
                raise self.failing
            self.said.append(said)
            self.told.append(channel)

        return SimpleNamespace(send=send)


MENDED = SimpleNamespace(faulty=False)


async def told(house):
    cog = BankCommand(house)
    await cog.tell(MENDED)
    await cog._telling


async def test_that_the_files_are_in_order_is_told_once_and_only_after_a_fault():
    house = House(None)
    cog = BankCommand(house)
    for _ in range(3):
        await cog.tell(MENDED)
    await cog._telling
    assert len(house.said) == 8
    well = House(None)
    well.library.faulty = False
    cog = BankCommand(well)
    await cog.tell(MENDED)
    assert cog._telling is None
    assert well.said == []


@pytest.mark.parametrize("what", FAILINGS)
async def test_where_one_server_cannot_be_told_the_others_are(what, caplog):
    house = House(FAILINGS[what])
    await told(house)
    assert sorted(house.told) == [guild * 100 for guild in range(2, 9)]
    (line,) = caplog.records
    assert (line.levelno, line.exc_info) == (logging.WARNING, None)
    assert "could not be told in server 1" in line.getMessage()


@pytest.mark.parametrize("kept", [LogUnavailable("full"), None, "", "x", "-1", "1e3"])
async def test_where_nobody_knows_the_channel_of_one_server_the_others_are_told(kept):
    house = House(None)
    house.kept[1] = kept
    await told(house)
    assert sorted(house.told) == [guild * 100 for guild in range(2, 9)]


async def test_a_server_where_discord_hangs_holds_up_no_other():
    house = House("hang")
    cog = BankCommand(house)
    await cog.tell(MENDED)  # and not the next reading of the files either
    async with asyncio.timeout(30):
        while len(house.told) < 7:  # noqa: ASYNC110  seen from outside
            await asyncio.sleep(0.01)
    telling = cog._telling
    assert not telling.done()
    await cog.cog_unload()
    await asyncio.gather(telling, return_exceptions=True)
    assert telling.cancelled()


async def test_what_is_told_later_comes_later():
    house = House("hang")
    cog = BankCommand(house)
    await cog.tell(SimpleNamespace(faulty=True))
    await cog.tell(MENDED)
    await asyncio.sleep(0.05)
    house.hanging.set()
    await cog._telling
    assert ["in order again" in said for said in house.said] == [False] * 8 + [True] * 8


async def test_few_are_told_at_once():
    house, open_, most = House(None), 0, 0

    async def look(_name):
        nonlocal open_, most
        open_ += 1
        most = max(most, open_)
        await asyncio.sleep(0)
        open_ -= 1

    house.store.reports_channel = look
    await told(house)
    assert most == AT_ONCE


async def test_that_the_files_are_in_order_is_no_news_where_they_were():
    house = House(None)
    house.library.faulty = False
    cog = BankCommand(house)
    await cog.tell(MENDED)
    assert cog._telling is None
    for outcome in (SimpleNamespace(faulty=True), MENDED, MENDED, MENDED):
        await cog.tell(outcome)
        await cog._telling
    assert ["in order again" in said for said in house.said] == [False] * 8 + [True] * 8
