"""Interactions as they come: answered before anything is made of them, and errors on their way."""

from __future__ import annotations

from types import SimpleNamespace

import discord
import pytest
from discord import app_commands

from bot.chat.connection import interactions

PRESS = {
    "id": "1", "application_id": "2", "token": "t", "version": 1, "type": 3, "channel_id": "3",
    "attachment_size_limit": 0,
    "user": {"id": "4", "username": "alice", "avatar": None, "discriminator": "0"},
    "data": {"custom_id": "x", "component_type": 2},
}  # fmt: skip


@pytest.fixture
def client():
    return discord.Client(intents=discord.Intents(guilds=True))


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [(None, ("defer", {})), ("Too much at once.", ("send_message", {"ephemeral": True, "said": "Too much at once."}))],
)
async def test_without_a_sentence_a_press_is_acknowledged_alone(client, monkeypatch, sentence, answer):
    answered = []

    async def defer(_response):
        answered.append(("defer", {}))

    async def send_message(_response, said, **how):
        answered.append(("send_message", how | {"said": said}))

    monkeypatch.setattr(discord.InteractionResponse, "defer", defer)
    monkeypatch.setattr(discord.InteractionResponse, "send_message", send_message)
    await interactions.say_to(client, PRESS, sentence)
    assert answered == [answer]


@pytest.mark.parametrize("raised", [KeyError("ours"), app_commands.CommandNotFound("gone", [])])
async def test_what_fails_before_a_turn_has_come_ends_where_all_errors_end(client, raised):
    class Tree(interactions.InTurn):
        async def in_turn(self, _interaction, _go):
            raise raised

    with pytest.raises(app_commands.AppCommandError) as caught:
        await Tree(client)._call(SimpleNamespace())
    assert raised in (caught.value, caught.value.__cause__)
    assert (caught.value is raised) is isinstance(raised, app_commands.AppCommandError)


def test_a_discord_py_that_runs_commands_another_way_is_refused_at_the_start(monkeypatch):
    monkeypatch.setattr(app_commands.CommandTree, "_call", lambda _self, _interaction: None)
    with pytest.raises(ImportError, match="runs its commands another way"):
        interactions.check()
