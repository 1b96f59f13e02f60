"""Puts the pieces together: settings, bank, log, client; and takes them apart in the right order on every way out."""

from __future__ import annotations

import asyncio
import gc
import logging
import random
import threading
import traceback
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import private
from .chat.admission.ages import Clocks
from .chat.answers.quotes import Quotes
from .chat.moderation.keyword_channels import Keywords
from .chat.serving.responder import Responder
from .editions.child_process import ChildProcess
from .editions.copies import Copies
from .editions.delays import Delays
from .editions.making import open_library
from .editions.watching import file_stats, watching
from .running import House, Run
from .signals import on_stop_signal
from .stalls import watching_for_stalls
from .store.disk.folder_lock import hold
from .store.store import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from .config import Settings

__all__ = ["Clocks", "House", "Run", "open_house", "run", "utc_now"]
log = logging.getLogger(__name__)

OPENING = 4.0
"""Seconds that opening a large bank, or a damaged or old log, has yet when the bot is told to leave meanwhile."""
HEALTH_EVERY = 30.0
"""Seconds between two signs of life."""


def utc_now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_house(
    settings: Settings,
    *,
    now: Callable[[], datetime] = utc_now,
    rng: random.Random | None = None,
    watch: Delays | None = None,
    clocks: Clocks | None = None,
) -> AsyncIterator[House]:
    """Open the bank and the log, for one bot at a time: CallError while another uses the data folder.

    The log is closed on every way out. Raises BankError when no bank can be served. With delays, changes of the bank's
    folder are taken up while the house is open, as the settings say. A simulated Discord has `clocks` of its own.
    """
    with hold(settings.data):
        async with _opened(settings, now=now, rng=rng, watch=watch, clocks=clocks) as house:
            yield house


@asynccontextmanager
async def _opened(
    settings: Settings,
    *,
    now: Callable[[], datetime],
    rng: random.Random | None,
    watch: Delays | None,
    clocks: Clocks | None,
) -> AsyncIterator[House]:
    folder = settings.bank_folder
    stats = file_stats(folder)
    library = await asyncio.to_thread(
        open_library, folder, Copies(settings.data)
    )  # told to leave meanwhile, it is heard
    store = await Store.open(settings.database, now=now)
    try:
        responder = Responder(
            library,
            store,
            now=now,
            accent=int(settings.accent.removeprefix("#"), 16),
            log_wait=settings.log_wait / 1000,
        )
        quotes = Quotes(store, rng or random.SystemRandom())
        keywords = Keywords(library, store, cooldown=settings.keyword_cooldown)
        await keywords.load(now())
        if store.problem:
            log.warning("the log is unavailable, answers go on without it: %s", store.problem)
        async with AsyncExitStack() as stack:
            stack.callback(responder.close)
            if watch is not None:
                child = ChildProcess(folder, settings.data)
                reloads = watching(library, child, folder, stats, how=settings.watch, delays=watch)
                await stack.enter_async_context(reloads)
            yield House(settings, library, store, responder, quotes, keywords, clocks)
    finally:
        await store.close()


def keep_loaded() -> None:
    """What is loaded by now stays for good: no search for garbage goes through it again."""
    gc.freeze()
    gc.enable()


async def run(settings: Settings, token: str, end: Callable[[], None]) -> bool:
    """Serve until SIGTERM or Ctrl-C. Whether nothing goes on any more then that only the end of the process ends.

    That is `end`, which is called where the log is still being opened when it has to be. Raises CallError when Discord
    refuses the token, the intents or the shards.
    """
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(tell_unseen)
    threading.excepthook = tell_of_thread
    signals = Signals(end)
    on_stop_signal(loop, signals.came)
    async with open_house(settings, watch=Delays()) as house:
        keep_loaded()
        work = Run(house, token)
        signals.tell(work.stop)
        with watching_for_stalls(loop):
            signs = asyncio.create_task(_signs_of_life(work))
            try:
                await work.serve()
            finally:
                signs.cancel()
                await asyncio.gather(signs, return_exceptions=True)
    return house.store.closed


class Signals:
    """The signals that came, also those that came before there was anything to stop: then the process has a while to
    open what it is opening. Told again, or when that is over, it is left by `end`: the next start goes on with it.
    """

    def __init__(self, end: Callable[[], None]) -> None:
        self._count = 0
        self._end = end
        self._stop: Callable[[], None] | None = None

    def came(self) -> None:
        """One more."""
        self._count += 1
        if self._stop is not None:
            self._stop()
        elif self._count > 1:
            self._leave()
        else:
            log.info("stopping: the bank and the log are still being opened")
            asyncio.get_running_loop().call_later(OPENING, self._leave)

    def _leave(self) -> None:
        if self._stop is None:
            log.info("leaving: the next start goes on with opening them")
            self._end()

    def tell(self, stop: Callable[[], None]) -> None:
        """From now on `stop` is called for each, and at once for those that came before."""
        self._stop = stop
        for _ in range(self._count):
            stop()


async def _signs_of_life(work: Run) -> None:
    path = work.house.settings.health_file
    for said in private.narrow_file(path) if path is not None else ():  # it may be long until it is touched
        log.warning("%s", said)
    while path is not None:
        hears = work.client is not None and work.client.hears()
        if hears:
            try:
                private.touch(path)
            except OSError as error:
                log.warning("the health file cannot be touched: %s", error.strerror)
        await asyncio.sleep(HEALTH_EVERY if hears else 1.0)


def tell_unseen(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """One line about an error that nobody waited for. Its words are not told: they may hold anything."""
    log.error("%s: %s", context.get("message", "an error"), _named(context.get("exception")))


def tell_of_thread(args: threading.ExceptHookArgs) -> None:
    """One line about an error that ended a thread; those are discord.py's."""
    log.error("a thread ended (%s): %s", args.thread.name if args.thread else "unknown", _named(args.exc_value))


def _named(error: BaseException | None) -> str:
    if error is None or error.__traceback__ is None:
        return type(error).__name__ if error else "no error"
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {frame.name} ({Path(frame.filename).name}:{frame.lineno})"
