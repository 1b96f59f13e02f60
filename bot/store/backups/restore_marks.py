"""What a log that took another's place says of itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.strict_yaml import shown

if TYPE_CHECKING:
    import aiosqlite

TAKEN, RESTORED, RESTORED_TOLD = "log:taken", "log:restored", "log:restored_told"
"""Names of what a copy keeps: when it was taken; which file it was restored from, of when; whether that was said."""
COMMANDS_TOLD = "commands"
"""Name of what a log keeps of the commands Discord was told."""
NOT_OF_A_COPY = (RESTORED_TOLD, COMMANDS_TOLD)
"""Names of what no copy keeps: others may be told something else before the copy is used."""


def mark(source: str, taken: str | None, at: str) -> str:
    """What is kept under RESTORED."""
    return json.dumps({"from": source, "taken": taken, "at": at})


def sentence(kept: str | None) -> str | None:
    """Where a restored log came from, of what is kept under RESTORED."""
    try:
        said = json.loads(kept or "null")
        taken = said["taken"] or "an unknown date"
        return shown(f"this log was restored on {said['at']} from {said['from']}, of {taken}")
    except (ValueError, KeyError, TypeError):
        return None


async def restored(connection: aiosqlite.Connection) -> tuple[str | None, bool]:
    """Where an open log was restored from, if it was; and whether that is said for the first time."""
    found = {
        str(name): str(value)
        for name, value in await connection.execute_fetchall(
            "SELECT name, value FROM kept WHERE name IN (?, ?)", (RESTORED, RESTORED_TOLD)
        )
    }
    told = sentence(found.get(RESTORED))
    first = told is not None and RESTORED_TOLD not in found
    if first:
        await connection.execute("INSERT OR REPLACE INTO kept (name, value) VALUES (?, '1')", (RESTORED_TOLD,))
    return told, first
