"""What reloads leave behind: memory before, after, and a minute after many of them, while answers go on.

Run: .venv/bin/python -m benchmarks.reload.memory [--reloads 100] [--quotes 0] [--rest 60] [--rate 100] [--watch]

A copy of the shipped bank (or one of so many made-up quotes) is served as `quoth run` serves it, with its log; queries
are answered and logged all the while, so many a second. After each save of one word the folder is read again.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import itertools
import json
import logging
import shutil
import tempfile
import time
import weakref
from pathlib import Path

from benchmarks.reading.corpus import write_bank
from bot.app import keep_loaded, open_house
from bot.chat.requests.request import Request
from bot.config import Settings, shipped_bank
from bot.editions.delays import Delays
from bot.editions.malloc import use_one_arena
from bot.search.query import Query

TICK = 0.001


def resident() -> float:
    """MiB this process holds in memory now."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise OSError("this system does not say how much memory a process holds")


class Load:
    """Answers queries all the while, and notes how late the event loop comes."""

    def __init__(self, house, rate: float) -> None:
        self.house, self.rate = house, rate
        self.late: list[float] = []
        self.answered = 0

    async def ask(self) -> None:
        quotes = self.house.library.edition.bank.quotes
        words = [" ".join(quotes[at].text.split()[:2]) for at in range(0, len(quotes), max(1, len(quotes) // 97))]
        topics = [topic.name for topic in self.house.library.edition.bank.topics]
        for number in itertools.count(1):
            query = Query((words, topics)[number % 2][number % 40])
            asked = Request(number, "slash", 1, 1 + number % 50, self.house.responder.clock())
            await self.house.responder.serve(_nowhere, asked, self.house.quotes.about(query, asked))
            self.house.keywords.triggers()
            self.answered = number
            await asyncio.sleep(1 / self.rate)

    async def tick(self) -> None:
        while True:
            began, worked = time.perf_counter(), time.process_time()
            await asyncio.sleep(TICK)
            late = (time.perf_counter() - began - TICK) * 1000
            self.late.append(min(late, (time.process_time() - worked) * 1000))

    def longest(self) -> list[float]:
        """The five longest waits since this was asked last in which this process itself was at work, in ms."""
        worst, self.late = sorted(self.late)[-5:], []
        return [round(one, 1) for one in worst]


async def _nowhere(_reply: object) -> None:
    """Nothing is sent."""


async def measure(args: argparse.Namespace) -> dict[str, object]:
    """One run, and what was seen in it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "bank"
        if args.quotes:
            write_bank(folder, args.quotes)
        else:
            shutil.copytree(shipped_bank(), folder)
        settings = Settings(data=Path(name) / "data", bank=folder, watch="auto" if args.watch else "off")
        async with open_house(settings, watch=Delays(release=args.let_go)) as house:
            keep_loaded()
            load = Load(house, args.rate)
            tasks = [asyncio.create_task(load.ask()), asyncio.create_task(load.tick())]
            await asyncio.sleep(args.warm)
            found = {"before (MiB)": round(resident(), 1), "idle, longest waits (ms)": load.longest()}
            began = time.perf_counter()
            found["editions read"] = len(editions := [one async for one in _reloads(house, folder, args.reloads)])
            found["seconds"] = round(time.perf_counter() - began, 1)
            found["after (MiB)"] = round(resident(), 1)
            found["reloads, longest waits (ms)"] = load.longest()
            await asyncio.sleep(args.rest)
            found["later (MiB)"] = round(resident(), 1)
            found["later, longest waits (ms)"] = load.longest()
            found["editions still there"] = sum(one() is not None for one in editions)
            found["answered meanwhile"] = load.answered
            found["collected by hand"] = gc.collect()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return found


async def _reloads(house, folder: Path, count: int):
    file = min((folder / "sources").iterdir())
    text = file.read_text(encoding="utf-8")
    assert "outlet: " in text
    for number in range(count):
        file.write_text(text.replace("outlet: ", f"outlet: No. {number} ", 1), encoding="utf-8")
        outcome = await house.library.reload()
        assert not outcome.faulty, outcome.problems[:3]
        if outcome.edition is not None:
            yield weakref.ref(outcome.edition.index)
        del outcome


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reloads", type=int, default=100)
    parser.add_argument("--quotes", type=int, default=0)
    parser.add_argument("--rest", type=float, default=60)
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--warm", type=float, default=10)
    parser.add_argument("--let-go", type=float, default=Delays().release)
    parser.add_argument("--watch", action="store_true")
    args = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    use_one_arena()  # as `quoth run` begins
    print(json.dumps(asyncio.run(measure(args)), indent=2))


if __name__ == "__main__":
    main()
