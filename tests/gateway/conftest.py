"""A stand-in for Discord's REST interface and gateway over real sockets: what one bot in one server needs, no more."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from aiohttp import WSMsgType, web

TOKEN = "c3RhbmQtaW4tYm90LWlk.G0od0n.e-stand-in-token-for-tests-only"
APPLICATION, GUILD, CHANNEL, ALICE = "1001", "2001", "3001", "4001"
MESSAGE_CONTENT = 1 << 15
SECONDS = 60
BOT = {"id": APPLICATION, "username": "Quoth", "discriminator": "0", "global_name": None, "avatar": None, "bot": True}
PERSON = {"id": ALICE, "username": "alice", "discriminator": "0", "global_name": "Alice", "avatar": None}
SERVER = {
    "id": GUILD,
    "name": "Study group",
    "owner_id": ALICE,
    "member_count": 2,
    "roles": [
        {"id": GUILD, "name": "@everyone", "permissions": str(1 << 10 | 1 << 11 | 1 << 14), "position": 0, "color": 0}
        | {"hoist": False, "managed": False, "mentionable": False, "flags": 0}
    ],
    "channels": [{"id": CHANNEL, "type": 0, "name": "general", "position": 0, "permission_overwrites": []}],
    "members": [
        {"user": user, "roles": [], "joined_at": "2024-01-01T00:00:00+00:00", "deaf": False, "mute": False, "flags": 0}
        for user in (BOT, PERSON)
    ],
}


class StandIn:
    """One Discord with one server, one channel, Alice and the bot. `calls` holds what came in: (method, path, body)."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, Any]] = []
        self.identified: list[dict[str, Any]] = []
        self.resumed: list[dict[str, Any]] = []
        self.commands: list[dict[str, Any]] = []
        self.content_allowed = True
        self.answering = asyncio.Event()  # cleared: a callback is kept waiting, as by a slow Discord
        self.answering.set()
        self.letting_in = asyncio.Event()  # cleared: logging in and connecting are kept waiting
        self.letting_in.set()
        self.rest_fault = None  # called with method and path: a response, "hang", "reset", or None to let it pass
        self.last_words: str | None = None
        self.base = ""
        self._heard = asyncio.Condition()
        self._ids = itertools.count(900_000)
        self._sequence = itertools.count(1)
        self._missed: list[dict[str, Any]] = []
        self._socket: web.WebSocketResponse | None = None
        self._transport: asyncio.Transport | None = None

    async def until(self, seen):
        """Wait until `seen()` is true of what came in, and give what it gave. Fails when the bot ends before."""
        came = None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SECONDS), self._heard:
                await self._heard.wait_for(lambda: seen() or self.last_words is not None)
                came = seen()
        if not came:
            calls = ", ".join(f"{method} {path}" for method, path, _ in self.calls)
            pytest.fail(f"this never came; what came: {calls}; the bot's last words: {self.last_words}")
        return came

    async def hear_the_end(self, last_words: str) -> None:
        """The bot has ended, and this is what it said."""
        async with self._heard:
            self.last_words = last_words
            self._heard.notify_all()

    def sent(self, method: str, part: str) -> list[Any]:
        """Bodies of the requests with this method whose path holds `part`."""
        return [body for verb, path, body in self.calls if verb == method and part in path]

    async def happen(self, event: str, data: dict[str, Any]) -> None:
        """Send an event, or keep it for a bot that resumes."""
        payload = {"op": 0, "t": event, "s": next(self._sequence), "d": data}
        if self._socket is None or self._socket.closed:
            self._missed.append(payload)
        else:
            await self._socket.send_json(payload)

    async def slash(self, name: str, again: str = "", who: int = int(ALICE), **options: str) -> str:
        """Alice uses a slash command; gives the interaction's id. `again` is the id of one that is delivered twice.

        `who` is another member: no member may ask too fast.
        """
        one = again or str(next(self._ids))
        command = next((command for command in self.commands if command["name"] == name), {"id": "1"})
        written = [{"name": key, "type": 3, "value": value} for key, value in options.items()]
        user = PERSON | {"id": str(who)}
        member = SERVER["members"][1] | {"user": user, "permissions": str(1 << 10 | 1 << 11 | 1 << 14)}
        data = {"id": command["id"], "name": name, "type": 1, "options": written}
        place = {"guild_id": GUILD, "channel_id": CHANNEL, "channel": SERVER["channels"][0] | {"guild_id": GUILD}}
        rest = {"token": f"interaction-{one}", "version": 1, "locale": "en-GB", "context": 0, "entitlements": []}
        rest |= {"attachment_size_limit": 10_485_760, "app_permissions": str(1 << 10 | 1 << 11 | 1 << 14)}
        rest |= {"authorizing_integration_owners": {"0": GUILD}, "guild_locale": "en-GB"}
        await self.happen(
            "INTERACTION_CREATE",
            {"id": one, "type": 2, "application_id": APPLICATION, "data": data, "member": member} | place | rest,
        )
        return one

    async def say(self, text: str) -> str:
        """Alice writes a message, mentioning the bot; gives the message's id."""
        message = self._message(f"<@{APPLICATION}> {text}", PERSON) | {"mentions": [BOT], "guild_id": GUILD}
        await self.happen("MESSAGE_CREATE", message | {"member": SERVER["members"][1]})
        return message["id"]

    async def drop(self) -> None:
        """Cut the bot's socket, as a broken network does: no closing frame."""
        assert self._transport is not None
        self._transport.abort()
        self._socket = None

    def _message(self, content: str, author: dict[str, Any]) -> dict[str, Any]:
        parts = ("embeds", "attachments", "components", "mentions", "mention_roles", "sticker_items")
        return {
            "id": str(next(self._ids)),
            "channel_id": CHANNEL,
            "author": author,
            "content": content,
            "timestamp": "2024-01-01T00:00:00+00:00",
            "edited_timestamp": None,
            "type": 0,
            "flags": 0,
            "tts": False,
            "pinned": False,
            "mention_everyone": False,
        } | {part: [] for part in parts}

    async def _note(self, method: str, path: str, body: Any) -> None:
        async with self._heard:
            self.calls.append((method, path, body))
            self._heard.notify_all()

    async def rest(self, request: web.Request) -> web.Response:
        """Every request to the REST interface."""
        path, method = request.path.removeprefix("/api/v10"), request.method
        body = await _body(request)
        await self._note(method, path, body)
        if (
            not path.startswith(("/interactions/", "/webhooks/"))
            and request.headers.get("Authorization") != f"Bot {TOKEN}"
        ):
            return _json({"code": 0, "message": "401: Unauthorized"}, status=401)
        if path == "/users/@me":
            await self.letting_in.wait()
        if path.endswith("/callback"):
            await self.answering.wait()
        fault = self.rest_fault(method, path) if self.rest_fault else None
        if fault == "hang":
            await asyncio.sleep(SECONDS)
        if fault == "reset":
            request.transport.abort()
            return web.Response(status=500)
        if fault is not None:
            return fault
        if path.endswith("/callback"):
            await self._note("ANSWERED", path, body)
        return self._answer(method, path, body)

    def _answer(self, method: str, path: str, body: Any) -> web.Response:  # noqa: PLR0911  a table of what Discord answers
        application = {"id": APPLICATION, "name": "Quoth", "description": "", "icon": None, "bot_public": True}
        application |= {"bot_require_code_grant": False, "owner": PERSON, "verify_key": "", "flags": 0, "bot": BOT}
        message = self._message("", BOT)
        match method, path.strip("/").split("/"):
            case "GET", ["users", "@me"]:
                return _json(BOT)
            case "GET", ["oauth2" | "applications", *_, "@me"]:
                return _json(application)
            case "GET", ["gateway", *_]:
                limits = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
                return _json({"url": self._gateway, "shards": 1, "session_start_limit": limits})
            case "PUT", ["applications", _, "commands"]:
                self.commands = [
                    {"id": str(next(self._ids)), "application_id": APPLICATION, "version": "1", "description": ""} | c
                    for c in body
                ]
                return _json(self.commands)
            case "GET", ["applications", _, "commands"]:
                return _json(self.commands)
            case "POST", ["interactions", one, _, "callback"]:
                about = {"id": one, "type": 2, "response_message_id": message["id"], "response_message_loading": False}
                return _json({"interaction": about, "resource": {"type": 4, "message": message}})
            case (("POST" | "PATCH" | "GET"), ["webhooks" | "channels", *_]):
                return _json(message)
            case _:
                return _json({"code": 0, "message": "404: Not Found"}, status=404)

    @property
    def _gateway(self) -> str:
        return self.base.replace("http", "ws", 1) + "/gateway"

    async def gateway(self, request: web.Request) -> web.WebSocketResponse:
        """One connection of a bot to the gateway."""
        await self.letting_in.wait()
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 41_250}, "s": None, "t": None})
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                await self._frame(socket, request, json.loads(frame.data))
        await self._note("CLOSED", "/gateway", socket.close_code)
        return socket

    async def _frame(self, socket: web.WebSocketResponse, request: web.Request, frame: dict[str, Any]) -> None:
        match frame["op"]:
            case 1:
                await socket.send_json({"op": 11, "d": None, "s": None, "t": None})
            case 2 if frame["d"]["token"] != TOKEN:
                await socket.close(code=4004)
            case 2 if frame["d"]["intents"] & MESSAGE_CONTENT and not self.content_allowed:
                self.identified.append(frame["d"])
                await self._note("REFUSED", "/gateway", frame["d"]["intents"])
                await socket.close(code=4014, message=b"Disallowed intent(s).")
            case 2:
                self._socket, self._transport = socket, request.transport
                self.identified.append(frame["d"])
                ready = {"v": 10, "user": BOT, "guilds": [{"id": GUILD, "unavailable": True}], "session_id": "session"}
                ready |= {"resume_gateway_url": self._gateway, "application": {"id": APPLICATION, "flags": 0}}
                await self.happen("READY", ready)
                await self.happen("GUILD_CREATE", SERVER)
                await self._note("READY", "/gateway", None)
            case 6:
                self._socket, self._transport = socket, request.transport
                self.resumed.append(frame["d"])
                missed, self._missed = self._missed, []
                for payload in missed:
                    await socket.send_json(payload)
                await self.happen("RESUMED", {})
                await self._note("RESUMED", "/gateway", None)


def _json(value: Any, status: int = 200) -> web.Response:
    # discord.py reads a body as JSON only when the type stands without a charset, as Discord writes it.
    return web.Response(body=json.dumps(value).encode(), status=status, content_type="application/json")


async def _body(request: web.Request) -> Any:
    if request.content_type.startswith("multipart/"):
        form = await request.post()
        return json.loads(form["payload_json"]) if "payload_json" in form else None
    return await request.json() if request.can_read_body else None


@pytest.fixture
async def discord_stand_in():
    """A running stand-in on a free port of the loopback."""
    stand_in = StandIn()
    app = web.Application()
    app.router.add_get("/gateway", stand_in.gateway)
    app.router.add_get("/gateway/", stand_in.gateway)
    app.router.add_route("*", "/api/{rest:.*}", stand_in.rest)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    stand_in.base = f"http://127.0.0.1:{port}"
    yield stand_in
    stand_in.answering.set()
    stand_in.letting_in.set()
    await runner.cleanup()


@pytest.fixture
def good_token() -> str:
    """The one token the stand-in knows."""
    return TOKEN


class Program:
    """A program started against the stand-in. `output` is complete once it has ended."""

    def __init__(self, process: asyncio.subprocess.Process, stand_in: StandIn) -> None:
        self._process = process
        self._stand_in = stand_in
        self._reading = asyncio.create_task(self._read())
        self.output = ""

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self.output += line.decode()
        await self._stand_in.hear_the_end(self.output)

    def signal(self, number: int) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    async def ends(self) -> int:
        """Wait for its end and give its exit status."""
        try:
            async with asyncio.timeout(SECONDS):
                status = await self._process.wait()
        except TimeoutError:
            pytest.fail(f"it did not end; it said:\n{self.output}")
        await self._reading
        return status

    async def kill(self) -> None:
        """End it if it has not ended."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        await self._reading


@pytest.fixture
async def start(discord_stand_in, tmp_path):
    """Start a program against the stand-in: `await start("quoth", "run", QUOTH_TOKEN=…)`; its memory is in tmp_path."""
    started: list[Program] = []
    plain = {name: value for name, value in os.environ.items() if not name.startswith("QUOTH_")}
    plain |= {"STAND_IN": discord_stand_in.base, "QUOTH_DATA": str(tmp_path / "data"), "PYTHONUNBUFFERED": "1"}

    async def start(*command: str, **environ: str) -> Program:
        launcher = str(Path(__file__).parent / "launch.py")
        discord_stand_in.last_words = None
        program = Program(
            await asyncio.create_subprocess_exec(
                *(sys.executable, launcher, *command),
                env=plain | environ,
                cwd=tmp_path,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            ),
            discord_stand_in,
        )
        started.append(program)
        return program

    yield start
    for program in started:
        await program.kill()
