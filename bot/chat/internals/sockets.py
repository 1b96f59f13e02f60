"""A socket to Discord's gateway that breaks, and is made anew, where discord.py's would end the process."""

from __future__ import annotations

import asyncio
import logging
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord.gateway import DiscordWebSocket, KeepAliveHandler, ReconnectWebSocket

from bot.chat.internals import named, relied_on
from bot.chat.internals.events import whole_ready

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.chat.client import Quoth

log = logging.getLogger(__name__)

_FRAMES = ("self._keep_alive", "self.sequence", "self._discord_parsers[event]", "resume=False")
_MADE = ("ws._discord_parsers = ", "ws._connection = ", "ws.session_id = session")
relied_on(
    "the socket to the gateway",
    [
        *((DiscordWebSocket, name) for name in ("identify", "resume", "poll_event", "received_message", "close")),
        (KeepAliveHandler, "stop"),
        *named(DiscordWebSocket, "received_message", _FRAMES),
        *named(DiscordWebSocket, "from_client", _MADE),
        *named(KeepAliveHandler, "__init__", ["self._last_ack", "self.interval"]),
    ],
    [(ReconnectWebSocket.__init__, ("shard_id", "resume"))],
)

INTERVALS = (0.05, 600.0)
"""The seconds between two heartbeats that are believed."""
READY_WITHIN = 90.0
"""Seconds after which a connection without a session is given up."""
MISSED = 2.25
"""Intervals without an acknowledged heartbeat, while events come, after which a connection is not believed."""
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
        client: Quoth = self._connection._get_client()  # type: ignore[assignment]
        return client

    @classmethod
    async def from_client(cls, client: Quoth, **how: Any) -> Socket:  # type: ignore[override]
        """Connect, and identify or resume."""
        ws = await super().from_client(client, **how)
        parse = client._connection.parse_ready
        ws._discord_parsers = {**ws._discord_parsers, "READY": partial(ws._ready, parse)}
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
        elif time.perf_counter() - beat._last_ack > MISSED * interval:
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
