"""Keeping the library true to its folder: noticing a change, waiting until it is quiet, reading anew."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.bank.changes import changes
from bot.bank.folder import FINGERPRINTS, SOURCES
from bot.bank.packed.bank import made
from bot.library import log_faults
from bot.strict_yaml import shown

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from bot.library import Edition, Library, Outcome
    from bot.reading import Apart

log = logging.getLogger(__name__)

A_LITTLE = 300
"""Quotes that are let go of at a time."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How soon a change is taken up, in seconds.

    A change counts as finished when nothing more happened for `quiet`; one that never is, is read after `longest`. The
    folder is looked over every `look`, whatever the system tells of it. The last answers from an old edition are given
    before `let_go` is over.
    """

    quiet: float = 0.2
    longest: float = 10.0
    look: float = 2.0
    let_go: float = 60.0


Glance = frozenset[tuple[str, int, int, int]]


def glance(folder: Path) -> Glance:
    """The files a bank may consist of, each with its time, size and number: what differs after a change."""
    seen = set()
    for room in (folder, folder / SOURCES, folder / FINGERPRINTS):
        with contextlib.suppress(OSError), os.scandir(room) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    facts = entry.stat()
                    if not entry.is_dir():
                        seen.add((entry.path, facts.st_mtime_ns, facts.st_size, facts.st_ino))
    return frozenset(seen)


class Watch:
    """Sets `dirty` when the folder changed: the system tells of it, or looking the folder over now and then does."""

    def __init__(self, folder: Path, seen: Glance, pace: Pace) -> None:
        self._folder = folder
        self._seen = seen
        self._pace = pace
        self._nudged = asyncio.Event()
        self.dirty = asyncio.Event()

    async def look(self) -> None:
        """Look the folder over, for ever; more often while it changes, so that half a change is not taken for all."""
        wait = self._pace.look
        while True:
            nudged = await _set_within(self._nudged, wait)
            self._nudged.clear()
            now = await asyncio.to_thread(glance, self._folder)
            wait = self._pace.look
            if nudged or now != self._seen:
                wait = min(wait, self._pace.quiet / 2)
                self._seen = now
                self.dirty.set()

    async def listen(self) -> None:
        """Hear of changes from the system, for ever, or until it says that it cannot tell of them."""
        from watchfiles import awatch  # noqa: PLC0415  not needed where the folder is only looked over

        logging.getLogger("watchfiles").setLevel(logging.WARNING)  # it tells of every change, and so do we
        every = int(self._pace.look * 1000)
        while True:
            which = _identity(self._folder)
            told = awatch(
                self._folder, watch_filter=_counts, debounce=200, step=20, rust_timeout=every, yield_on_timeout=True
            )
            try:
                async with contextlib.aclosing(told):
                    async for changed in told:
                        if changed:
                            self._nudged.set()
                        if _identity(self._folder) != which:
                            break  # another folder stands in its place, and the system goes on telling of the old one
            except FileNotFoundError:
                await asyncio.sleep(self._pace.look)
            except (OSError, RuntimeError) as fault:
                log.warning("the system does not tell of changes of the bank, so it is only looked over: %s", fault)
                return


def _identity(folder: Path) -> tuple[int, int]:
    try:
        facts = folder.stat()
    except OSError:
        return 0, 0
    return facts.st_dev, facts.st_ino


def _counts(_change: object, path: str) -> bool:
    name = os.path.basename(path)  # noqa: PTH119  asked for every file that changes
    return not name.startswith(".") and not name.endswith("~")


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()


async def quiet(dirty: asyncio.Event, pace: Pace, clock: Callable[[], float] = time.monotonic) -> None:
    """Wait for a change, and then until it is over."""
    await dirty.wait()
    began = clock()
    while dirty.is_set():
        dirty.clear()
        if clock() - began >= pace.longest or not await _set_within(dirty, pace.quiet):
            return


class Renewal:
    """Reads the folder again and gives the library what came of it, one reading at a time."""

    def __init__(self, library: Library, apart: Apart, pace: Pace) -> None:
        self._library = library
        self._apart = apart
        self._pace = pace
        self._one = asyncio.Lock()
        self._leaving: set[asyncio.Task[None]] = set()

    async def reload(self) -> Outcome:
        """Read the folder now. What is new is served when this returns."""
        async with self._one:
            return await self._take(await self._read())

    async def follow(self, dirty: asyncio.Event) -> None:
        """Read the folder again after every change, for ever."""
        while True:
            await quiet(dirty, self._pace)
            try:
                async with self._one:
                    outcome = await self._read()
                    if outcome.faulty and dirty.is_set():
                        continue  # half of a change: it is read again when it is over, and nobody need hear of this
                    outcome = await self._take(outcome)
                if self._library.tell is not None:
                    await self._library.tell(outcome)
            except Exception:  # the next change must find somebody at home
                log.exception("a change of the bank could not be taken up")

    def close(self) -> None:
        """Let go of nothing more."""
        for task in self._leaving:
            task.cancel()

    async def _read(self) -> Outcome:
        return await asyncio.to_thread(self._apart.read, self._library.edition.bank.key)

    async def _take(self, outcome: Outcome) -> Outcome:
        library = self._library
        old, was_faulty = library.edition, library.faulty
        library.take(outcome)
        if outcome.faulty:
            log_faults(outcome.problems, old)
        elif outcome.edition is not None:
            new = outcome.edition.bank
            outcome = replace(outcome, changes=await asyncio.to_thread(changes, old.bank, new))
            log.info("edition %s in the place of %s: %s", new.edition, old.bank.edition, shown(str(outcome.changes)))
            task = asyncio.create_task(let_go([old], self._pace.let_go))
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)
        elif was_faulty:
            log.info("the bank's folder is in order again; edition %s goes on", old.bank.edition)
        else:
            log.info("the bank's folder says what it said before")
        return outcome


async def let_go(leaving: list[Edition], after: float) -> None:
    """Take an edition that nobody uses any more apart, a little at a time: all at once would hold up an answer."""
    await asyncio.sleep(after)
    bank = leaving.pop().bank
    quotes, fingerprints = made(bank)
    del bank
    while quotes or fingerprints:
        del quotes[-A_LITTLE:], fingerprints[-1:]
        await asyncio.sleep(0)


@asynccontextmanager
async def watching(
    library: Library, apart: Apart, folder: Path, seen: Glance, *, how: str = "auto", pace: Pace | None = None
) -> AsyncIterator[Renewal]:
    """Keep a library true to its folder for as long as this is open. `seen` is the glance from before it was read.

    `how` is "auto" (the system tells of changes, and the folder is looked over now and then), "poll" (it is only
    looked over: for network volumes, where the system tells nothing) or "off" (only SIGHUP and `library.reload`).
    """
    pace = pace or Pace()
    renewal, watch = Renewal(library, apart, pace), Watch(folder, seen, pace)
    work = [renewal.follow(watch.dirty)]
    if how != "off":
        work.append(watch.look())
    if how == "auto":
        work.append(watch.listen())
    tasks = [asyncio.create_task(one) for one in work]
    library.reload = renewal.reload
    with _hang_up(watch.dirty.set):
        try:
            yield renewal
        finally:
            library.reload = None
            apart.stop()
            renewal.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


@contextlib.contextmanager
def _hang_up(ask: Callable[[], None]) -> Iterator[None]:
    """SIGHUP asks for a reading, where there is such a signal."""
    loop = asyncio.get_running_loop()
    try:
        loop.add_signal_handler(signal.SIGHUP, ask)
    except (AttributeError, NotImplementedError, RuntimeError, ValueError):  # Windows, or not the main thread
        yield
        return
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
