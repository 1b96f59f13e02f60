"""Several faults at random points of the store's work, thousands of times, by a clock of its own and in one thread."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context

from benchmarks.faults.lab import Lab, Row
from tests.store.model.other_program import OtherProgram
from tests.store.model.schedules import make, shrink, with_faults
from tests.store.model.world import run as live

TIMES = 5
"""Rounds of one schedule, each with other faults."""
SHRUNK = 3
"""Wrong rounds on each core of which the smallest schedule is looked for."""


async def run(lab: Lab) -> list[Row]:
    """So many rounds as a minute takes on all cores, each with two to seven faults: how many miscount is reported."""
    cores, seconds = os.cpu_count() or 1, lab.pick(60.0, 10.0)
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(cores, get_context("spawn")) as pool:  # each has a loop of its own
        parts = [loop.run_in_executor(pool, _rounds, seconds, f"{lab.seed} {core}") for core in range(cores)]
        done = await asyncio.gather(*parts)
    wrong = sum((wrong for _, wrong, _ in done), Counter())
    smallest = [one for _, _, some in done for one in some]
    said = f"{sum(rounds for rounds, _, _ in done):,}; {wrong['count']:,}"
    details = {"wrong": dict(wrong), "smallest": smallest}
    return [Row("random faults, several together: rounds; uncounted", "–", "–", said, None, details)]


def _rounds(seconds: float, seed: str) -> tuple[int, Counter[str], list[str]]:
    """How many rounds were made, in which ways some were wrong, and the smallest schedules of the first of these."""
    rounds, wrong, some = 0, Counter(), []
    logging.disable(logging.CRITICAL)  # what the store says of thousands of faults
    end = time.monotonic() + seconds
    with closing(OtherProgram()) as other:
        while time.monotonic() < end:
            rng = random.Random(f"{seed} {rounds}")
            schedule = make(rng)
            points = live(schedule, other).points
            for _ in range(TIMES):
                faulty = with_faults(schedule, points, rng)
                found = {one.partition(":")[0] for one in live(faulty, other).wrong}
                rounds += 1
                wrong.update(found)
                some += [faulty] if found else []
        return rounds, wrong, [shrink(faulty, other) for faulty in some[:SHRUNK]]
