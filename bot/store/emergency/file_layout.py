"""How the emergency file is laid out: a header under a checksum, then frames, each a JSON row under one of its own."""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import secrets
import struct
import zlib
from typing import TYPE_CHECKING, Any

from ..disk.files import beside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

MAGIC = b"QuothEm1"
HEADER = struct.Struct("<8sQQQQBQI")  # magic, size, epoch, tally, beyond, half; length and checksum of its first frames
MARK = b"QuE\x01"  # no JSON text holds it, so that reading finds the next frame behind a torn one
FRAME = struct.Struct("<4sIIQ")  # mark, length, checksum, epoch
START = 4096
ZEROS = bytes(65536)
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CHECK = struct.Struct("<I")
_log = logging.getLogger(__name__)


def header(size: int, epoch: int, tally: int, beyond: int, half: int, first: tuple[int, int]) -> bytes:
    """A header with its checksum. `first` are length and checksum of the frames that its half was begun with."""
    body = HEADER.pack(MAGIC, size, epoch, tally, beyond, half, *first)
    return body + _CHECK.pack(zlib.crc32(body))


def frame(epoch: int, payload: bytes) -> bytes:
    """A row of an epoch as it stands in the file."""
    return FRAME.pack(MARK, len(payload), zlib.crc32(payload), epoch) + payload


def frames(data: bytes, epoch: int | None) -> Iterator[bytes]:
    """The payloads of an epoch's whole frames, of any epoch if that is not known."""
    position = data.find(MARK)
    while 0 <= position <= len(data) - FRAME.size:
        _, length, check, its_epoch = FRAME.unpack_from(data, position)
        payload = data[position + FRAME.size : position + FRAME.size + length]
        if epoch in (None, its_epoch) and 0 < len(payload) == length and zlib.crc32(payload) == check:
            yield payload
            position = data.find(MARK, position + FRAME.size + length)
        else:
            position = data.find(MARK, position + 1)


def rows(payloads: Iterable[bytes]) -> Iterator[tuple[list[Any], bytes]]:
    """The rows that frames hold, each with its text. What is none, though its checksum is right, is left out."""
    for payload in payloads:
        with contextlib.suppress(ValueError, RecursionError):
            row = json.loads(payload)
            if isinstance(row, list) and row and type(row[0]) is int:
                yield row, payload


def checked(content: bytes) -> bool:
    """Whether a file begins with a header under its checksum."""
    body, check = content[: HEADER.size], content[HEADER.size : HEADER.size + _CHECK.size]
    return any(body) and _CHECK.pack(zlib.crc32(body)) == check


def is_strange(content: bytes) -> bool:
    """Whether a file that is not empty is of another version or kind, and holds nothing that can be read."""
    ours = not any(content[:START]) or content.startswith(MAGIC)
    return not ours and (checked(content) or not any(frames(content, None)))


def set_aside(path: Path) -> None:
    """Give a file that is not ours another name."""
    strange = beside(path, f"strange-{secrets.token_hex(4)}")
    path.rename(strange)
    _log.warning("%s is no emergency file of this version and user; it is kept as %s", path, strange.name)


def read(descriptor: int) -> bytes:
    """All that a file holds."""
    content = b""
    while more := os.pread(descriptor, 1 << 24, len(content)):
        content += more
    return content


def write(descriptor: int, data: bytes, position: int) -> None:
    """Write all of it there. Raises OSError, also where only a part is taken."""
    if os.pwrite(descriptor, data, position) < len(data):
        raise OSError(errno.EIO, "it takes only a part of what is written")


def sync(descriptor: int) -> None:
    """Bring what was written to the disk."""
    getattr(os, "fdatasync", os.fsync)(descriptor)


def blank(places: Iterable[tuple[int, int]]) -> Iterator[tuple[int, bytes]]:
    """What to write where, so that nothing stands in those places."""
    for begin, end in places:
        for at in range(begin, end, len(ZEROS)):
            yield at, ZEROS[: end - at]


def make_room(descriptor: int, sizes: Sequence[int], back: int) -> int:
    """Give a file the first of those sizes for which the disk has room. Raises OSError: it has `back` bytes then."""
    for size in sizes:
        try:
            allocate(descriptor, size)
        except OSError as error:
            os.ftruncate(descriptor, min(back, os.fstat(descriptor).st_size))  # give back what it got
            if error.errno not in _NO_ROOM or size == sizes[-1]:
                raise
        else:
            break
    return size


def allocate(descriptor: int, size: int) -> None:
    """See that the whole file has its place on the disk, now, while there is one."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, size)
    else:
        there = os.fstat(descriptor).st_size
        for position in range(there, size, len(ZEROS)):
            os.pwrite(descriptor, ZEROS[: size - position], position)
