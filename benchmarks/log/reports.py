"""`/stats` in 1,000,000 uses, and what it does to the answers beside it: as it was and as it is."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import platform
import random
import sqlite3
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.store.records import Guild, Use
from bot.store.sqlite.column_values import ticks
from bot.store.sqlite.use_rows import use_to_row
from bot.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAYS = 30
SERVERS = 1000
SMALL, LARGE = 10**17 + 500 * 7919, 10**17 + 5
SHARE_OF_LARGE = 0.1
TURNS = 7
ANSWERS_A_SECOND = 200
BEFORE = "FROM uses WHERE time >= :since AND (:guild IS NULL OR guild = :guild)"
_TOP = "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10"
STATEMENTS_BEFORE = (
    f"SELECT coalesce(sum(found), 0), coalesce(sum(NOT found), 0) {BEFORE}",
    "SELECT coalesce(sum(count), 0) FROM losses WHERE time >= :since",
    f"SELECT key, count(*) {BEFORE} AND found {_TOP}",
    f"SELECT quote, count(*) {BEFORE} AND quote IS NOT NULL {_TOP}",
    f"SELECT query, count(*) {BEFORE} AND NOT found {_TOP}",
    f"SELECT way, count(*) {BEFORE} {_TOP}",
    f"SELECT date(time / 1000000, 'unixepoch'), count(*) {BEFORE} GROUP BY 1 ORDER BY 1",
)
"""What a report asked until edition 0.2 of the bot, of the connection that answers are logged by."""


def uses(count: int) -> Iterator[tuple[Any, ...]]:
    """Rows of many servers among one another, as time brings them."""
    rng = random.Random(20)
    keys = [f"topic:t{number}" for number in range(40)] + ["any"]
    for number in range(count):
        guild = LARGE if rng.random() < SHARE_OF_LARGE else 10**17 + rng.randrange(SERVERS) * 7919
        found, word = rng.random() < 0.85, f"word{int(rng.expovariate(1 / 300))}"
        yield use_to_row(
            Use(
                asked=10**9 + number,
                time=NOW - timedelta(days=28) * (1 - number / count),
                guild=guild,
                channel=guild + rng.randrange(5),
                entry_point=rng.choice(("slash", "mention", "button")),
                query=word,
                key=rng.choice(keys) if found and rng.random() < 0.8 else word,
                found=found,
                quote=f"quote-{rng.randrange(200)}" if found else None,
                edition="0123abcd",
                duration=1.5,
                outcome="answered",
                shared=rng.random() < 0.1,
            )
        )


async def build(path: Path, count: int) -> None:
    """A log with so many uses."""
    await (await Store.open(path, now=lambda: NOW)).close()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        marks = ", ".join("?" * 13)
        connection.executemany(
            "INSERT INTO uses (asked, time, guild, channel, way, query, key, found, quote, edition, duration, outcome,"
            f" shared) VALUES ({marks})",
            uses(count),
        )
        connection.commit()


def reports(store: Store) -> dict[str, Callable[[int], Awaitable[object]]]:
    """The two ways to count a server's uses."""

    async def before(guild: int) -> None:
        about: Any = {"since": ticks(NOW - timedelta(days=DAYS)), "guild": guild}
        for statement in STATEMENTS_BEFORE:
            await store._database.rows(statement, about)

    async def after(guild: int) -> None:
        await store.report(DAYS, Guild(guild), misses=True)

    return {"before": before, "after": after}


async def alone(store: Store) -> None:
    """How long a report takes when nothing else goes on."""
    for name, guild in (("one of 1,000 servers", SMALL), ("a server of 100,000", LARGE)):
        taken: dict[str, list[float]] = {"before": [], "after": []}
        for _ in range(TURNS):
            for way, report in reports(store).items():
                begun = time.perf_counter()
                await report(guild)
                taken[way].append(time.perf_counter() - begun)
        for way, times in taken.items():
            print(f"{name:>20}  {way:<6}  median {statistics.median(times) * 1000:8.1f} ms   {spread(times)}")


async def beside(store: Store, seconds: float) -> None:
    """How long answers wait for the log while somebody asks for reports again and again."""
    ids = itertools.count(1)

    async def answer(waits: list[float], late: list[int]) -> None:
        begun = time.perf_counter()
        use = Use(next(ids), NOW, SMALL, SMALL, "slash", "rusia", "topic:russia", True, "a-quote", "0123abcd", 0.3)
        late.append(not await store.record(use))
        waits.append(time.perf_counter() - begun)

    async def answers(waits: list[float], late: list[int]) -> None:
        end, going = time.perf_counter() + seconds, set()
        while time.perf_counter() < end:
            going.add(asyncio.create_task(answer(waits, late)))
            await asyncio.sleep(1 / ANSWERS_A_SECOND)
        await asyncio.gather(*going)

    async def ask(report: Callable[[int], Awaitable[object]], guild: int) -> None:
        while True:
            await report(guild)
            await asyncio.sleep(0.2)

    ways = reports(store)
    for name, way, guild in (
        ("no report", None, SMALL),
        ("one of 1,000 servers", "before", SMALL),
        ("one of 1,000 servers", "after", SMALL),
        ("a server of 100,000", "before", LARGE),
        ("a server of 100,000", "after", LARGE),
        ("no report", None, SMALL),
    ):
        waits: list[float] = []
        late: list[int] = []
        asking = asyncio.create_task(ask(ways[way], guild)) if way else None
        await answers(waits, late)
        if asking:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
        print(
            f"{name:>20}  {way or '':<6}  {len(waits):>6,} answers  p50 {at(waits, 50)}  p99 {at(waits, 99)}"
            f"  slowest {max(waits) * 1000:6.1f} ms  left before their row: {sum(late)}"
        )


def spread(times: list[float]) -> str:
    return f"({min(times) * 1000:.1f}–{max(times) * 1000:.1f})"


def at(waits: list[float], percent: int) -> str:
    return f"{statistics.quantiles(waits, n=100)[percent - 1] * 1000:6.1f} ms"


async def measure(folder: Path, count: int, seconds: float) -> None:
    path = folder / "quoth.db"
    await build(path, count)
    print(f"{count:,} uses, {path.stat().st_size / 1e6:.0f} MB")
    store = await Store.open(path, now=lambda: NOW)
    await alone(store)
    await beside(store, seconds)
    await store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uses", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=10, help="of answers, for each kind of report beside them")
    parser.add_argument("--folder", type=Path, help="where to write (default: a temporary folder)")
    args = parser.parse_args()
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}")
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        asyncio.run(measure(Path(folder), args.uses, args.seconds))


if __name__ == "__main__":
    main()
