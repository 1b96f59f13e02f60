"""A Discord on the loopback that answers as a test says, and a client that speaks to it the way the bot does."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import contextmanager
from types import SimpleNamespace

import aiohttp
import discord
import pytest
from aiohttp import web
from discord.http import Route, handle_message_parameters
from discord.interactions import InteractionCallbackResponse
from discord.webhook.async_ import interaction_message_response_params

from bot.chat.connection.circuit_breaker import Standing
from bot.chat.connection.rest import Callbacks, install
from bot.chat.deadline import deadline

VIA = {"Via": "1.1 google"}
NOBODY = discord.AllowedMentions.none()


class Server:
    """`answers` holds what it does with one request after another; the last is for all that follow.

    An answer is a response, "hang", "reset", "cut" (the status, and then nothing), or a function of the request.
    `lines` are the connections it was asked over.
    """

    def __init__(self):
        self.answers = []
        self.bodies = []
        self.seen = []
        self.lines = set()
        self.open = 0
        self.quiet = asyncio.Event()
        self.base = ""

    def say(self, *answers):
        self.answers = list(answers)

    async def keep(self, count, call, sent):
        """Have so many connections kept open by who calls; gives them."""
        here = asyncio.Barrier(count)

        async def together(request):
            await here.wait()
            return sent(request)

        self.say(together)
        await asyncio.gather(*(call() for _ in range(count)))
        assert len(self.lines) >= count
        self.seen.clear()
        return set(self.lines)

    async def take(self, request):
        self.lines.add(request.transport)
        self.open += 1
        self.quiet.clear()
        try:
            return await self._answer(request)
        finally:
            self.open -= 1
            if not self.open:
                self.quiet.set()

    async def _answer(self, request):
        if request.content_type.startswith("multipart/"):
            form = await request.post()
            files = {name: part.file.read() for name, part in form.items() if name != "payload_json"}
            self.bodies.append(json.loads(form["payload_json"]) | {"read": files})
        else:
            self.bodies.append(await request.json() if request.can_read_body else None)
        self.seen.append((request.method, request.path.removeprefix("/api")))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(answer):
            answer = answer(request)
        if asyncio.iscoroutine(answer):
            answer = await answer
        if answer == "hang":
            await asyncio.sleep(60)
        if answer == "reset":
            request.transport.abort()
            return web.Response()
        if answer == "cut":
            response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "100"})
            await response.prepare(request)
            await response.write(b'{"interaction"')
            await asyncio.sleep(60)
        return answer


def reply(value=None, status=200, headers=VIA, text=None, kind="application/json"):
    """A response of Discord; with `text`, a body that is whatever it is."""
    written = json.dumps(value) if text is None else text
    return lambda _request: web.Response(body=written.encode(), status=status, headers=headers, content_type=kind)


def refusal(status, code, **more):
    return reply({"code": code, "message": "no"} | more, status)


@pytest.fixture
def answer():
    """`answer.reply(…)`, `answer.refusal(status, code)`, `answer.limited(seconds)`: what the server may say."""
    sent = reply({"interaction": {"id": "7", "type": 2, "response_message_id": "99"}})
    return SimpleNamespace(
        reply=reply,
        refusal=refusal,
        sent=sent,
        message=reply({"id": "99", "channel_id": "5", "content": "x", "type": 0}),
        limited=lambda seconds, **more: reply({"message": "slow", "retry_after": seconds} | more, 429),
        wall=reply(text="<html>error code: 1015</html>", status=429, headers={}, kind="text/html"),
    )


@pytest.fixture
async def server(monkeypatch):
    """A running server on a free port; discord.py's routes lead to it."""
    server = Server()
    runner = web.AppRunner(app := web.Application(), shutdown_timeout=0.1, handler_cancellation=True)
    app.router.add_route("*", "/{path:.*}", server.take)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.base = f"http://127.0.0.1:{runner.addresses[0][1]}/api"
    monkeypatch.setattr(Route, "BASE", server.base)
    yield server
    await runner.cleanup()


@pytest.fixture
def clock():
    """A clock that a test moves, `clock.now += 60`, or lets run, `clock.runs = True`."""
    clock = SimpleNamespace(now=1000.0, runs=False)
    clock.read = lambda: time.monotonic() if clock.runs else clock.now
    return clock


@pytest.fixture
def standing(clock):
    return Standing(clock.read)


@pytest.fixture
async def callback(server, standing):
    """Answer interaction 7: `await callback(within=.5)`; gives what discord.py makes of what came back."""
    adapter = Callbacks(standing)
    async with aiohttp.ClientSession() as session:

        async def call(*, within=1.0, kind=4, view=None, **message):
            now = asyncio.get_running_loop().time()
            token = deadline.set(None if within is None else now + within)
            message |= {"content": "hello"} if view is None else {"view": view}
            params = interaction_message_response_params(type=kind, previous_allowed_mentions=NOBODY, **message)
            try:
                data = await adapter.create_interaction_response(7, "token", session=session, params=params)
            finally:
                deadline.reset(token)
            state, parent = SimpleNamespace(), SimpleNamespace(channel=None)
            return InteractionCallbackResponse(
                data=data, parent=parent, state=state, type=discord.InteractionResponseType.channel_message
            )

        call.adapter, call.session = adapter, session
        yield call


@pytest.fixture
async def bot(server, standing):
    """A client that has logged in. `bot.reply(nonce)` sends a message in reply to another, as `message.reply` does."""
    who = {"id": "1", "username": "Quoth", "discriminator": "0", "avatar": None, "name": "Quoth", "description": ""}
    who |= {"icon": None, "bot_public": True, "bot_require_code_grant": False, "verify_key": "", "flags": 0}
    server.say(reply(who | {"owner": who}))
    client = discord.Client(intents=discord.Intents.none())
    refused = []
    install(client, standing, lambda: refused.append(True), connections=5)
    await client.login("a.b.c")
    server.seen.clear()
    server.bodies.clear()

    async def send(nonce=None, content="hello", *, reference=True, **more):
        to = {"message_id": "3", "channel_id": "5"} if reference else discord.utils.MISSING
        with handle_message_parameters(
            content=content, nonce=nonce, previous_allowed_mentions=NOBODY, message_reference=to, **more
        ) as params:
            return await client.http.send_message(5, params=params)

    yield SimpleNamespace(client=client, http=client.http, reply=send, refused=refused)
    await client.close()


@contextmanager
def _within(seconds):
    token = deadline.set(asyncio.get_running_loop().time() + seconds)
    yield
    deadline.reset(token)


@pytest.fixture
def within():
    return _within
