"""What something large is kept as: named arrays of numbers, bytes and texts, and nothing that can run.

Written, they are a line of JSON (version, key, the parts with their lengths, a checksum) and then the parts as they
are. A pickle could run something, whoever wrote it, and a marshal can crash.
"""

from __future__ import annotations

import json
import sys
from array import array
from typing import TYPE_CHECKING, Protocol
from zlib import crc32

if TYPE_CHECKING:
    from bot.columns import Column, Columns

FORMAT = 3
"""Changes with how parts are written."""
_AT_A_TIME = 1 << 20
"""Bytes asked for in one go."""
_KINDS = frozenset({"I", "i", "Q"})


class Sink(Protocol):
    """What parts are written to."""

    def write(self, data: bytes, /) -> object: ...


class Source(Protocol):
    """What parts are read from: a file, or what reads like one."""

    def read(self, size: int, /) -> bytes: ...

    def readinto(self, buffer: memoryview, /) -> int | None: ...

    def readline(self) -> bytes: ...


def write(out: Sink, key: str, parts: Columns) -> None:
    """Write parts under the key of what they were made from."""
    blobs = [_dump(part) for part in parts.values()]
    told = [[name, _kind(part), len(blob)] for (name, part), blob in zip(parts.items(), blobs, strict=True)]
    total = crc32(json.dumps(told).encode())
    for blob in blobs:
        total = crc32(blob, total)
    head = {"format": FORMAT, "order": sys.byteorder, "key": key, "parts": told, "sum": total}
    out.write(json.dumps(head).encode() + b"\n")
    for blob in blobs:
        out.write(blob)


def read(source: Source, key: str) -> Columns:
    """The parts written under a key. Raises ValueError or TypeError where they are of another, or not whole."""
    head = json.loads(source.readline())
    if (head["format"], head["order"], head["key"]) != (FORMAT, sys.byteorder, key):
        raise ValueError("this is of another program, machine or bank")
    told = head["parts"]
    room = memoryview(bytearray(max((length for _, kind, length in told if kind != "bytes"), default=0)))
    parts: Columns = {}
    total = crc32(json.dumps(told).encode())
    for name, kind, length in told:
        if kind == "bytes":  # copied by nobody: there may be many, and who copies them holds up all others
            parts[name] = said = source.read(max(length, 0))
            total = crc32(said, total)
        else:
            blob = room[:length]
            _fill(blob, source)
            parts[name], total = _load(kind, blob), crc32(blob, total)
    if total != head["sum"]:
        raise ValueError("this is damaged")
    return parts


def _fill(room: memoryview, source: Source) -> None:
    while room:
        size = source.readinto(room[:_AT_A_TIME])
        if not size:
            raise ValueError("this broke off")
        room = room[size:]


def _kind(part: Column) -> str:
    if isinstance(part, array):
        return part.typecode
    return "bytes" if isinstance(part, bytes) else "ascii" if part.isascii() else "text"


def _dump(part: Column) -> bytes:
    if isinstance(part, array):
        return part.tobytes()
    if isinstance(part, bytes):
        return part
    return part.encode("ascii") if part.isascii() else part.encode("utf-32-le", "surrogatepass")


def _load(kind: str, blob: memoryview) -> Column:
    if kind == "ascii":
        return str(blob, "ascii")
    if kind == "text":
        return str(blob, "utf-32-le", "surrogatepass")
    if kind not in _KINDS:
        raise ValueError(f"no part is of kind {kind}")
    numbers = array(kind)
    numbers.frombytes(blob)
    return numbers
