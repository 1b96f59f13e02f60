"""One run of the bot: told to stop or refused before there is a client, and what the end of a client leads to."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from types import SimpleNamespace

import discord
import pytest

from bot import running
from bot.chat.connection.backoff import Growing, Pauses
from bot.errors import CallError

QUICK = Pauses(start=Growing(0, 0), line=Growing(0, 0), identify=Growing(0, 0), telling=Growing(0, 0))


def answered(status):
    return discord.HTTPException(SimpleNamespace(status=status, reason=""), "no")


class Client(contextlib.AbstractAsyncContextManager):
    """What logs in, and connects, as the test says."""

    def __init__(self, login, *, set_up=False):
        self.login, self.set_up, self.left = login, set_up, []

    async def connect(self):
        await asyncio.Event().wait()

    async def close(self):
        pass

    def leave(self, *, at_once=False):
        self.left.append(at_once)

    async def __aexit__(self, *_):
        pass


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run whose clients are those in `run.clients`, one after another; `run.asked` is how the log was left."""
    monkeypatch.setattr(running.rest, "install", lambda *_: None)
    clients, asked = [], []
    house = SimpleNamespace(
        settings=SimpleNamespace(data=tmp_path),
        keywords=SimpleNamespace(channels=()),
        store=SimpleNamespace(leave=lambda *, at_once: asked.append(at_once)),
        client=lambda **_: clients.pop(0),
    )
    one = running.Run(house, "token", pauses=QUICK, rng=random.Random(1))
    one.clients, one.asked = clients, asked
    return one


async def test_told_to_stop_before_there_is_a_client_none_is_made(run):
    run.stop()
    assert run.asked == [False]
    run.stop()
    assert run.asked == [False, True]
    await run.serve()


async def test_a_token_that_is_refused_before_there_is_a_client_ends_with_a_sentence(run):
    run.token_refused()
    with pytest.raises(CallError) as ended:
        await run.serve()
    assert str(ended.value) == running.TOKEN_REFUSED


async def test_what_fails_while_it_leaves_is_a_line(run, caplog):
    async def fails(_token):
        run.stopping = True
        raise ConnectionResetError

    run.clients.append(Client(fails))
    with caplog.at_level(logging.INFO):
        await run.serve()
    assert caplog.messages == ["left before it was connected"]


async def test_an_error_of_ours_once_it_is_set_up_is_not_taken_for_trouble_of_the_network(run):
    async def fails(_token):
        raise KeyError("ours")

    run.clients.append(Client(fails, set_up=True))
    with pytest.raises(KeyError, match="ours"):
        await run.serve()


@pytest.mark.parametrize(("status", "pause"), [(429, running.SLOWED), (502, 0)])
async def test_told_at_the_login_that_it_asks_too_often_it_waits_a_minute(run, monkeypatch, caplog, status, pause):
    waited = []

    @contextlib.asynccontextmanager
    async def timeout(seconds):
        waited.append(seconds)
        raise TimeoutError
        yield

    monkeypatch.setattr(asyncio, "timeout", timeout)
    run._unreachable = answered(status)
    await run._rest(1, 0.0)
    assert waited == [pause]
    assert f"Discord cannot be reached (it answers {status})" in caplog.text
