"""Leaving nothing of what was deleted: overwriting it at once, and writing the whole file anew a while later.

SQLite overwrites what it frees, but not what it moved within the file before that: a page that was split, or filled up
from the next one, keeps bytes of rows that stand elsewhere by now. Only a file that is written anew has none.
"""

from __future__ import annotations

import errno
import shutil
import sqlite3
from contextlib import asynccontextmanager, closing
from typing import TYPE_CHECKING

from ..disk import files
from .metadata import VACUUMED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    import aiosqlite

_TIMES = 2.5
"""So many times the log's size are to be free: it stands beside the log once, and is written ahead once."""


@asynccontextmanager
async def secure_delete(connection: aiosqlite.Connection) -> AsyncIterator[None]:
    """What is deleted here is overwritten at once; within a transaction, by which that is noted."""
    await connection.execute("PRAGMA secure_delete = ON")
    before = connection.total_changes
    yield
    if connection.total_changes != before:
        await connection.execute("DELETE FROM kept WHERE name = ?", (VACUUMED,))


def _see_room(path: Path) -> None:
    """Raise OSError where the disk has no room for writing the log anew: once beside it, and once written ahead."""
    if shutil.disk_usage(path.parent).free < _TIMES * files.size(path):
        raise OSError(errno.ENOSPC, f"it needs {_TIMES} times its size on the disk")


async def is_vacuumed(connection: aiosqlite.Connection) -> bool:
    """Whether nothing can be left in the file of what was deleted, by whom or what version of the schema ever."""
    ((found,),) = await connection.execute_fetchall(
        "SELECT count(*) FROM kept WHERE name = ? AND value = (SELECT CAST(max(number) AS TEXT) FROM migrations)",
        (VACUUMED,),
    )
    return bool(found)


async def note_vacuumed(connection: aiosqlite.Connection) -> None:
    """It was written anew."""
    await connection.execute(
        "INSERT OR REPLACE INTO kept (name, value) SELECT ?, CAST(max(number) AS TEXT) FROM migrations", (VACUUMED,)
    )


async def size_after_checkpoint(connection: aiosqlite.Connection) -> int:
    """Bytes of the log's own file when all that is written ahead is in it."""
    pages = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    ((found,),) = await connection.execute_fetchall(pages)
    return int(found)


def vacuum(path: Path, there: tuple[int, int] | None, begun: Callable[[sqlite3.Connection], None]) -> None:
    """Write the log at a path anew, in a thread, while it is that file: who reads goes on, nobody else may write.

    `begun` is told what can be interrupted, and may raise: then it is not begun. Raises OSError or sqlite3.Error, and
    leaves the log as it was.
    """
    _see_room(path)
    with closing(sqlite3.connect(files.uri_rw(path), uri=True, timeout=0, check_same_thread=False)) as log:
        if files.identity(path) != there:
            raise FileNotFoundError("the log was exchanged just now")
        begun(log)
        log.execute("VACUUM")
