"""Rows a second with 1, 32 and 256 answers in flight: group commit against a commit for each row, in one run."""

from __future__ import annotations

import argparse
import asyncio
import itertools
import platform
import sqlite3
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import aiosqlite

from bot.store.records import Use
from bot.store.sqlite.migrations import migrate, schema_steps
from bot.store.sqlite.use_rows import use_to_row
from bot.store.store import Store

IN_FLIGHT = (1, 32, 256)
TURNS = 3
BY_ROW = """
    INSERT INTO uses (asked, time, guild, channel, way, query, key, found, quote, edition, duration, outcome, shared)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def use(asked: int) -> Use:
    return Use(
        asked,
        datetime.now(UTC),
        1,
        asked % 50,
        "slash",
        "rusia",
        "topic:russia",
        True,
        "a-quote",
        "0123abcd",
        0.3,
    )


async def rate(record, in_flight: int, seconds: float, ids) -> tuple[float, list[float]]:
    waits: list[float] = []
    end = time.perf_counter() + seconds

    async def person() -> None:
        while (begun := time.perf_counter()) < end:
            assert await record(use(next(ids)))
            waits.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    await asyncio.gather(*(person() for _ in range(in_flight)))
    return len(waits) / (time.perf_counter() - begun), waits


async def measure(folder: Path, seconds: float) -> None:
    store = await Store.open(folder / "group.db", now=lambda: datetime.now(UTC))
    async with aiosqlite.connect(folder / "row.db") as connection:
        await connection.execute_fetchall("PRAGMA journal_mode = WAL")
        await connection.execute_fetchall("PRAGMA synchronous = FULL")
        await migrate(connection, 0, schema_steps())

        async def in_group(one: Use) -> bool:
            return await store.record(one, wait=60)

        async def settled(one: Use) -> bool:
            done = await store.record(one, wait=60)
            store.settle(one.asked, "answered")
            return done

        turn = asyncio.Lock()  # without it, rows of many answers would share a commit by chance

        async def by_row(one: Use) -> bool:
            async with turn:
                await connection.execute(BY_ROW, use_to_row(one))
                await connection.commit()
            return True

        ids = itertools.count(1)
        print(
            f"{'in flight':>9}  {'group rows/s':>12} {'p99':>8}  {'per row rows/s':>14} {'p99':>8}"
            f"  {'ratio':>6}  {'settled':>7}"
        )
        for in_flight in IN_FLIGHT:
            ways = {in_group: ([], []), settled: ([], []), by_row: ([], [])}
            for _ in range(TURNS):
                for record, (rates, waits) in ways.items():
                    found, waited = await rate(record, in_flight, seconds / TURNS, ids)
                    rates.append(found)
                    waits.extend(waited)
            (group, group_waits), (both, _), (row, row_waits) = ways.values()
            ours, theirs = statistics.median(group), statistics.median(row)
            print(
                f"{in_flight:>9}  {ours:>12,.0f} {late(group_waits):>8}  {theirs:>14,.0f} {late(row_waits):>8}"
                f"  {ours / theirs:>6.1f}  {statistics.median(both) / ours:>7.2f}"
            )
    await store.close()


def late(waits: list[float]) -> str:
    return f"{statistics.quantiles(waits, n=100)[98] * 1000:.1f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2, help="for each way and number in flight")
    parser.add_argument("--folder", type=Path, help="where to write (default: a temporary folder)")
    args = parser.parse_args()
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, aiosqlite {aiosqlite.__version__}")
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        asyncio.run(measure(Path(folder), args.seconds))


if __name__ == "__main__":
    main()
