"""One run of the bot: logging in, connecting again with other intents, and every way to its end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from typing import Any

import discord

from .chat.client import Quoth
from .chat.connection import rest
from .chat.connection.backoff import Pauses
from .chat.connection.circuit_breaker import Standing
from .chat.connection.exchange import UNAUTHORIZED
from .chat.connection.identify_budget import IdentifyBudget
from .chat.connection.network_errors import cause
from .chat.log_limiter import LogLimiter
from .chat.services import Services
from .errors import CallError
from .store.disk.data_folder import IDENTIFIES

log = logging.getLogger(__name__)

PORTAL = "https://discord.com/developers/applications"
TOKEN_REFUSED = (
    f"Discord does not accept the token. Make a new one in the developer portal ({PORTAL}, Bot → Reset Token)."
)
CONTENT_REFUSED = (
    "Discord does not grant the message content intent: keyword replies are off, everything else "
    "works. Switch it on in the developer portal (Bot → Privileged Gateway Intents) and restart."
)
FATAL = {
    4004: TOKEN_REFUSED,
    4010: "Discord refuses the shard that was asked for (4010 invalid shard). Please report this fault of the bot.",
    4011: "Discord wants more shards for so many servers than it recommends (4011 sharding required), and says "
    "the same when it is asked again. Please report this.",
    4012: "Discord no longer serves this version of its gateway (4012). A newer Quoth or discord.py is needed.",
    4013: "Discord does not know an intent that was asked for (4013 invalid intents: guilds, guild messages, direct "
    f"messages, message content). Look at Bot → Privileged Gateway Intents in {PORTAL}, or install a newer version.",
    4014: "Discord refuses the intents though no privileged one was asked for, not even message content (4014 "
    f"disallowed intents). Look at Bot → Privileged Gateway Intents in {PORTAL}.",
}
"""What is said at the end when Discord closes the connection with one of these codes."""
MORE_SHARDS = 4011
SLOW_DOWN = 429
SLOWED = 60.0
"""Seconds to wait at least after a 429 at the login."""


class House(Services):
    """Everything a client is given. One house may see several clients (a reconnect with other intents)."""

    def client(self, *, message_content: bool, shard_count: int | None = 1, **options: Any) -> Quoth:
        """A client that has not connected yet. `shard_count` None: as many as Discord recommends."""
        return Quoth(self, message_content=message_content, shard_count=shard_count, **options)


class Run:
    """One run of the bot: it may connect more than once, and stops when it is told to."""

    def __init__(
        self,
        house: House,
        token: str,
        *,
        pauses: Pauses | None = None,
        rng: random.Random | None = None,
        identifies: IdentifyBudget | None = None,
    ) -> None:
        self.house = house
        self._token = token
        self._pauses = pauses or Pauses()
        self._rng = rng or random.SystemRandom()
        budget_file = house.settings.data / IDENTIFIES
        self.identifies = identifies or IdentifyBudget(budget_file, rng=self._rng, pauses=self._pauses.identify)
        self.standing = Standing()
        self.stopping = False
        self.content_refused = self._content = False
        self.client: Quoth | None = None
        self._end: CallError | None = None
        self._refused_shards: int | None = None
        self._wake = asyncio.Event()
        self._unreachable: Exception | None = None
        self._log_limiter = LogLimiter()

    def stop(self) -> None:
        """Finish what is under way and leave; told again: leave at once."""
        if self.stopping:
            log.info("told again: leaving at once")
        else:
            log.info("stopping: finishing what is under way")
        self.house.store.leave(at_once=self.stopping)
        if self.client is not None:
            self.client.leave(at_once=self.stopping)
        self.stopping = True
        self._wake.set()

    def token_refused(self) -> None:
        """Discord answered with 401: stop all requests at once and end with a sentence."""
        if self._end is None:
            self._end = CallError(TOKEN_REFUSED)
            self.stopping = True
            if self.client is not None:
                self.client.leave()  # answers to interactions need no token of ours: they end, and are logged
            self._wake.set()

    async def serve(self) -> None:
        """Connect, and connect again when the intents change. Raises CallError when Discord refuses for good."""
        failures = 0
        while not self.stopping:
            began = time.monotonic()
            failures = failures + 1 if not await self._serve_client() else 0
            await self._rest(failures, time.monotonic() - began)
        if self._end is not None:
            raise self._end

    async def _serve_client(self) -> bool:
        """One client, from its login to its end. False when Discord could not be reached.

        Message content that was once asked for is asked for again, whatever was switched meanwhile: nobody can make the
        bot connect anew again and again.
        """
        self._content = self._content or bool(self.house.keywords.channels)
        content, before = self._content and not self.content_refused, self.client
        client = self.client = self.house.client(
            message_content=content,
            content_refused=self.content_refused,
            reconnect=self._connect_with_content,
            refused=self.token_refused,
            identifies=self.identifies,
            pauses=self._pauses,
            rng=self._rng,
            shard_count=None,
        )
        if before is not None:
            client.servers.follow(before.servers)
        self._wake.clear()
        async with client:
            work = asyncio.create_task(self._work(client))
            woken = asyncio.create_task(self._wake.wait())
            await asyncio.wait({work, woken}, return_when=asyncio.FIRST_COMPLETED)
            woken.cancel()
            if not work.done():
                if not client.set_up:
                    work.cancel()  # it is logging in: nothing is under way yet
                await (client.close() if self.stopping else client.part())
                work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                return await self._judge(client, work, content=content)
            return True

    def _connect_with_content(self) -> None:
        self._content = True
        self._wake.set()

    async def _work(self, client: Quoth) -> None:
        rest.install(client, self.standing, self.token_refused)  # here: the shards' tasks inherit what it sets
        async with asyncio.timeout(self._pauses.connect):
            await client.login(self._token)
        await client.connect()

    async def _judge(self, client: Quoth, work: asyncio.Task[None], *, content: bool) -> bool:
        try:
            await work
        except discord.LoginFailure:
            self.token_refused()
        except discord.ConnectionClosed as error:
            self._closed(client, error.code, content=content)
        except Exception as error:
            if isinstance(error, discord.HTTPException) and error.status == UNAUTHORIZED:
                self.token_refused()
            elif self.stopping:
                log.info("left before it was connected")
            elif client.set_up:
                raise  # ours, and no trouble of the network
            else:
                self._unreachable = error
                return False
        return True

    def _closed(self, client: Quoth, code: int, *, content: bool) -> None:
        """Discord closed for good: mended where another connection can be another one, and the end elsewhere."""
        if code == 4014 and content:
            self.content_refused = True
            log.warning(CONTENT_REFUSED)
        elif code == MORE_SHARDS and client.shard_count != self._refused_shards:
            self._refused_shards = client.shard_count
            log.warning(
                "Discord wants more than %s shards: asking how many, and connecting again", self._refused_shards
            )
        else:
            self._end = self._end or CallError(FATAL.get(code, f"Discord closed with {code}."))
            self.stopping = True

    async def _rest(self, failures: int, took: float) -> None:
        if not failures or self.stopping:
            return
        pause = self._pauses.start.after(failures, self._rng, took)
        if isinstance(self._unreachable, discord.HTTPException) and self._unreachable.status == SLOW_DOWN:
            pause = max(pause, SLOWED)
        if self._unreachable is not None and self._log_limiter.allows("unreachable"):
            log.warning("Discord cannot be reached (%s); trying again, every minute at least", cause(self._unreachable))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._wake.wait()
