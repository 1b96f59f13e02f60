"""One request and its answer, and how often it is tried: what the two ways to Discord share."""

from __future__ import annotations

import asyncio
import json
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import aiohttp
import discord

from ...errors import Undelivered
from ..deadline import refused, retry_enabled
from .rate_limits import number

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence

    from .circuit_breaker import Circuit

UNAUTHORIZED = 401
CODES = range(10_000, 10_000_000)
"""Discord's own codes for what is wrong; 0 is none in particular."""
WEBHOOK_TOKEN = 50027
"""Its code for what is no token of ours: one that an interaction or a webhook bears."""
VIA_DISCORD = "google"
"""What Discord's responses are seen to name in `Via`; a proxy before us names itself."""
LIMITS_MET = 5
"""Tries that a limit ends after which it is not tried again, however short a wait each of them asked for."""
LARGEST = 1 << 22
"""Bytes of a body that is read at most."""
BODY_WITHIN = 2.0
"""Seconds for the body of an answer whose status says that it was taken: nobody waits for it any longer."""
BODY_UNREAD = 0.2
"""The same where nobody reads it: the answer to an interaction, whose turn others wait for."""
WITHOUT_A_WAIT = 5.0
"""Seconds to wait after a 429 that names none."""


@dataclass(frozen=True, slots=True)
class Response:
    """What Discord answered. `data` is the parsed body, its text where it is no JSON, None where there is none.

    `perhaps_before` says that a try before this one may have been taken.
    """

    status: int
    headers: Mapping[str, str]
    data: Any
    response: aiohttp.ClientResponse
    perhaps_before: bool = False

    @property
    def taken(self) -> bool:
        """Whether Discord did what it was asked for."""
        return 200 <= self.status < 300

    @property
    def code(self) -> int:
        """Discord's own code for what is wrong, 0 where it gave none."""
        return self._said or 0

    @property
    def banned(self) -> bool:
        """Whether this 429 comes from the wall before Discord: the address is refused, not the route."""
        return self.status == 429 and self.walled

    @property
    def walled(self) -> bool:
        """Whether the wall before Discord wrote it, and Discord never saw what was asked."""
        return "Via" not in self.headers or self.is_page

    @property
    def is_page(self) -> bool:
        """Whether it is a page for people, which only the wall before Discord sends."""
        kind = str(self.headers.get("Content-Type", "")).startswith("text/html")
        return kind or (isinstance(self.data, str) and self.data.lstrip()[:1] == "<")

    @property
    def foreign(self) -> bool:
        """Whether something on the way refused, or led elsewhere: a wall, a proxy, a portal.

        It says nothing of our token, or of what we may do in a place.
        """
        return 300 <= self.status < 400 or (400 <= self.status < 500 and not self._is_discords)

    @property
    def _is_discords(self) -> bool:
        """Whether Discord itself wrote it, as far as one can be sure: it names a code, or came by Discord's own way."""
        return self._said is not None or (VIA_DISCORD in self.headers.get("Via", "") and not self.is_page)

    @property
    def _said(self) -> int | None:
        """The code, where there is one as Discord gives them."""
        code = self.data.get("code") if isinstance(self.data, dict) else None
        return code if type(code) is int and (code == 0 or code in CODES) else None

    @property
    def token_refused(self) -> bool:
        """Whether Discord knows our token no more."""
        return self.status == UNAUTHORIZED and not self.foreign and self.code != WEBHOOK_TOKEN

    @property
    def shared(self) -> bool:
        """Whether others used this limit up; Discord does not count such a 429 against us."""
        return self.headers.get("X-RateLimit-Scope") == "shared"

    @property
    def everywhere(self) -> bool:
        """Whether this 429 is of the limit over all routes."""
        over_all = isinstance(self.data, dict) and bool(self.data.get("global"))
        over_all = over_all or "X-RateLimit-Global" in self.headers
        over_all = over_all or self.headers.get("X-RateLimit-Scope") == "global"
        return self.status == 429 and over_all

    @property
    def wait(self) -> float:
        """Seconds a 429 asks to be left alone for."""
        in_body = self.data.get("retry_after") if isinstance(self.data, dict) else None
        for value in (in_body, self.headers.get("Retry-After")):
            if (seconds := number(value)) is not None:
                return seconds
        return WITHOUT_A_WAIT

    def error(self) -> discord.HTTPException | Undelivered:
        """This answer as the exception discord.py would raise, whatever its body holds."""
        if self.foreign:
            return Undelivered(str(self.status), foreign=True)
        kind = {403: discord.Forbidden, 404: discord.NotFound}.get(self.status, discord.HTTPException)
        said = self.data.get("message") if isinstance(self.data, dict) else None
        return kind(self.response, {"code": self.code, "message": said if isinstance(said, str) else ""})


async def exchange(
    session: aiohttp.ClientSession, method: str, url: str, *, until: float, unread: bool = False, **options: Any
) -> Response:
    """Send one request. It is over, its connection too, at `until`, a reading of the loop's clock.

    Raises Undelivered. Nobody follows an answer that leads elsewhere: Discord's own lead nowhere. Once the status is
    there, a body that does not come or cannot be read is none. `unread` says that nobody reads it where it was taken.
    """
    connector, clock = session.connector, asyncio.get_running_loop().time
    if session.closed or connector is None:
        raise Undelivered("gone")
    began = clock()
    try:
        async with asyncio.timeout_at(until):
            response = await session.request(method, url, allow_redirects=False, **options)
    except TimeoutError:
        if _heard.get(connector, began) <= began:  # nobody else got an answer meanwhile
            _let_go(connector)
        raise Undelivered("timeout", perhaps=True) from None
    except aiohttp.ClientConnectorError as error:
        raise Undelivered("reset") from error
    except (aiohttp.ClientError, OSError) as error:
        _let_go(connector)
        raise Undelivered("reset", perhaps=True) from error
    _heard[connector] = clock()
    try:
        within = BODY_UNREAD if unread else BODY_WITHIN
        async with asyncio.timeout_at(min(until, clock() + within) if response.ok else until):
            text = await _body_of(response)
    except (aiohttp.ClientError, OSError):  # a TimeoutError is an OSError
        text = ""
    finally:
        response.release()  # closes a connection whose body was not read to its end
    return Response(response.status, response.headers, _parsed(text, response.headers), response)


async def _body_of(response: aiohttp.ClientResponse) -> str:
    """The text of an answer; none where it is larger than any of Discord's."""
    read = bytearray()
    async for chunk in response.content.iter_any():
        read += chunk
        if len(read) > LARGEST:
            return ""
    return read.decode("utf-8", "replace")


_heard: WeakKeyDictionary[aiohttp.BaseConnector, float] = WeakKeyDictionary()
"""When the last answer came over one of these connections."""


def _let_go(connector: aiohttp.BaseConnector) -> None:
    """Close the connections that are kept for later: where one is dead so may be all, and each would cost a try."""
    for idle in connector._conns.values():
        for protocol, _since in idle:
            protocol.close()  # the connector does not give out what is closed


async def through(circuit: Circuit, sending: Awaitable[Response], *, probe: bool) -> Response:
    """Send; a probe tells the circuit whether Discord still asks for silence."""
    if not probe:
        return await sending
    passed = False
    try:
        reply = await sending
        passed = not (reply.banned or reply.everywhere)
        return reply
    finally:
        circuit.probed(passed=passed)


def _parsed(text: str, headers: Mapping[str, str]) -> Any:
    if not text or not headers.get("Content-Type", "").startswith("application/json"):
        return text or None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


async def deliver(
    attempt: Callable[[int], Awaitable[Response]],
    *,
    until: float,
    pauses: Iterable[float],
    retryable: bool,
    limited: Callable[[Response], float],
) -> Response:
    """Try until there is an answer that another try cannot change, or the time is up.

    `retryable` says that a request of which nobody knows whether it was taken may be sent once more: Discord would know
    it again. `limited` hears of every 429 and says after how many seconds another try makes sense. Raises Undelivered.
    """
    tried, clock = _Tries(iter(pauses), retryable=retryable, limited=limited), asyncio.get_running_loop().time
    tries = 0
    while True:
        try:
            reply = await attempt(tries)
        except Undelivered as error:
            failure, wait = error, tried.wait_after(error)
        else:
            if reply.status != 429 and reply.status < 500:
                if not (reply.taken or tried.perhaps):
                    refused()
                return replace(reply, perhaps_before=tried.perhaps)
            failure, wait = tried.put_off(reply)
        tried.perhaps = tried.perhaps or failure.perhaps
        if not tried.perhaps:
            refused()
        if not retry_enabled.get() or clock() + wait >= until:
            perhaps, after = tried.perhaps, failure.retry_after
            raise Undelivered(failure.why, perhaps=perhaps, retry_after=after) from failure.__cause__
        await asyncio.sleep(wait)
        tries += 1


@dataclass(slots=True)
class _Tries:
    """What the tries of one request came to. `perhaps`: one of them may have been taken."""

    pauses: Iterator[float]
    retryable: bool
    limited: Callable[[Response], float]
    perhaps: bool = False
    resent: bool = False
    limits_met: int = 0

    def wait_after(self, error: Undelivered) -> float:
        """Seconds after which another try makes sense; never, where what may be there is not to be sent twice."""
        may_resend, self.resent = self.retryable and not self.resent, self.resent or error.perhaps
        if error.why != "reset":
            return math.inf
        if error.perhaps:
            return 0.0 if may_resend else math.inf
        return next(self.pauses, math.inf)  # it never left: nobody answers at the other end

    def put_off(self, reply: Response) -> tuple[Undelivered, float]:
        """What an answer that another try may change is, and after how long. Raises it for one limit too many."""
        if reply.status != 429:
            wait = next(self.pauses, math.inf) if self.retryable else math.inf
            return Undelivered(str(reply.status), perhaps=True), wait
        wait, self.limits_met = self.limited(reply), self.limits_met + 1
        if self.limits_met >= LIMITS_MET:
            raise Undelivered("429", perhaps=self.perhaps, retry_after=reply.wait)
        return Undelivered("429", retry_after=wait if math.isfinite(wait) else reply.wait), wait


def body(
    payload: Any, parts: Sequence[Mapping[str, Any]] | None, files: Sequence[discord.File] | None, tries: int
) -> dict[str, Any]:
    """The body of a request as aiohttp takes it; with files it is made anew, from their beginning, for each try."""
    if not parts:
        return {} if payload is None else {"json": payload}
    for file in files or ():
        file.reset(seek=tries)
    data = aiohttp.FormData(quote_fields=False)
    for part in parts:
        data.add_field(**part)
    return {"data": data}


def said_in(payload: Any, parts: Sequence[Mapping[str, Any]] | None) -> Mapping[str, Any]:
    """What a request says beside its files."""
    if payload is not None:
        return payload if isinstance(payload, dict) else {}
    for part in parts or ():
        if part.get("name") == "payload_json":
            return dict(json.loads(part["value"]))
    return {}
