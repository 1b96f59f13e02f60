"""What is planned while an answer is under way is no part of the answer."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import AsyncExitStack, closing, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from bot.bank.reader import read_bank
from bot.config import shipped_bank
from bot.editions.releasing import Releases
from bot.errors import LogUnavailable
from bot.housekeeping import begin, later
from bot.store.records import Use
from bot.store.store import Store

NOW = datetime(2020, 6, 8, 12, tzinfo=UTC)
answer: ContextVar[str] = ContextVar("answer")


def planned():
    """What the event loop is to do later in the context of an answer."""
    timers = asyncio.get_running_loop()._scheduled
    return [timer for timer in timers if not timer.cancelled() and answer in timer._context]


async def test_what_is_called_later_and_what_is_begun_know_nothing_of_the_answer():
    answer.set("now")
    seen = asyncio.Queue()

    async def work():
        seen.put_nowait(answer.get("none"))

    later(0, lambda: seen.put_nowait(answer.get("none")))
    await begin(work())
    assert [await seen.get(), await seen.get()] == ["none", "none"]


@pytest.mark.parametrize("locked", [False, True])
async def test_nothing_that_the_log_plans_is_of_the_answer_that_it_logs(tmp_path, locked):
    answer.set("now")
    store = await Store.open(tmp_path / "quoth.db", now=lambda: NOW, rest=60, retry=60, soon=60)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(store.close)
        other = stack.enter_context(closing(sqlite3.connect(tmp_path / "quoth.db", isolation_level=None)))
        if locked:
            other.execute("BEGIN IMMEDIATE")
        for asked in range(3):
            use = Use(asked, NOW, 1, 2, "slash", "russia", "topic:russia", True, "id", "e", 1.0)
            assert await store.record(use, wait=5) is not locked
            store.settle(asked, "answered")
        store.record_later(Use(9, NOW, 1, 2, "slash", "", "", False, None, "e", 1.0, "expired"))
        with suppress(LogUnavailable):
            await store.forget_guild(7)
        await asyncio.sleep(0)
        assert (store.problem is not None) is locked
        assert planned() == []


async def test_the_old_bank_is_let_go_of_behind_the_answer_that_asked_for_the_new():
    answer.set("now")
    releases = Releases(60)
    releases.add(SimpleNamespace(bank=read_bank(shipped_bank()).bank))
    await asyncio.sleep(0)
    assert planned() == []
    await releases.close()
