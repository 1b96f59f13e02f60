"""The judge itself: it passes what Discord takes, and finds each kind of fault."""

import discord
import pytest
import simcord
from discord.ext import commands

CALLBACK = ("POST", "/interactions/1/token/callback")
MESSAGE = ("POST", "/channels/1/messages")
EDIT = ("PATCH", "/channels/1/messages/2")
FOLLOW_UP = ("POST", "/webhooks/1/token")
ORIGINAL = ("PATCH", "/webhooks/1/token/messages/@original")
COMMANDS = ("PUT", "/applications/1/commands")
V2 = 1 << 15


def button(**more):
    return {"type": 2, "style": 2, "label": "Another", "custom_id": "more", **more}


def card(*parts):
    return {"flags": V2, "components": [{"type": 17, "components": [{"type": 10, "content": "Words."}, *parts]}]}


def row(*parts):
    return {"type": 1, "components": list(parts)}


def command(**more):
    return {"type": 1, "name": "quote", "description": "A quote", "options": [], **more}


GOOD = [
    (*MESSAGE, {"content": "Words.", "allowed_mentions": {"parse": []}}),
    (*MESSAGE, {"content": "Words.", "message_reference": {"message_id": 12, "channel_id": "34"}}),
    (*MESSAGE, card(row(button()))),
    (*EDIT, card(row(button()))),
    (*FOLLOW_UP, card()),
    (*ORIGINAL, {"components": []}),
    (*CALLBACK, {"type": 4, "data": card(row(button()))}),
    (*CALLBACK, {"type": 7, "data": card()}),
    (*CALLBACK, {"type": 5, "data": {"flags": 64}}),
    (*CALLBACK, {"type": 8, "data": {"choices": [{"name": "Russia", "value": "topic:russia"}]}}),
    (
        *CALLBACK,
        {
            "type": 9,
            "data": {
                "custom_id": "report",
                "title": "Report",
                "components": [row({"type": 4, "custom_id": "what", "style": 1, "label": "What?"})],
            },
        },
    ),
    (*COMMANDS, [command(options=[{"type": 3, "name": "about", "description": "About", "autocomplete": True}])]),
    (*COMMANDS, [{"type": 3, "name": "Find a quote"}]),
]

BAD = [
    (*MESSAGE, {"content": 5}, "content"),
    (*MESSAGE, {"content": "Words.", "contents": "Words."}, "contents"),
    (*MESSAGE, {"content": "Words.", "message_reference": {"message_id": "first"}}, "message_reference"),
    (*MESSAGE, card(row(button(label="x" * 81))), "components/0/components/1/components/0/label"),
    (*MESSAGE, card(row(button(colour=1))), "colour"),
    (*MESSAGE, card(row({"type": 99})), "components/0/components/1/components/0"),
    (*MESSAGE, {"content": ""}, "an empty message"),
    (*EDIT, {"content": "x" * 2001}, "2001 characters"),
    (*CALLBACK, {"type": 4, "data": card(row(button(), button()))}, "more than once"),
    (*CALLBACK, {"type": 7, "data": card(row(button(custom_id="x" * 101)))}, "custom_id"),
    (*CALLBACK, {"type": 8, "data": {"choices": [{"name": "a", "value": "b"}] * 26}}, "choices"),
    (*CALLBACK, {"type": 9, "data": {"custom_id": "a", "title": "x" * 46, "components": []}}, "title"),
    (*CALLBACK, {"data": {}}, "type"),
    (*FOLLOW_UP, {"content": "Words.", **card()}, "together with content"),
    (*ORIGINAL, {"embeds": [{"title": "x" * 257}]}, "title"),
    (*COMMANDS, [command(name="Quote")], "is no name"),
    (*COMMANDS, [command(options=[{"type": 3, "name": "about"}])], "description"),
    (*COMMANDS, [command(options=[{"type": 42, "name": "about", "description": "About"}])], "options/0"),
    ("POST", "/channels/1/massages", {"content": "Words."}, "no such address"),
]


@pytest.mark.parametrize(("method", "path", "body"), GOOD, ids=range(len(GOOD)))
def test_what_discord_takes_passes(faults, method, path, body):
    assert faults(method, path, body) == []


@pytest.mark.parametrize(("method", "path", "body", "fault"), BAD, ids=[f"{n}-{bad[3]}" for n, bad in enumerate(BAD)])
def test_what_discord_refuses_is_found(faults, method, path, body, fault):
    found = faults(method, path, body)
    assert any(fault in one for one in found), found


async def test_a_small_bot_is_judged_by_what_it_sends(contract):
    client = commands.Bot((), intents=discord.Intents(guilds=True))

    @client.tree.command(name="tell", description="Tell something")
    async def tell(interaction: discord.Interaction, emptily: bool = False):
        view = discord.ui.LayoutView()
        view.add_item(discord.ui.TextDisplay(" " if emptily else "Words."))
        await interaction.response.send_message(view=view)

    client.setup_hook = client.tree.sync
    async with simcord.run(client) as env:
        channel = env.create_guild().create_text_channel("general")
        member = channel.guild.add_member(env.create_user("newcomer"))
        await member.slash(channel, "tell")
        assert len(env.http_requests) >= 2
        assert contract.faults(env.http_requests) == []
        await member.slash(channel, "tell", emptily=True)
        assert any("shows nothing" in fault for fault in contract.faults(env.http_requests))
