"""What a log that took another's place says of itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ...text import shown
from ..sqlite.metadata import RESTORE_ANNOUNCED, RESTORED_FROM

if TYPE_CHECKING:
    import aiosqlite


def mark(source: str, taken: str | None, at: str) -> str:
    """What is kept under RESTORED_FROM."""
    return json.dumps({"from": source, "taken": taken, "at": at})


def sentence(stored: str | None) -> str | None:
    """Where a restored log came from, of what is kept under RESTORED_FROM."""
    try:
        said = json.loads(stored or "null")
        taken = said["taken"] or "an unknown date"
        name = said["from"].replace("\\", "/").rpartition("/")[2]  # no folder: it may be told where others read
        return shown(f"this log was restored on {said['at']} from {name}, of {taken}")
    except (ValueError, KeyError, TypeError):
        return None


async def restored(connection: aiosqlite.Connection) -> tuple[str | None, bool]:
    """Where an open log was restored from, if it was; and whether that is said for the first time."""
    found = {
        str(name): str(value)
        for name, value in await connection.execute_fetchall(
            "SELECT name, value FROM kept WHERE name IN (?, ?)", (RESTORED_FROM, RESTORE_ANNOUNCED)
        )
    }
    origin = sentence(found.get(RESTORED_FROM))
    first = origin is not None and RESTORE_ANNOUNCED not in found
    if first:
        await connection.execute("INSERT OR REPLACE INTO kept (name, value) VALUES (?, '1')", (RESTORE_ANNOUNCED,))
    return origin, first
