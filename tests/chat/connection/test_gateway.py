"""One task for each shard: what ends it, what it asks Discord for, and how it goes on after a connection is lost."""

from __future__ import annotations

import asyncio
import random
import time
from types import SimpleNamespace

import discord
import pytest
from discord.gateway import ReconnectWebSocket

from bot.chat.connection import gateway, sockets
from bot.chat.connection.backoff import Growing, Pauses
from bot.chat.connection.gateway import MOST_SHARDS, ShardConnections
from bot.chat.connection.identify_budget import IdentifyBudget
from bot.chat.connection.sockets import Broken, Ended
from bot.chat.log_limiter import LogLimiter

NONE = Growing(0, 0)


def closed(code):
    return discord.ConnectionClosed(SimpleNamespace(close_code=code), shard_id=0)


def answered(status):
    return discord.HTTPException(SimpleNamespace(status=status, reason=""), "no")


@pytest.fixture
def client():
    """What Discord says about its gateway is `client.says`; how often it was asked, `client.asked`."""
    one = SimpleNamespace(says={}, asked=0, told=[], log_limiter=LogLimiter(), leaving=False, shard_count=None)
    one.dispatch = lambda *what: one.told.append(what)

    async def request(_route):
        one.asked += 1
        return one.says

    one.http = SimpleNamespace(request=request)
    return one


@pytest.fixture
def shards(client):
    rng, pauses = random.Random(1), Pauses(start=NONE, line=NONE, identify=NONE, telling=NONE)
    return ShardConnections(client, IdentifyBudget(None, rng=rng, pauses=NONE), pauses, rng)


@pytest.mark.parametrize(
    ("wanted", "says", "count"),
    [
        (None, {"shards": 4}, 4),
        (3, {"shards": 4}, 3),
        (None, {}, 1),
        (None, [], 1),
        (None, {"shards": 0}, 1),
        (None, {"shards": True}, 1),
        (None, {"shards": "4"}, 1),
        (None, {"shards": MOST_SHARDS + 1}, 1),
    ],
)
async def test_there_are_as_many_shards_as_are_wanted_or_else_as_discord_recommends(
    client, shards, wanted, says, count
):
    client.shard_count, client.says = wanted, says
    assert await shards._ask() == count


@pytest.mark.parametrize(("ago", "asked"), [(None, 1), (gateway.FRESH_FOR + 1, 1), (0, 0)])
async def test_what_discord_grants_is_asked_for_anew_before_a_session_unless_it_was_just_now(
    client, shards, ago, asked
):
    shards._asked = None if ago is None else time.monotonic() - ago
    await shards._wait(0)
    assert client.asked == asked


@pytest.mark.parametrize(
    ("lost", "ends"),
    [
        (closed(1000), False),
        (closed(4000), False),
        *((closed(code), True) for code in sorted(gateway.FATAL)),
        (answered(401), True),
        (answered(502), False),
        (KeyError(), False),
    ],
    ids=repr,
)
async def test_a_shard_ends_only_where_no_other_connection_could_be_a_better_one(
    client, shards, monkeypatch, lost, ends
):
    tried = []

    async def connect(_cls, _client, **_how):
        tried.append(1)
        if len(tried) == 2:
            raise asyncio.CancelledError
        raise lost

    monkeypatch.setattr(sockets.Socket, "from_client", classmethod(connect))
    with pytest.raises(type(lost) if ends else asyncio.CancelledError):
        await shards._hold(0)
    assert len(tried) == (1 if ends else 2)
    assert client.told == ([] if ends else [("disconnect",), ("shard_disconnect", 0)])


async def test_that_a_session_is_begun_anew_is_told_once_a_minute(client, shards, caplog):
    session = gateway.Session()
    for _ in range(3):
        session.id = "kept"
        shards._judge(0, session, Ended(0, 4009))
        assert session.id is None
    assert caplog.messages == ["shard 0: beginning a new session, for Discord closed it with 4009"]


@pytest.mark.parametrize(
    "lost",
    [ConnectionResetError(), ReconnectWebSocket(0), Broken(0)],
    ids=lambda lost: type(lost).__name__,
)
async def test_a_session_of_which_every_connection_ends_at_once_is_given_up_ever_later(shards, lost):
    session, lasted = gateway.Session(), []

    def ended(after):
        session.id = session.id or "kept"
        now = time.monotonic()
        shards._pause(0, session, lost, now - after, now - after)
        return session.id is None

    lasted.extend(next(count for count in range(1, 1000) if ended(after=1)) for _ in range(7))
    assert lasted == [5, 10, 20, 40, 80, 80, 80]
    assert not ended(after=gateway.STABLE_AFTER + 1)  # a good one: all is well again
    assert [ended(after=1) for _ in range(5)] == [False] * 4 + [True]


async def test_a_resume_that_discord_did_not_answer_is_no_connection_that_ended_young(shards):
    session = gateway.Session("kept", unanswered=1)
    for _ in range(50):
        now = time.monotonic()
        shards._pause(0, session, ConnectionResetError(), now, now)
    assert session.id == "kept"
