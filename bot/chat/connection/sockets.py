"""A socket to Discord's gateway that breaks, and is made anew, where discord.py's would end the process."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket, KeepAliveHandler, ReconnectWebSocket

from . import named, relied_on
from .event_guard import sanitized_ready
from .sequence_numbers import SequenceNumbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from .host import Host

log = logging.getLogger(__name__)

_FRAMES = (
    "self._keep_alive",
    "self.send_as_json(beat)",
    "self.sequence = seq",
    "self._discord_parsers[event]",
    "resume=False",
)
_MADE = ("ws._discord_parsers = ", "ws._connection = ", "ws.session_id = session")
relied_on(
    "the socket to the gateway",
    [
        *((DiscordWebSocket, name) for name in ("identify", "resume", "poll_event", "received_message", "close")),
        (DiscordWebSocket, "HEARTBEAT"),
        (KeepAliveHandler, "stop"),
        *named(DiscordWebSocket, "received_message", _FRAMES),
        *named(DiscordWebSocket, "from_client", _MADE),
        *named(KeepAliveHandler, "__init__", ["self._last_ack", "self.interval"]),
    ],
    [(ReconnectWebSocket.__init__, ("shard_id", "resume"))],
)

INTERVALS = (0.05, 600.0)
"""The seconds between two heartbeats that are believed."""
READY_WITHIN = 45.0
"""Seconds after which a connection that Discord has not made a session of is given up."""
RESUMED_WITHIN = 30.0
"""Seconds without an event after which a connection is given up whose RESUME Discord has not answered."""
ENDED = frozenset({4003, 4007, 4009})
"""Codes with which Discord closes a session that it will not resume."""
MISSED = 2.25
"""Intervals without an acknowledged heartbeat, while events come, after which a connection is not believed."""
BEATS = 1.0
"""Seconds between two heartbeats that Discord asks for beside those of the clock: each takes from what may be sent."""
CLOSING = 1.0
"""Seconds given to the other side to close a socket with us."""


class Broken(ReconnectWebSocket):
    """A frame that made no sense."""


class Ended(ReconnectWebSocket):
    """Discord closed the session for good; only a new one may follow."""

    def __init__(self, shard: int | None, code: int) -> None:
        super().__init__(shard, resume=False)
        self.code = code


class Socket(DiscordWebSocket):
    """A connection that breaks, and is made anew, where discord.py's would end the process."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.taken = SequenceNumbers()
        """The numbers of the session's events that were acted on."""
        self._number: int | None = None
        self._moved = time.perf_counter()
        self._beat = -BEATS
        self._resuming = self.greeted = False
        """Whether READY or RESUMED came on this connection."""

    @property
    def sequence(self) -> int | None:
        """The number of the last event."""
        return self._sequence

    @sequence.setter
    def sequence(self, number: int | None) -> None:
        self._sequence = self._number = number

    @property
    def _client(self) -> Host:
        client: Host = self._connection._get_client()  # type: ignore[assignment]
        return client

    @classmethod
    async def from_client(cls, client: Host, **how: Any) -> Socket:  # type: ignore[override]
        """Connect, and identify or resume."""
        ws = await super().from_client(client, **how)
        parsers, parse = ws._discord_parsers, client._connection.parse_ready
        parsers = {**parsers, "READY": partial(ws._ready, parse)}
        ws._discord_parsers = {kind: partial(ws._once, parse) for kind, parse in parsers.items()}
        ws._discord_parsers["RESUMED"] = partial(ws._resumed, parsers["RESUMED"])  # each answers another RESUME
        return ws

    def _once(self, parse: Callable[[Any], None], data: Any) -> None:
        """Act on an event, but on none that came before; one that could not be acted on has not come."""
        number = self._number
        if number is not None and number in self.taken:
            return
        parse(data)
        if number is not None:
            self.taken.take(number)

    def _ready(self, parse: Callable[[Any], None], data: Any) -> None:
        parse(sanitized_ready(self._client, data, self.shard_id or 0, self.shard_count or 1))
        self.greeted = True

    def _resumed(self, parse: Callable[[Any], None], data: Any) -> None:
        self.greeted = True
        parse(data)

    async def identify(self) -> None:
        """Begin a session anew: this is what Discord counts."""
        self._expect_hello()
        await super().identify()
        self._client.identifies.sent(self.shard_id or 0)

    async def resume(self) -> None:
        """Go on with the session."""
        self._expect_hello()
        self._resuming = True
        await super().resume()

    def _expect_hello(self) -> None:
        if self._keep_alive is None:
            self._client.drop("HELLO", TypeError())
            raise ReconnectWebSocket(self.shard_id)

    async def poll_event(self) -> None:
        """Wait for a frame and act on it."""
        try:
            async with asyncio.timeout(self._patience()):
                await super().poll_event()
        except asyncio.CancelledError:
            self._hush()
            raise
        except TimeoutError:
            sent = "has not answered RESUME" if self._resuming else "has sent no READY"
            log.warning("shard %s: Discord %s; connecting again", self.shard_id, sent)
            await self.close()
            raise ReconnectWebSocket(self.shard_id, resume=self._resuming) from None
        except (ReconnectWebSocket, discord.ConnectionClosed):
            code = self.socket.close_code
            if self._close_code is None and code in ENDED:
                raise Ended(self.shard_id, code) from None
            raise

    def _patience(self) -> float | None:
        """Seconds that may still pass before this connection must have become of use; None when it is."""
        if self.greeted:
            return None
        limit = RESUMED_WITHIN if self._resuming else READY_WITHIN
        return max(0.0, self._moved + limit - time.perf_counter())

    async def received_message(self, msg: Any, /) -> None:
        """Act on a frame. One that is broken costs the connection, never the process."""
        before, sequence, self._number = self._keep_alive, self.sequence, None
        try:
            frame = msg if self.greeted else self._sanitized(msg)
            if frame is not None:
                await super().received_message(frame)
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
        if self.sequence != sequence:
            self._moved = time.perf_counter()
        await self._watch()

    def _sanitized(self, msg: Any) -> Any:
        """A frame before the greeting, with what discord.py takes from a READY before it asks any parser."""
        if isinstance(msg, bytes):
            msg = self._decompressor.decompress(msg)
        if not isinstance(msg, str) or "READY" not in msg:
            return msg
        frame = json.loads(msg)
        if frame.get("t") != "READY":
            return msg
        data = frame["d"]
        name, place = data.get("session_id"), address(data.get("resume_gateway_url"))
        if not isinstance(name, str) or place is None:
            self._client.drop("READY", TypeError())
        data["session_id"] = name if isinstance(name, str) else ""
        data["resume_gateway_url"] = str(place or self.gateway)
        return json.dumps(frame)

    async def send_as_json(self, data: Any) -> None:
        """Send a frame, within the limit of frames. A heartbeat that was just sent is not sent again."""
        if data.get("op") == self.HEARTBEAT:
            now = time.perf_counter()
            if now - self._beat < BEATS:
                return
            self._beat = now
        await super().send_as_json(data)

    async def _watch(self) -> None:
        beat = self._keep_alive
        if beat is None:
            return
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
        raise Broken(self.shard_id, resume=bool(self.session_id)) from None

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


def address(said: Any) -> yarl.URL | None:
    """An address that Discord named, if a socket can be opened there."""
    try:
        named = yarl.URL(said)
    except (TypeError, ValueError):
        return None
    return named if named.scheme in {"ws", "wss"} and named.host else None
