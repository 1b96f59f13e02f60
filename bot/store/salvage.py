"""Taking over what a damaged log still gives: every row that can be read, around what cannot."""

from __future__ import annotations

import shutil
import sqlite3
import struct
from collections import deque
from contextlib import closing
from typing import TYPE_CHECKING, Any

from bot import private
from bot.store import files
from bot.store.faults import PASSING, SQLITE_FAULTS, code_of, legible
from bot.store.frames import lay_over
from bot.store.guard import ID
from bot.store.reports import PLAIN

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

CHUNK = 500
"""Rows read at once."""
FAILURES = 5_000
"""Readings that may fail in one table before the rest of it is given up."""
WORKING, FIRST = "salvaging", "first"
"""Ending of the copy a damaged log is read from."""
_PAGE = 4096
_NOT_TAKEN = "('migrations', 'sqlite_stat1', 'sqlite_sequence')"
_TABLES = "SELECT count(asked) FROM uses WHERE false"
_ITSELF = f"SELECT value FROM kept NOT INDEXED WHERE name = '{ID}'"  # noqa: S608  our own name
"""What a log says of where its tables are, and of which log it is."""
_BEFORE_OUTCOMES = {
    "found": "outcome <> 'missed'",
    "outcome": "'answered'",
    "query": "''",
    "key": f"CASE WHEN outcome <> 'missed' AND {PLAIN} THEN key ELSE '' END",
}
"""What stood in `outcome` before schema step 2 says whether something was found. Typed words of then do not stay, as
that step has it: what was asked in private stood among them.
"""

_LEAST, _MOST = -(2**63), 2**63 - 1

Row = tuple[Any, ...]


def salvage(path: Path, damaged: Path) -> int:
    """Copy what can be read of a log set aside into the one at `path`, in one transaction. Returns how many rows.

    Nothing of the damaged log is changed; its write-ahead file is read beside it where there is one.
    """
    copy = files.beside(path, WORKING)
    ahead = files.write_ahead(damaged)
    try:
        source = damaged
        if not files.plain(damaged) or (files.plain(ahead) and ahead.stat().st_size):
            private.open_file(copy).close()
            if files.plain(damaged):
                shutil.copyfile(damaged, copy)
            if files.plain(ahead):
                lay_over(copy, ahead)
            source = copy
        if _tells(source, _TABLES):
            return take_over(path, source)
        if source is damaged:
            private.open_file(copy).close()
            shutil.copyfile(damaged, copy)
        _give_first_page(copy, path)
        # In a log that SQLite copied once the tables begin elsewhere: of others than `uses` wrong rows might fit.
        return take_over(path, copy, None if _tells(copy, _ITSELF) else "uses")
    finally:
        copy.unlink(missing_ok=True)


def _tells(source: Path, what: str) -> bool:
    """Whether a file that may be damaged gives anything for a statement, and raises nothing."""
    try:
        with closing(sqlite3.connect(files.looking_at(source) + "&immutable=1", uri=True)) as old:
            old.execute("PRAGMA writable_schema = ON")
            return bool(old.execute(what).fetchall())
    except SQLITE_FAULTS:
        return False


def _give_first_page(copy: Path, path: Path) -> None:
    """Lay the first page of a new log over that of a damaged one: where the tables begin is the same in both."""
    new = files.beside(path, FIRST)
    try:
        private.open_file(new).close()
        with closing(sqlite3.connect(files.looking_at(path), uri=True)) as log, closing(sqlite3.connect(new)) as whole:
            log.backup(whole)  # by SQLite: to open and close its file ourselves would drop the locks on it
        page = bytearray(new.read_bytes()[:_PAGE])
        pages = copy.stat().st_size // _PAGE
        page[28:40] = struct.pack(">3I", pages, 0, 0)  # so many pages, none of them free
        page[92:96] = page[24:28]  # and that this is so
        with copy.open("r+b") as file:
            file.write(page)
    finally:
        new.unlink(missing_ok=True)


def salvage_ahead(path: Path, ahead: Path) -> int:
    """Take over the rows that stand in a copy of a log's write-ahead file behind the damage that SQLite stops at."""
    copy = files.beside(path, WORKING)
    try:
        private.open_file(copy).close()
        with closing(sqlite3.connect(files.looking_at(path), uri=True)) as log, closing(sqlite3.connect(copy)) as new:
            log.backup(new)  # by SQLite: to open and close its file ourselves would drop the locks on it
        lay_over(copy, ahead)
        return take_over(path, copy)
    finally:
        copy.unlink(missing_ok=True)


def take_over(path: Path, source: Path, only: str | None = None) -> int:
    """Copy the rows that can be read of `source`, one file that nobody writes, into the log at `path`: of all tables,
    or of one. Nothing where there is no plain file.
    """
    if not files.plain(source):
        return 0
    try:
        with (
            closing(sqlite3.connect(files.looking_at(source) + "&immutable=1", uri=True)) as old,
            closing(sqlite3.connect(path, isolation_level=None)) as log,
        ):
            old.text_factory = legible
            old.execute("PRAGMA writable_schema = ON")  # else SQLite reads nothing at all of a file that was cut short
            log.execute("BEGIN IMMEDIATE")
            tables = log.execute(
                f"SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN {_NOT_TAKEN}"  # noqa: S608  our own names
            ).fetchall()
            taken = sum(_take(old, log, table) for (table,) in tables if only in (None, table))
            log.execute("COMMIT")
            return taken
    except SQLITE_FAULTS as error:
        _pass_on(error)
        return 0


def _pass_on(error: Exception) -> None:
    """A full disk or a lock are no faults of what is read: it is to be read again, not given up. Raises them."""
    if code_of(error) in PASSING:
        raise error


def _take(old: sqlite3.Connection, log: sqlite3.Connection, table: str) -> int:
    columns = log.execute(f"PRAGMA table_info({table})").fetchall()
    wanted = [name for _, name, *_ in columns]
    try:
        there = {name for _, name, *_ in old.execute(f"PRAGMA table_info({table})")}
    except SQLITE_FAULTS:
        return 0
    read = {name: name for name in wanted if name in there}
    if table == "uses" and "found" not in there:
        read |= _BEFORE_OUTCOMES
    if not there or not read:
        return 0
    if not any(key for *_, key in columns):
        read["rowid"] = "rowid"  # else what is taken over twice would be there twice
    insert = f"INSERT OR IGNORE INTO {table} ({', '.join(read)}) VALUES ({', '.join('?' * len(read))})"  # noqa: S608
    before = log.total_changes
    for rows in _Readable(old, table, ", ".join(read.values())):
        for row in rows:
            try:
                log.execute(insert, row)
            except (*SQLITE_FAULTS, OverflowError) as error:  # what is damaged may not fit its column
                _pass_on(error)
    return log.total_changes - before


class _Readable:
    """The rows of a table that may be damaged, a few at a time: what cannot be read is gone around, by its keys."""

    def __init__(self, old: sqlite3.Connection, table: str, columns: str) -> None:
        self._old = old
        self._select = f"SELECT rowid, {columns} FROM {table} WHERE rowid BETWEEN ? AND ? ORDER BY rowid"  # noqa: S608
        self._reached: int | None = None

    def __iter__(self) -> Iterator[list[Row]]:
        ranges = deque([(_LEAST, _MOST)])
        for _ in range(FAILURES):
            if not ranges:
                return
            low, high = ranges.popleft()  # the widest first: a leaf of the tree that is spoilt fails at every key
            if (yield from self._read(low, high, "ASC")):
                continue
            low = low if self._reached is None else self._reached + 1
            if (yield from self._read(low, high, "DESC")):
                continue
            high = high if self._reached is None else self._reached - 1
            middle = (low + high) // 2
            ranges += [(least, most) for least, most in ((low, middle), (middle + 1, high)) if low < high]

    def _read(self, low: int, high: int, order: str) -> Generator[list[Row], None, bool]:
        """Give what can be read from one end; whether that was all. `_reached` is the last key read."""
        rows: list[Row] = []
        self._reached = None
        try:
            for key, *row in self._old.execute(f"{self._select} {order}", (low, high)):
                rows.append(tuple(row))
                self._reached = key
                if len(rows) == CHUNK:
                    yield rows
                    rows = []
        except SQLITE_FAULTS:
            yield rows
            return False
        yield rows
        return True
