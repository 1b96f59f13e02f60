"""The REST interface of the stand-in: what Discord answers, and every way in which it may not."""

from __future__ import annotations

import asyncio
import inspect
import itertools
import json
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from aiohttp import web

from tests.gateway.stand_in import world

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Fault = web.Response | Literal["hang", "reset"] | None
    RestFault = Callable[[str, str], Fault | Awaitable[Fault]]

VIA = {"Via": "1.1 google"}
"""What Discord's own answers carry, and a Cloudflare ban does not."""


def answer(value: Any, status: int = 200, **headers: str) -> web.Response:
    """An answer as Discord writes it. discord.py reads JSON only where the type stands without a charset."""
    named = VIA | {name.replace("_", "-"): text for name, text in headers.items()}
    return web.Response(body=json.dumps(value).encode(), status=status, content_type="application/json", headers=named)


def refusal(status: int, code: int, why: str) -> web.Response:
    """An error as Discord writes it."""
    return answer({"message": why, "code": code}, status)


def slow_down(seconds: float, *, everywhere: bool = False, banned: bool = False) -> web.Response:
    """A 429: with `everywhere` for all routes, with `banned` as Cloudflare's (a page, no `Via`)."""
    if banned:
        return web.Response(status=429, text="<html>error code: 1015</html>", content_type="text/html")
    headers = {"Retry_After": str(int(seconds) or 1), "X_RateLimit_Reset_After": str(seconds)}
    headers |= {"X_RateLimit_Global": "true"} if everywhere else {"X_RateLimit_Scope": "user"}
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": everywhere}
    return answer(body, 429, **headers)


@dataclass(slots=True)
class Request:
    """One request, for who judges and who measures. Times are seconds since 1970; `ended` is None while it is open."""

    method: str
    path: str
    json: Any
    arrived: float
    ended: float | None = None
    status: int | None = None

    @property
    def interaction(self) -> int | None:
        """The id of the interaction it is about."""
        parts = self.path.strip("/").split("/")
        told = parts[1:2] if parts[0] == "interactions" else parts[2:3] if parts[0] == "webhooks" else []
        number = "".join(told).removeprefix("interaction-")
        return int(number) if number.isdecimal() else None


class Rest:
    """The REST side. `rest_fault(method, path)` may answer instead, hang, reset, or let it pass (None)."""

    def __init__(self, note: Callable[[str, str, Any], None], letting_in: asyncio.Event) -> None:
        self.requests: list[Request] = []
        self.commands: list[dict[str, Any]] = []
        self.callbacks: dict[int, float] = {}
        """Interaction → when its first callback had arrived whole, in seconds since 1970."""
        self.answering = asyncio.Event()
        self.answering.set()
        self.let_go = asyncio.Event()  # set: whoever hangs is let go
        self.rest_fault: RestFault | None = None
        self.patience: float | None = None  # seconds after which an interaction is unknown (10062); Discord's are 3
        self.latency = 0.0
        self.shards = 1
        self.session_start_limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        self.identifies: Callable[[], int] = lambda: 0
        self.url = ""
        self._heard = note
        self._letting_in = letting_in
        self._acknowledged: set[int] = set()
        self._nonces: dict[tuple[str, str], dict[str, Any]] = {}
        self._numbers = itertools.count(1)
        self.clock_shift = 0.0  # seconds by which Discord's clock goes before ours
        self.statuses: Counter[int] = Counter()

    def new_id(self, age: float = 0.0) -> str:
        """An id as Discord makes it now, or made it `age` seconds ago."""
        return world.snowflake(time.time() + self.clock_shift - age, next(self._numbers))

    async def take(self, request: web.Request) -> web.Response:
        """Every request."""
        path, method = request.path.removeprefix("/api/v10"), request.method
        body = await _body(request)
        seen = Request(method, path, body, time.time())
        self.requests.append(seen)
        self._heard(method, path, body)
        try:
            response = await self._respond(request, seen)
            seen.status = response.status
            self.statuses[response.status] += 1
        finally:
            seen.ended = time.time()
        return response

    async def _respond(self, request: web.Request, seen: Request) -> web.Response:
        path = seen.path
        own = path.startswith(("/interactions/", "/webhooks/"))
        if not own and request.headers.get("Authorization") != f"Bot {world.TOKEN}":
            return refusal(401, 0, "401: Unauthorized")
        if path == "/users/@me":
            await self._letting_in.wait()
        if self.latency:
            await asyncio.sleep(self.latency)
        if path.endswith("/callback"):
            await self.answering.wait()
        fault = self.rest_fault(seen.method, path) if self.rest_fault else None
        if inspect.isawaitable(fault):
            fault = await fault
        if fault == "hang":
            await self.let_go.wait()
            return refusal(504, 0, "gateway timeout")
        if fault == "reset":
            assert request.transport is not None
            request.transport.abort()
            return web.Response(status=500)
        if isinstance(fault, web.Response):
            return fault
        return (
            self._callback(request, seen) if path.endswith("/callback") else self._answer(seen.method, path, seen.json)
        )

    def _callback(self, request: web.Request, seen: Request) -> web.Response:
        one = seen.interaction or 0
        if self.patience is not None and seen.arrived + self.clock_shift - world.made_at(one) > self.patience:
            return refusal(404, 10062, "Unknown interaction")
        if one in self._acknowledged:
            return refusal(400, 40060, "Interaction has already been acknowledged.")
        self._acknowledged.add(one)
        self.callbacks[one] = seen.arrived
        self._heard("ANSWERED", seen.path, seen.json)
        if "with_response" not in request.query:
            return web.Response(status=204, headers=VIA)
        kind = seen.json["type"]
        about: dict[str, Any] = {"id": str(one), "type": 2, "response_message_loading": kind == 5}
        if kind not in {4, 5, 6, 7}:
            return answer({"interaction": about})
        sent = world.message(self.new_id(), "", world.BOT)
        return answer(
            {"interaction": about | {"response_message_id": sent["id"]}, "resource": {"type": kind, "message": sent}}
        )

    def _answer(self, method: str, path: str, body: Any) -> web.Response:  # noqa: PLR0911  a table of what Discord answers
        match method, path.strip("/").split("/"):
            case "GET", ["users", "@me"]:
                return answer(world.BOT)
            case "GET", ["oauth2" | "applications", *_, "@me"]:
                return answer(world.APPLICATION_INFO)
            case "GET", ["gateway", *_]:
                left = {"remaining": self.session_start_limit["remaining"] - self.identifies()}
                limit = self.session_start_limit | left
                return answer({"url": self.url, "shards": self.shards, "session_start_limit": limit})
            case "PUT", ["applications", _, "commands"]:
                about = {"application_id": world.APPLICATION, "version": "1", "description": ""}
                self.commands = [{"id": self.new_id()} | about | command for command in body]
                return answer(self.commands)
            case "GET", ["applications", _, "commands"]:
                return answer(self.commands)
            case "POST", ["channels", place, "messages"]:
                return self._message(place, body)
            case "POST", ["users", "@me", "channels"]:
                person = world.PERSON | {"id": str(body["recipient_id"])}
                return answer({"id": self.new_id(), "type": 1, "recipients": [person]})
            case "DELETE", ["webhooks" | "channels", *_]:
                return web.Response(status=204, headers=VIA)
            case (("POST" | "PATCH" | "GET"), ["webhooks" | "channels", *_]):
                return answer(world.message(self.new_id(), "", world.BOT))
            case _:
                return refusal(404, 0, "404: Not Found")

    def _message(self, place: str, body: dict[str, Any]) -> web.Response:
        """A new message, or the one that was made with the same nonce."""
        nonce = str(body.get("nonce")) if body.get("enforce_nonce") else None
        made = self._nonces.get((place, nonce)) if nonce else None
        if made is None:
            made = world.message(self.new_id(), body.get("content") or "", world.BOT, place)
            self._heard("MESSAGE", f"/channels/{place}/messages", body)
            if nonce:
                self._nonces[place, nonce] = made
        limits = {"X_RateLimit_Limit": "50", "X_RateLimit_Remaining": "49", "X_RateLimit_Reset_After": "1.000"}
        return answer(made, **limits, X_RateLimit_Bucket="messages")


async def _body(request: web.Request) -> Any:
    if request.content_type.startswith("multipart/"):
        form = await request.post()
        return json.loads(str(form["payload_json"])) if "payload_json" in form else None
    return json.loads(await request.read()) if request.can_read_body else None
