"""What keyword replies remember of a server is gone when the server is, of its threads too."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.answers import finding, quotes, reading_packs, timelines
from bot.chat.cogs.periodic import Periodic
from bot.chat.moderation.keyword_channels import Keywords
from bot.chat.requests.request import NOT_HERE
from bot.errors import LogUnavailable, NotInServer
from bot.store.records import NOWHERE

THREAD = 777
"""A channel that Discord does not list among a server's."""
ON, OFF, NOTHING = [True, True, "about russia"], [False, True, "about russia"], [False, False]


async def choose_in_threads(world, guild):
    """A server opts in two threads that have a reply and a muted phrase, and one of them out again."""
    keywords, now = world.house.keywords, world.clock()
    world.client.servers.came(guild, 1)
    for thread in (THREAD, THREAD + 1):
        await keywords.switch(guild, thread, on=True, by=5)
        keywords.cooldowns.replied(thread, "russia", now.timestamp())
        await keywords.mute(guild, thread, "about russia", now + timedelta(days=3))
    await keywords.switch(guild, THREAD + 1, on=False, by=5)


def remembered(world, keywords=None):
    keywords, now, found = keywords or world.house.keywords, world.clock().timestamp(), []
    for thread in (THREAD, THREAD + 1):
        rests = not keywords.cooldowns.ready(thread, "russia", now)
        found.append([thread in keywords.channels, rests, *keywords.cooldowns.muted(thread, now)])
    return found


async def test_nothing_is_remembered_of_a_thread_of_a_server_that_was_left(world):
    guild = world.channel.guild.id
    await choose_in_threads(world, guild)
    world.client.servers.came(guild + 1, 1)
    await world.house.keywords.switch(guild + 1, 999, on=True, by=5)
    assert remembered(world) == [ON, OFF]
    world.client.resting.refused(THREAD, 50013, guild)
    await world.client.get_guild(guild).leave()
    await world.env.settle()
    assert remembered(world) == [NOTHING, NOTHING]
    assert world.client.resting.state(THREAD) is None
    assert world.house.keywords.channels == {999}, "others keep what they chose"


async def test_nor_of_what_was_chosen_before_a_restart(world):
    guild = world.channel.guild.id
    await choose_in_threads(world, guild)
    keywords = Keywords(world.house.library, world.house.store, cooldown=60)
    await keywords.load(world.clock())
    assert remembered(world, keywords) == [[True, False, "about russia"], [False, False, "about russia"]]
    keywords.forget(guild)
    assert remembered(world, keywords) == [NOTHING, NOTHING]


async def test_nor_where_the_log_is_unavailable_when_the_server_leaves(world):
    await choose_in_threads(world, world.channel.guild.id)
    file = world.house.store._database._file
    file.trouble("nothing can be written in this test")
    await file.disconnect()
    await world.client.get_guild(world.channel.guild.id).leave()
    await world.env.settle()
    assert remembered(world) == [NOTHING, NOTHING]


async def test_nor_of_one_that_discord_py_never_knew(world):
    """Its GUILD_CREATE could not be parsed; whoever asked the same words there counts no more, either."""
    guild = 111111111111111111
    await choose_in_threads(world, guild)
    sharing = world.client.responder._sharing
    assert not any(sharing.asked(guild, "pizza", person) for person in (1, 2))
    parse = world.client._connection.parsers["GUILD_DELETE"]
    parse({"id": str(guild), "unavailable": True})
    await world.env.settle()
    assert remembered(world) == [ON, OFF]
    parse({"id": str(guild)})
    await world.env.settle()
    assert remembered(world) == [NOTHING, NOTHING]
    async with asyncio.timeout(20):
        while await world.house.store.keyword_channels():  # noqa: ASYNC110  no news comes of it
            await asyncio.sleep(0.01)
    assert not sharing.asked(guild, "pizza", 3)


@pytest.mark.usefixtures("right_clock")
async def test_nor_of_one_that_is_missing_for_a_day(world):
    await choose_in_threads(world, 111111111111111111)
    world.client.servers.left(111111111111111111)
    keeping = world.client.get_cog(Periodic.__name__)
    await keeping.look_for_missing()
    assert remembered(world) == [ON, OFF]
    world.clock.moment += timedelta(hours=25)
    await keeping.look_for_missing()
    assert remembered(world) == [NOTHING, NOTHING]


@pytest.mark.usefixtures("right_clock")
@pytest.mark.parametrize("log", ["there", "unavailable"])
async def test_that_a_missing_server_is_forgotten_is_said_when_it_is(world, monkeypatch, caplog, log):
    await choose_in_threads(world, 123)
    world.client.servers.left(123)
    keeping = world.client.get_cog(Periodic.__name__)
    await keeping.look_for_missing()
    world.clock.moment += timedelta(hours=25)

    async def unavailable(_):
        raise LogUnavailable("the disk is full")

    if log == "unavailable":
        monkeypatch.setattr(world.house.store, "forget_guild", unavailable)
    with caplog.at_level("INFO"):
        await keeping.look_for_missing()
    assert ("is forgotten" in caplog.text) == (log == "there")
    assert ("not wholly forgotten yet" in caplog.text) == (log == "unavailable")


COMMANDS = {
    "keywords": lambda world: world.moderator.slash(world.channel, "settings keywords", on=True),
    "reports": lambda world: world.moderator.slash(world.channel, "settings reports", on=True),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("back", [False, True])
async def test_what_is_chosen_while_the_server_leaves_is_nobodys(world, text, command, back):
    guild, store = world.channel.guild.id, world.house.store
    world.client.settings = replace(world.client.settings, bank_servers=frozenset({guild}))
    lock, rows = store._database._lock, store._database.rows
    await lock.acquire()
    asked = asyncio.create_task(COMMANDS[command](world))
    async with asyncio.timeout(20):
        while not lock._waiters:  # noqa: ASYNC110  it waits for its turn to write
            await asyncio.sleep(0.01)
    world.client.servers.left(guild)
    forgetting = asyncio.create_task(world.client.on_left(guild))
    await asyncio.sleep(0)
    if back:
        world.client.servers.came(guild, 1)
    lock.release()
    said = text((await asked).response)
    await forgetting
    on = world.channel.id in world.house.keywords.channels
    kept = [*await rows("SELECT guild FROM keyword_channels"), *await rows("SELECT guild FROM changes_made")]
    kept += await rows("SELECT name FROM kept WHERE name GLOB 'reports:*'")
    assert (said == NOT_HERE) is not back
    world.env.errors  # noqa: B018  looked at: it was meant
    assert (len(kept), on) == ((2, command == "keywords") if back else (0, False))


@pytest.mark.parametrize("kept", [False, True])
async def test_a_phrase_is_quiet_only_where_that_could_be_chosen(world, kept):
    guild, until = world.channel.guild.id, world.clock() + timedelta(days=3)
    if not kept:
        world.client.servers.left(guild)
        with pytest.raises(NotInServer):
            await world.house.keywords.mute(guild, THREAD, "about russia", until)
    else:
        await world.house.keywords.mute(guild, THREAD, "about russia", until)
    assert remembered(world)[0] == [False, False, *["about russia"] * kept]


async def mentioned(world, text):
    await world.newcomer.send(world.channel, f"{world.client.user.mention} {text}")


async def by_keyword(world):
    await world.house.keywords.switch(world.channel.guild.id, world.channel.id, on=True, by=5)
    await world.moderator.send(world.channel, "does anybody know a good quote on russia?")


ASKED = {
    "a command": lambda world: world.newcomer.slash(world.channel, "quote", about="russia"),
    "a list": lambda world: world.newcomer.slash(world.channel, "search", about="russia"),
    "a mention": lambda world: mentioned(world, "russia"),
    "a mentioned list": lambda world: mentioned(world, "search russia"),
    "a keyword": by_keyword,
}
LATER = {name: ask for name, ask in ASKED.items() if name != "a keyword"}
"""What can still be asked when the server has left."""


@pytest.mark.parametrize("way", ASKED)
async def test_what_is_asked_while_the_server_leaves_is_nobodys(world, monkeypatch, way):
    guild, rows = world.channel.guild.id, world.house.store._database.rows
    find = finding.find

    async def slowly(*given):
        world.client.servers.left(guild)
        return await find(*given)

    for module in (finding, quotes, timelines, reading_packs):
        monkeypatch.setattr(module, "find", slowly)
    await ASKED[way](world)
    await world.uses()
    assert await rows("SELECT guild, channel, query, key, quote FROM uses") == [(None, NOWHERE, "", "", None)]


@pytest.mark.parametrize("way", LATER)
async def test_so_is_what_is_asked_when_it_has_left(world, way, text):
    world.client.servers.left(world.channel.guild.id)
    await LATER[way](world)
    await world.uses()
    rows = await world.house.store._database.rows("SELECT guild, channel, outcome FROM uses")
    assert rows == [(None, NOWHERE, "answered")]
    counted = await world.newcomer.slash(world.channel, "stats")
    assert "**0** quotes given" in text(counted.response)


async def test_how_far_a_round_has_come_in_one_such_server_is_told_in_no_other(world, text):
    """Nor what somebody asked in private."""
    world.client.servers.left(world.channel.guild.id)
    for channel, private in ((world.channel, True), (world.channel, True), (world.channel, False)):
        await world.newcomer.slash(channel, "quote", about="russia", private=private)
    said = text((await world.newcomer.slash(world.other, "quote", about="russia")).response)
    assert "1 of " in said


@pytest.mark.usefixtures("right_clock")
async def test_who_asked_and_how_far_a_round_had_come_counts_no_more_when_the_server_is_back(world, text):
    """Left, and missing for a day."""
    # The log is busy with forgetting, and the simulated Discord waits for no timeout.
    world.house.responder._log_wait = 60
    guild, keeping = world.channel.guild, world.client.get_cog(Periodic.__name__)
    members = [guild.add_member(world.env.create_user(f"student{number}")) for number in range(4)]
    rows = world.house.store._database.rows

    async def ask(member):
        return text((await member.slash(world.channel, "quote", about="russia")).response)

    async def left():
        await world.client.on_left(guild.id)
        assert not await rows("SELECT asked FROM uses")

    async def missing():
        world.client.servers.listed(0, [])
        await keeping.look_for_missing()
        world.clock.moment += timedelta(hours=25)
        await keeping.look_for_missing()
        world.client.servers.listed(0, [guild.id])

    for goes in (left, missing):
        for member in members[:2]:
            await ask(member)
        await world.uses()
        await goes()
        for number, member in enumerate(members[1:], start=1):
            assert f"{number} of " in await ask(member), goes
        await world.uses()
        assert [row[0] for row in await rows("SELECT shared FROM uses ORDER BY time, asked")] == [0, 0, 1], goes
        await goes()


async def test_a_channel_or_thread_that_is_gone_rests_no_more(world):
    guild, here = str(world.channel.guild.id), world.other.id
    for place in (here, THREAD):
        world.client.resting.refused(place, 50013, int(guild))
        world.client.resting.owe(place)
    thread = {"id": str(THREAD), "guild_id": guild, "parent_id": str(here), "type": 11}
    world.env.backend.emit("THREAD_DELETE", thread)
    gone = {"id": str(here), "guild_id": guild, "type": 0, "name": "lounge", "position": 1, "permission_overwrites": []}
    world.env.backend.emit("CHANNEL_DELETE", gone)
    await world.env.settle()
    assert [world.client.resting.state(place) for place in (here, THREAD)] == [None, None]
    assert world.client.resting.paid(int(guild)) == {}
