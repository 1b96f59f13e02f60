"""Mentions and keyword replies."""

import asyncio
import shutil
import sqlite3
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.app import open_house
from bot.chat.admission.ages import Clocks
from bot.config import Settings, shipped_bank
from bot.text import fold


@pytest.mark.parametrize("asked", ["russia", "qoute rusia", "can you give me a quote about russia please"])
async def test_a_mention_is_answered(world, text, asked):
    await world.newcomer.send(world.channel, f"{world.client.user.mention} {asked}")
    said = text(world.channel.last_message)
    assert "**Jens Stoltenberg**" in said
    assert (await world.uses()).ways[0].name == "mention"


async def test_the_name_as_plain_text_is_a_mention_too(world, text):
    await world.newcomer.send(world.channel, f"@{world.client.user.name.upper()} rusia")
    assert "**Jens Stoltenberg**" in text(world.channel.last_message)


async def test_a_mention_needs_no_privileged_intent(live, tmp_path, text):
    async with live(tmp_path, message_content=False) as world:
        assert not world.client.intents.message_content
        await world.newcomer.send(world.channel, f"{world.client.user.mention} turkey")
        assert "**Jens Stoltenberg**" in text(world.channel.last_message)


async def test_a_mention_that_finds_nothing_says_so(world, text, buttons):
    await world.newcomer.send(world.channel, f"{world.client.user.mention} pizza")
    assert text(world.channel.last_message) == "No sourced quote about **pizza**."
    assert buttons(world.channel.last_message)
    await world.newcomer.send(world.channel, f"{world.client.user.mention} search pizza 2016")
    assert text(world.channel.last_message) == (
        "No sourced quote about **pizza 2016**. My quotes are from 2014, 2017 and 2020."
    )
    assert (await world.uses()).misses == 2


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ("topics", "topics,"),
        ("sources", "sources"),
        ("about", "state of the quotes"),
        ("help", "Try one of these"),
        ("stats", "last 30 days"),
    ],
)
async def test_lists_by_mention(world, text, asked, seen):
    await world.newcomer.send(world.channel, f"{world.client.user.mention} {asked}")
    assert seen in text(world.channel.last_message)


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ("hi", "state of the quotes"),
        ("search dialogue", "quotes for **dialogue**"),
        ("timeline russia", "2014"),
        ("timeline", "/timeline"),
        ("search", "/search"),
        ("cite russia", "/cite"),
        ("verify “We cannot choose between either dialogue with Russia or deterrence and defence.”", "✓ Word for word"),
        ("verify this", "/verify"),
        ("did he really say that?", "/verify"),
    ],
)
async def test_slash_commands_by_mention(world, text, asked, seen):
    await world.newcomer.send(world.channel, f"{world.client.user.mention} {asked}")
    assert len(world.channel.history()) == 2
    assert seen in text(world.channel.last_message)


async def test_verify_in_a_reply_checks_the_message_replied_to(world, text):
    said = await world.moderator.send(world.channel, "Stoltenberg: “Russia is our biggest neighbour.”")
    await world.newcomer.send(world.channel, f"{world.client.user.mention} verify this", reply_to=said)
    assert "biggest neighbour" in text(world.channel.last_message)
    assert "/verify" not in text(world.channel.last_message)


async def test_a_word_of_the_bank_is_not_taken_for_a_misspelt_command(live, tmp_path, text):
    folder = tmp_path / "bank"
    shutil.copytree(shipped_bank(), folder)
    topics = (folder / "topics.yaml").read_text(encoding="utf-8")
    (folder / "topics.yaml").write_text(topics.replace("[turkish,", "[topix, turkish,"), encoding="utf-8")
    async with live(tmp_path, settings=Settings(data=tmp_path, bank=folder)) as world:
        await world.newcomer.send(world.channel, f"{world.client.user.mention} topix")
        assert "**Jens Stoltenberg**" in text(world.channel.last_message)


@pytest.mark.parametrize("asked", ["russia", "@Quoth russia", "a quote on russia please"])
async def test_a_direct_message_needs_no_mention(live, tmp_path, text, asked):
    async with live(tmp_path, message_content=False) as world:
        await world.newcomer.send_dm(asked)
        assert "**Jens Stoltenberg**" in text(world.newcomer.user.dm_channel.last_message)


async def test_thanks_in_a_direct_message_are_not_answered(live, tmp_path):
    async with live(tmp_path, message_content=False) as world:
        await world.newcomer.send_dm("thanks!")
        assert len(world.newcomer.user.dm_channel.history()) == 1


async def opt_in(world, *, on=True):
    return await world.moderator.slash(world.channel, "settings keywords", on=on)


def trigger_of(world):
    return next(
        trigger
        for topic in world.house.library.edition.bank.topics
        for trigger in topic.triggers
        if topic.id == "dual-track"
    )


def rest(world, seconds):
    """The process goes on for so long, whatever the time of day becomes."""
    before = world.client.clock
    world.client.clock = lambda: before() + seconds


async def test_keywords_are_off_until_a_moderator_opts_in(world, text):
    call = f"we should read about the {trigger_of(world)} today"
    await world.newcomer.send(world.channel, call)
    assert len(world.channel.history()) == 1
    done = await opt_in(world)
    assert "**on**" in text(done.response)
    await world.newcomer.send(world.channel, call)
    assert "**Jens Stoltenberg**" in text(world.channel.last_message)
    assert (await world.uses()).ways[0].name == "keyword"
    await world.newcomer.send(world.other, call)
    assert len(world.other.history()) == 1


async def test_keywords_rest_per_channel_and_topic(world):
    await opt_in(world)
    call = f"the {trigger_of(world)}, again"
    for _ in range(3):
        await world.newcomer.send(world.channel, call)
    assert len(world.channel.history()) == 4
    world.clock.forward(hours=-1)  # the machine's clock was set back
    rest(world, 11 * 60)
    await world.newcomer.send(world.channel, call)
    assert len(world.channel.history()) == 6


async def test_where_a_channel_rests_whatever_calls_is_one_line(world, caplog):
    await opt_in(world)
    world.client.resting.refused(world.channel.id, 50013)
    caplog.clear()
    for _ in range(5):
        await world.newcomer.send(world.channel, f"the {trigger_of(world)}, again")
        await world.newcomer.send(world.channel, f"{world.client.user.mention} russia")
    assert len(world.channel.history()) == 10
    assert caplog.text.count("(50013)") == 1
    assert "Traceback" not in caplog.text
    assert (await world.uses()).uses == 0


async def test_a_keyword_whose_reply_failed_lets_its_topic_rest_no_longer(world, text):
    await opt_in(world)
    call = f"the {trigger_of(world)}, again"
    world.client.resting.refused(world.channel.id, 50013)
    await world.newcomer.send(world.channel, call)
    assert world.channel.last_message.content == call
    world.client.resting.worked(world.channel.id)
    await world.newcomer.send(world.channel, call)
    assert "**Jens Stoltenberg**" in text(world.channel.last_message)


async def test_a_keyword_that_got_no_turn_lets_its_topic_rest_no_longer(world, text, monkeypatch):
    await opt_in(world)
    call = f"the {trigger_of(world)}, again"

    @asynccontextmanager
    async def no_turn(*_):
        yield False

    with monkeypatch.context() as busy:
        busy.setattr(type(world.client.gate), "turn", no_turn)
        await world.newcomer.send(world.channel, call)
    assert world.channel.last_message.content == call
    await world.newcomer.send(world.channel, call)
    assert "**Jens Stoltenberg**" in text(world.channel.last_message)
    await world.newcomer.send(world.channel, call)  # now it rests
    assert world.channel.last_message.content == call


async def test_the_log_keeps_the_trigger_and_not_the_message(world, tmp_path):
    await opt_in(world)
    await world.newcomer.send(world.channel, f"my cat Mephistopheles likes the {trigger_of(world)}")
    await world.house.store.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert fold(trigger_of(world)).encode() in kept
    assert b"Mephistopheles" not in kept
    assert b"mephistopheles" not in kept
    assert str(world.newcomer.id).encode() not in kept


async def test_not_helpful_mutes_the_trigger_here(world, text, buttons):
    await opt_in(world)
    call = f"the {trigger_of(world)}"
    await world.newcomer.send(world.channel, call)
    reply = world.channel.last_message
    before = text(reply)
    await world.newcomer.click(reply, label="Not helpful here")
    after = world.channel.last_message
    assert text(after).startswith(f"{before}\n-# I keep quiet about")  # others go on reading it
    assert "Not helpful here" not in buttons(after)
    assert "More" in buttons(after)
    world.clock.forward(hours=1)
    await world.newcomer.send(world.channel, call)
    assert world.channel.last_message.content == call
    await world.restart()
    await world.client.keywords.load(world.clock())
    await world.newcomer.send(world.channel, call)
    assert world.channel.last_message.content == call
    world.clock.forward(days=2)
    rest(world, 11 * 60)
    await world.newcomer.send(world.channel, call)
    assert "**Jens Stoltenberg**" in text(world.channel.last_message)


async def test_bots_and_webhooks_are_not_answered(world):
    await opt_in(world)
    hook = world.env.guild.create_webhook(world.channel, "feed")
    await hook.send(f"the {trigger_of(world)}")
    robot = world.env.guild.add_member(world.env.create_user("robot", bot=True))
    await robot.send(world.channel, f"the {trigger_of(world)} {world.client.user.mention}")
    assert len(world.channel.history()) == 2


async def test_only_moderators_may_opt_in(world):
    with pytest.raises(Exception, match=r"(?i)permission|not visible|unknown|available|may not"):
        await world.newcomer.slash(world.channel, "settings keywords", on=True)
    assert not world.client.keywords.channels


async def test_without_the_intent_the_command_says_what_to_enable(live, tmp_path, text):
    async with live(tmp_path, message_content=False, content_refused=True) as world:
        done = await opt_in(world)
        assert "Message Content Intent" in text(done.response)
        await opt_in(world, on=False)
        assert not world.client.keywords.channels


async def test_opting_in_reconnects_with_the_intent(live, tmp_path, text):
    asked = []
    async with live(tmp_path, message_content=False, reconnect=lambda: asked.append(True)) as world:
        done = await opt_in(world)
        assert "reconnect" in text(done.response)
        assert asked == [True]


async def test_who_opted_in_is_known_as_soon_as_the_log_can_be_read(world, tmp_path, text):
    """A start while another program holds the log, or the disk is full, switches nothing off."""
    await opt_in(world)
    muted, call = trigger_of(world), "any quotes about russia?"
    await world.client.keywords.mute(world.channel.guild.id, world.channel.id, muted, world.clock() + timedelta(days=9))
    log, asked = tmp_path / "later" / "quoth.db", []
    await world.env.settle()
    await world.house.store.close()
    log.parent.mkdir()
    shutil.copy(tmp_path / "quoth.db", log)
    other = sqlite3.connect(log, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    async with open_house(Settings(data=log.parent), now=world.clock, clocks=Clocks(age=float)) as world.house:
        await world.restart(reconnect=lambda: asked.append(True))
        world.client._connection._intents.message_content = False
        keeping = world.client.get_cog("Periodic")
        await keeping.look_for_keywords()
        for chosen in ({}, {"on": True}, {"on": False}):
            said = text((await world.moderator.slash(world.channel, "settings keywords", **chosen)).response)
            assert "memory is unavailable" in said
            assert "**off**" not in said
        other.close()
        async with asyncio.timeout(20):
            while not world.client.keywords.loaded:
                await asyncio.sleep(0.1)
                await keeping.look_for_keywords()
        assert asked == [True]
        await keeping.look_for_keywords()
        assert asked == [True] * 2  # until it sees messages: whoever opted in may not have been answered
        world.client._connection._intents.message_content = True  # as a client is that has connected anew
        assert "**on**" in text((await world.moderator.slash(world.channel, "settings keywords")).response)
        await world.newcomer.send(world.channel, call)
        assert "**Jens Stoltenberg**" in text(world.channel.last_message)
        await world.newcomer.send(world.channel, f"the {muted}")
        assert world.channel.last_message.content == f"the {muted}"


async def test_a_server_that_leaves_while_that_is_read_is_not_among_them(world, monkeypatch):
    await opt_in(world)
    keywords, mutes = world.client.keywords, world.house.store.mutes
    keywords.loaded, before = False, keywords._changes

    async def meanwhile(now):
        if keywords._changes == before:
            await world.client.on_left(world.channel.guild.id)
        return await mutes(now)

    monkeypatch.setattr(world.house.store, "mutes", meanwhile)
    assert await keywords.load(world.clock())
    assert not keywords.channels


async def test_keyword_replies_are_for_those_to_switch_who_may_manage_the_server(world, text):
    for known in await world.client.tree.fetch_commands():
        if known.name == "settings":  # a server may show it to everybody
            world.channel.guild.set_command_permissions(known, {world.newcomer: True})
    said = await world.newcomer.slash(world.channel, "settings keywords", on=True)
    world.env.errors  # noqa: B018  looked at: it was meant
    assert "Only members who may manage this server" in text(said.response)
    assert world.house.keywords.channels == set()
