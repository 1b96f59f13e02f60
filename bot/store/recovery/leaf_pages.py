"""Reading the leaves of tables in a damaged log without the pages above them, which tell where the leaves are.

The form is that of https://www.sqlite.org/fileformat2.html. Its records are read by SQLite: each leaf is laid in the
place of the root of a table, and is then a whole table by itself.
"""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from ..disk import files
from ..sqlite.column_values import ticks
from ..sqlite.sqlite_errors import decode_leniently
from .table_scan import TableScan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Self

    from .table_scan import Numbered

NOT_BY_FORM = ("missing",)
"""Tables whose rows look like others': what they hold is found out anew."""
_LEAF = 0x0D
_HEAD = 100
_MAGIC = b"SQLite format 3\0"
_SIZES = {1 << power for power in range(9, 16)}
_USUAL = 4096
_BEYOND = tuple(f"beyond{number}" for number in range(12))
"""Columns behind those of a table, in which its rows have nothing, and those of a table with more may."""
_AT_ONCE = 256
"""Pages looked at together."""
_TYPES = {"INTEGER": ("integer",), "TEXT": ("text",), "REAL": ("real", "integer")}
"""As what SQLite stores a value of a column of that type."""
_IDS = ("guild", "channel")
_TIMES = tuple(ticks(datetime(year, 1, 1, tzinfo=UTC)) for year in (2015, 2100))
"""Numbers that are no ids of Discord's, but times: a row of two numbers tells by that what it is."""


class Column(NamedTuple):
    """A column, as `PRAGMA table_info` tells of it."""

    number: int
    name: str
    type: str
    required: int
    default: str | None
    key: int


class LeafPages:
    """The leaves of all tables in a copy of a damaged log, which is the reader's own: its first page is written over,
    and one more at its end. Pages that the log says to be free are none of them: what was deleted may stand there.
    """

    def __init__(self, copy: Path) -> None:
        self._copy = copy
        self._address = files.uri_ro(copy) + "&immutable=1"
        with copy.open("rb") as file:
            head = file.read(_HEAD)
            page_size = struct.unpack_from(">H", head, 16)[0] if head.startswith(_MAGIC) and len(head) == _HEAD else 0
            self._size = page_size if page_size in _SIZES else _USUAL
            self._pages = files.size(copy) // self._size
            self._numbers = self._found(file, head if page_size in _SIZES else b"")

    def __enter__(self) -> Self:
        self._file = self._copy.open("r+b", buffering=0)
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def rows(self, tables: Mapping[str, tuple[Sequence[Column], str]]) -> Iterator[tuple[str, list[Numbered]]]:
        """The rows of these tables, each with its name: of its columns as they are stored, those that are named."""
        first = {table: self._first_page(table, columns) for table, (columns, _) in tables.items()}
        for number in self._numbers:
            self._lay(self._page(number), self._pages + 1)
            for table, (columns, named) in tables.items():
                self._lay(first[table], 1)
                found = self._read(table, columns, named)
                if any(found):
                    yield from ((table, rows) for rows in found)
                    break

    def _read(self, table: str, columns: Sequence[Column], named: str) -> list[list[Numbered]]:
        with closing(sqlite3.connect(self._address, uri=True)) as old:
            old.text_factory = decode_leniently
            return list(TableScan(old, table, named, _form(columns), 1))  # from both its ends, whatever is between

    def _first_page(self, table: str, columns: Sequence[Column]) -> bytes:
        """A first page after which this is the only table, and begins behind all pages. Its columns have no types:
        they give what is stored.
        """
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as model:
            model.execute(f"PRAGMA page_size = {self._size}")
            model.execute(f"CREATE TABLE {table} ({', '.join((*(column.name for column in columns), *_BEYOND))})")
            model.execute("PRAGMA writable_schema = ON")
            model.execute("UPDATE sqlite_schema SET rootpage = ?", (self._pages + 1,))
            page = bytearray(model.serialize()[: self._size])
        set_page_count(page, self._pages + 1)
        return bytes(page)

    def _page(self, number: int) -> bytes:
        self._file.seek((number - 1) * self._size)
        return self._file.read(self._size)

    def _lay(self, page: bytes, number: int) -> None:
        self._file.seek((number - 1) * self._size)
        self._file.write(page)

    def _found(self, file: BinaryIO, head: bytes) -> list[int]:
        """The numbers of all leaves of tables: what its first page holds of them, if that is whole, is the schema."""
        pages, free = self._pages, set[int]()
        if head and head[24:28] == head[92:96]:
            page_count, trunk = struct.unpack_from(">2I", head, 28)
            pages = min(pages, page_count)
            free = self._free(file, trunk)
        found = []
        for first in range(0, pages, _AT_ONCE):
            file.seek(first * self._size)
            kinds = file.read(min(_AT_ONCE, pages - first) * self._size)[:: self._size]
            found += [first + at for at, kind in enumerate(kinds, 1) if kind == _LEAF]
        return [number for number in found if number not in free]

    def _free(self, file: BinaryIO, trunk: int) -> set[int]:
        """The pages that are free, as far as their list is whole: each page of it names some, and the next of it."""
        free: set[int] = set()
        while 0 < trunk <= self._pages and trunk not in free:
            file.seek((trunk - 1) * self._size)
            next_trunk, count, *numbers = struct.unpack(f">{self._size // 4}I", file.read(self._size))
            if count > len(numbers):
                break
            free |= {trunk, *numbers[:count]}
            trunk = next_trunk
        return free


def set_page_count(page: bytearray, pages: int) -> None:
    """Have a first page say that so many pages follow, none of them free, and that this is so."""
    page[28:40] = struct.pack(">3I", pages, 0, 0)
    page[92:96] = page[24:28]


def key_of(columns: Sequence[Column]) -> str | None:
    """The column that is the row's own number, which is not stored among the others."""
    keys = [column for column in columns if column.key]
    return keys[0].name if len(keys) == 1 and keys[0].type == "INTEGER" else None


def _form(columns: Sequence[Column]) -> str:
    """What tells a row of these columns from those of other tables: so many values, each of its type."""
    unused = (*_BEYOND, *(name for name in (key_of(columns),) if name))
    return " AND ".join((*(f"{name} IS NULL" for name in unused), of_types(columns)))


def of_types(columns: Sequence[Column]) -> str:
    """That what stands in a row is of these columns' types: a page of another table may stand in its own's place."""
    tests, number = ["true"], key_of(columns)
    for column in columns:
        if column.name != number and column.type in _TYPES:
            types = (*_TYPES[column.type], *(() if column.required or column.key else ("null",)))
            tests.append(f"typeof({column.name}) IN ({', '.join(map(repr, types))})")
        if column.name in _IDS and column.name != number:
            tests.append(f"({column.name} IS NULL OR {column.name} NOT BETWEEN {_TIMES[0]} AND {_TIMES[1]})")
    return " AND ".join(tests)
