"""Everything the bot can be made to send, judged: each command, suggestion, button, list, form, mention and keyword."""

import itertools
import random
import sys
from datetime import UTC, datetime

import discord
import pytest
import simcord

from bot.app import open_house
from bot.chat.admission.ages import Clocks
from bot.config import Settings

SLASHES = [
    ("quote", {}),
    ("quote", {"about": "russia"}),
    ("quote", {"about": "rusia", "private": True}),
    ("quote", {"about": "topic:defence-spending", "year": 2014}),
    ("quote", {"source": "sputnik-2017-02-14"}),
    ("quote", {"about": "pizza"}),
    ("quote", {"about": "@everyone **zzqq** <@1> [x](https://e.example) " + "x" * 240}),
    ("search", {"about": "russia"}),
    ("search", {"about": "pizza"}),
    ("verify", {"text": "Russia is our biggest neighbour. Russia is here to stay."}),
    ("verify", {"text": "“NATO does want a new Cold War or an arms race.” — Jens Stoltenberg", "public": True}),
    ("verify", {"text": "I never said any of these words to anybody"}),
    ("bank problems", {}),
    ("settings reports", {"on": True}),
    ("timeline", {"about": "dual-track"}),
    ("timeline", {"about": "stoltenberg", "private": True}),
    ("timeline", {"about": "pizza"}),
    ("cite", {}),
    ("cite", {"about": "russia"}),
    ("cite", {"about": "russia", "style": "bibtex"}),
    ("cite", {"quote": "quote:need-both-2017", "style": "mla"}),
    ("topics", {}),
    ("sources", {}),
    ("about", {}),
    ("help", {}),
    ("stats", {}),
    ("settings keywords", {}),
    ("settings keywords", {"on": True}),
]
TYPED = [
    ("about", ""),
    ("about", "r"),
    ("about", "rusia"),
    ("about", "🍕"),
    ("speaker", "sto"),
    ("source", "e"),
    ("year", "2"),
]
MENTIONS = ["russia", "qoute rusia", "pizza", "topics", "sources", "about", "help", "stats", "search turkey", ""]
FORM = {"wrong": "The date is off by a year."}
DEEP = 2


@pytest.fixture
async def env(contract, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)  # a picture comes in its own time: tests/journeys tells of it
    async with open_house(
        Settings(data=tmp_path),
        now=lambda: datetime(2026, 1, 5, 12, tzinfo=UTC),
        rng=random.Random(20),
        clocks=Clocks(age=float, pace=itertools.count().__next__),
    ) as house:
        simulated = simcord.Env(house.client(message_content=True))
        await simulated.start()
        try:
            yield simulated
        finally:
            await simulated.shutdown()


@pytest.fixture
def channel(env):
    return env.create_guild("Security studies").create_text_channel("study-group")


@pytest.fixture
def moderator(env, channel):
    role = channel.guild.create_role("Moderators", permissions=discord.Permissions(manage_guild=True))
    return channel.guild.add_member(env.create_user("moderator"), roles=[role])


def parts(components):
    for part in components:
        raw = part if isinstance(part, dict) else part.to_dict()
        yield raw
        yield from parts(raw.get("components", []))


def pressable(message):
    """What can be pressed or chosen, by what it does: `more`, `cite`, a page of a list."""
    return {
        (part["type"], *part["custom_id"].split(":")[:2], part.get("label")): part
        for part in parts(message.components)
        if "custom_id" in part and not part.get("disabled")
    }


async def press_everything(person, message, depth=DEEP, channel=None):
    """Press each kind of button and choose the last of each kind of list, then go on with what comes of it.

    Where a `channel` is given the message is looked up in it after each press, for it may have been edited.
    """
    seen = set()
    while depth and message is not None and (fresh := set(pressable(message)) - seen):
        kind = min(fresh, key=str)
        seen.add(kind)
        if kind[2] == "remove":  # after which there is nothing to press
            continue
        part = pressable(message)[kind]
        if part["type"] == 2:
            result = await person.click(message, custom_id=part["custom_id"])
        else:
            result = await person.select(message, [part["options"][-1]["value"]], custom_id=part["custom_id"])
        if result.modal is not None:
            result = await person.submit_modal(result, FORM)
        if result.response is not None and result.response.id != message.id:
            await press_everything(person, result.response, depth - 1)
        if channel is not None:
            message = next((one for one in channel.history() if one.id == message.id), None)


@pytest.mark.parametrize(("name", "options"), SLASHES, ids=[f"{name}-{n}" for n, (name, _) in enumerate(SLASHES)])
async def test_commands_and_what_hangs_on_them(contract, env, channel, moderator, name, options):
    result = await moderator.slash(channel, name, **options)
    await press_everything(moderator, result.response)
    assert contract.faults(env.http_requests) == []


async def test_a_card_is_walked_through(env, channel, moderator):
    result = await moderator.slash(channel, "quote", about="russia")
    await press_everything(moderator, result.response)
    kinds = {request.json["type"] for request in env.http_requests if request.path.endswith("/callback")}
    assert {4, 7, 9} <= kinds


@pytest.mark.parametrize(("option", "typed"), TYPED)
async def test_suggestions(contract, env, channel, moderator, option, typed):
    await moderator.autocomplete(channel, "quote", option, typed)
    assert any(request.path.endswith("/callback") for request in env.http_requests)
    assert contract.faults(env.http_requests) == []


@pytest.mark.parametrize("asked", MENTIONS)
async def test_mentions(contract, env, channel, moderator, asked):
    await moderator.send(channel, f"<@{env.bot.user.id}> {asked}")
    assert channel.last_message.author.bot
    await press_everything(moderator, channel.last_message, channel=channel, depth=1)
    assert contract.faults(env.http_requests) == []


@pytest.mark.parametrize("menu", ["Find a quote", "Check this quote"])
async def test_menus(contract, env, channel, moderator, menu):
    message = await moderator.send(channel, "he said “We need both.” about dialogue with russia")
    result = await moderator.context_menu(channel, menu, message)
    await press_everything(moderator, result.response)
    assert contract.faults(env.http_requests) == []


async def test_keyword_replies(contract, env, channel, moderator):
    await moderator.slash(channel, "settings keywords", on=True)
    await moderator.send(channel, "what even is the dual-track approach")
    assert channel.last_message.author.bot
    await press_everything(moderator, channel.last_message, channel=channel, depth=1)
    assert contract.faults(env.http_requests) == []
