"""Counts of uses: of one place for /stats, of all places for the operator at the terminal. Words only where shared."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ..records import Counted, Guild, Report
from ..sqlite.column_values import moment, ticks
from ..sqlite.use_rows import UNTYPED_KEY

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

    from ..records import Place

    Rows = Callable[[str, Sequence[Any]], Awaitable[Sequence[Sequence[Any]]]]
    Counts = Mapping[str, Sequence[tuple[Any, int]]]

TOP = 10
"""Names listed of each kind."""


# Each is served by an index of its own; with `OR` in one statement all uses would be read. The `+` keeps the planner
# from taking the index of servers for the uses outside of any.
_OF_GUILD = "guild = :place AND time >= :since"
_OF_CHANNEL = "channel = :place AND time >= :since AND +guild IS NULL"
_OF_ALL = "time >= :since"

# The uses are looked up once, and all counts are made of them by SQLite, which lets other threads run meanwhile: one
# server of 1,000 uses among 1,000,000 in 2 ms (six statements took 6, counting in Python 2 and the interpreter's lock).
_COUNTS = """
WITH taken AS MATERIALIZED (
    SELECT guild, way, found, key, query, quote, shared, outcome, time / 86400000000 AS day,
           outcome = 'answered' AS answered
    FROM uses WHERE {among} LIMIT :most
)
SELECT * FROM (SELECT 'key', name, sum(uses) AS counted FROM (
    SELECT key AS name, count(*) AS uses FROM taken WHERE answered AND found AND key <> ''
    GROUP BY guild, key HAVING max(shared) OR ({untyped})) GROUP BY name ORDER BY counted DESC, name LIMIT :top)
UNION ALL SELECT * FROM (SELECT 'missed', name, sum(uses) AS counted FROM (
    SELECT query AS name, count(*) AS uses FROM taken WHERE answered AND NOT found AND query <> ''
    GROUP BY guild, query HAVING max(shared)) GROUP BY name ORDER BY counted DESC, name LIMIT :top)
UNION ALL SELECT * FROM (SELECT 'quote', quote, count(*) AS counted FROM taken
    WHERE answered AND found AND key <> '' AND quote IS NOT NULL GROUP BY quote ORDER BY counted DESC, quote LIMIT :top)
UNION ALL SELECT 'size', '', count(*) FROM taken
UNION ALL SELECT 'found', found, count(*) FROM taken WHERE answered GROUP BY found
UNION ALL SELECT * FROM (SELECT 'way', way, count(*) AS counted FROM taken
    WHERE answered GROUP BY way ORDER BY counted DESC, way)
UNION ALL SELECT * FROM (SELECT 'day', day, count(*) FROM taken WHERE answered GROUP BY day ORDER BY day)
UNION ALL SELECT * FROM (SELECT 'outcome', outcome, count(*) AS counted FROM taken
    WHERE NOT answered GROUP BY outcome ORDER BY counted DESC, outcome)
"""
# Of the whole log: nothing that is told of one place.
_LOST = "UNION ALL SELECT 'lost', '', CAST(total(count) AS INTEGER) FROM losses WHERE time >= :since"


def statement(about: type[Place] | None) -> str:
    """The one statement that counts the uses of a kind of place, or of all."""
    among = _OF_ALL if about is None else _OF_GUILD if about is Guild else _OF_CHANNEL
    return _COUNTS.format(among=among, untyped=UNTYPED_KEY) + (_LOST if about is None else "")


async def counts(rows: Rows, now: datetime, days: int, place: Place | None, most: int = -1) -> Counts:
    """What the uses of the last `days` days come to, in one place or in all: of `most` uses, or of every one."""
    about: Any = {
        "since": ticks(now - timedelta(days=days)),
        "place": place.id if place else None,
        "top": TOP,
        "most": most,
    }
    counted: defaultdict[str, list[tuple[Any, int]]] = defaultdict(list)
    for kind, name, count in await rows(statement(type(place) if place else None), about):
        counted[kind].append((name, count))
    return counted


async def counts_if_at_most(rows: Rows, now: datetime, days: int, place: Place, most: int) -> Counts | None:
    """The counts of a place where there are at most so many uses; else None, and found out soon."""
    about: Any = {"since": ticks(now - timedelta(days=days)), "place": place.id, "most": most + 1}
    among = _OF_GUILD if isinstance(place, Guild) else _OF_CHANNEL
    size_of = f"SELECT count(*) FROM (SELECT 1 FROM uses WHERE {among} LIMIT :most)"  # noqa: S608  our own words
    ((size,),) = await rows(size_of, about)
    return await counts(rows, now, days, place) if size <= most else None


def of_place(counted: Counts, days: int, *, misses: bool, unwritten: int) -> Report:
    """The report of a place. `unwritten` are the uses of it that no file knows of.

    Words stand in it only where three different members asked them there; words that found nothing only with `misses`:
    these are for moderators.
    """
    report = of_all(counted, days, unwritten=unwritten)
    return report if misses else replace(report, missed=())


def of_all(counted: Counts, days: int, *, unwritten: int = 0, lost: int = 0) -> Report:
    """The report of all places: for the operator's terminal alone. Words as in `of_place`.

    `unwritten` and `lost` are those no file knows of.
    """

    def named(kind: str) -> tuple[Counted, ...]:
        return tuple(Counted(str(name), count) for name, count in counted[kind])

    found = dict(counted["found"])
    outcomes = {str(name): count for name, count in counted["outcome"]}
    failed = {why.removeprefix("failed:"): count for why, count in outcomes.items() if why.startswith("failed")}
    return Report(
        days=days,
        uses=found.get(1, 0),
        misses=found.get(0, 0),
        keys=named("key"),
        quotes=named("quote"),
        missed=named("missed"),
        ways=named("way"),
        waiting=unwritten + outcomes.get("begun", 0),
        lost=lost + sum(count for _, count in counted["lost"]),
        by_day=tuple(Counted(_day(day), count) for day, count in counted["day"]),
        failed=sum(failed.values()),
        expired=outcomes.get("expired", 0),
        unknown=outcomes.get("unknown", 0),
        reasons=tuple(Counted(why, count) for why, count in failed.items()),
    )


def _day(number: int) -> str:
    return moment(number * 86_400_000_000).date().isoformat()
