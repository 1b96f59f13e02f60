"""Puts the pieces together: settings, bank, log, client; and takes them apart in the right order on every way out."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import random
import signal
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.chat.answers import Answers
from bot.chat.client import Quoth
from bot.chat.gate.gate import Clocks
from bot.chat.keywords import Keywords
from bot.errors import CallError
from bot.library import open_library
from bot.reading import Apart
from bot.search.pick import Rounds
from bot.store.store import Store
from bot.watching import Pace, glance, watching

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.config import Settings
    from bot.library import Library

__all__ = ["Clocks", "House", "Run", "open_house", "run", "utc_now"]
log = logging.getLogger(__name__)

HEALTH_EVERY = 30.0
"""Seconds between two signs of life."""


def utc_now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class House:
    """Everything a client is given. One house may see several clients (a reconnect with other intents)."""

    settings: Settings
    library: Library
    store: Store
    answers: Answers
    keywords: Keywords
    clocks: Clocks | None = None

    def client(
        self, *, message_content: bool, content_refused: bool = False, reconnect: Callable[[], None] | None = None
    ) -> Quoth:
        """A client that has not connected yet."""
        return Quoth(
            self.answers,
            self.keywords,
            self.settings,
            message_content=message_content,
            content_refused=content_refused,
            reconnect=reconnect,
            clocks=self.clocks,
        )


@asynccontextmanager
async def open_house(
    settings: Settings,
    *,
    now: Callable[[], datetime] = utc_now,
    rng: random.Random | None = None,
    watch: Pace | None = None,
    clocks: Clocks | None = None,
) -> AsyncIterator[House]:
    """Open the bank and the log; the log is closed on every way out. Raises BankError when no bank can be served.

    With a pace, changes of the bank's folder are taken up while the house is open, as the settings say.
    A simulated Discord has `clocks` of its own.
    """
    folder = settings.bank_folder
    seen = glance(folder)
    library = open_library(folder, settings.last_good)
    store = await Store.open(settings.database, now=now)
    try:
        answers = Answers(
            library,
            store,
            rounds=Rounds(),
            rng=rng or random.SystemRandom(),
            now=now,
            accent=int(settings.accent.removeprefix("#"), 16),
            log_wait=settings.log_wait / 1000,
        )
        keywords = Keywords(library, store, cooldown=settings.keyword_cooldown)
        await keywords.load(now())
        if store.problem:
            log.warning("the log is unavailable, answers go on without it: %s", store.problem)
        async with AsyncExitStack() as stack:
            if watch is not None:
                apart = Apart(folder, settings.last_good)
                await stack.enter_async_context(watching(library, apart, folder, seen, how=settings.watch, pace=watch))
            yield House(settings, library, store, answers, keywords, clocks)
    finally:
        await store.close()


@dataclass(slots=True)
class Run:
    """One run of the bot: it may connect more than once, and stops when it is told to."""

    house: House
    token: str = field(repr=False)
    stopping: bool = False
    refused: bool = False
    unreachable: bool = False
    client: Quoth | None = None
    _closing: set[asyncio.Task[None]] = field(default_factory=set)

    def stop(self) -> None:
        """Finish what is under way and leave."""
        if not self.stopping:
            self.stopping = True
            log.info("stopping: finishing what is under way")
            self._close()

    def _close(self) -> None:
        if self.client is not None:
            task = asyncio.create_task(self.client.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def serve(self) -> bool:
        """Connect, and connect again when the intents change; False when Discord cannot be reached.

        Raises CallError when Discord refuses the token.
        """
        while not self.stopping:
            wanted = bool(self.house.keywords.channels) and not self.refused
            self.client = self.house.client(message_content=wanted, content_refused=self.refused, reconnect=self._close)
            try:
                async with self.client:
                    await self.client.start(self.token)
            except discord.PrivilegedIntentsRequired:
                self.refused = True
                log.warning(
                    "Discord does not grant the message content intent: keyword replies are off, everything else "
                    "works. Switch it on in the developer portal (Bot → Privileged Gateway Intents) and restart."
                )
            except discord.LoginFailure:
                raise CallError(
                    "Discord does not accept the token. Make a new one in the developer portal (Bot → Reset Token)."
                ) from None
            except Exception as error:
                if not self._is_the_end(error):
                    raise
            finally:
                await asyncio.gather(*self._closing, return_exceptions=True)
        return not self.unreachable

    def _is_the_end(self, error: Exception) -> bool:
        if self.stopping:  # told to leave while it was logging in: the login fails, and that is what was wanted
            log.info("left before it was connected")
            return True
        self.unreachable = self.stopping = isinstance(error, (OSError, aiohttp.ClientError, discord.HTTPException))
        if self.unreachable:
            log.error("Discord cannot be reached (%s); whoever restarts the bot may try again", type(error).__name__)
        return self.unreachable


def keep_loaded() -> None:
    """What is loaded by now stays for good: no search for garbage goes through it again."""
    gc.freeze()
    gc.enable()


async def run(settings: Settings, token: str) -> bool:
    """Serve until SIGTERM or Ctrl-C; False when Discord cannot be reached."""
    async with open_house(settings, watch=Pace()) as house:
        keep_loaded()
        work = Run(house, token)
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers in its event loop
                loop.add_signal_handler(name, work.stop)
        signs = asyncio.create_task(_signs_of_life(work))
        try:
            return await work.serve()
        finally:
            signs.cancel()
            await asyncio.gather(signs, return_exceptions=True)


async def _signs_of_life(work: Run) -> None:
    path = work.house.settings.health_file
    while path is not None:
        hears = _hears(work.client)
        if hears:
            try:
                path.touch()
            except OSError as error:
                log.warning("the health file cannot be touched: %s", error.strerror)
        await asyncio.sleep(HEALTH_EVERY if hears else 1.0)


def _hears(client: Quoth | None) -> bool:
    # is_ready() stays true while the connection is down; only an open socket says that Discord is there.
    return client is not None and client.is_ready() and not client.is_closed() and client.ws.open
