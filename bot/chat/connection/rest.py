"""The two ways to Discord: answers to interactions, which end at their deadline, and requests with the bot's token."""

from __future__ import annotations

import asyncio
import logging
import math
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import aiohttp
import discord
from discord.http import HTTPClient
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

from ...descriptors import sockets
from ...errors import CallError, Undelivered
from ..deadline import deadline, leaves, retry_enabled, turn
from . import response_bodies
from .exchange import Response, body, deliver, exchange, said_in, through
from .plain_fallback import INVALID_FORM, plain
from .rate_limits import Buckets

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

    from discord.http import Route

    from .circuit_breaker import Standing

log = logging.getLogger(__name__)

FIRST_ANSWER = 2.5
"""Seconds for the first answer to an interaction of which nobody said a deadline."""
LATER_ANSWER = 10.0
"""Seconds of work for an edit or another message of an interaction, and for a reply to a message."""
OTHER = 30.0
"""Seconds for everything else: commands, the gateway's address."""
QUICK = (0.1, 0.3, 0.6, 0.6, 0.6)
SLOW = (0.25, 0.5, 1.0, 2.0)
CONNECTIONS = 840
"""Sockets to Discord at once, as many as the gate (bot/chat/admission) lets be under way;
what comes beyond them waits inside its own deadline."""
KEEPALIVE_TIMEOUT = 30.0
ALREADY_ANSWERED = 40060
"""Discord's code for an interaction that has its answer: ours, where a try before may have arrived, else another's."""
MESSAGES = "/channels/{channel_id}/messages"
DIRECT = "/users/@me/channels"
"""Where a channel for direct messages is asked for: Discord gives the same one however often."""


class Callbacks(AsyncWebhookAdapter):
    """Answers to interactions. No lock, no sleep after an answer, and nothing of it is open after its deadline."""

    def __init__(self, standing: Standing) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._standing = standing

    async def request(
        self,
        route: Route,
        session: aiohttp.ClientSession,
        *,
        payload: dict[str, Any] | None = None,
        multipart: Sequence[Mapping[str, Any]] | None = None,
        files: Sequence[discord.File] | None = None,
        reason: str | None = None,
        auth_token: str | None = None,
        **options: Any,
    ) -> Any:
        """Send one answer. Raises Undelivered, or what discord.py raises for a refusal."""
        first = route.path.startswith("/interactions/")
        _send_off()
        began = asyncio.get_running_loop().time()
        until = time_limit(first, began)
        options |= {"headers": _headers(auth_token, reason), "unread": first}

        async def attempt(made: dict[str, Any]) -> Response:
            return await self._send_once(session, route, until, made | options)

        retryable = first or route.method != "POST"  # a further message has nothing by which Discord knows it again
        reply = await _or_plainly(
            partial(self._deliver, until=until, retryable=retryable),
            attempt,
            partial(body, payload, multipart, files),
            partial(_plainly, self._standing, said=said_in(payload, multipart), edit=route.method == "PATCH"),
        )
        if not (reply.taken or (first and reply.code == ALREADY_ANSWERED and reply.perhaps_before)):
            raise reply.error()
        mine = turn.get()
        if first and mine is not None and reply.taken:
            mine.answered(asyncio.get_running_loop().time() - began)
        if first:
            return response_bodies.callback(reply.data, route.webhook_id)
        return response_bodies.message(reply.data, None) if route.method != "DELETE" else reply.data

    async def _send_once(
        self, session: aiohttp.ClientSession, route: Route, until: float, options: dict[str, Any]
    ) -> Response:
        circuit = self._standing.callbacks
        probe = await circuit.enter_by(until)
        leaves()
        return await through(circuit, exchange(session, route.method, route.url, until=until, **options), probe=probe)

    async def _deliver(self, attempt: Callable[[int], Any], *, until: float, retryable: bool) -> Response:
        reply = await deliver(attempt, until=until, pauses=QUICK, retryable=retryable, limited=self._limited)
        _count(reply, self._standing)
        return reply

    def _limited(self, reply: Response) -> float:
        return _limited(reply, self._standing, answers=True)


class Requests(HTTPClient):
    """Requests with the bot's token. `arm` must have been called."""

    _standing: Standing
    _on_unauthorized: Callable[[], None]
    _limits: Buckets
    _connections: int
    _known: bool

    def arm(self, standing: Standing, on_unauthorized: Callable[[], None], connections: int) -> None:
        """Give it what discord.py's own client does not have."""
        self._standing = standing
        self._on_unauthorized = on_unauthorized
        self._limits = Buckets(asyncio.get_running_loop().time)
        self._connections = connections
        self._known = False

    async def static_login(self, token: str) -> Any:
        """Log in, over connections whose number is bounded."""
        if self.connector is discord.utils.MISSING or self.connector.closed:
            self.connector = aiohttp.TCPConnector(limit=sockets(self._connections), keepalive_timeout=KEEPALIVE_TIMEOUT)
        return await super().static_login(token)

    async def request(
        self,
        route: Route,
        *,
        files: Sequence[discord.File] | None = None,
        form: Iterable[Mapping[str, Any]] | None = None,
        **options: Any,
    ) -> Any:
        """Send one request. Raises Undelivered, or what discord.py raises for a refusal."""
        payload, parts = options.pop("json", None), list(form or ())
        said, message = said_in(payload, parts), route.method == "POST" and route.path == MESSAGES
        if message:
            _send_off()
        until = asyncio.get_running_loop().time() + (LATER_ANSWER if message else OTHER)
        retryable = route.method != "POST" or route.path == DIRECT or bool(said.get("enforce_nonce"))
        options |= self._sent_with(options.pop("reason", None))
        waited_for = message and "message_reference" in said and retry_enabled.get()

        async def attempt(made: dict[str, Any]) -> Response:
            return await self._send_once(route, until, made | options, answer=waited_for)

        reply = await _or_plainly(
            partial(self._deliver, until=until, retryable=retryable),
            attempt,
            partial(body, payload, parts, files),
            partial(_plainly, self._standing, said=said, edit=False) if message else lambda _reply: None,
        )
        if not reply.taken:
            raise reply.error()
        self._known = True
        return response_bodies.message(reply.data, route.channel_id) if message else _taken(route, reply)

    def _sent_with(self, reason: str | None) -> dict[str, Any]:
        """What goes with every request: who we are, and by which proxy."""
        headers = _headers(self.token, reason) | {"User-Agent": self.user_agent}
        proxy = {} if self.proxy is None else {"proxy": self.proxy, "proxy_auth": self.proxy_auth}
        return {"headers": headers, **proxy}

    async def _send_once(self, route: Route, until: float, options: dict[str, Any], *, answer: bool) -> Response:
        session: aiohttp.ClientSession = self._HTTPClient__session  # type: ignore[attr-defined]  # it has no other name
        if session is discord.utils.MISSING:  # not logged in, or closed by now
            raise Undelivered("gone")
        bucket = self._limits.of(route.key, route.major_parameters)
        await bucket.take(until)
        reply = None
        try:
            probe = await self._standing.enter_by(until, answer=answer)
            leaves()
            sending = exchange(session, route.method, route.url, until=until, **options)
            reply = await through(self._standing.requests, sending, probe=probe)
        finally:
            bucket.give_back(None if reply is None else reply.headers)
        self._limits.learn(route.key, route.major_parameters, bucket, reply.headers)
        if reply.status == 429 and not (reply.banned or reply.everywhere):
            bucket.close_for(reply.wait)
        return reply

    async def _deliver(self, attempt: Callable[[int], Any], *, until: float, retryable: bool) -> Response:
        reply = await deliver(attempt, until=until, pauses=SLOW, retryable=retryable, limited=self._limited)
        _count(reply, self._standing)
        if reply.token_refused and self._known and not self._standing.token_refused:
            self._standing.token_refused = True
            self._on_unauthorized()
        return reply

    def _limited(self, reply: Response) -> float:
        return _limited(reply, self._standing, answers=False)


def install(
    client: discord.Client,
    standing: Standing,
    on_unauthorized: Callable[[], None],
    *,
    connections: int = CONNECTIONS,
) -> None:
    """Let a client speak to Discord this way.

    Call it before `client.start`, in the running loop and in the task that awaits `start`: the adapter is found by a
    context variable, which the tasks of the shards take over when they are made. `standing` outlives the client.
    `on_unauthorized` is called once, when Discord refuses a token it took before. Raises CallError.
    """
    if wrong := check():
        raise CallError(
            f"discord.py {discord.__version__} is built differently from what the way to Discord relies on "
            f"({', '.join(wrong)} is not there); install discord.py 2.7.1"
        )
    http = client.http
    http.__class__ = Requests  # the state, the command tree and the shards hold this very object
    assert isinstance(http, Requests)
    http.arm(standing, on_unauthorized, connections)
    async_context.set(Callbacks(standing))


def check() -> list[str]:
    """What of discord.py is not as this module takes it to be; empty when all is."""
    wanted = (
        (HTTPClient, "request"),
        (HTTPClient, "static_login"),
        (AsyncWebhookAdapter, "request"),
        (AsyncWebhookAdapter, "create_interaction_response"),
        (discord.http.Route, "key"),
        (discord.http.Route, "major_parameters"),
    )
    wrong = [f"{kind.__name__}.{name}" for kind, name in wanted if not hasattr(kind, name)]
    if "_HTTPClient__session" not in HTTPClient.__init__.__code__.co_names:
        wrong.append("HTTPClient.__session")
    if "_conns" not in aiohttp.BaseConnector.__init__.__code__.co_names:
        wrong.append("aiohttp.BaseConnector._conns")
    return wrong


def time_limit(first: bool, now: float) -> float:
    """The reading of the loop's clock at which an answer is over. Raises Undelivered when it is over already."""
    if not first:
        return now + LATER_ANSWER
    until = deadline.get()
    if until is None:
        return now + FIRST_ANSWER
    if until <= now:
        raise Undelivered("timeout")
    return until


def _send_off() -> None:
    """Our work for an answer is done: nobody waits for it any more while Discord has it."""
    mine = turn.get()
    if mine is not None:
        mine.send_off()


def _headers(token: str | None, reason: str | None) -> dict[str, str]:
    headers = {} if token is None else {"Authorization": f"Bot {token}"}
    return headers | ({"X-Audit-Log-Reason": quote(reason, safe="/ ")} if reason else {})


def _taken(route: Route, reply: Response) -> Any:
    """What discord.py is told of a request that was taken. Raises Undelivered for what it could make nothing of."""
    if route.method == "PUT" and route.path.endswith("/commands") and not reply.is_page:
        return []  # they were taken, whatever it says of them: nobody reads it
    if reply.status == 200 and not response_bodies.sound(route.path, reply.data):
        raise Undelivered("error", perhaps=True)
    return reply.data


def _count(reply: Response, standing: Standing) -> None:
    refused = reply.status in {401, 403} and not reply.foreign  # what Discord never saw, it does not count
    if refused or (reply.status == 429 and not reply.shared):
        standing.refused()


def _limited(reply: Response, standing: Standing, *, answers: bool) -> float:
    """Seconds after which a 429 may be over for this request. Where it is one for all of its way, that is closed."""
    _count(reply, standing)
    if reply.banned:
        standing.banned(reply.wait, answers=answers)
        return math.inf
    if reply.everywhere:
        circuit = standing.callbacks if answers else standing.requests
        circuit.open(reply.wait, "too many requests over all routes")
    return reply.wait


async def _or_plainly(
    delivered: Callable[[Callable[[int], Awaitable[Response]]], Awaitable[Response]],
    attempt: Callable[[dict[str, Any]], Awaitable[Response]],
    made: Callable[[int], dict[str, Any]],
    plainly: Callable[[Response], dict[str, Any] | None],
) -> Response:
    """Deliver a request, and once more as plain text where Discord refuses the form of the message in it.

    `attempt` sends a body once; `made` gives the body for each try, `plainly` the simpler one for a reply, or None.
    """
    reply = await delivered(lambda tries: attempt(made(tries)))
    simple = plainly(reply)
    return reply if simple is None else await delivered(lambda _tries: attempt({"json": simple}))


def _plainly(standing: Standing, reply: Response, said: Mapping[str, Any], *, edit: bool) -> dict[str, Any] | None:
    """What to send instead of a message whose form Discord refused; None where nothing is to be sent."""
    if reply.code != INVALID_FORM or not retry_enabled.get():
        return None
    errors = reply.data.get("errors")
    if isinstance(errors, dict) and "message_reference" in errors:
        raise Undelivered("gone")  # the message that was to be replied to was deleted
    simple = plain(said, edit=edit)
    if simple is not None and standing.log_limiter.allows(INVALID_FORM):
        log.warning("Discord refused the form of an answer: it is sent again as plain text")
    return simple
