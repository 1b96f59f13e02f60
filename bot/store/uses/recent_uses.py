"""What is known of uses, written or waiting: the quotes shown last, and one use by its id."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from ...errors import LogUnavailable
from ..sqlite.column_values import ticks
from ..sqlite.use_rows import COLUMN_TYPES, use_from_row

if TYPE_CHECKING:
    from ..database.transactions import Database
    from ..records import Use
    from .ledger import Ledger

WAIT = 0.25
"""Seconds an answer waits for what was shown before."""


async def recent_quotes(database: Database, ledger: Ledger, channel: int, key: str, limit: int) -> list[str]:
    """The quotes shown last in a round, most recent first."""
    shown = {use.asked: (ticks(use.time), use.asked, use.quote) for use in ledger.unwritten_of(channel, key)}
    with contextlib.suppress(LogUnavailable, TimeoutError):
        async with asyncio.timeout(WAIT):
            for asked, time, quote in await database.rows(
                """SELECT asked, time, quote FROM uses WHERE channel = ? AND key = ? AND quote IS NOT NULL
                   ORDER BY time DESC, asked DESC LIMIT ?""",
                (channel, key, limit),
                (int, int, str),
            ):
                shown[asked] = (time, asked, quote)
    latest = sorted(shown.values(), reverse=True, key=lambda row: row[:2])
    return [quote for _, _, quote in latest if quote is not None][:limit]


async def find_use(database: Database, ledger: Ledger, asked: int) -> Use | None:
    """The use of that id, written or waiting."""
    waiting = ledger.unwritten_use(asked)
    if waiting:
        return waiting
    found = await database.rows(
        """SELECT asked, time, guild, channel, way, query, key, found, quote, edition, duration, outcome, shared
           FROM uses WHERE asked = ?""",
        (asked,),
        COLUMN_TYPES,
    )
    return use_from_row(found[0]) if found else None
