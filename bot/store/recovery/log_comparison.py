"""Two logs held against one another: the one in use, and one that stood in its place."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from ..disk import files
from ..sqlite.metadata import LOG_ID, OVERFLOW, USES_DELETED
from ..sqlite.migrations import APPLICATION
from ..sqlite.sqlite_errors import SQLITE_ERRORS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_EACH = "SELECT time, count, row_number() OVER (PARTITION BY time, count) FROM {}.losses"
"""Losses, the like ones numbered: the numbers of their rows are others when the log was written anew."""
_LACKS = f"""
    SELECT (SELECT count(*) FROM old.uses
            WHERE asked NOT IN (SELECT asked FROM main.uses UNION ALL SELECT value FROM json_each(?)))
         + (SELECT CAST(total(count) AS INTEGER) FROM ({_EACH.format("old")} EXCEPT {_EACH.format("main")}))
"""  # noqa: S608  our own names
_SINCE = f"""
    SELECT (SELECT total(count) FROM main.losses) - (SELECT total(count) FROM old.losses),
           (SELECT total(value) FROM main.kept WHERE name = '{USES_DELETED}')
         - (SELECT total(value) FROM old.kept WHERE name = '{USES_DELETED}')
"""  # noqa: S608  our own name
"""How many more the one in use counts as lost, and as deleted on purpose."""


def is_another_log(path: Path, name: str) -> bool:
    """Whether a log of Quoth stands at a path that is not the one of that id. A link to one is none."""
    if not files.is_regular(path):
        return False
    try:
        with closing(sqlite3.connect(files.uri_ro(path) + "&immutable=1", uri=True)) as log:
            ((mark,),) = log.execute("PRAGMA application_id").fetchall()
            said = log.execute("SELECT value FROM kept WHERE name = ?", (LOG_ID,)).fetchone()
            return bool(mark == APPLICATION and (said is None or said[0] != name))
    except (*SQLITE_ERRORS, OSError):
        return False


def count_missing(path: Path, other: Path, time: int, under_way: Sequence[int]) -> int:
    """Count as lost, in the log at `path`, the uses of another that it lacks, save those under way, and what that one
    counted as lost and this one does not; and take over its word on what the emergency file counts.
    """
    lacks = 0
    with contextlib.suppress(*SQLITE_ERRORS), _beside(path, other) as log:
        ((lacks,),) = log.execute(_LACKS, (json.dumps(under_way),)).fetchall()
        if lacks:
            log.execute("INSERT INTO main.losses (time, count) VALUES (?, ?)", (time, lacks))
        log.execute("INSERT OR REPLACE INTO main.kept SELECT name, value FROM old.kept WHERE name = ?", (OVERFLOW,))
        log.execute("COMMIT")
    return int(lacks)


def take_back(path: Path, other: Path, came: int) -> None:
    """Count as lost no longer, in the log at `path`, what came back with an earlier state of it: of `came` uses those
    that were not deleted since, and of the losses those that it has counted since.
    """
    with contextlib.suppress(*SQLITE_ERRORS), _beside(path, other) as log:
        ((lost, deleted),) = log.execute(_SINCE).fetchall()
        back = max(0, int(min(came - max(0, deleted), lost)))
        for row, count in log.execute("SELECT rowid, count FROM main.losses ORDER BY rowid DESC").fetchall():
            if less := min(back, count):
                back -= less
                log.execute("UPDATE main.losses SET count = count - ? WHERE rowid = ?", (less, row))
        log.execute("COMMIT")


@contextlib.contextmanager
def _beside(path: Path, other: Path) -> Iterator[sqlite3.Connection]:
    """The log at a path, in a transaction, with another attached as `old`."""
    with closing(sqlite3.connect(files.uri_rw(path), uri=True, isolation_level=None)) as log:
        log.execute("ATTACH ? AS old", (files.uri_ro(other) + "&immutable=1",))
        log.execute("BEGIN IMMEDIATE")
        yield log
