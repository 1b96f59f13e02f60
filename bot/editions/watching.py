"""Keeping the library true to its folder: noticing a change, however it is made."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.bank.folder import FINGERPRINTS, SOURCES
from bot.bank.inside import Inside
from bot.editions.malloc import one_heap
from bot.editions.reloading import Pace, Renewal, set_within
from bot.signals import hung_up
from bot.strict_yaml import shown

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.editions.child_process import Apart
    from bot.editions.library import Library

__all__ = ["Pace", "Renewal", "Watch", "glance", "watching"]
log = logging.getLogger(__name__)

Glance = frozenset[tuple[str, int, int, int]]


def glance(folder: Path) -> Glance:
    """The files a bank may consist of, each with its time, size and number: what differs after a change."""
    seen = set()
    for room in rooms(folder):
        with contextlib.suppress(OSError), os.scandir(room) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    facts = entry.stat()
                    if not entry.is_dir() or entry.name.endswith(".yaml"):
                        seen.add((entry.path, facts.st_mtime_ns, facts.st_size, facts.st_ino))
    return frozenset(seen)


def rooms(folder: Path) -> list[Path]:
    """The folders that a bank's files stand in: its own, and those of the two in it that do not lead out of it."""
    found, inside = [folder], Inside(folder)
    for name in (SOURCES, FINGERPRINTS):
        with contextlib.suppress(OSError, ValueError):
            inside.place(name)
            found.append(folder / name)
    return found


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
            nudged = await set_within(self._nudged, wait)
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
            places = [room for room in rooms(self._folder) if room.is_dir()]
            if not places:
                await asyncio.sleep(self._pace.look)
                continue
            told = awatch(
                *places,
                watch_filter=_counts,
                debounce=200,
                step=20,
                rust_timeout=every,
                yield_on_timeout=True,
                recursive=False,  # what is below a room is not ours, and may be a link to the whole machine
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
                why = shown(str(fault))
                log.warning("the system does not tell of changes of the bank, so it is only looked over: %s", why)
                return


def _identity(folder: Path) -> tuple[tuple[int, int], ...]:
    return tuple(map(_number, rooms(folder)))


def _number(room: Path) -> tuple[int, int]:
    try:
        facts = room.stat()
    except OSError:
        return 0, 0
    return facts.st_dev, facts.st_ino


def _counts(_change: object, path: str) -> bool:
    name = os.path.basename(path)  # noqa: PTH119  asked for every file that changes
    return not name.startswith(".") and not name.endswith("~")


@asynccontextmanager
async def watching(
    library: Library, apart: Apart, folder: Path, seen: Glance, *, how: str = "auto", pace: Pace | None = None
) -> AsyncIterator[Renewal]:
    """Keep a library true to its folder for as long as this is open. `seen` is the glance from before it was read.

    `how` is "auto" (the system tells of changes, and the folder is looked over now and then), "poll" (it is only
    looked over: for network volumes, where the system tells nothing) or "off" (only SIGHUP and `library.reload`).
    """
    one_heap()
    pace = pace or Pace()
    renewal, watch = Renewal(library, apart, pace), Watch(folder, seen, pace)
    work = [renewal.follow(watch.dirty)]
    if how != "off":
        work.append(watch.look())
    if how == "auto":
        work.append(watch.listen())
    tasks = [asyncio.create_task(one) for one in work]
    library.reload = renewal.reload
    with hung_up(asyncio.get_running_loop(), watch.dirty.set):
        try:
            yield renewal
        finally:
            library.reload = None
            apart.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await renewal.close()
