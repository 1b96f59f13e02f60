"""The connection to Discord's gateway: sockets that outlive what is sent, and one task for each shard.

discord.py's own loop ends the process on a broken frame, identifies without end, waits up to seventeen minutes after an
outage and lets one shard's pause hold up the others. So the client's `connect` is replaced by `Lines`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import yarl
from discord.client import Client
from discord.gateway import DiscordWebSocket, KeepAliveHandler, ReconnectWebSocket
from discord.http import HTTPClient, Route
from discord.shard import AutoShardedClient, Shard

from bot.chat.internals import named, relied_on
from bot.chat.internals.events import whole_ready

if TYPE_CHECKING:
    import random
    from collections.abc import AsyncIterator, Callable

    from bot.chat.client import Quoth
    from bot.chat.identifying import Identifies
    from bot.chat.pauses import Pauses

log = logging.getLogger(__name__)

_SHARDS = "_AutoShardedClient__shards"
_FRAMES = ("self._keep_alive", "self.sequence", "self._discord_parsers[event]", "resume=False")
relied_on(
    "the connection to the gateway",
    [
        (DiscordWebSocket, "DEFAULT_GATEWAY"),
        *((DiscordWebSocket, name) for name in ("from_client", "identify", "resume", "poll_event", "received_message")),
        (KeepAliveHandler, "stop"),
        (HTTPClient, "request"),
        *named(DiscordWebSocket.received_message, _FRAMES),
        *named(
            DiscordWebSocket.from_client, ["ws._discord_parsers = ", "ws._connection = ", "ws.session_id = session"]
        ),
        *named(KeepAliveHandler.__init__, ["self._last_ack", "self.interval"]),
        *named(Client._call_before_identify_hook, ["before_identify_hook"]),  # noqa: SLF001
        *named(AutoShardedClient.close, ["self.__shards", "self.http.close"]),
        *named(AutoShardedClient._get_websocket, ["self.__shards[shard_id].ws"]),  # noqa: SLF001
    ],
    [
        (DiscordWebSocket.from_client, ("client", "initial", "gateway", "shard_id", "session", "sequence", "resume")),
        (Shard.__init__, ("ws", "client", "queue_put")),
        (ReconnectWebSocket.__init__, ("shard_id", "resume")),
    ],
)

FATAL = frozenset({4004, 4010, 4011, 4012, 4013, 4014})
"""Codes with which Discord closes a connection that nothing but another token or setting would mend."""
REFUSED = 401
WELL = 30.0
"""Seconds after which a connection was a good one: the next is tried at once."""
BROKEN = 5
"""Connections in a row that broke young: then the session is given up, for what breaks them may be in its replay."""
INTERVALS = (0.05, 600.0)
"""The seconds between two heartbeats that are believed."""
READY_WITHIN = 90.0
"""Seconds after which a connection without a session is given up."""
MISSED = 2.25
"""Intervals without an acknowledged heartbeat, while events come, after which a connection is not believed."""
AGAIN = 60.0
"""Seconds that an answer of `/gateway/bot` counts as fresh."""
SPENT = (
    "%s sessions were begun in the last day, and Discord grants %s: beyond that it resets the token. None is begun for "
    "%.1f hours. Find out what makes the bot start or lose its session so often; then delete identify.json in the data "
    "folder and restart it"
)
SPENT_EVERY = 60.0
"""Seconds after which a bot that waits for its grant looks whether anything changed."""
MOST_SHARDS = 10_000
CLOSING = 1.0
"""Seconds given to the other side to close a socket with us."""


class Broken(ReconnectWebSocket):
    """A frame that made no sense."""


class Socket(DiscordWebSocket):
    """A connection that breaks, and is made anew, where discord.py's would end the process."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._made = time.perf_counter()

    @property
    def _client(self) -> Quoth:
        client: Quoth = self._connection._get_client()  # type: ignore[assignment]  # noqa: SLF001
        return client

    @classmethod
    async def from_client(cls, client: Quoth, **how: Any) -> Socket:  # type: ignore[override]
        """Connect, and identify or resume."""
        ws = await super().from_client(client, **how)
        parse = client._connection.parse_ready  # noqa: SLF001  not guarded: without READY there is no session
        ws._discord_parsers = {**ws._discord_parsers, "READY": partial(ws._ready, parse)}  # noqa: SLF001
        return ws

    def _ready(self, parse: Callable[[Any], None], data: Any) -> None:
        parse(whole_ready(self._client, data, self.shard_id or 0, self.shard_count or 1))

    async def identify(self) -> None:
        """Begin a session anew: this is what Discord counts."""
        self._expect_hello()
        await super().identify()
        self._client.identifies.sent(self.shard_id or 0)

    async def resume(self) -> None:
        """Go on with the session."""
        self._expect_hello()
        await super().resume()

    def _expect_hello(self) -> None:
        if self._keep_alive is None:
            self._client.drop("HELLO", TypeError())
            raise ReconnectWebSocket(self.shard_id)

    async def poll_event(self) -> None:
        """Wait for a frame and act on it."""
        try:
            await super().poll_event()
        except asyncio.CancelledError:
            self._hush()
            raise

    async def received_message(self, msg: Any, /) -> None:
        """Act on a frame. One that is broken costs the connection, never the process."""
        before, sequence = self._keep_alive, self.sequence
        try:
            await super().received_message(msg)
        except (ReconnectWebSocket, discord.ConnectionClosed, OSError, aiohttp.ClientError):
            raise
        except Exception as error:  # noqa: BLE001  no JSON, no object, nested beyond all measure …
            self.sequence = sequence
            self._client.drop("frame", error)
            await self._break()
        if before is not None and before is not self._keep_alive:
            before.stop()
        if self.sequence is not None and type(self.sequence) is not int:
            self.sequence = sequence
            self._client.drop("frame", TypeError())
            await self._break()
        await self._watch()

    async def _watch(self) -> None:
        beat = self._keep_alive
        if beat is None:
            return
        if self.session_id is None and time.perf_counter() - self._made > READY_WITHIN:
            log.warning("shard %s: Discord has sent no READY; connecting again", self.shard_id)
            await self.close()
            raise ReconnectWebSocket(self.shard_id, resume=False)
        interval = beat.interval
        if not isinstance(interval, float) or not INTERVALS[0] <= interval <= INTERVALS[1]:
            self._client.drop("HELLO", TypeError())
            await self._break()
        elif time.perf_counter() - beat._last_ack > MISSED * interval:  # noqa: SLF001
            log.warning("shard %s: Discord sends, but no longer hears us; connecting again", self.shard_id)
            await self.close()
            raise ReconnectWebSocket(self.shard_id)

    async def _break(self) -> None:
        await self.close()
        raise Broken(self.shard_id, resume=self.session_id is not None) from None

    def _hush(self) -> None:
        if self._keep_alive is not None:
            self._keep_alive.stop()

    async def close(self, code: int = 4000) -> None:
        """Close it, though nobody may be there to close it with us."""
        try:
            async with asyncio.timeout(CLOSING):
                await super().close(code)
        except TimeoutError:
            log.debug("shard %s: its socket was closed from this side alone", self.shard_id)


@dataclass(slots=True)
class Session:
    """What is needed to resume, and how the last connections went."""

    id: str | None = None
    sequence: int | None = None
    gateway: yarl.URL | None = None
    failures: int = 0
    broken: int = 0

    def keep(self, ws: Socket) -> None:
        """Take over what a socket knew at its end."""
        self.id, self.sequence, self.gateway = ws.session_id, ws.sequence, ws.gateway

    def give_up(self) -> None:
        """Begin anew at the next connection."""
        self.id = self.sequence = self.gateway = None


class Lines:
    """The shards of one client, each held by a task of its own."""

    def __init__(self, client: Quoth, identifies: Identifies, pauses: Pauses, rng: random.Random) -> None:
        self._client = client
        self._identifies = identifies
        self._pauses = pauses
        self._rng = rng
        self._gateway: yarl.URL = Socket.DEFAULT_GATEWAY
        self._asked: float | None = None
        self._buckets: dict[int, asyncio.Lock] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def serve(self) -> None:
        """Hold every shard until the client is closed. Raises ConnectionClosed when Discord refuses for good."""
        client = self._client
        client.shard_count = await self._first_answer()
        client._connection.shard_count = client.shard_count  # noqa: SLF001
        client._connection.shard_ids = client.shard_ids or range(client.shard_count)  # noqa: SLF001
        self._tasks = [asyncio.create_task(self._hold(shard)) for shard in client._connection.shard_ids]  # noqa: SLF001
        try:
            done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                if not task.cancelled():
                    task.result()
        finally:
            self.stop()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def stop(self) -> None:
        """Hold no shard any longer. The sockets are the client's to close."""
        for task in self._tasks:
            task.cancel()

    async def _first_answer(self) -> int:
        failures = 0
        while True:
            try:
                return await self._ask()
            except (OSError, TimeoutError, aiohttp.ClientError, discord.HTTPException) as error:
                if isinstance(error, discord.HTTPException) and error.status == REFUSED:
                    raise
                failures += 1
                pause = self._pauses.start.after(failures, self._rng)
                if self._client.quiet.may("gateway/bot"):
                    log.warning("Discord cannot be reached (%s); trying again in %.0f s", cause(error), pause)
                await asyncio.sleep(pause)

    async def _ask(self) -> int:
        """Ask Discord for the gateway, the shards and what it grants. Gives the number of shards."""
        async with asyncio.timeout(self._pauses.connect):
            said = await self._client.http.request(Route("GET", "/gateway/bot"))
        self._asked = time.monotonic()
        said = said if isinstance(said, dict) else {}
        self._identifies.granted(said.get("session_start_limit"))
        self._gateway = _address(said.get("url")) or Socket.DEFAULT_GATEWAY
        wanted: int | None = getattr(self._client, "shard_count", None)
        if wanted is not None:
            return wanted
        shards = said.get("shards")
        return shards if type(shards) is int and 1 <= shards <= MOST_SHARDS else 1

    async def _hold(self, shard: int) -> None:
        session = Session()
        while True:
            began: float | None = None
            try:
                async with self._turn(shard) if session.id is None else contextlib.nullcontext():
                    ws = await self._connect(shard, session)
                began = time.monotonic()
                try:
                    while True:
                        await ws.poll_event()
                finally:
                    session.keep(ws)
            except discord.ConnectionClosed as error:
                if error.code in FATAL:
                    raise
                lost: Exception = error
            except discord.HTTPException as error:
                if error.status == REFUSED:
                    raise
                lost = error
            except Exception as error:  # noqa: BLE001  whatever it was, the next connection may go well
                lost = error
            self._client.dispatch("disconnect")
            self._client.dispatch("shard_disconnect", shard)
            await asyncio.sleep(self._pause(shard, session, lost, began))

    async def _connect(self, shard: int, session: Session) -> Socket:
        # The address to resume at may be the one that is broken: from the third attempt on it is used in turn.
        usual = session.gateway if session.failures < 3 or session.failures % 2 else None
        async with asyncio.timeout(self._pauses.connect):
            ws = await Socket.from_client(
                self._client,
                initial=True,  # no pause of discord.py's: ours were made before
                gateway=_address(usual) or self._gateway,
                shard_id=shard,
                session=session.id,
                sequence=session.sequence,
                resume=session.id is not None,
            )
        getattr(self._client, _SHARDS)[shard] = Shard(ws, self._client, _nobody_asks)
        return ws

    @contextlib.asynccontextmanager
    async def _turn(self, shard: int) -> AsyncIterator[None]:
        """Wait until this shard may identify; the others of its bucket wait for it meanwhile, no longer than that."""
        await self._wait(shard)
        bucket = shard % self._identifies.grant.max_concurrency
        async with self._buckets.setdefault(bucket, asyncio.Lock()):
            await self._wait(shard)
            yield

    async def _wait(self, shard: int) -> None:
        while True:
            if self._asked is None or time.monotonic() - self._asked > AGAIN:
                await self._ask()
            wait = self._identifies.wait(shard)
            if not wait.seconds:
                return
            if wait.spent and self._client.quiet.may("spent"):
                log.error(SPENT, self._identifies.count, self._identifies.grant.total, wait.seconds / 3600)
            await asyncio.sleep(min(wait.seconds, SPENT_EVERY))

    def _pause(self, shard: int, session: Session, lost: Exception, began: float | None) -> float:
        """Seconds until a shard connects again, and the line about it."""
        if began is not None and time.monotonic() - began > WELL:
            session.failures = session.broken = 0
        session.failures += 1
        asked_to = isinstance(lost, ReconnectWebSocket)
        pause = self._pauses.line.after(session.failures - (2 if asked_to else 0), self._rng)
        if isinstance(lost, Broken):
            session.broken += 1
            if session.broken % BROKEN == 0:
                session.give_up()
        if isinstance(lost, ReconnectWebSocket) and not lost.resume:
            session.give_up()
            pause = max(pause, self._pauses.identify.after(1, self._rng))
        if not asked_to and self._client.quiet.may(("lost", shard)):
            log.warning("shard %s: not connected (%s); trying again in %.0f s", shard, cause(lost), pause)
        return pause


def _nobody_asks(_item: Any) -> None:
    """discord.py's shards put their news into a queue; ours are held by a task each."""


def _address(said: Any) -> yarl.URL | None:
    """An address that Discord named, if a socket can be opened there."""
    try:
        address = yarl.URL(said)
    except (TypeError, ValueError):
        return None
    return address if address.scheme in {"ws", "wss"} and address.host else None


def cause(error: BaseException) -> str:
    """What kept us from Discord, in a few words that hold nothing of what was sent."""
    if isinstance(error, discord.HTTPException):
        return f"it answers {error.status}"
    if isinstance(error, discord.ConnectionClosed):
        return f"it closed with {error.code}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    told = getattr(error, "strerror", None) or getattr(getattr(error, "os_error", None), "strerror", None)
    return f"{type(error).__name__}: {told}" if isinstance(told, str) else type(error).__name__
