"""Moderators are told of a resting channel in a few seconds, and are owed it where Discord surely took nothing."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import discord
import pytest
from discord.interactions import InteractionResponseType

from bot.chat.deadline import only_once, turn
from bot.chat.log_limiter import LogLimiter
from bot.chat.moderation.resting_channels import LENGTH, RestingChannels
from bot.chat.serving.destinations import TELLING, reply_under, tell_owed
from bot.chat.serving.reply import Reply
from bot.errors import Undelivered

GUILD, HERE, REPORTS = 7, 6, 5


class Reports(discord.abc.Messageable):
    """The channel for reports, to which what is said goes as a request."""

    def __init__(self, bot):
        self.bot, self.guild = bot, SimpleNamespace(id=GUILD)

    async def send(self, content):
        await self.bot.reply(content=content, reference=False)


class House:
    """A client in whose channel `HERE` Discord refuses replies, and a moderator who was answered."""

    def __init__(self, bot, callback, clock):
        self.resting, self.clock, self.callback = RestingChannels(clock.read), clock, callback
        self.log_limiter, self.servers, self.reports = LogLimiter(clock=clock.read), {GUILD}, ""
        self.store = SimpleNamespace(reports_channel=self.chosen)
        self.get_channel = {REPORTS: Reports(bot)}.get

    async def chosen(self, _guild):
        return self.reports

    async def is_refused(self):
        async def reply(**_options):
            said = {"code": 50013, "message": "no"}
            raise discord.Forbidden(SimpleNamespace(status=403, reason="no"), said)

        channel = SimpleNamespace(id=HERE)
        message = SimpleNamespace(id=3, guild=SimpleNamespace(id=GUILD), channel=channel, reply=reply)
        with pytest.raises(discord.Forbidden):
            await reply_under(message, self)(Reply("a card"))

    async def in_reports(self):
        self.reports = str(REPORTS)
        await self.is_refused()

    async def in_a_followup(self):
        await self.is_refused()
        response = SimpleNamespace(is_done=lambda: True, type=InteractionResponseType.channel_message)
        moderator = SimpleNamespace(guild_id=GUILD, permissions=discord.Permissions(manage_guild=True))
        moderator.client, moderator.response, moderator.command_failed = self, response, False
        moderator.followup = SimpleNamespace(send=self.follow_up)
        await tell_owed(moderator)

    async def follow_up(self, content, *, ephemeral):
        assert ephemeral
        session = self.callback.session
        await self.callback.adapter.execute_webhook(8, "token", session=session, payload={"content": content})

    @property
    def owed(self):
        """Whether the next moderator hears of it, after a rest at the latest."""
        self.clock.now += LENGTH
        return HERE in self.resting.paid(GUILD)


@pytest.fixture
async def later(monkeypatch):
    """Move the event loop's clock: `later(3)`."""
    loop, moved = asyncio.get_running_loop(), [0.0]
    real = loop.time
    monkeypatch.setattr(loop, "time", lambda: real() + sum(moved))
    return moved.append


@pytest.fixture
def house(later, bot, callback, clock):
    """Its bot reads the clock that `later` moves."""
    return House(bot, callback, clock)


WAYS = pytest.mark.parametrize("way", ["in_reports", "in_a_followup"])


@WAYS
@pytest.mark.parametrize(("seconds", "tries"), [(TELLING, 1), (5.0, 1), (0.2, 5)])
async def test_what_discord_takes_no_more_of_is_owed(server, answer, standing, house, later, way, seconds, tries):
    standing.refused = lambda: asyncio.get_running_loop().call_soon(later, seconds)  # when it is being waited for
    server.say(answer.limited(seconds))
    await getattr(house, way)()
    assert (house.owed, len(server.seen)) == (True, tries)


async def waiting(told, later):
    task = asyncio.create_task(told)
    for _ in range(20):
        await asyncio.sleep(0)
    assert not task.done()
    later(TELLING)
    await task


async def test_what_waited_for_a_limit_of_the_channel_is_owed(server, answer, house, bot, later):
    server.say(answer.limited(5.0))
    with only_once(), pytest.raises(Undelivered):
        await bot.reply(reference=False)
    await waiting(house.in_reports(), later)
    assert (house.owed, len(server.seen)) == (True, 1)


@WAYS
async def test_what_waited_for_a_limit_of_everything_is_owed(server, standing, house, later, way):
    for circuit in (standing.requests, standing.callbacks):
        circuit.open(5.0, "too many requests")
    await waiting(getattr(house, way)(), later)
    assert (house.owed, server.seen) == (True, [])


async def test_what_a_slow_log_kept_from_leaving_is_owed(server, answer, house, later):
    async def chosen(_guild):
        later(TELLING)
        await asyncio.sleep(TELLING)

    house.store.reports_channel = chosen
    server.say(answer.message)
    await house.in_reports()
    assert (house.owed, server.seen) == (True, [])


@WAYS
@pytest.mark.parametrize("before", [(), ("429",), ("429", "429")], ids=len)
async def test_what_may_have_arrived_counts_as_told(server, answer, standing, house, later, way, before):
    soon = asyncio.get_running_loop().call_soon

    def hang(_request):
        soon(later, TELLING)
        return "hang"

    standing.refused = lambda: soon(later, 0.2)
    server.say(*(answer.limited(0.2) for _ in before), hang)
    await getattr(house, way)()
    assert (house.owed, len(server.seen)) == (False, len(before) + 1)


@WAYS
async def test_what_was_told_is_owed_to_nobody(server, answer, house, way):
    server.say(answer.message)
    await getattr(house, way)()
    assert (house.owed, len(server.seen)) == (False, 1)


@WAYS
async def test_how_a_telling_ends_is_nothing_to_the_answer_before_it(server, answer, house, way):
    mine = SimpleNamespace(left=False)
    before = turn.set(mine)
    server.say(answer.message)
    await getattr(house, way)()
    assert not mine.left
    assert turn.get() is mine
    turn.reset(before)
