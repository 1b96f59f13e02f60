"""Uses as rows of the table `uses` and back."""

from __future__ import annotations

import json
from math import isfinite
from typing import TYPE_CHECKING, Any

from ..records import Use
from .column_values import moment, storable, ticks

if TYPE_CHECKING:
    from collections.abc import Sequence

    import aiosqlite

Row = tuple[Any, ...]
"""A row of `uses`."""
COLUMN_TYPES = (int, int, int | None, int, str, str, str, int, str | None, str, int | float, str, int)
"""What the columns of `uses` hold."""

UNTYPED_KEY = """instr(key, '|') = 0
    AND (key = 'any' OR key GLOB 'topic:*' OR key GLOB 'quote:*' OR key GLOB 'check:*')"""
"""Keys no typed words stand in: names of the bank's own, or what came of checking. A filter behind them was typed."""
INSERT = """
    INSERT INTO uses (asked, time, guild, channel, way, query, key, found, quote, edition, duration, outcome, shared)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
           value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12
    FROM json_each(?1) WHERE true
"""
"""All rows of a batch, as one JSON text: for each row of `executemany` the thread that writes would have to win the
interpreter back from a busy event loop.
"""
_INSERT_MISSING = INSERT.replace("INSERT", "INSERT OR IGNORE")


def use_to_row(use: Use, outcome: str | None = None) -> tuple[Any, ...]:
    """In the order of the columns of `uses`, with another outcome if one is named."""
    return (
        use.asked,
        ticks(use.time),
        use.guild,
        use.channel,
        use.entry_point,
        storable(use.query),
        storable(use.key),
        use.found,
        None if use.quote is None else storable(use.quote),
        storable(use.edition),
        use.duration if isfinite(use.duration) else 0.0,
        outcome or use.outcome,
        use.shared,
    )


def use_from_row(row: Sequence[Any]) -> Use:
    """The use a row of `uses` holds."""
    asked, time, guild, channel, entry_point, query, key, found, quote, edition, duration, outcome, shared = row
    return Use(
        *(asked, moment(time), guild, channel, entry_point, query, key, bool(found), quote, edition, duration),
        outcome=outcome,
        shared=bool(shared),
    )


async def insert_missing(connection: aiosqlite.Connection, rows: Sequence[Row]) -> int:
    """Write rows that the file should hold, where it does not. Returns how many."""
    return (await connection.execute(_INSERT_MISSING, (json.dumps(rows),))).rowcount if rows else 0
