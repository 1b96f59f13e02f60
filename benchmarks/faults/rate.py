"""Two hundred questions a second, in turn to Quoth and to bare discord.py bots that stand side by side.

One of them brings a line to the disk before it answers, as whoever would lose nothing in a power cut must.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.faults.lab import House, Lab, Row, spread, stalls

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

BARE = Path("tests/gateway/bare.py").resolve()
RATE = 200
WARM = 3.0


async def run(lab: Lab) -> list[Row]:
    """Slices in turn, so that what else the machine does falls on both."""
    slices, seconds = lab.pick((6, 15.0), (2, 5.0))
    names = ("bare", "keeping", "quoth")
    waits: dict[str, list[float]] = {name: [] for name in names}
    held: dict[str, list[float]] = {name: [] for name in names}
    async with lab.house() as quoth, lab.house() as bare, lab.house() as keeping:
        await bare.start(script=str(BARE))
        await keeping.start(script=str(BARE), KEEP_IN=str(keeping.disk.data / "lines"))
        await quoth.start()
        houses = {"bare": (bare, pinging(bare)), "keeping": (keeping, pinging(keeping)), "quoth": (quoth, None)}
        await asyncio.gather(*(house.load(50, WARM, act) for house, act in houses.values()))
        for _ in range(slices):
            for name, (house, act) in houses.items():
                got, stalled = await one_slice(house, seconds, act)
                waits[name] += got
                held[name] += stalled
        unanswered = slices * int(RATE * seconds) - len(waits["quoth"])
        await quoth.stop()
        log = quoth.log()
    ours, theirs, kept = (spread(waits[name]) for name in ("quoth", "bare", "keeping"))
    loop, bare_loop = spread(held["quoth"]), spread(held["bare"])
    return [
        Row(
            f"{RATE}/s for {slices * seconds:.0f} s: unanswered; unlogged",
            "0; 0",
            "0; 0",
            f"{unanswered}; {log.uncounted} of {log.answered:,}",
            unanswered == 0 and log.uncounted == 0,
            {"outcomes": log.outcomes},
        ),
        Row(
            f"{RATE}/s for {slices * seconds:.0f} s: p99 beside a bare bot",
            "574 ms (37 ms in the middle)",
            "≤ 3 × the bare bot's",
            f"{ours['p99']} ms (middle {ours['p50']}) beside {theirs['p99']} ms (middle {theirs['p50']}): "
            f"{(ours['p99'] or 0) / (theirs['p99'] or 1):.1f} ×",
            None,
            {"quoth": ours, "bare": theirs},
        ),
        Row(
            "the same beside a bare bot that brings a line to the disk before it answers",
            "–",
            "–",
            f"{kept['p99']} ms (middle {kept['p50']}): {(ours['p99'] or 0) / (kept['p99'] or 1):.1f} ×",
            None,
            {"keeping": kept},
        ),
        Row(
            "the same: longest time the loop was held",
            "318 ms",
            "≤ 100 ms",
            f"{loop['max']} ms (p99 {loop['p99']}) beside {bare_loop['max']} ms (p99 {bare_loop['p99']})",
            None,
            {"quoth": loop, "bare": bare_loop},
        ),
    ]


def pinging(house: House) -> Callable[[], Awaitable[int]]:
    """What a bare bot is asked."""

    async def ping() -> int:
        one = int(await house.somebody().slash("ping", word="word"))
        house.sent[one] = time.time()
        return one

    return ping


async def one_slice(house: House, seconds: float, act) -> tuple[list[float], list[float]]:
    """The waits of a slice's answers, and how long each ping took."""
    async with stalls(house.discord) as held:
        ids = await house.load(RATE, seconds, act)
        await house.quiet(ids, 5.0)
    await asyncio.sleep(0.5)
    return house.waits(ids), held
