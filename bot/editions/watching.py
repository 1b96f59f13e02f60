"""Keeping the library true to its folder: noticing a change, however it is made."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from ..bank.folder import FINGERPRINTS, SOURCES
from ..bank.inside import Inside
from ..signals import hung_up
from ..text import shown
from .delays import Delays, set_within
from .malloc import use_one_arena
from .reloading import Reloader

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from .child_process import ChildProcess
    from .library import Library

log = logging.getLogger(__name__)

FileStats = frozenset[tuple[str, int, int, int]]
"""Of each file its path, time, size and inode."""


def file_stats(folder: Path) -> FileStats:
    """The files a bank may consist of, by what differs after a change."""
    found = set()
    for watched in watched_folders(folder):
        with contextlib.suppress(OSError), os.scandir(watched) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    stat = entry.stat()
                    if not entry.is_dir() or entry.name.endswith(".yaml"):
                        found.add((entry.path, stat.st_mtime_ns, stat.st_size, stat.st_ino))
    return frozenset(found)


def watched_folders(folder: Path) -> list[Path]:
    """The folders that a bank's files stand in: its own, and those of the two in it that do not lead out of it."""
    found, inside = [folder], Inside(folder)
    for name in (SOURCES, FINGERPRINTS):
        with contextlib.suppress(OSError, ValueError):
            inside.place(name)
            found.append(folder / name)
    return found


class FolderWatch:
    """Sets `changed` when the folder did: the system tells of it, or looking the folder over now and then does.

    `stats` are those of the files before they were read.
    """

    def __init__(self, folder: Path, stats: FileStats, delays: Delays) -> None:
        self._folder = folder
        self._stats = stats
        self._delays = delays
        self._heard = asyncio.Event()
        self.changed = asyncio.Event()

    async def poll(self) -> None:
        """Look the folder over, for ever; more often while it changes, so that half a change is not taken for all."""
        wait = self._delays.poll
        while True:
            heard = await set_within(self._heard, wait)
            self._heard.clear()
            stats = await asyncio.to_thread(file_stats, self._folder)
            wait = self._delays.poll
            if heard or stats != self._stats:
                wait = min(wait, self._delays.debounce / 2)
                self._stats = stats
                self.changed.set()

    async def listen(self) -> None:
        """Hear of changes from the system, for ever, or until it says that it cannot tell of them."""
        logging.getLogger("watchfiles").setLevel(logging.WARNING)  # it tells of every change, and so do we
        while True:
            places = [folder for folder in watched_folders(self._folder) if folder.is_dir()]
            try:
                if places:
                    await self._listen_in(places)
                else:
                    await asyncio.sleep(self._delays.poll)
            except FileNotFoundError:
                await asyncio.sleep(self._delays.poll)
            except (OSError, RuntimeError) as fault:
                why = shown(str(fault))
                log.warning("the system does not tell of changes of the bank, so it is only looked over: %s", why)
                return

    async def _listen_in(self, places: list[Path]) -> None:
        """Hear of changes until another folder stands in a place: of that one the system would tell nothing."""
        from watchfiles import awatch  # noqa: PLC0415  not needed where the folder is only looked over

        inodes = _inodes(self._folder)
        batches = awatch(
            *places,
            watch_filter=_may_be_of_the_bank,
            debounce=200,
            step=20,
            rust_timeout=int(self._delays.poll * 1000),
            yield_on_timeout=True,
            recursive=False,  # what is below a watched folder is not ours, and may be a link to the whole machine
        )
        async with contextlib.aclosing(batches):
            async for batch in batches:
                if batch:
                    self._heard.set()
                if _inodes(self._folder) != inodes:
                    return


def _inodes(folder: Path) -> tuple[tuple[int, int], ...]:
    return tuple(map(_inode, watched_folders(folder)))


def _inode(folder: Path) -> tuple[int, int]:
    try:
        stat = folder.stat()
    except OSError:
        return 0, 0
    return stat.st_dev, stat.st_ino


def _may_be_of_the_bank(_change: object, path: str) -> bool:
    name = os.path.basename(path)  # noqa: PTH119  asked for every file that changes
    return not name.startswith(".") and not name.endswith("~")


@asynccontextmanager
async def watching(
    library: Library,
    child: ChildProcess,
    folder: Path,
    stats: FileStats,
    *,
    how: str = "auto",
    delays: Delays | None = None,
) -> AsyncIterator[Reloader]:
    """Keep a library true to its folder for as long as this is open. `stats` are those from before it was read.

    `how` is "auto" (the system tells of changes, and the folder is looked over now and then), "poll" (it is only
    looked over: for network volumes, where the system tells nothing) or "off" (only SIGHUP and `library.reload`).
    """
    use_one_arena()
    delays = delays or Delays()
    reloader, watch = Reloader(library, child, delays), FolderWatch(folder, stats, delays)
    work = [reloader.follow(watch.changed)]
    if how != "off":
        work.append(watch.poll())
    if how == "auto":
        work.append(watch.listen())
    tasks = [asyncio.create_task(coroutine) for coroutine in work]
    library.reload = reloader.reload
    with hung_up(asyncio.get_running_loop(), watch.changed.set):
        try:
            yield reloader
        finally:
            library.reload = None
            child.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await reloader.close()
