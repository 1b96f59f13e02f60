"""The gateway of the stand-in: sessions that can be cut, resumed, replayed, closed, and that misbehave on demand."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import time
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from tests.gateway.stand_in import world

if TYPE_CHECKING:
    from collections.abc import Callable

REPLAYED = 10_000
"""Events a session keeps for a bot that resumes."""


@dataclass(slots=True)
class Session:
    """One identified bot (or shard of it). `kept` holds (sequence, text) of what was sent or missed."""

    name: str
    shard: tuple[int, int]
    wire: Wire | None = None
    sequence: int = 0
    kept: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=REPLAYED))

    def stands_for(self, guild: str | None) -> bool:
        """Whether this shard hears of that server; of direct messages the first one does."""
        number, count = self.shard
        return (int(guild) >> 22) % count == number if guild else number == 0


@dataclass(slots=True)
class Wire:
    """One open socket."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport
    deflate: Any = None

    async def send(self, frame: str | bytes) -> None:
        """Send a frame; a text is compressed where that was agreed."""
        with contextlib.suppress(ConnectionError, RuntimeError):  # it went while we wrote: the session keeps the event
            if isinstance(frame, str) and self.deflate is None:
                await self.socket.send_str(frame)
            elif isinstance(frame, str):
                packed = self.deflate.compress(frame.encode()) + self.deflate.flush(zlib.Z_SYNC_FLUSH)
                await self.socket.send_bytes(packed)
            else:
                await self.socket.send_bytes(frame)


class Gateway:
    """The gateway's side. What it knows of the rest it is given: `note` keeps what came in."""

    def __init__(self, note: Callable[[str, str, Any], None], letting_in: asyncio.Event) -> None:
        self.identified: list[dict[str, Any]] = []
        self.resumed: list[dict[str, Any]] = []
        self.beats: list[float] = []
        """Seconds since 1970 of every heartbeat that came."""
        self.content_allowed = True
        self.acknowledging = True  # False: heartbeats get no ACK, events go on
        self.compressing = False  # True: as asked for by `compress=zlib-stream`
        self.hello: str | None = _frame(10, {"heartbeat_interval": 41_250})  # None: none is sent
        self.refusing: int | None = None  # the status with which connecting is refused
        self.closing: int | None = None  # the close code with which IDENTIFY is answered
        self.invalid = False  # True: IDENTIFY is answered with op 9, for ever
        self.greeting: Callable[[dict[str, Any]], dict[str, Any]] = lambda ready: ready  # what READY is made into
        self.servers = 1
        self.channels = 1
        self.sessions: dict[str, Session] = {}
        self.url = ""
        self._heard = note
        self._letting_in = letting_in
        self._names = itertools.count(1)
        self._open: dict[web.WebSocketResponse, Wire] = {}
        self._before: Wire | None = None
        self._pinged: list[asyncio.Future[None]] = []

    async def tell(self, event: str, data: Any, guild: str | None = world.GUILD) -> None:
        """Send an event to the shard that hears of that server, or keep it for a bot that resumes."""
        body = json.dumps(data)
        for session in tuple(self.sessions.values()):
            if session.stands_for(guild):
                await self._tell(session, event, body)

    async def _tell(self, session: Session, event: str, body: str) -> None:
        session.sequence += 1
        text = f'{{"op":0,"t":{json.dumps(event)},"s":{session.sequence},"d":{body}}}'
        session.kept.append((session.sequence, text))
        if session.wire is not None and not session.wire.socket.closed:
            await session.wire.send(text)

    async def raw(self, frame: str | bytes) -> None:
        """Send a frame as it is: text, or bytes."""
        for wire in self.wires():
            await wire.send(frame)

    async def ask_for_reconnect(self) -> None:
        """Op 7."""
        await self.raw(_frame(7, None))

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Op 9. What is not resumable is forgotten."""
        await self.raw(_frame(9, resumable))
        if not resumable:
            self.sessions.clear()

    async def ping(self) -> float:
        """Ping the bot's sockets and give the seconds until an answer came: how long its loop was held.

        A frame of the protocol of web sockets, not an op 1: discord.py answers no more than 110 of those in a minute.
        """
        came: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pinged.append(came)
        began = time.perf_counter()
        for wire in self.wires():
            with contextlib.suppress(ConnectionError, RuntimeError):
                await wire.socket.ping()
        await came
        return time.perf_counter() - began

    async def shut(self, code: int) -> None:
        """Close every socket with a code."""
        for wire in self.wires():
            await wire.socket.close(code=code)

    async def replay(self, events: int) -> None:
        """Send the last events once more, as Discord may after a resume."""
        for session in tuple(self.sessions.values()):
            for _, text in list(session.kept)[-events:]:
                if session.wire is not None:
                    await session.wire.send(text)

    def cut(self) -> None:
        """Cut every socket, as a broken network does: no closing frame."""
        wires = self.wires()
        assert wires
        for wire in wires:
            wire.transport.abort()
        self._before = None
        for session in self.sessions.values():
            session.wire = None

    def wires(self) -> list[Wire]:
        """The sockets that are open."""
        known = [session.wire for session in self.sessions.values()]
        if self._before not in known:
            known.append(self._before)
        return [wire for wire in known if wire is not None and not wire.socket.closed]

    @property
    def _gateway(self) -> str:
        return self.url

    @property
    def _socket(self) -> web.WebSocketResponse | None:
        """The socket of the one bot. A test that answers IDENTIFY itself sets it, so that it can be cut."""
        return next((wire.socket for wire in self.wires()), None)

    @_socket.setter
    def _socket(self, socket: web.WebSocketResponse) -> None:
        self._before = self._open[socket]

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """One connection of a bot."""
        await self._letting_in.wait()
        if self.refusing:
            return web.Response(status=self.refusing, text="no gateway here")
        socket = web.WebSocketResponse(autoping=False, max_msg_size=1 << 20)
        await socket.prepare(request)
        assert isinstance(request.transport, asyncio.Transport)
        wire = Wire(socket, request.transport)
        if self.compressing and request.query.get("compress") == "zlib-stream":
            wire.deflate = zlib.compressobj()
        self._open[socket] = wire
        if self.hello is not None:
            await wire.send(self.hello)
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                await self._frame(socket, request, json.loads(frame.data))
            elif frame.type is WSMsgType.PING:
                await socket.pong(frame.data)
            elif frame.type is WSMsgType.PONG:
                self._ponged()
        del self._open[socket]
        self._heard("CLOSED", "/gateway", socket.close_code)
        return socket

    def _ponged(self) -> None:
        pinged, self._pinged = self._pinged, []
        for came in pinged:
            if not came.done():
                came.set_result(None)

    async def _frame(self, socket: web.WebSocketResponse, _request: web.Request, frame: dict[str, Any]) -> None:
        wire = self._open[socket]
        match frame["op"]:
            case 1:
                self.beats.append(time.time())
                self._heard("BEAT", "/gateway", frame["d"])
                if self.acknowledging:
                    await wire.send(_frame(11, None))
            case 2:
                await self._identify(wire, frame["d"])
            case 6:
                await self._resume(wire, frame["d"])

    async def _identify(self, wire: Wire, data: dict[str, Any]) -> None:
        self._heard("IDENTIFY", "/gateway", data.get("shard"))
        if data["token"] != world.TOKEN:
            await wire.socket.close(code=4004)
            return
        self.identified.append(data)
        if data["intents"] & world.MESSAGE_CONTENT and not self.content_allowed:
            self._heard("REFUSED", "/gateway", data["intents"])
            await wire.socket.close(code=4014, message=b"Disallowed intent(s).")
        elif self.closing is not None:
            await wire.socket.close(code=self.closing)
        elif self.invalid:
            await wire.send(_frame(9, False))
        else:
            await self._ready(wire, tuple(data.get("shard") or (0, 1)))

    async def _ready(self, wire: Wire, shard: tuple[int, int]) -> None:
        for name, old in tuple(self.sessions.items()):  # a bot that was killed does not come back for its session
            if old.shard == shard and (old.wire is None or old.wire.socket.closed):
                del self.sessions[name]
        number = next(self._names)
        session = Session("session" if number == 1 else f"session-{number}", shard, wire)
        here = [one for one in range(self.servers) if session.stands_for(world.server_id(one))]
        ready = {"v": 10, "user": world.BOT, "session_id": session.name, "resume_gateway_url": self.url}
        ready |= {"guilds": [{"id": world.server_id(one), "unavailable": True} for one in here]}
        ready |= {"shard": list(shard), "application": {"id": world.APPLICATION, "flags": 0}}
        await self._tell(session, "READY", json.dumps(self.greeting(ready)))
        for one in here:
            await self._tell(session, "GUILD_CREATE", json.dumps(world.server(one, self.channels)))
        self.sessions[session.name] = session
        self._heard("READY", "/gateway", None)

    async def _resume(self, wire: Wire, data: dict[str, Any]) -> None:
        self.resumed.append(data)
        session = self.sessions.get(data["session_id"])
        if session is None or data["token"] != world.TOKEN:
            await wire.send(_frame(9, False))
            return
        last = int(data["seq"] or 0)
        for sequence, text in tuple(session.kept):
            if sequence > last:
                await wire.send(text)
        session.wire = wire
        await self._tell(session, "RESUMED", "{}")
        self._heard("RESUMED", "/gateway", None)


def _frame(op: int, data: Any) -> str:
    return json.dumps({"op": op, "d": data, "s": None, "t": None})
