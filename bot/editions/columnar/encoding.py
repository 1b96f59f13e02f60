"""Columns as bytes: a line of JSON (version, key, the columns with their lengths, a checksum), then the columns as they
are.

A pickle could run something, whoever wrote it, and a marshal can crash.
"""

from __future__ import annotations

import json
import sys
from array import array
from typing import TYPE_CHECKING, Protocol
from zlib import crc32

if TYPE_CHECKING:
    from ...columns import Column, Columns

FORMAT = 4
"""Changes with how columns are written."""
_AT_A_TIME = 1 << 20
"""Bytes asked for in one go."""
_TYPECODES = frozenset({"I", "i", "Q"})


class Output(Protocol):
    """What columns are written to."""

    def write(self, data: bytes, /) -> object: ...


class Input(Protocol):
    """What columns are read from: a file, or what reads like one."""

    def read(self, size: int, /) -> bytes: ...

    def readinto(self, buffer: memoryview, /) -> int | None: ...

    def readline(self) -> bytes: ...


def write(out: Output, key: str, columns: Columns) -> None:
    """Write columns under the key of what they were made from."""
    blobs = [_dump(column) for column in columns.values()]
    layout = [[name, _kind(column), len(blob)] for (name, column), blob in zip(columns.items(), blobs, strict=True)]
    checksum = crc32(json.dumps(layout).encode())
    for blob in blobs:
        checksum = crc32(blob, checksum)
    head = {"format": FORMAT, "order": sys.byteorder, "key": key, "columns": layout, "sum": checksum}
    out.write(json.dumps(head).encode() + b"\n")
    for blob in blobs:
        out.write(blob)


def read(source: Input, key: str) -> Columns:
    """The columns written under a key. Raises ValueError or TypeError where they are of another, or not intact."""
    head = json.loads(source.readline())
    if (head["format"], head["order"], head["key"]) != (FORMAT, sys.byteorder, key):
        raise ValueError("this is of another program, machine or bank")
    layout = head["columns"]
    buffer = memoryview(bytearray(max((length for _, kind, length in layout if kind != "bytes"), default=0)))
    columns: Columns = {}
    checksum = crc32(json.dumps(layout).encode())
    for name, kind, length in layout:
        if kind == "bytes":
            # Taken as they are read, without the buffer: these are the longest columns (all words of all quotes), and
            # copying one holds the interpreter, and with it every answer (benchmarks/reload).
            columns[name] = data = source.read(max(length, 0))
            checksum = crc32(data, checksum)
        else:
            blob = buffer[:length]
            _fill(blob, source)
            columns[name], checksum = _load(kind, blob), crc32(blob, checksum)
    if checksum != head["sum"]:
        raise ValueError("this is damaged")
    return columns


def _fill(buffer: memoryview, source: Input) -> None:
    while buffer:
        size = source.readinto(buffer[:_AT_A_TIME])
        if not size:
            raise ValueError("this broke off")
        buffer = buffer[size:]


def _kind(column: Column) -> str:
    if isinstance(column, array):
        return column.typecode
    return "bytes" if isinstance(column, bytes) else "ascii" if column.isascii() else "text"


def _dump(column: Column) -> bytes:
    if isinstance(column, array):
        return column.tobytes()
    if isinstance(column, bytes):
        return column
    return column.encode("ascii") if column.isascii() else column.encode("utf-32-le", "surrogatepass")


def _load(kind: str, blob: memoryview) -> Column:
    if kind == "ascii":
        return str(blob, "ascii")
    if kind == "text":
        return str(blob, "utf-32-le", "surrogatepass")
    if kind not in _TYPECODES:
        raise ValueError(f"no column is of kind {kind}")
    numbers = array(kind)
    numbers.frombytes(blob)
    return numbers
