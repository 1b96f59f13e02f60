"""What is still to be forgotten of servers that were left, in a file beside the log, for a start that follows."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from typing import TYPE_CHECKING, Any

from ... import private
from ...housekeeping import begin
from ..disk.files import beside, fsync_file, fsync_folder
from ..records import Departure
from ..sqlite.column_values import moment, ticks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

ROOM = 16 * 1024
"""Bytes that the file has on the disk from the first start on: enough for 200 servers."""
MOST = 8 * 1024 * 1024
"""Bytes that are read of it."""
RETRY = 1.0
"""Seconds until a file that could not be brought to the disk is tried again."""
_GREATEST = 2**63 - 1
_NOTHING = json.dumps({"choices": {}, "uses": {}})
log = logging.getLogger(__name__)


class ErasureQueue:
    """The servers of which choices or uses are still to be forgotten. What is changed here is kept by `save`."""

    def __init__(self, path: Path, now: Callable[[], datetime], retry: float = RETRY) -> None:
        self.choices: dict[int, Departure] = {}
        self.uses: dict[int, Departure] = {}
        self._path = beside(path, "owed")
        self._now = now
        self._retry = retry
        self._stored_text = _NOTHING
        self._problem = ""
        self._perhaps: set[int] = set()  # whose choices are owed by what the disk says, or may say
        self._saved: set[int] = set()  # and by what was written last
        self._found = False  # whether the disk may say what an earlier run wrote last, or wrote before that
        self._resync = False
        self._syncing: asyncio.Task[None] | None = None

    @property
    def servers(self) -> set[int]:
        """Of which anything is owed."""
        return self.choices.keys() | self.uses.keys()

    @property
    def behind(self) -> bool:
        """Whether the file says anything else: it could not be written."""
        return self._stored_text != self._text()

    def open(self) -> None:
        """Read what an earlier run left, or make the file: in the room that it has it can be kept on a full disk."""
        text = b""
        try:
            text = private.read_own(self._path, MOST)
            self._found = True
            if text.strip():  # a full disk had no room for it
                found = json.loads(text)
                self.choices, self.uses = self._lefts(found["choices"]), self._lefts(found["uses"])
                self._stored_text = self._text()
                self._saved = self._perhaps = set(self.choices)
        except FileNotFoundError:
            pass
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            log.warning("%s is damaged or may not be read: what it said is begun anew", self._path.name)
            self.choices, self.uses, text = {}, {}, b""
            if isinstance(error, OSError):  # perhaps it may be read by the next start
                return
        try:  # also what is there: whoever was killed may not have brought it to the disk
            private.overwrite(self._path, self._stored_text.encode(), ROOM)
        except OSError as error:
            if self._found and text:
                self._warn(error)  # else nothing is owed, and nobody need know
        self._sync_soon()

    def save(self) -> None:
        """Write what is owed, if that is not what the file says. Once for as long as it fails a line says why."""
        text = self._text()
        if text == self._stored_text:
            return
        try:
            private.overwrite(self._path, text.encode(), ROOM)
        except OSError as error:
            self._warn(error)
            self._stored_text = ""  # who knows what it says now
            self._perhaps, self._saved = self._perhaps | self.choices.keys(), self._saved | self.choices.keys()
            return
        self._stored_text, self._saved = text, set(self.choices)
        self._perhaps = self._perhaps | self._saved
        self._sync_soon()

    def _sync_soon(self) -> None:
        self._resync = True
        if self._syncing is None or self._syncing.done():
            self._syncing = begin(self._sync())

    def _warn(self, error: Exception) -> None:
        problem = str((isinstance(error, OSError) and error.strerror) or error)
        if problem != self._problem:
            log.warning("which servers are still to be forgotten cannot be kept in %s: %s", self._path.name, problem)
        self._problem = problem

    def is_settled(self, guild: int) -> bool:
        """Whether no start that follows forgets choices of a server, also after a power cut."""
        return not self._found and guild not in self.choices and guild not in self._perhaps

    def when_synced(self, call: Callable[[], object]) -> None:
        """Call it when what was saved is on the disk; never where nothing is."""
        if self._syncing is not None:
            self._syncing.add_done_callback(lambda _: call())

    async def close(self, wait: float) -> None:
        """Wait until the file is on the disk, for at most `wait` seconds."""
        if self._syncing is not None:
            await asyncio.wait((self._syncing,), timeout=wait)
            self._syncing.cancel()

    def _lefts(self, found: Mapping[str, Any]) -> dict[int, Departure]:
        lefts = {int(guild): Departure(moment(at), self._now) for guild, at in found.items()}
        if not all(0 <= guild <= _GREATEST for guild in lefts):
            raise ValueError("a number that no server has")
        return lefts

    def _text(self) -> str:
        both = {"choices": self.choices, "uses": self.uses}
        return json.dumps(
            {name: {guild: ticks(left.at) for guild, left in which.items()} for name, which in both.items()}
        )

    async def _sync(self) -> None:
        """In a thread: a slow disk holds up nobody, and what is written outlives a kill without that."""
        while self._resync:
            self._resync = False
            try:
                await asyncio.to_thread(_fsync, self._path)
            except (OSError, RuntimeError) as error:  # until it is there, nothing that those servers choose can be kept
                self._warn(error)
                await self._write_anew()
            else:
                if not self._resync:
                    self._perhaps, self._problem, self._found = self._saved, "", False

    async def _write_anew(self) -> None:
        """As soon as that can be done: Linux takes what it could not bring to the disk for brought there."""
        self._resync = False
        while not self._resync:
            await asyncio.sleep(self._retry)
            self._stored_text = ""
            self.save()


def _fsync(path: Path) -> None:
    fsync_file(path)
    with contextlib.suppress(OSError):  # not every system can do that
        fsync_folder(path.parent)
