"""Messages as Discord's gateway tells them: those that are for us, of servers known and unknown, and no others."""

import asyncio

import discord
import pytest

from bot.errors import Undelivered
from tests.gateway.stand_in.world import message


async def arrive(world, content, number, *, guild, channel=777, author=None, **said):
    """A message as Discord's gateway tells it, perhaps of a server whose GUILD_CREATE has not come yet; read whole."""
    who = author or world.newcomer
    person = {"id": str(who.id), "username": "somebody", "discriminator": "0", "avatar": None}
    data = message(str(world.channel.id + (number + 1 << 30)), content, person, str(channel))
    if guild:
        data["guild_id"] = str(guild)
    world.client._connection.parsers["MESSAGE_CREATE"](data | said)
    await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == "discord.py: on_message"))


@pytest.fixture
def sent(world, monkeypatch):
    """What is sent in reply to messages; nothing of it reaches the simulated Discord, which knows no such server."""
    said = []

    def reply_under(message, _client):
        async def send(reply):
            said.append((message.channel.id, reply.view))

        return send

    monkeypatch.setattr("bot.chat.cogs.messages.reply_under", reply_under)
    return said


CALL = "the dual-track approach"
"""What calls for a keyword reply."""
UNKNOWN = 555_555_555_555_555_555


@pytest.mark.parametrize(
    "said",
    ["russia", "stats", "topics", "help", "give me a quote about russia", "verify this", "hello all", "search nato"],
)
@pytest.mark.parametrize("known_server", [False, True])
async def test_talk_in_a_server_is_not_for_us_whether_or_not_the_server_is_known_yet(world, sent, said, known_server):
    guild = world.channel.guild.id if known_server else UNKNOWN
    await arrive(world, said, 1, guild=guild)
    assert sent == []
    assert (await world.uses()).given == 0


async def test_a_mention_in_a_server_not_known_is_answered_and_kept_as_a_commands_there_is(world, sent):
    for number, said in enumerate(("russia", "stats", "search russia")):
        await arrive(world, f"<@{world.client.user.id}> {said}", number, guild=UNKNOWN)
    assert len(sent) == 3
    await world.uses()
    rows = await world.house.store._database.rows("SELECT guild, query FROM uses")
    assert rows == [(None, ""), (None, "")]  # it may have been left: nothing is kept under its name


async def test_a_keyword_in_a_server_not_known_yet_is_answered_where_a_moderator_asked_for_it(world, sent):
    world.client.servers.listed(0, [UNKNOWN])
    await world.client.keywords.switch(UNKNOWN, 777, on=True, by=world.moderator.id)
    world.client.servers.listed(0, [])
    await arrive(world, f"we read about {CALL}", 1, guild=UNKNOWN)
    await arrive(world, "russia", 2, guild=UNKNOWN)
    assert [place for place, _ in sent] == [777]


async def test_a_webhook_is_not_answered_whatever_it_calls_itself(world, sent):
    await arrive(world, f"<@{world.client.user.id}> russia", 1, guild=world.channel.guild.id, webhook_id="5")
    assert sent == []


CHANNEL_RENAMED, THREAD_CREATED, BLOCKED_BY_AUTOMOD = 4, 18, 24


@pytest.mark.parametrize("kind", [CHANNEL_RENAMED, THREAD_CREATED, BLOCKED_BY_AUTOMOD])
async def test_what_discord_says_in_a_members_name_is_not_answered(world, sent, kind):
    here = {"guild": world.channel.guild.id, "channel": world.channel.id}
    await world.client.keywords.switch(world.channel.guild.id, world.channel.id, on=True, by=world.moderator.id)
    mention = f"<@{world.client.user.id}> russia"
    await arrive(world, CALL, 1, type=kind, **here)
    await arrive(world, mention, 2, type=kind, **here)
    await arrive(world, "russia", 3, type=kind, guild=None)
    assert sent == []
    await arrive(world, CALL, 4, **here)
    assert len(sent) == 1, "nor does its topic rest for that"


async def test_a_topic_does_not_rest_for_a_reply_that_could_not_be_sent(world, monkeypatch):
    here = {"guild": world.channel.guild.id, "channel": world.channel.id}
    await world.client.keywords.switch(world.channel.guild.id, world.channel.id, on=True, by=world.moderator.id)
    tried = []

    def reply_under(_message, _client):
        async def send(reply):
            tried.append(reply.private)
            if len(tried) == 1:
                raise Undelivered("502")

        return send

    monkeypatch.setattr("bot.chat.cogs.messages.reply_under", reply_under)
    for number in range(3):
        await arrive(world, CALL, number, **here)
    assert len(tried) == 2, "the second is sent, and the topic rests for it"
    world.env.errors  # noqa: B018  looked at: it was meant


async def test_a_message_the_gate_did_not_let_in_is_not_answered(world, sent, monkeypatch):
    monkeypatch.setattr(world.client.gate, "calls", lambda _: None)
    await arrive(world, "russia", 1, guild=None)
    await arrive(world, f"<@{world.client.user.id}> russia", 2, guild=world.channel.guild.id, channel=world.channel.id)
    assert sent == []


async def test_where_nothing_can_be_said_nothing_is(world, caplog):
    forum = discord.ForumChannel.__new__(discord.ForumChannel)
    forum.id = 777
    guild = world.client.get_guild(world.channel.guild.id)
    guild._add_channel(forum)
    await arrive(world, f"<@{world.client.user.id}> russia", 1, guild=guild.id)
    assert "Traceback" not in caplog.text
    assert (await world.uses()).given == 0
