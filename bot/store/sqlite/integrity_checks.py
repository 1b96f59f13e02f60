"""Whether a log is whole: its pages, its rows, and its indexes held against them."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from ..disk import files
from .sqlite_errors import corruption_error, decode_leniently

if TYPE_CHECKING:
    from pathlib import Path

_FAULTS = 100
_OF_AN_INDEX = re.compile(r"row \d+ missing from index |wrong # of entries in index |non-unique entry in index ")


def check_size(log: sqlite3.Connection, path: Path) -> None:
    """See that a log at a path does not end before its pages do: what lacks there SQLite reads as zeros, which may pass
    for text. Raises what reading it should have met. Where the write-ahead log holds pages the file may end anywhere.
    """
    ((pages,),) = log.execute("PRAGMA page_count").fetchall()  # to open and close the file would drop SQLite's locks
    ((page,),) = log.execute("PRAGMA page_size").fetchall()
    there, told = files.size(path.resolve()), pages * page
    if there < told and not files.size(files.wal_path(path.resolve())):
        raise corruption_error(f"it has {there:,} bytes instead of {told:,}: it is cut short")


def check_integrity(log: sqlite3.Connection) -> None:
    """Read a log whole, and hold its indexes against its rows. Raises what reading it would have met."""
    found = integrity_faults(log)
    if found:
        raise corruption_error(found[0])


def integrity_faults(log: sqlite3.Connection) -> list[str]:
    """What is wrong with a log, as SQLite says it. A second for 200,000 uses: never where an answer waits for it."""
    log.text_factory = decode_leniently
    found = [str(fault) for (fault,) in log.execute(f"PRAGMA integrity_check({_FAULTS})").fetchall()]
    return [] if found == ["ok"] else found


def are_index_faults(found: list[str]) -> bool:
    """Whether only indexes lack or have too much: they can be made anew of the rows. SQLite says no more than so many
    faults, and says those of a file's structure first.
    """
    return bool(found) and all(_OF_AN_INDEX.match(fault) for fault in found)


def has_index_faults_alone(path: Path) -> bool:
    """Whether indexes are wrong in the log at a path, and nothing else is."""
    with closing(sqlite3.connect(files.uri_rw(path), uri=True)) as log:
        log.execute("PRAGMA query_only = ON")
        return are_index_faults(integrity_faults(log))


def check_row_count(path: Path, rows: int) -> None:
    """See that a log is whole and holds at least so many uses, by a connection that remembers nothing of it.

    Raises the error that reading it meets.
    """
    with closing(sqlite3.connect(files.uri_rw(path), uri=True)) as log:
        log.execute("PRAGMA query_only = ON")
        check_size(log, path)
        check_integrity(log)
        ((found,),) = log.execute("SELECT count(*) FROM uses").fetchall()
    if found < rows:
        raise corruption_error(f"{rows - found} uses are missing")
