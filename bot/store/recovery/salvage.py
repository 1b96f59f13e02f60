"""Taking over what a damaged log still gives: every row that can be read, around what cannot.

First by the trees of its tables, and where those are damaged by their leaves alone.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ... import private
from ..disk import files
from ..sqlite.metadata import LOG_ID
from ..sqlite.sqlite_errors import SQLITE_ERRORS, TRANSIENT_CODES, decode_leniently, primary_code
from ..sqlite.use_rows import UNTYPED_KEY
from .leaf_pages import NOT_BY_FORM, Column, LeafPages, key_of, of_types, set_page_count
from .table_scan import TableScan
from .wal_frames import apply_wal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .table_scan import Numbered, Row

WORKING, FIRST = "salvaging", "first"
"""Ending of the copy a damaged log is read from."""
_PAGE = 4096
_NOT_TAKEN = "('migrations', 'sqlite_stat1', 'sqlite_sequence')"
_TABLES = "SELECT count(asked) FROM uses WHERE false"
_ITSELF = f"SELECT value FROM kept NOT INDEXED WHERE name = '{LOG_ID}'"  # noqa: S608  our own name
"""What a log says of where its tables are, and of which log it is."""
_BEFORE_OUTCOMES = {
    "found": "outcome <> 'missed'",
    "outcome": "'answered'",
    "query": "''",
    "key": f"CASE WHEN outcome <> 'missed' AND {UNTYPED_KEY} THEN key ELSE '' END",
}
"""What stood in `outcome` before schema step 2 says whether something was found. Typed words of then do not stay, as
that step has it: what was asked in private stood among them.
"""


@dataclass(frozen=True, slots=True)
class _Table:
    """A table that is taken over: its columns in the damaged log, and what of them goes into those of the new one.

    One without a key is taken whole, by what its rows hold: SQLite may have given them other numbers since.
    """

    name: str
    columns: list[Column]
    taken: dict[str, str]
    keyed: bool
    unkeyed_rows: dict[int, Row] = field(default_factory=dict)

    def put(self, log: sqlite3.Connection, rows: list[Numbered]) -> None:
        """Put rows of it, each with its number, into the new log, save those that are there."""
        if self.keyed:
            self._insert(log, (row for _, row in rows))
        else:
            self.unkeyed_rows.update(rows)

    def end(self, log: sqlite3.Connection) -> None:
        """All rows were put: of what has no key, put those in that are there fewer times."""
        if self.unkeyed_rows:
            there = Counter(log.execute(f"SELECT {', '.join(self.taken)} FROM {self.name}"))  # noqa: S608  our own names
            self._insert(log, (Counter(self.unkeyed_rows.values()) - there).elements())

    def _insert(self, log: sqlite3.Connection, rows: Iterable[Row]) -> None:
        marks = ", ".join("?" * len(self.taken))
        insert = f"INSERT OR IGNORE INTO {self.name} ({', '.join(self.taken)}) VALUES ({marks})"  # noqa: S608  our own names
        for row in rows:
            try:
                log.execute(insert, row)
            except (*SQLITE_ERRORS, OverflowError) as error:  # what is damaged may not fit its column
                _pass_on(error)


def salvage(path: Path, damaged: Path) -> int:
    """Copy what can be read of a log set aside into the one at `path`. Returns how many rows.

    Nothing of the damaged log is changed; its write-ahead file is read beside it where there is one.
    """
    copy = files.beside(path, WORKING)
    ahead = files.wal_path(damaged)
    try:
        source, only, leaves = damaged, None, None
        if not files.is_regular(damaged) or files.size(ahead):
            source = _copied(damaged, copy)
            if files.is_regular(ahead):
                apply_wal(copy, ahead)
        if not _tells(source, _TABLES):
            source = copy if source is copy else _copied(damaged, copy)
            leaves = LeafPages(copy)
            _give_first_page(copy, path)
            # In a log that SQLite copied once the tables begin elsewhere: of others than `uses` wrong rows might fit.
            only = None if _tells(copy, _ITSELF) else "uses"
        taken, missed = _take_all(path, source, only)
        if missed:
            leaves = leaves or LeafPages(_copied(damaged, copy) if source is damaged else copy)
            taken += _take_leaves(path, leaves, missed)
        return taken
    finally:
        copy.unlink(missing_ok=True)


def _copied(damaged: Path, copy: Path) -> Path:
    """A copy for our own use of what is damaged; an empty one of what is not there."""
    private.open_file(copy).close()
    if files.is_regular(damaged):
        shutil.copyfile(damaged, copy)
    return copy


def _tells(source: Path, what: str) -> bool:
    """Whether a file that may be damaged gives anything for a statement, and raises nothing."""
    try:
        with closing(sqlite3.connect(files.uri_ro(source) + "&immutable=1", uri=True)) as old:
            old.execute("PRAGMA writable_schema = ON")
            return bool(old.execute(what).fetchall())
    except SQLITE_ERRORS:
        return False


def _give_first_page(copy: Path, path: Path) -> None:
    """Lay the first page of a new log over that of a damaged one: where the tables begin is the same in both."""
    new = files.beside(path, FIRST)
    try:
        _back_up(path, new)
        page = bytearray(new.read_bytes()[:_PAGE])
        set_page_count(page, copy.stat().st_size // _PAGE)
        with copy.open("r+b") as file:
            file.write(page)
    finally:
        new.unlink(missing_ok=True)


def _back_up(path: Path, copy: Path) -> None:
    """Copy a log that is in use by SQLite: to open and close its file ourselves would drop the locks on it."""
    private.open_file(copy).close()
    with closing(sqlite3.connect(files.uri_ro(path), uri=True)) as log, closing(sqlite3.connect(copy)) as new:
        log.backup(new)


def salvage_ahead(path: Path, ahead: Path) -> int:
    """Take over the rows that stand in a copy of a log's write-ahead file behind the damage that SQLite stops at."""
    copy = files.beside(path, WORKING)
    try:
        _back_up(path, copy)
        apply_wal(copy, ahead)
        taken, missed = _take_all(path, copy)
        return taken + (_take_leaves(path, LeafPages(copy), missed) if missed else 0)
    finally:
        copy.unlink(missing_ok=True)


def take_over(path: Path, source: Path, only: str | None = None) -> int:
    """Copy the rows that can be read of `source`, one file that nobody writes, into the log at `path`: of all tables,
    or of one. Nothing where there is no plain file.
    """
    return _take_all(path, source, only)[0]


def _take_all(path: Path, source: Path, only: str | None = None) -> tuple[int, list[_Table]]:
    """The same, in one transaction. Gives how many rows, and the tables of which there may be more than was read."""
    if not files.is_regular(source):
        return 0, []
    try:
        with (
            closing(sqlite3.connect(files.uri_ro(source) + "&immutable=1", uri=True)) as old,
            closing(sqlite3.connect(path, isolation_level=None)) as log,
        ):
            old.text_factory = decode_leniently
            old.execute("PRAGMA writable_schema = ON")  # else SQLite reads nothing at all of a file that was cut short
            log.execute("BEGIN IMMEDIATE")
            names = log.execute(
                f"SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN {_NOT_TAKEN}"  # noqa: S608  our own names
            ).fetchall()
            tables = [_table(old, log, name) for (name,) in names]
            missed = [table for table in tables if only not in (None, table.name) or not _take(old, log, table)]
            taken = log.total_changes
            log.execute("COMMIT")
            return taken, missed
    except SQLITE_ERRORS as error:
        _pass_on(error)
        return 0, []


def _pass_on(error: Exception) -> None:
    """A full disk or a lock are no faults of what is read: it is to be read again, not given up. Raises them."""
    if primary_code(error) in TRANSIENT_CODES:
        raise error


def _table(old: sqlite3.Connection, log: sqlite3.Connection, name: str) -> _Table:
    """A table as the damaged log has it; where that does not tell of it, as the new one has."""
    wanted = _columns(log, name)
    ours = {column.name for column in wanted} | _BEFORE_OUTCOMES.keys()
    columns = _with_plain_names(_columns(old, name) or wanted, ours)
    there = {column.name for column in columns}
    taken = {column.name: column.name for column in wanted if column.name in there}
    if name == "uses" and "found" not in there:
        taken |= _BEFORE_OUTCOMES
    return _Table(name, columns, taken, keyed=any(column.key for column in wanted))


def _with_plain_names(columns: list[Column], ours: set[str]) -> list[Column]:
    """Columns of which those that are none of ours have a name by their number: a damaged name may be anything."""
    return [column if column.name in ours else column._replace(name=f"other{column.number}") for column in columns]


def _columns(log: sqlite3.Connection, table: str) -> list[Column]:
    try:
        return [Column(*row) for row in log.execute(f"PRAGMA table_info({table})")]
    except SQLITE_ERRORS:
        return []


def _take(old: sqlite3.Connection, log: sqlite3.Connection, table: _Table) -> bool:
    """Take over the rows of a table that its tree leads to; whether those are all."""
    known = [column for column in table.columns if column.name in table.taken]
    readable = TableScan(old, table.name, ", ".join(table.taken.values()), of_types(known))
    for rows in readable:
        table.put(log, rows)
    table.end(log)
    return not readable.damaged


def _take_leaves(path: Path, leaves: LeafPages, missed: list[_Table]) -> int:
    """Take over what stands in the leaves of some tables, in one transaction. Returns how many rows were not there."""
    tables = {table.name: table for table in missed if table.name not in NOT_BY_FORM}
    named = {name: (table.columns, _stored(table)) for name, table in tables.items()}
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as log, leaves:
            log.execute("BEGIN IMMEDIATE")
            for name, rows in leaves.rows(named):
                tables[name].put(log, rows)
            for table in missed:
                table.end(log)
            taken = log.total_changes
            log.execute("COMMIT")
            return taken
    except SQLITE_ERRORS as error:
        _pass_on(error)
        return 0


def _stored(table: _Table) -> str:
    """What is taken of a table, where its rows' own number stands for the column that is it."""
    key = key_of(table.columns)
    return ", ".join("rowid" if value == key else value for value in table.taken.values())
