"""What is done when Discord does not take the commands: how long to wait, and why it was."""

from __future__ import annotations

import asyncio
import contextlib
import random
from types import SimpleNamespace

import aiohttp
import discord
import pytest

from bot.chat.connection import command_sync
from bot.chat.connection.backoff import Growing
from bot.chat.connection.command_sync import DAY, CommandSync, wait_said, why
from bot.errors import Undelivered


def refusal(status, code=0, **headers):
    response = SimpleNamespace(status=status, reason="", headers=headers)
    return discord.HTTPException(response, {"code": code, "message": "words of Discord's"})


@pytest.fixture
def telling():
    return CommandSync(None, None, Growing(60, 3600), random.Random(1))


def test_the_pauses_grow_from_a_minute_to_an_hour(telling):
    drawn = [telling._pause(refusal(500), failures) for failures in range(40)]
    assert 60 <= drawn[0] <= 72
    assert drawn[1] >= 120
    assert 3000 <= drawn[-1] <= 3600


def test_too_many_commands_today_are_told_again_tomorrow(telling):
    assert telling._pause(refusal(400, 30034), 0) == DAY
    assert telling._pause(refusal(429, 30034, **{"Retry-After": "7000"}), 0) == 7000


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (discord.RateLimited(300.0), 300),
        (refusal(429, **{"Retry-After": "17.5"}), 17.5),
        (refusal(429, **{"Retry-After": "soon"}), None),
        (refusal(429, **{"Retry-After": "1e9"}), DAY),
        (refusal(429, **{"Retry-After": "-4"}), 0),
        (refusal(429), None),
        (OSError("x"), None),
    ],
)
def test_the_time_discord_asks_for_is_kept(error, seconds):
    assert wait_said(error) == seconds


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (refusal(403, 50001), "applications.commands"),
        (refusal(400, 30034), "today"),
        (refusal(429), "too many requests"),
        (discord.RateLimited(3.0), "too many requests"),
        (refusal(502), "502"),
        (Undelivered("502"), "it answers 502"),
        (Undelivered("429"), "too many requests"),
        *(
            (Undelivered(status, foreign=True), f"a proxy or portal on the way answers {status}")
            for status in ("302", "401", "403")
        ),
        (aiohttp.ServerDisconnectedError(), "ServerDisconnectedError"),
        (TimeoutError(), "no answer in time"),
        (ConnectionResetError(104, "Connection reset by peer"), "reset by peer"),
    ],
)
def test_the_cause_is_named_without_discords_own_words(error, part):
    assert part in why(error)
    assert "words of Discord's" not in why(error)


@pytest.mark.parametrize(
    ("error", "ends"),
    [(refusal(401), True), (refusal(403), False), (Undelivered("401"), False), (Undelivered("302"), False)],
)
@pytest.mark.parametrize("closed", [False, True])
async def test_only_discords_own_refusal_of_the_token_ends_the_bot(error, ends, closed, caplog):
    """And what fails because the bot is closing, or its token is refused elsewhere, is no refusal of the commands."""
    refused = []

    async def sync():
        raise error

    tree = SimpleNamespace(sync=sync)
    client = SimpleNamespace(tree=tree, token_refused=lambda: refused.append(True), is_closed=lambda: closed)
    telling = asyncio.create_task(CommandSync(client, None, Growing(60, 3600), random.Random(1))._try_sync(0))
    await asyncio.wait({telling}, timeout=0.1)
    telling.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await telling
    assert bool(refused) is ends
    elsewhere = str(error) == str(Undelivered("401"))
    assert ("does not take the commands" in caplog.text) is not (ends or closed or elsewhere)


async def test_commands_that_are_long_under_way_are_told_of_and_taken_all_the_same(caplog, monkeypatch):
    monkeypatch.setattr(command_sync, "SILENCE", 0)
    answered = asyncio.Event()

    async def sync():
        asyncio.get_running_loop().call_soon(answered.set)
        await answered.wait()

    telling = CommandSync(SimpleNamespace(tree=SimpleNamespace(sync=sync)), None, Growing(60, 3600), random.Random(1))
    assert await telling._try_sync(0)
    assert caplog.messages == ["Discord has not taken the commands yet (no answer); the bot serves meanwhile"]
