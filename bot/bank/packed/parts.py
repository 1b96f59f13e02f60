"""What something large is kept as: named arrays of numbers, bytes and texts, and nothing that can run.

Written, they are a line of JSON (version, key, the parts with their lengths, a checksum) and then the parts as they
are. A pickle could run something, whoever wrote it, and a marshal can crash.
"""

from __future__ import annotations

import json
import sys
from array import array
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Sequence

Part: TypeAlias = "array[int] | bytes | str"
Parts: TypeAlias = "dict[str, Part]"

FORMAT = 3
"""Changes with how parts are written."""
_AT_A_TIME = 1 << 20
"""Bytes read in one go: between them others may have their turn."""
_KINDS = frozenset({"I", "i", "Q"})


class Sink(Protocol):
    """What parts are written to."""

    def write(self, data: bytes, /) -> object: ...


class Source(Protocol):
    """What parts are read from; where less comes than was asked for, it is at its end."""

    def read(self, size: int, /) -> bytes: ...

    def readline(self) -> bytes: ...


def write(out: Sink, key: str, parts: Parts) -> None:
    """Write parts under the key of what they were made from."""
    blobs = [_dump(part) for part in parts.values()]
    told = [[name, _kind(part), len(blob)] for (name, part), blob in zip(parts.items(), blobs, strict=True)]
    head = {"format": FORMAT, "order": sys.byteorder, "key": key, "parts": told, "sum": _sum(told, blobs)}
    out.write(json.dumps(head).encode() + b"\n")
    for blob in blobs:
        out.write(blob)


def read(source: Source, key: str) -> Parts:
    """The parts written under a key. Raises ValueError or TypeError where they are of another, or not whole."""
    head = json.loads(source.readline())
    if (head["format"], head["order"], head["key"]) != (FORMAT, sys.byteorder, key):
        raise ValueError("this is of another program, machine or bank")
    blobs = [_whole(source, length) for _, _, length in head["parts"]]
    if _sum(head["parts"], blobs) != head["sum"]:
        raise ValueError("this is damaged")
    return {name: _load(kind, blob) for (name, kind, _), blob in zip(head["parts"], blobs, strict=True)}


def ints_of(part: Part) -> array[int]:
    """A part that must be numbers. Raises TypeError where it is not."""
    if not isinstance(part, array):
        raise TypeError("numbers were expected")
    return part


def bytes_of(part: Part) -> bytes:
    """A part that must be bytes."""
    if not isinstance(part, bytes):
        raise TypeError("bytes were expected")
    return part


def text_of(part: Part) -> str:
    """A part that must be text."""
    if not isinstance(part, str):
        raise TypeError("text was expected")
    return part


def lines_of(part: Part) -> list[str]:
    """A part that must be text, in lines; none where it is empty."""
    text = text_of(part)
    return text.split("\n") if text else []


def _whole(source: Source, length: int) -> bytes:
    if length <= _AT_A_TIME:
        pieces = [source.read(max(length, 0))]
    else:
        pieces = []
        for first in range(0, length, _AT_A_TIME):
            pieces.append(source.read(min(_AT_A_TIME, length - first)))
            if not pieces[-1]:
                break
    blob = pieces[0] if len(pieces) == 1 else b"".join(pieces)
    if len(blob) != length:
        raise ValueError("this broke off")
    return blob


def _kind(part: Part) -> str:
    if isinstance(part, array):
        return part.typecode
    return "bytes" if isinstance(part, bytes) else "ascii" if part.isascii() else "text"


def _dump(part: Part) -> bytes:
    if isinstance(part, array):
        return part.tobytes()
    if isinstance(part, bytes):
        return part
    return part.encode("ascii") if part.isascii() else part.encode("utf-32-le", "surrogatepass")


def _load(kind: str, blob: bytes) -> Part:
    if kind == "bytes":
        return blob
    if kind == "ascii":
        return blob.decode("ascii")
    if kind == "text":
        return blob.decode("utf-32-le", "surrogatepass")
    if kind not in _KINDS:
        raise ValueError(f"no part is of kind {kind}")
    numbers = array(kind)
    numbers.frombytes(blob)
    return numbers


def _sum(told: list[Any], blobs: Sequence[bytes]) -> int:
    total = crc32(json.dumps(told).encode())
    for blob in blobs:
        total = crc32(blob, total)
    return total
