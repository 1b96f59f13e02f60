"""Work that takes long: one after the other in a thread, no more than fits, and nothing that nobody waits for."""

import asyncio
import threading

import pytest

from bot.chat.gate.heavy import HeavyWork
from bot.errors import TooBusy


@pytest.fixture
def heavy():
    work = HeavyWork(room=3)
    yield work
    work.close()


async def test_it_is_done_in_one_thread_and_gives_what_it_gives(heavy):
    names = await asyncio.gather(*(heavy.do(lambda: threading.current_thread().name) for _ in range(3)))
    assert len(set(names)) == 1
    assert names[0] != threading.current_thread().name


async def test_a_failure_is_the_askers(heavy):
    with pytest.raises(ZeroDivisionError):
        await heavy.do(lambda: 1 // 0)
    assert heavy.under_way == 0


async def test_what_nobody_waits_for_is_not_begun(heavy):
    gate, done = threading.Event(), []
    first = asyncio.ensure_future(heavy.do(gate.wait))
    second = asyncio.ensure_future(heavy.do(lambda: done.append(2)))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.sleep(0)
    gate.set()
    assert await first
    await heavy.do(lambda: None)
    assert done == []


async def test_no_more_waits_than_fits(heavy):
    gate = threading.Event()
    waiting = [asyncio.ensure_future(heavy.do(gate.wait)) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(TooBusy):
        await heavy.do(gate.wait)
    gate.set()
    await asyncio.gather(*waiting)
    await heavy.do(lambda: None)


async def test_what_would_come_too_late_is_given_up(heavy):
    gate = threading.Event()
    first = asyncio.ensure_future(heavy.do(gate.wait))
    await asyncio.sleep(0)
    with pytest.raises(TooBusy):
        await heavy.do(lambda: 1, asyncio.get_running_loop().time())
    gate.set()
    await first
