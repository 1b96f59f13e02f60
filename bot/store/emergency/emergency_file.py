"""The emergency file, made beforehand: it takes uses while the log cannot, so that a kill loses nothing that fits.

A header, then two halves of which one is in use. A half holds frames one after another; each is one use as a JSON row
under a checksum, and a later frame of the same id replaces the earlier one. `rewrite` puts what is still held into the
other half, then names that half and a new epoch in the header, in one small write: a kill leaves the one or the other.
After a power cut the disk may have the one of the two and not the other: so the old half is wiped, or written over,
only when all is on the disk, and is read where the new one is not what the header says of it.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import json
import logging
import os
import secrets
import time
import zlib
from typing import TYPE_CHECKING, Any

from ... import private
from ...errors import CallError
from ..disk.files import fsync_folder, is_still_at
from ..disk.folder_lock import follow
from . import file_layout as layout
from .file_layout import FRAME, HEADER, START
from .loss_tally import LossTally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

SIZE = 8 * 1024 * 1024
"""Bytes of the file: each half takes some 25,000 uses."""
SMALLER = (1024 * 1024, 64 * 1024, 4096)
"""What is tried where the disk has no room for it; the last counts what is lost, and takes no use."""
RETRY_DELAY, QUIET = 1.0, 60.0
"""Seconds until a file that could not be made is tried again; without a fault until it is told of once more."""
MAX_FILL = 7 / 8
"""How much of a half may be held: rewriting a fuller one gains too little for its time (50 ms when it is full)."""

_log = logging.getLogger(__name__)


class EmergencyFile:
    """The file by that path, and what it holds. Never raises: while there is none, `problem` says why.

    `tally` counts uses that neither it nor the log holds.
    """

    def __init__(self, path: Path, size: int = SIZE, clock: Callable[[], float] = time.monotonic) -> None:
        self.path = path
        self.problem: str | None = None
        self.tally = LossTally()
        self._others = self._named = False
        self._size = self._wanted = size
        self._clock = clock
        self._met: dict[str, float] = {}
        self._next_try = 0.0
        self._descriptor: int | None = None
        self._epoch = self._half = self._end = 0
        self._first = (0, 0)  # length and checksum of what the half was begun with
        self._left: tuple[tuple[int, int], ...] = ()  # what rewriting left, from where to where: to be wiped
        self._safe: tuple[tuple[int, int], ...] = ()  # as of the last time that the file was brought to the disk
        self._wiped = self._safely_wiped = 0  # how often something was; and as of that time
        self.unsynced = False  # to be written anew: Linux takes what it could not bring to the disk for brought there
        self._head = b""
        self.payloads: dict[int, bytes] = {}
        self.standing: set[int] = set()  # what the half in use has frames of: held, or discarded since it was begun
        self._bytes = 0

    @property
    def room(self) -> int:
        """Bytes of one half."""
        return (self._size - START) // 2

    def is_intact(self) -> bool:
        """Whether the file still stands there as it was made: it may be deleted, cut or written over while in use."""
        if self._descriptor is None:
            return False
        try:
            head, size = os.pread(self._descriptor, len(self._head), 0), os.fstat(self._descriptor).st_size
            return head == self._head and size >= self._size and is_still_at(self.path, self._descriptor)
        except OSError:
            return False

    def open(self) -> list[list[Any]]:
        """Make the file, or take it up: what it held from earlier comes back, and is held until `discard`."""
        self.close()
        try:
            follow(self.path.parent)  # another bot's file may stand in its place
            found = self._take_up()
        except (OSError, CallError) as error:
            self._fail(error if isinstance(error, OSError) else OSError(str(error)))
            return []
        self.problem = None
        return found

    def reopen_if_gone(self) -> list[list[Any]]:
        """`open` again if the file is gone and another try is due."""
        return [] if self.is_intact() or self._clock() < self._next_try else self.open()

    def took_over_counts(self) -> bool:
        """Whether what an earlier run counted came to `tally` since this was asked."""
        heard, self._others = self._others, False
        return heard

    def grow(self) -> None:
        """Where the disk had no room for a file of the size that is wanted, see whether it has now."""
        if self._descriptor is None or self.payloads or self._end:
            return
        sizes = [size for size in (self._wanted, *SMALLER) if self._size < size <= self._wanted]
        with contextlib.suppress(OSError):
            if sizes:
                self._size, self._half = layout.make_room(self._descriptor, sizes, self._size), 0
                self.rewrite()

    def write(self, asked: int, row: Iterable[Any]) -> bool:
        """Hold a row under its id, in the place of an earlier one. False when there is no room, or no file."""
        payload = json.dumps(list(row)).encode()
        if self._descriptor is not None and self.payloads.get(asked) == payload:
            return True
        length = FRAME.size + len(payload)
        before = self.payloads.get(asked)
        growth = length if before is None else len(payload) - len(before)
        tight = self._end + length > self.room
        if self._descriptor is None or (tight and self._bytes + growth > self.room * MAX_FILL):
            return False
        self._hold(asked, payload)
        done = self.rewrite() if tight else self._append(payload)
        if not done:
            self.discard(asked)
            if before is not None:
                self._hold(asked, before)
        return done

    def _append(self, payload: bytes) -> bool:
        done = self._put(self._at(self._half) + self._end, layout.frame(self._epoch, payload))
        self._end += FRAME.size + len(payload) if done else 0
        return done

    def count(self, more: int) -> None:
        """Count uses that neither the file nor the log holds (negative: they are held now)."""
        self.tally = self.tally.more(more)
        self._write_header()

    def acknowledged(self, known: int) -> None:
        """The log knows of so many more of this tally: what is left begins a new one, when that can be written."""
        before = self.tally.acknowledged(known)
        self.tally = before.renewed()
        if not self._write_header():
            self.tally = before

    def discard(self, *asked: int) -> None:
        """Hold these no longer; they stand in the file until it is rewritten."""
        for use_id in asked:
            if (payload := self.payloads.pop(use_id, None)) is not None:
                self._bytes -= FRAME.size + len(payload)

    def clear_if_empty(self) -> None:
        """Empty the file if nothing in it is held any more."""
        if self._end and not self.payloads:
            self.rewrite()

    def leave_out(self) -> bool:
        """Let nothing be taken up from the file but what is held. False when that fails; see `is_wiped`."""
        if self._descriptor is None:
            return not os.path.lexists(self.path)  # what stands there is taken up when it can be opened again
        return not self._end or self.rewrite()

    @property
    def is_wiped(self) -> bool:
        """Whether nothing stands in the file on the disk but what is held: once what `syncing` gave is done, twice."""
        if self._descriptor is None:
            return not os.path.lexists(self.path)
        return not self._left and self._wiped == self._safely_wiped

    def rewrite(self) -> bool:
        """Write what is held into the other half and use that. False when that fails.

        The old half is wiped when `syncing` is done, and `synced` says so; at once where nothing is held.
        """
        if self._descriptor is None:
            return False
        if self._left and self.payloads:
            self._bring_to_disk(self._descriptor)
            self._wipe_left()
        old = (self._epoch, self._half, self._end, self._first)
        epoch, half = secrets.randbits(62), 1 - self._half
        data = b"".join(layout.frame(epoch, payload) for payload in self.payloads.values())
        if not self._put(self._at(half), data):
            return False
        self._epoch, self._half, self._end, self._first = epoch, half, len(data), (len(data), zlib.crc32(data))
        if not self._write_header():
            self._epoch, self._half, self._end, self._first = old
            return False
        self._left = (*self._left, (self._at(old[1]), self._at(old[1]) + old[2]))
        self.standing = set(self.payloads)
        if not self.payloads:
            self._wipe_left()
        return True

    def synced(self) -> None:
        """What `syncing` gave is done: wipe what was left before."""
        if self._left is self._safe:
            self._wipe_left()

    def syncing(self) -> Callable[[], None] | None:
        """What brings the file to the disk, to be called in a thread."""
        if self._descriptor is None:
            return None
        self.unsynced = self.unsynced and not self._put(0, layout.read(self._descriptor))
        descriptor = os.dup(self._descriptor)  # the file may be closed meanwhile, and the number be another's
        named = self._named
        left, wiped, whole = self._left, self._wiped, not self.unsynced

        def sync() -> None:
            if self._bring_to_disk(descriptor) and whole:
                self._safe, self._safely_wiped = left, wiped
            os.close(descriptor)
            with contextlib.suppress(OSError):
                if not named:
                    fsync_folder(self.path.parent)
                self._named = True

        return sync

    def _bring_to_disk(self, descriptor: int) -> bool:
        try:
            layout.sync(descriptor)
        except OSError as error:
            _log.warning("the emergency file %s cannot be brought to the disk: %s", self.path, error)
            self.unsynced = True
            return False
        return True

    def close(self) -> None:
        """Close the file; it stays where it is."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def _take_up(self) -> list[list[Any]]:
        if os.path.lexists(self.path) and not private.usable(self.path):
            layout.set_aside(self.path)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            private.give(descriptor, self.path.parent)
            content = layout.read(descriptor)
            if layout.is_strange(content):
                layout.set_aside(self.path)
                os.close(descriptor)
                descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
                content = b""
            found = self._understand(content)
            self._make_room(descriptor)
        except OSError:
            os.close(descriptor)
            raise
        self._named, self._descriptor, self._left = False, descriptor, ()
        if found:
            self._bring_to_disk(descriptor)  # a run that was killed may have left more than the disk has
        self._end = 0
        if not self.rewrite():
            self.close()
            raise OSError(errno.EIO, "it cannot be written")
        if content[START:].strip(b"\0"):
            begin = self._at(self._half)
            self._wipe((begin + self._end, begin + self.room))
            self._left = ((START, begin), (begin + self.room, len(content)))
            if not self.payloads:
                self._wipe_left()
        return found

    def _wipe_left(self) -> None:
        if self._left and self._wipe(*self._left):
            self._left = ()
            self._wiped += 1

    def _wipe(self, *places: tuple[int, int]) -> bool:
        return all(self._put(at, zeros) for at, zeros in layout.blank(places))

    def _read_frames(self, content: bytes) -> Iterable[bytes]:
        """The frames of a file, whose header is taken over; all that there are where it has none that is whole."""
        if not layout.checked(content):
            if any(content[:START]):
                _log.warning("the header of the emergency file %s is damaged; all uses in it are taken", self.path)
            return layout.frames(content, None)
        _, size, epoch, tally, beyond, half, length, check = HEADER.unpack_from(content)
        self._size = size
        self._others = self._others or (beyond > 0 and tally != self.tally.number)
        self.tally = self.tally.merged_with(tally, beyond)
        self._half = half
        other, named = (content[self._at(index) : self._at(index) + self.room] for index in (1 - half, half))
        frames = layout.frames(named, epoch)
        return frames if zlib.crc32(named[:length]) == check else itertools.chain(layout.frames(other, None), frames)

    def _understand(self, content: bytes) -> list[list[Any]]:
        """What a file says: its header is taken over, its rows are held and returned, save those held already."""
        self._end = 0
        rows: dict[int, list[Any]] = {}
        for row, payload in layout.rows(self._read_frames(content)):
            if row[0] in rows or row[0] not in self.payloads:
                rows[row[0]] = row
                if self._bytes + FRAME.size + len(payload) <= self.room:  # of two halves, not all need fit into one
                    self._hold(row[0], payload)
        return list(rows.values())

    def _make_room(self, descriptor: int) -> None:
        """Give the file its place on the disk, as much as is wanted or there is. What it holds must have its own."""
        sizes = [self._size] if self.payloads else [self._wanted, *(size for size in SMALLER if size < self._wanted)]
        size = layout.make_room(descriptor, sizes, sizes[-1])
        if size != self._size:
            self._size, self._half, self._end = size, 0, 0
        if size < self._wanted:
            _log.warning("the disk has room for an emergency file of %d bytes only: %s", size, self.path)

    def _hold(self, asked: int, payload: bytes) -> None:
        self.discard(asked)
        self.payloads[asked] = payload
        self.standing.add(asked)
        self._bytes += FRAME.size + len(payload)

    def _at(self, half: int) -> int:
        return START + half * self.room

    def _write_header(self) -> bool:
        self._head = layout.header(
            self._size, self._epoch, self.tally.number, self.tally.counted, self._half, self._first
        )
        return self._put(0, self._head)

    def _put(self, position: int, data: bytes) -> bool:
        if self._descriptor is None:
            return False
        try:
            layout.write(self._descriptor, data, position)
        except OSError as error:
            self._fail(error)
            return False
        self.problem = None
        return True

    def _fail(self, error: OSError) -> None:
        now, self.problem = self._clock(), f"the emergency file {self.path} cannot be used: {error.strerror or error}"
        if now - self._met.get(self.problem, now - QUIET) >= QUIET:
            _log.warning("%s; what the log cannot take is kept in memory alone", self.problem)
        self._met[self.problem], self._next_try = now, now + RETRY_DELAY
