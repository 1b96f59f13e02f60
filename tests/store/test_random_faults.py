"""Whatever went wrong: after the next start every use that the store was told of has its row, or is counted as lost."""

from __future__ import annotations

import json
import logging
import random
from pathlib import Path

import pytest

from tests.store.model.faults import SINGLE
from tests.store.model.other_program import OtherProgram
from tests.store.model.schedules import make, shrink, with_fault
from tests.store.model.world import run

CASES = {one["shows"]: one for one in json.loads((Path(__file__).parent / "model" / "cases.json").read_text())}
"""Schedules that once were wrong; `missing` is how many of their uses cannot be kept."""
SEEDS = range(30)


@pytest.fixture(scope="module")
def other():
    program = OtherProgram()
    logging.disable(logging.CRITICAL)  # it says much of so many faults; `python -m tests.store.model` shows it
    yield program
    logging.disable(logging.NOTSET)
    program.close()


def is_exact(schedule, other):
    """Run a schedule. What is not exact is told with the smallest one that shows it, to be kept in cases.json."""
    world = run(schedule, other)
    if world.wrong:
        pytest.fail(f"{world.wrong[0]}\nthe smallest schedule that shows it:\n{shrink(schedule, other)}", pytrace=False)
    return world


@pytest.mark.parametrize("shows", CASES)
def test_what_once_was_counted_wrong_is_exact(other, shows):
    schedule = CASES[shows]["schedule"]
    world = is_exact(schedule, other)
    assert world.missing == CASES[shows]["missing"]
    assert set(world.fired) == set(schedule.get("faults", {})), "points of this case come no more: find others"


@pytest.mark.parametrize("seed", SEEDS)
def test_after_any_one_fault_at_any_point_the_count_is_exact(other, seed):
    rng = random.Random(seed)
    schedule = make(rng)
    points = is_exact(schedule, other).points
    for kind in SINGLE:
        is_exact(with_fault(schedule, points, kind, rng), other)
