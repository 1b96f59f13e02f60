"""The connection to Discord's gateway: sockets that outlive what is sent, and one task for each shard.

discord.py's own loop ends the process on a broken frame, identifies without end, waits up to seventeen minutes after an
outage and lets one shard's pause hold up the others. So the client's `connect` is replaced by `ShardConnections`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import discord
from discord.client import Client
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from discord.http import HTTPClient, Route
from discord.shard import AutoShardedClient, Shard

from . import named, relied_on
from .exchange import UNAUTHORIZED
from .network_errors import cause
from .sequence_numbers import SequenceNumbers
from .sockets import Broken, Ended, Socket, address

if TYPE_CHECKING:
    import random
    from collections.abc import AsyncIterator

    import yarl

    from .backoff import Pauses
    from .host import Host
    from .identify_budget import IdentifyBudget, Wait

log = logging.getLogger(__name__)

_SHARDS = "_AutoShardedClient__shards"
relied_on(
    "the connection to the gateway",
    [
        (DiscordWebSocket, "DEFAULT_GATEWAY"),
        (HTTPClient, "request"),
        *named(Client, "_call_before_identify_hook", ["before_identify_hook"]),
        *named(AutoShardedClient, "close", ["self.__shards", "self.http.close"]),
        *named(AutoShardedClient, "_get_websocket", ["self.__shards[shard_id].ws"]),
    ],
    [
        (DiscordWebSocket.from_client, ("client", "initial", "gateway", "shard_id", "session", "sequence", "resume")),
        (Shard.__init__, ("ws", "client", "queue_put")),
    ],
)

FATAL = frozenset({4004, 4010, 4011, 4012, 4013, 4014})
"""Codes with which Discord closes a connection that nothing but another token or setting would mend."""
STABLE_AFTER = 30.0
"""Seconds after which a connection was a good one: the next is tried at once."""
DIED_YOUNG, MOST_PATIENCE = 5, 80
"""Connections in a row that ended young: then the session is given up, for what ends them may be in its replay.
Each time it takes twice as many, up to so many: a line that breaks all day does not use up what Discord grants.
"""
UNANSWERED = 3
"""RESUMEs in a row that Discord did not answer with RESUMED, whatever it did instead: then the session is given up."""
RESUMING = 10.0
"""Seconds for which that must have been so: Discord keeps what happened meanwhile for who resumes."""
NEAR = 8.0
"""Seconds for an attempt to connect where the session is; then the usual address has its turn, without a pause."""
FRESH_FOR = 60.0
"""Seconds that an answer of `/gateway/bot` counts as fresh."""
SPENT = (
    "%s sessions were begun in the last day, and Discord grants %s: beyond that it resets the token. None is begun for "
    "%.1f hours. Find out what makes the bot start or lose its session so often; then delete identify.json in the data "
    "folder and restart it"
)
ELSEWHERE = (
    "of the %s sessions that Discord grants a day only %s are left, though %s were begun from this data folder: beyond "
    "that it resets the token. None is begun for %.1f hours. Another program, or an earlier data folder, has used the "
    "same token: find and stop it, or make a new token"
)
SPENT_EVERY = 60.0
"""Seconds after which a bot that waits for its grant looks whether anything changed."""
MOST_SHARDS = 10_000


@dataclass(slots=True)
class Session:
    """What is needed to resume, and how the last connections went."""

    id: str | None = None
    sequence: int | None = None
    gateway: yarl.URL | None = None
    failures: int = 0
    died_young: int = 0
    patience: int = DIED_YOUNG
    tried: int = 0
    unanswered: int = 0
    since: float = 0.0
    taken: SequenceNumbers = field(default_factory=SequenceNumbers)

    @property
    def near(self) -> yarl.URL | None:
        """Where the session is: in every other attempt, for that address may be the one that is broken."""
        return None if self.tried % 2 else address(self.gateway)

    def keep(self, ws: Socket) -> None:
        """Take over what a socket knew at its end."""
        self.unanswered = 0 if ws.greeted else self.unanswered + (self.id is not None)
        self.since = time.monotonic() if self.unanswered < 2 else self.since
        self.tried = 0 if ws.greeted else self.tried
        self.id, self.sequence, self.gateway = ws.session_id or None, ws.sequence, ws.gateway
        self.taken = ws.taken

    def count(self, lost: Exception, seconds: float | None) -> None:
        """A connection ended so, after so many seconds; None where it did not come about."""
        if seconds is not None and seconds > STABLE_AFTER:
            self.failures, self.died_young, self.patience = 0, 0, DIED_YOUNG
        elif isinstance(lost, Broken) or (seconds is not None and not self.unanswered):
            self.died_young += 1
        self.failures += 1

    def give_up(self) -> None:
        """Begin anew at the next connection."""
        self.id = self.sequence = self.gateway = None
        self.unanswered = 0


class ShardConnections:
    """The shards of one client, each held by a task of its own."""

    def __init__(self, client: Host, identifies: IdentifyBudget, pauses: Pauses, rng: random.Random) -> None:
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
        client._connection.shard_count = client.shard_count
        client._connection.shard_ids = client.shard_ids or range(client.shard_count)
        self._tasks = [asyncio.create_task(self._hold(shard)) for shard in client._connection.shard_ids]
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
            began = time.monotonic()
            try:
                return await self._ask()
            except Exception as error:
                if isinstance(error, discord.HTTPException) and error.status == UNAUTHORIZED:
                    raise
                failures += 1
                pause = self._pauses.start.after(failures, self._rng, time.monotonic() - began)
                if self._client.log_limiter.allows("gateway/bot"):
                    log.warning("Discord cannot be reached (%s); trying again in %.0f s", cause(error), pause)
                await asyncio.sleep(pause)

    async def _ask(self) -> int:
        """Ask Discord for the gateway, the shards and what it grants. Gives the number of shards."""
        async with asyncio.timeout(self._pauses.connect):
            said = await self._client.http.request(Route("GET", "/gateway/bot"))
        self._asked = time.monotonic()
        said = said if isinstance(said, dict) else {}
        self._identifies.granted(said.get("session_start_limit"))
        self._gateway = address(said.get("url")) or Socket.DEFAULT_GATEWAY
        wanted: int | None = getattr(self._client, "shard_count", None)
        if wanted is not None:
            return wanted
        shards = said.get("shards")
        return shards if type(shards) is int and 1 <= shards <= MOST_SHARDS else 1

    async def _hold(self, shard: int) -> None:
        session = Session()
        while True:
            tried, began = time.monotonic(), None
            try:
                async with self._turn(shard) if session.id is None else contextlib.nullcontext():
                    if self._client.leaving:
                        return
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
                if error.status == UNAUTHORIZED:
                    raise
                lost = error
            except Exception as error:  # noqa: BLE001  whatever it was, the next connection may go well
                lost = error
            self._client.dispatch("disconnect")
            self._client.dispatch("shard_disconnect", shard)
            await asyncio.sleep(self._pause(shard, session, lost, tried, began))

    async def _connect(self, shard: int, session: Session) -> Socket:
        near = session.near
        session.tried += 1
        async with asyncio.timeout(min(NEAR, self._pauses.connect) if near else self._pauses.connect):
            ws = await Socket.from_client(
                self._client,
                initial=True,  # no pause of discord.py's: ours were made before
                gateway=near or self._gateway,
                shard_id=shard,
                session=session.id,
                sequence=session.sequence,
                resume=session.id is not None,
            )
        if session.id is not None:
            ws.taken = session.taken
        getattr(self._client, _SHARDS)[shard] = Shard(ws, self._client, _nobody_asks)
        return ws

    def greeted(self) -> bool:
        """Whether Discord said READY or RESUMED on every connection there is."""
        return all(shard.ws.greeted for shard in getattr(self._client, _SHARDS).values())

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
            if self._asked is None or time.monotonic() - self._asked > FRESH_FOR:
                await self._ask()
            wait = self._identifies.wait(shard)
            if not wait.seconds:
                return
            if wait.spent and self._client.log_limiter.allows("spent"):
                self._say_spent(wait)
            await asyncio.sleep(min(wait.seconds, SPENT_EVERY))

    def _say_spent(self, wait: Wait) -> None:
        count, grant = self._identifies.count, self._identifies.grant
        if wait.elsewhere:
            log.error(ELSEWHERE, grant.total, grant.remaining, count, wait.seconds / 3600)
        else:
            log.error(SPENT, count, grant.total, wait.seconds / 3600)

    def _pause(self, shard: int, session: Session, lost: Exception, tried: float, began: float | None) -> float:
        """Seconds until a shard connects again, and the line about it. What led to no session was a pause as well."""
        now = time.monotonic()
        session.count(lost, None if began is None else now - began)
        asked_to = isinstance(lost, ReconnectWebSocket)
        took = now - tried if began is None or session.tried else 0.0
        pause = self._pauses.line.after(session.failures - (2 if asked_to else 0), self._rng, took)
        if began is None and session.tried % 2 and session.gateway is not None:
            pause = min(pause, self._pauses.line.first)
        self._judge(shard, session, lost)
        if isinstance(lost, ReconnectWebSocket) and not lost.resume:
            session.give_up()
            pause = max(pause, self._pauses.identify.after(1, self._rng))
        if not asked_to and self._client.log_limiter.allows(("lost", shard)):
            log.warning("shard %s: not connected (%s); trying again in %.0f s", shard, cause(lost), pause)
        return pause

    def _judge(self, shard: int, session: Session, lost: Exception) -> None:
        """Give up a session that Discord does not let us resume, with a line."""
        if isinstance(lost, Ended):
            said = f"Discord closed it with {lost.code}"
        elif session.unanswered >= UNANSWERED and time.monotonic() - session.since >= RESUMING:
            said = f"{session.unanswered} attempts to resume it came to nothing"
        elif session.died_young >= session.patience:
            said = f"{session.died_young} connections of it ended at once"
            session.died_young, session.patience = 0, min(2 * session.patience, MOST_PATIENCE)
        else:
            return
        session.give_up()
        if self._client.log_limiter.allows(("given up", shard)):
            log.warning("shard %s: beginning a new session, for %s", shard, said)


def _nobody_asks(_item: Any) -> None:
    """discord.py's shards put their news into a queue; ours are held by a task each."""
