"""Reading a table that may be damaged: all rows that its tree leads to, around what cannot be read."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from ..sqlite.sqlite_errors import SQLITE_ERRORS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Generator, Iterator

    Row = tuple[Any, ...]
    Numbered = tuple[int, Row]

CHUNK = 500
"""Rows read at once."""
FAILURES = 5_000
"""Readings that may fail in one table before the rest of it is given up."""
_LEAST, _MOST = -(2**63), 2**63 - 1


class TableScan:
    """The rows of a table that `fits`, each with its number, a few at a time: what cannot be read is gone around, by
    the numbers. Afterwards `damaged` says whether anything could not.
    """

    def __init__(
        self, old: sqlite3.Connection, table: str, columns: str, fits: str = "true", failures: int = FAILURES
    ) -> None:
        self.damaged = False
        self._old = old
        self._select = f"SELECT rowid, {columns} FROM {table} WHERE {fits} AND rowid BETWEEN ? AND ? ORDER BY rowid"  # noqa: S608  our own names
        self._failures = failures
        self._reached: int | None = None

    def __iter__(self) -> Iterator[list[Numbered]]:
        ranges = deque([(_LEAST, _MOST)])
        for _ in range(self._failures):
            if not ranges:
                return
            low, high = ranges.popleft()  # the widest first: a leaf of the tree that is spoilt fails at every key
            if (yield from self._read(low, high, "ASC")):
                continue
            self.damaged = True
            low = low if self._reached is None else self._reached + 1
            if (yield from self._read(low, high, "DESC")):
                continue
            high = high if self._reached is None else self._reached - 1
            middle = (low + high) // 2
            ranges += [(least, most) for least, most in ((low, middle), (middle + 1, high)) if low < high]

    def _read(self, low: int, high: int, order: str) -> Generator[list[Numbered], None, bool]:
        """Give what can be read from one end; whether that was all. `_reached` is the last key read."""
        rows: list[Numbered] = []
        self._reached = None
        try:
            for key, *row in self._old.execute(f"{self._select} {order}", (low, high)):
                rows.append((key, tuple(row)))
                self._reached = key
                if len(rows) == CHUNK:
                    yield rows
                    rows = []
        except SQLITE_ERRORS:
            yield rows
            return False
        yield rows
        return True
