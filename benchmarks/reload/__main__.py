"""What a reload costs: the longest stall of the event loop, answers meanwhile, and how soon a saved file is served.

Run: .venv/bin/python -m benchmarks.reload [--quotes 100000] [--json FILE]

A bank of made-up quotes is written to a temporary folder, served, and changed by one quote; while it is read again, a
ticker notes when the event loop comes late, and queries are answered and logged one after the other. Then one word of
the shipped bank's copy is saved, five times, each time until the new edition serves.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import platform
import resource
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.reading.corpus import write_bank
from bot.config import shipped_bank
from bot.editions.child_process import ChildProcess, Limits
from bot.editions.copies import Copies
from bot.editions.delays import Delays
from bot.editions.making import open_library
from bot.editions.watching import file_stats, watching
from bot.search.query import Query
from bot.store.records import Use
from bot.store.store import Store

TICK = 0.001
SAVES = 5


@dataclass
class Ticker:
    """Notes how late each tick comes and how long each answer takes, in milliseconds.

    `busy` is how much of each lateness this process itself was at work: the rest, the machine gave to others.
    """

    late: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)

    async def tick(self) -> None:
        while True:
            began, worked = time.perf_counter(), time.process_time()
            await asyncio.sleep(TICK)
            late = (time.perf_counter() - began - TICK) * 1000
            self.late.append(late)
            self.busy.append(min(late, (time.process_time() - worked) * 1000))

    async def ask(self, library, store) -> None:
        queries = [
            quote.text for quote in library.edition.bank.quotes[:: max(1, len(library.edition.bank.quotes) // 97)]
        ]
        number = 0
        while True:
            words = " ".join(queries[number % len(queries)].split()[:2])
            began = time.perf_counter()
            found = library.edition.index.find(Query(words))
            await store.record(_use(number, words, found))
            self.answers.append((time.perf_counter() - began) * 1000)
            number += 1
            await asyncio.sleep(0.02)


def _use(number, words, found) -> Use:
    quote = found.hits[0].quote.id if found.hits else None
    return Use(number, datetime.now(UTC), 1, 1, "slash", words, found.key, bool(quote), quote, "edition", 1.0)


def spread(values: list[float]) -> dict[str, float]:
    """Median, 99th percentile and worst."""
    ordered = sorted(values)
    return {
        "median": round(statistics.median(ordered), 2),
        "p99": round(ordered[int(len(ordered) * 0.99)], 2),
        "worst": round(ordered[-1], 2),
    }


async def stall(folder: Path, data: Path, quotes: int) -> dict[str, object]:
    """Reload a big bank while the event loop is watched; before that, the same without a reload."""
    write_bank(folder, quotes)
    library = open_library(folder, Copies(data))
    store = await Store.open(data / "quoth.db", now=lambda: datetime.now(UTC))
    child = ChildProcess(folder, data, Limits(seconds=600))
    result: dict[str, object] = {"quotes": quotes}
    try:
        async with watching(library, child, folder, file_stats(folder), how="off", delays=Delays(release=1)):
            await _watched(library, store, asyncio.sleep(2))  # warming up
            result["idle"] = await _watched(library, store, asyncio.sleep(3))
            result["reload"] = await _watched(library, store, _reload(library, folder))
    finally:
        await store.close()
    result["child's peak memory (MiB)"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    return result


async def _watched(library, store, work) -> dict[str, object]:
    ticker = Ticker()
    tasks = [asyncio.create_task(ticker.tick()), asyncio.create_task(ticker.ask(library, store))]
    began = time.perf_counter()
    await work
    seconds = time.perf_counter() - began
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return {
        "seconds": round(seconds, 2),
        "loop late by (ms)": spread(ticker.late),
        "of that, busy itself (ms)": spread(ticker.busy),
        "answer found and logged (ms)": spread(ticker.answers),
    }


async def _reload(library, folder: Path) -> None:
    file = folder / "sources" / "source-0.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("outlet: The Northby Example", "outlet: The Southby Example"), encoding="utf-8")
    old = library.edition
    outcome = await library.reload()
    assert outcome.edition is library.edition is not old, outcome.problems[:3]
    del old, outcome
    await asyncio.sleep(2)  # the old edition is let go of in this time


async def save_to_serving(folder: Path) -> dict[str, object]:
    """Save one word of the shipped bank's copy, several times."""
    shutil.copytree(shipped_bank(), folder)
    file = folder / "sources" / "ukrinform-2020-06-08.yaml"
    text = file.read_text(encoding="utf-8")
    library = open_library(folder)
    taken = []
    async with watching(library, ChildProcess(folder), folder, file_stats(folder)):
        await asyncio.sleep(1)
        for number in range(SAVES):
            old = library.edition
            file.write_text(text.replace("outlet: Ukrinform", f"outlet: Ukrinform {number}"), encoding="utf-8")
            began = time.perf_counter()
            while library.edition is old:
                await asyncio.sleep(TICK)
            taken.append(time.perf_counter() - began)
            await asyncio.sleep(0.5)
    return {"median (s)": round(statistics.median(taken), 3), "worst (s)": round(max(taken), 3)}


async def measure(quotes: int) -> dict[str, object]:
    """Both measurements, and where they were made."""
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        (room / "data").mkdir()
        return {
            "python": platform.python_version(),
            "processors": os.cpu_count(),
            "load before": round(os.getloadavg()[0], 1),
            "save to serving, shipped bank": await save_to_serving(room / "shipped"),
            "reload": await stall(room / "big", room / "data", quotes),
        }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quotes", type=int, default=100_000)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    result = json.dumps(asyncio.run(measure(args.quotes)), indent=2)
    print(result)
    if args.json:
        args.json.write_text(result + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
