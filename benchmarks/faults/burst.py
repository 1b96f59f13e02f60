"""A thousand and two thousand questions in one moment: the first answer, those in time, the rest told."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from benchmarks.faults.lab import PATIENCE, House, Lab, Row, spread, text_of

BEFORE = {1000: (".91 s", "1,000"), 2000: ("–", "716")}
AFAR = 0.2
"""Seconds until a Discord far away has taken an answer."""
AFAR_BEFORE = {1000: ("–", "425 to 550"), 2000: ("–", "303 to 519")}
FIRST = 0.2
IN_TIME = {1000: 1000, 2000: 1300}
IN_TIME_AFAR = {1000: 1000, 2000: 0}
CARD = '"custom_id": "q:'
"""What an answer has and a sentence that one cannot be served has not."""


async def run(lab: Lab) -> list[Row]:
    """Both sizes, near Discord and far away, each on a bot of its own."""
    rows: list[Row] = []
    for size, latency in ((1000, 0.0), (2000, 0.0), (1000, AFAR), (2000, AFAR)):
        tries = [await burst(lab, size, latency) for _ in range(lab.pick(3, 1))]
        tries.sort(key=lambda one: one["served"])
        middle = tries[len(tries) // 2]
        first, in_time = BEFORE[size] if not latency else AFAR_BEFORE[size]
        least = (IN_TIME_AFAR if latency else IN_TIME)[size]
        afar = f", Discord {latency} s away" if latency else ""
        rows.append(
            Row(
                f"burst of {size:,}{afar}: first answer",
                first,
                f"≤ {FIRST} s",
                f"{middle['first']:.2f} s (the bare way to the bot and back: {middle['beat']:.2f} s)",
                None,
                middle,
            )
        )
        told = f", {middle['told']:,} told, {middle['neither']:,} neither"
        rows.append(
            Row(
                f"burst of {size:,}{afar}: answered in time",
                in_time,
                f"≥ {least:,}, the rest told" if least else "the rest told",
                f"{middle['served']:,}{told}",
                middle["served"] >= least and middle["neither"] == 0 and middle["late"] == 0,
                {"all tries": tries},
            )
        )
    return rows


async def burst(lab: Lab, size: int, latency: float = 0.0) -> dict:
    """One burst, of whose answers Discord takes each after so many seconds."""
    async with lab.house(servers=500) as house:
        await house.start()
        await house.quiet(await house.load(50, 2.0), 3.0)  # as a bot that has been at work: all is loaded
        beat = await house.discord.ping()
        house.discord.latency = latency
        callbacks = len(house.discord.requests)
        began = time.time()
        ids = [await house.ask() for _ in range(size)]
        sent = time.time() - began
        await asyncio.sleep(PATIENCE + 2.5)
        house.died()
        descriptors = most_descriptors(house)
        kinds = told_apart(house, ids)
        waits = house.waits(ids)
        late = sum(
            request.status == 404
            for request in house.discord.requests[callbacks:]
            if request.path.endswith("/callback")
        )
        await house.stop()
        log = house.log()
    return {
        "first": round(min(waits, default=PATIENCE), 3),
        "sent in": round(sent, 3),
        "beat": round(beat, 4),
        "late": late,
        "answers": spread(waits),
        "descriptors": descriptors,
        "ended": len(house.ended),
        "outcomes": log.outcomes,
        **kinds,
    }


def told_apart(house: House, ids: list[int]) -> dict[str, int]:
    """Those that got a quote in time, those that were told something else, and those that heard nothing."""
    wanted = set(ids)
    served = told = 0
    for method, path, body in house.discord.calls:
        if method == "ANSWERED" and int(path.split("/")[2]) in wanted:
            card = CARD in text_of(body)
            served, told = served + card, told + (not card)
    return {"served": served, "told": told, "neither": len(ids) - served - told}


def most_descriptors(house: House) -> int | None:
    """Open descriptors of the bot's process."""
    try:
        return len(list(Path(f"/proc/{house.bot.pid}/fd").iterdir())) if house.bot else None
    except OSError:
        return None
