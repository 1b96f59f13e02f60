"""Killed and cut off at random moments under load: is every answer that was seen in the log?"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import sqlite3

from benchmarks.faults.lab import House, Lab, Row

RATE = 400
SMALL_DISK = 96
"""Mebibytes of the disk that is filled: room for the log, its write-ahead file and what is kept in reserve."""


async def run(lab: Lab) -> list[Row]:
    """All rows of this kind."""
    return [
        await killed(lab),
        await cut_off(lab),
        await killed(lab, trouble="full disk"),
        await killed(lab, trouble="locked file"),
        await killed(lab, trouble="fsync of 500 ms"),
    ]


async def killed(lab: Lab, trouble: str = "") -> Row:
    """Kill -9 at a random moment, so many rounds, on one folder; with a trouble that begins in the middle of each."""
    rounds = lab.pick(20, 3) if trouble else lab.pick(100, 6)
    async with lab.house() as house:
        small = trouble == "full disk" and house.disk.small(SMALL_DISK)
        for _ in range(rounds):
            await house.start(shim=True)
            load = asyncio.create_task(house.load(RATE, 2.0))
            await asyncio.sleep(house.rng.uniform(0.1, 0.4))
            with begun(house, trouble):
                await asyncio.sleep(house.rng.uniform(0.2, 1.2) if trouble else house.rng.uniform(0.05, 0.7))
                await house.stop(signal.SIGKILL)
                load.cancel()
                await asyncio.gather(load, return_exceptions=True)
        log = await house.checked()
    name = f"kill -9 with a {trouble}" if trouble else "kill -9"
    if trouble == "fsync of 500 ms":
        name = "kill -9 with an fsync of 500 ms"
    before = {"": "0 of 32,744 (with the cuts)", "full disk": "200 of 237", "fsync of 500 ms": "9 of 210"}
    return Row(
        f"{name}: answered, not logged ({rounds} rounds)",
        before.get(trouble, "–"),
        "0" if not trouble else "0, or counted",
        f"{log.uncounted:,} of {log.answered:,}" + (f" ({log.lost} counted)" if log.lost else ""),
        log.uncounted == 0 and log.answered > 0,
        {"outcomes": log.outcomes, "missing": log.missing, "real small disk": small},
    )


@contextlib.contextmanager
def begun(house: House, trouble: str):
    """The trouble, gone again at the end."""
    lock = sqlite3.connect(house.database, isolation_level=None) if trouble == "locked file" else None
    if lock is not None:
        with contextlib.suppress(sqlite3.OperationalError):
            lock.execute("BEGIN IMMEDIATE")
    elif trouble == "full disk":
        house.disk.fill()
    elif trouble:
        house.disk.slow(500)
    try:
        yield
    finally:
        if lock is not None:
            lock.close()
        house.disk.free()
        house.disk.slow(0)


async def cut_off(lab: Lab) -> Row:
    """Power cuts: what no fsync had sent to the disk is gone, or (every other round) arrives by chance, one torn."""
    rounds = lab.pick(50, 4)
    on_their_way = 0
    async with lab.house() as house:
        house.disk.journalled()
        for number in range(rounds):
            before = house.folder / "before"
            shutil.copytree(house.disk.data, before)
            await house.start(shim=True)
            load = asyncio.create_task(house.load(RATE, 2.0))
            await asyncio.sleep(house.rng.uniform(0.15, 1.0))
            await house.stop(signal.SIGKILL)
            load.cancel()
            await asyncio.gather(load, return_exceptions=True)
            on_their_way += house.disk.cut_the_power(before, house.rng, arrives=number % 2 / 2)
            shutil.rmtree(before)
        log = await house.checked()
    return Row(
        f"power cuts: answered, not logged ({rounds} rounds)",
        "0 of 32,744 (with the kills)",
        "0",
        f"{log.uncounted:,} of {log.answered:,}",
        log.uncounted == 0 and log.answered > 0,
        {"outcomes": log.outcomes, "missing": log.missing, "changes on their way": on_their_way},
    )
