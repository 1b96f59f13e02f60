"""Leaving nothing of what was deleted: overwriting it at once, and writing the whole file anew a while later.

SQLite overwrites what it frees, but not what it moved within the file before that: a page that was split, or filled up
from the next one, keeps bytes of rows that stand elsewhere by now. Only a file that is written anew has none.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from bot.store import files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import aiosqlite

MARK = "log:rewritten"
"""Name of what the log keeps about itself: that it was written anew by this schema, and nothing was deleted since."""


async def overwriting(connection: aiosqlite.Connection) -> None:
    """What is deleted from here on is overwritten at once; within a transaction, which is to be committed by it."""
    await connection.execute("PRAGMA secure_delete = ON")
    await connection.execute("DELETE FROM kept WHERE name = ?", (MARK,))


async def is_clean(connection: aiosqlite.Connection) -> bool:
    """Whether nothing can be left in the file of what was deleted, by whom or what version of the schema ever."""
    ((found,),) = await connection.execute_fetchall(
        "SELECT count(*) FROM kept WHERE name = ? AND value = (SELECT CAST(max(number) AS TEXT) FROM migrations)",
        (MARK,),
    )
    return bool(found)


async def note(connection: aiosqlite.Connection) -> None:
    """It was written anew."""
    await connection.execute(
        "INSERT OR REPLACE INTO kept (name, value) SELECT ?, CAST(max(number) AS TEXT) FROM migrations", (MARK,)
    )


def write_anew(path: Path, there: tuple[int, int] | None, begun: Callable[[sqlite3.Connection], None]) -> None:
    """Write the log at a path anew, in a thread, while it is that file: who reads goes on, nobody else may write.

    `begun` is told what can be interrupted. Raises OSError or sqlite3.Error, and leaves the log as it was.
    """
    os.environ["SQLITE_TMPDIR"] = str(path.parent)  # on the way, what is in it stands nowhere else
    with closing(sqlite3.connect(files.there(path), uri=True, timeout=0, check_same_thread=False)) as log:
        if files.identity(path) != there:
            raise FileNotFoundError("the log was exchanged just now")
        begun(log)
        log.execute("VACUUM")
