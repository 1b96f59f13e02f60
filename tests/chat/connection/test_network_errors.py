"""What kept us from Discord is named in a few words, also where a request was tried again and again."""

from __future__ import annotations

import socket
from types import SimpleNamespace

import aiohttp
import discord
import pytest

from bot.chat.connection.exchange import exchange
from bot.chat.connection.network_errors import cause
from bot.errors import Undelivered

KEY = SimpleNamespace(host="discord.com", port=443, ssl=True)


async def failing(error):
    async def request(*_args, **_options):
        raise error

    async with aiohttp.TCPConnector() as connector:
        session = SimpleNamespace(closed=False, connector=connector, request=request)
        with pytest.raises(Undelivered) as failed:
            await exchange(session, "GET", "/", until=float("inf"))
    return cause(failed.value)


async def test_a_connection_that_fails_is_told_with_its_reason():
    refused = aiohttp.ClientConnectorError(KEY, ConnectionRefusedError(111, "Connection refused"))
    unknown = aiohttp.ClientConnectorDNSError(KEY, socket.gaierror(-2, "Name or service not known"))
    assert "Connection refused" in await failing(refused)
    assert "Name or service not known" in await failing(unknown)
    assert await failing(TimeoutError()) == "no answer in time"
    assert "discord.com" not in await failing(refused)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (Undelivered("502"), "it answers 502"),
        (Undelivered("429"), "it answers 429"),
        (Undelivered("401"), "it answers 401"),
        (Undelivered("401", foreign=True), "a proxy or portal on the way answers 401"),
        (Undelivered("307", foreign=True), "a proxy or portal on the way answers 307"),
        (Undelivered("timeout"), "no answer in time"),
        (Undelivered("error"), "no sense"),
    ],
)
def test_what_discord_answers_is_told(error, told):
    assert told in cause(error)


def test_a_connection_that_discord_closed_is_told_with_its_code():
    assert cause(discord.ConnectionClosed(SimpleNamespace(close_code=4000), shard_id=0)) == "it closed with 4000"
    assert cause(discord.HTTPException(SimpleNamespace(status=503, reason=""), "no")) == "it answers 503"
