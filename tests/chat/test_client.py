"""The client at its edges: before it is logged in, when an event ends in an error, and when it leaves."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from datetime import UTC, datetime
from types import SimpleNamespace

import discord
import pytest

from bot.chat import client as clients
from bot.chat.client import Quoth
from bot.config import Settings


@pytest.fixture
def client():
    """A client that was not logged in; `client.finished` says whether all that was under way is."""

    async def finish(_seconds):
        return client.all_finished

    responder = SimpleNamespace(now=lambda: datetime.now(UTC), clock=lambda: 0.0, finish=finish)
    given = SimpleNamespace(
        settings=Settings(), library=None, store=SimpleNamespace(), responder=responder, quotes=None,
        keywords=SimpleNamespace(channels=()), resting=None, askers=None, recent=None, clocks=None,
    )  # fmt: skip
    client = Quoth(given, rng=random.Random(1))
    client.all_finished = True
    return client


@pytest.fixture
def closing(monkeypatch):
    """Discord's own closing: how often it was begun, and `closing.hangs` lets it never end."""
    told = SimpleNamespace(times=0, hangs=False)

    async def close(_self):
        told.times += 1
        await (asyncio.Event().wait() if told.hangs else asyncio.sleep(0))

    monkeypatch.setattr(discord.AutoShardedClient, "close", close)
    return told


async def test_before_it_is_logged_in_nobody_calls_it(client):
    assert client.user is None
    assert client._calls({"content": "quote about russia", "channel_id": "3"}) is None


async def test_before_it_is_set_up_a_message_is_read_by_nobody(client):
    await client.on_message(SimpleNamespace(content="quote about russia"))


@pytest.mark.parametrize("asked", [True, False])
async def test_that_discord_refuses_the_token_is_handed_on_to_whoever_wants_to_know(client, asked):
    told = []
    client._refused = (lambda: told.append(1)) if asked else None
    client.token_refused()
    assert len(told) == asked


async def ended(client, error):
    try:
        if error is not None:
            raise error
    finally:
        await client.on_error("on_message")


async def test_an_error_of_an_event_is_told_with_a_code_and_without_its_words(client, caplog):
    with caplog.at_level(logging.INFO), pytest.raises(KeyError):
        await ended(client, KeyError("words of a person"))
    (first, second) = caplog.messages
    code = first.removeprefix("code ").removesuffix(" in on_message")
    assert second.startswith(f"code {code}\nTraceback")
    assert "words of a person" not in caplog.text


@pytest.mark.parametrize("error", [None, KeyError("words")])
async def test_what_ends_with_the_bot_is_a_line(client, caplog, error):
    client.closing = True
    with caplog.at_level(logging.INFO), contextlib.suppress(KeyError):
        await ended(client, error)
    assert caplog.messages == ["left before on_message was finished"]


async def test_where_there_was_no_error_none_is_told(client, caplog):
    with caplog.at_level(logging.INFO):
        await ended(client, None)
    assert caplog.messages == []


async def test_it_leaves_once_however_often_it_is_told(client, closing):
    await asyncio.gather(client.close(), client.close())
    await client.close()
    assert closing.times == 1
    assert client.leaving
    assert client.closing


async def test_that_something_was_not_finished_is_said(client, closing, caplog):
    client.all_finished = False
    await client.close()
    assert caplog.messages == ["left before everything under way was finished"]


async def test_a_discord_that_lets_nobody_go_is_left(client, closing, monkeypatch):
    closing.hangs, left = True, []

    async def close():
        left.append(1)

    monkeypatch.setattr(clients, "CLOSE", 0.01)
    monkeypatch.setattr(client.http, "close", close)
    await client.close()
    assert (closing.times, left) == (1, [1])
