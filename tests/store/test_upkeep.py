"""What is done for a log that nobody writes to: it is read whole again each day."""

from __future__ import annotations

import asyncio

import pytest

from bot.store import upkeep

PATIENCE = 500
"""Looks, a hundredth of a second apart, after which something that should have happened did not."""


async def until(true):
    for _ in range(PATIENCE):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to hold")


@pytest.fixture
def checks(monkeypatch):
    """Each check of the whole file, as it begins; a day is a short one."""
    begun, whole = [], upkeep.whole

    def check(log):
        begun.append(log)
        whole(log)

    monkeypatch.setattr(upkeep, "whole", check)
    monkeypatch.setattr(upkeep, "DAILY", 0.05)
    return begun


async def test_a_log_in_which_nothing_is_written_is_checked_each_day(opened, use, checks):
    store = await opened(soon=0.02)
    await store.record(use(1), wait=5)
    store.settle(1, "answered")
    await until(lambda: not store.waiting)
    store._database._upkeep.idle = 0.02
    store._database._upkeep.suspect()  # the first check is soon after the start, see test_damage_met
    await until(lambda: len(checks) > 3)
    assert store.problem is None
