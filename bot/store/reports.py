"""Counts of uses, for /stats and the terminal."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.store.records import Counted, Report
from bot.store.rows import ticks

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    Rows = Callable[[str, Sequence[Any]], Awaitable[Sequence[Sequence[Any]]]]

TOP = 10
"""Names listed of each kind."""

_SINCE = "FROM uses WHERE time >= :since AND (:guild IS NULL OR guild = :guild)"
_TOP = "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT :top"
_TOTALS = f"SELECT coalesce(sum(found), 0), coalesce(sum(NOT found), 0) {_SINCE}"
_KEYS = f"SELECT key, count(*) {_SINCE} AND found {_TOP}"
_QUOTES = f"SELECT quote, count(*) {_SINCE} AND quote IS NOT NULL {_TOP}"
_MISSED = f"SELECT query, count(*) {_SINCE} AND NOT found {_TOP}"
_WAYS = f"SELECT way, count(*) {_SINCE} {_TOP}"
_BY_DAY = f"SELECT date(time / 1000000, 'unixepoch'), count(*) {_SINCE} GROUP BY 1 ORDER BY 1"
_LOST = "SELECT coalesce(sum(count), 0) FROM losses WHERE time >= :since"


async def report(rows: Rows, now: datetime, days: int, guild: int | None, *, waiting: int = 0, lost: int = 0) -> Report:
    """Counts over the last `days` days, of one guild or of all. `waiting` and `lost` are those no file knows of."""
    about: Any = {"since": ticks(now - timedelta(days=days)), "guild": guild, "top": TOP}

    async def counted(sql: str) -> tuple[Counted, ...]:
        return tuple(Counted(str(name), int(count)) for name, count in await rows(sql, about))

    ((uses, misses),) = await rows(_TOTALS, about)
    ((lost_before,),) = await rows(_LOST, about)
    return Report(
        days=days,
        uses=uses,
        misses=misses,
        keys=await counted(_KEYS),
        quotes=await counted(_QUOTES),
        missed=await counted(_MISSED),
        ways=await counted(_WAYS),
        waiting=waiting,
        lost=lost_before + lost,
        by_day=await counted(_BY_DAY),
    )
