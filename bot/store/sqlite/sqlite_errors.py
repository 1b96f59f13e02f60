"""What SQLite's errors mean for the log, and the sentences for them."""

from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING

from ...errors import LogUnavailable
from ...text import shown

if TYPE_CHECKING:
    from pathlib import Path

ROW_ERRORS = (
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
    OverflowError,
    TypeError,
    ValueError,
)
"""Faults of what was to be written, not of the file."""
SQLITE_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What sqlite3 raises of a file: SQLite's own sentence cannot be read where it names what is damaged."""
CORRUPTION_CODES = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
TRANSIENT_CODES = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SEE_TO_IT = "see that its disk is sound and still there, and that this user has room on it"
_SHARED = 32 * 1024
"""Bytes by which SQLite makes its shared memory longer."""
_SENTENCES = {
    sqlite3.SQLITE_FULL: "the disk is full: free some space",
    sqlite3.SQLITE_BUSY: "another program holds it locked: close that program",
    sqlite3.SQLITE_LOCKED: "another program holds it locked: close that program",
    sqlite3.SQLITE_READONLY: "it may not be written: give this user the right to write to the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened: see that its folder exists and this user may write there",
    sqlite3.SQLITE_CORRUPT: "its content is damaged",
    sqlite3.SQLITE_NOTADB: "its content is damaged",
}


def primary_code(error: Exception) -> int:
    """SQLite's primary code of an error; 0 for what is none of SQLite's."""
    if isinstance(error, UnicodeDecodeError):
        return sqlite3.SQLITE_CORRUPT
    code = _exact(error)
    return sqlite3.SQLITE_FULL if code == sqlite3.SQLITE_IOERR_SHMSIZE else code & 0xFF


def explain(error: Exception, path: Path) -> str:
    """Why the log at a path cannot be used, and what to do where that is known."""
    if isinstance(error, LogUnavailable):
        return str(error)
    code = primary_code(error)
    if _exact(error) == sqlite3.SQLITE_IOERR_SHMSIZE and not _is_full(path):
        code = sqlite3.SQLITE_IOERR
    fails = f"it fails ({shown(_with_error_name(error))})"
    return _SENTENCES.get(code) or (f"{fails}: {_SEE_TO_IT}" if code == sqlite3.SQLITE_IOERR else fails)


def _exact(error: Exception) -> int:
    return int(getattr(error, "sqlite_errorcode", 0))


def _is_full(path: Path) -> bool:
    """Whether there is no room for SQLite's shared memory: of that it says only that something failed."""
    try:
        return shutil.disk_usage(path.parent).free < _SHARED
    except OSError:
        return False


def corruption_error(found: str) -> sqlite3.DatabaseError:
    """What a check found, as the error that reading would have met."""
    error = sqlite3.DatabaseError(found)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _with_error_name(error: Exception) -> str:
    """An error with SQLite's own name for it, which tells apart what "disk I/O error" does not."""
    name = getattr(error, "sqlite_errorname", None)
    if name:
        return f"{error}, {name}"
    return str(error) if isinstance(error, OSError | sqlite3.Error) else f"{type(error).__name__}: {error}"


def decode_leniently(text: bytes) -> str:
    """Text of a log, for sqlite3's `text_factory`: a damaged letter spoils no more than itself."""
    return text.decode("utf-8", "replace")
