"""Where a server is greeted that the bot was added to, and that nothing comes of it where that goes wrong."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import discord
import pytest

from bot.chat.cogs.help import Help
from bot.config import shipped_bank
from bot.editions.making import open_edition
from bot.errors import Undelivered

MAY = discord.Permissions(view_channel=True, send_messages=True)
MAY_NOT = (discord.Permissions(view_channel=True), discord.Permissions(send_messages=True))


class Channel:
    def __init__(self, name, permissions, failing=None):
        self.name, self.permissions, self.failing, self.said = name, permissions, failing, []

    def permissions_for(self, _member):
        return self.permissions

    async def send(self, **said):
        if self.failing is not None:
            raise self.failing
        self.said.append(said)


@pytest.fixture(scope="module")
def edition():
    return open_edition(shipped_bank())


def cog(edition, *channels, system=None, me=True, leaving=False):
    guild = SimpleNamespace(
        system_channel=system, text_channels=channels, get_member=lambda number: (number == 7 and me) or None
    )
    return Help(
        SimpleNamespace(
            user=SimpleNamespace(id=7),
            leaving=leaving,
            get_guild={5: guild}.get,
            library=SimpleNamespace(edition=edition),
            tree=SimpleNamespace(get_commands=list),
            settings=SimpleNamespace(retention_days=90),
            responder=SimpleNamespace(tint=lambda _reply: None),
        )
    )


@pytest.mark.parametrize("refused", MAY_NOT)
async def test_the_system_channel_comes_first_then_the_first_where_the_bot_may_speak(edition, refused):
    closed, first, second = Channel("closed", refused), Channel("first", MAY), Channel("second", MAY)
    for system, greeted in ((None, first), (Channel("system", refused), first), (second, second)):
        greeted.said.clear()
        await cog(edition, closed, first, second, system=system).on_joined(5)
        assert [channel.name for channel in (closed, first, second) if channel.said] == [greeted.name]
        (said,) = greeted.said
        assert (said["nonce"], said["allowed_mentions"].to_dict()) == (5, {"parse": []})
        greeted.said.clear()


async def test_else_nothing_is_said(edition):
    channel = Channel("first", MAY)
    for one in (
        cog(edition, Channel("closed", MAY_NOT[0])),
        cog(edition),
        cog(edition, channel, me=False),
        cog(edition, channel, leaving=True),
    ):
        await one.on_joined(5)
    await cog(edition, channel).on_joined(6)  # a server whose arrival discord.py could not read
    assert channel.said == []


@pytest.mark.parametrize(
    "failing", [Undelivered("429"), TimeoutError(), discord.RateLimited(3), ConnectionResetError()]
)
async def test_what_goes_wrong_is_one_line_of_the_log(edition, failing, caplog):
    caplog.set_level(logging.INFO)
    await cog(edition, Channel("first", MAY, failing)).on_joined(5)
    (line,) = caplog.records
    assert line.getMessage().startswith("server 5 could not be greeted: ")
    assert line.exc_info is None
