"""Work that takes long: one after the other in a thread, no more than fits, and nothing that nobody waits for."""

import asyncio
import threading
from types import SimpleNamespace

import pytest

from bot.chat.admission.heavy_work import MAX_PER_MEMBER, ROOM, HeavyWork
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


async def test_of_a_member_whose_work_is_done_nothing_is_remembered(heavy):
    for who in range(5):
        await heavy.do(lambda: None, who=who)
    with pytest.raises(TooBusy):
        await heavy.do(lambda: None, 0.0, who=9)
    assert len(heavy._waiting) == 0


async def test_what_would_come_too_late_is_given_up(heavy):
    gate = threading.Event()
    first = asyncio.ensure_future(heavy.do(gate.wait))
    await asyncio.sleep(0)
    with pytest.raises(TooBusy):
        await heavy.do(lambda: 1, asyncio.get_running_loop().time())
    gate.set()
    await first


@pytest.mark.parametrize("refused", [RuntimeError("can't start new thread"), MemoryError()], ids=repr)
@pytest.mark.parametrize("asked", [1, 3])
async def test_where_no_thread_can_be_started_it_is_too_busy_until_one_can(heavy, monkeypatch, refused, asked):
    done = []

    def start(_thread):
        raise refused

    async with asyncio.timeout(10):
        with monkeypatch.context() as without:
            without.setattr(threading.Thread, "start", start)
            tries = [heavy.do(lambda: done.append(0)) for _ in range(asked)]
            came = await asyncio.gather(*tries, return_exceptions=True)
        assert [type(one) for one in came] == [TooBusy] * asked
        await heavy.do(lambda: done.append(1))
    assert done == [1]
    assert heavy.under_way == 0


@pytest.fixture
def held():
    """Heavy work whose thread is held until `held.go` is set; `ask(who)` asks for more, `served` says who had it."""
    heavy, go, served = HeavyWork(), threading.Event(), []

    def ask(who, until=None):
        return asyncio.ensure_future(heavy.do(lambda: served.append(who), until, who))

    yield SimpleNamespace(heavy=heavy, go=go, served=served, ask=ask)
    heavy.close()


@pytest.mark.parametrize(
    ("asked", "served"),
    [
        ([1, 1, 1, 1, 2], [1, 2, 1, 1, 1]),
        ([1, 1, 1, 2, 2, 2], [1, 2, 1, 2, 1, 2]),
        ([1, 1, 2, 1, 3, 2], [1, 2, 3, 1, 2, 1]),
    ],
)
async def test_who_waits_with_much_keeps_nobody_else_waiting(held, asked, served):
    first, *others = asked

    def hold():
        held.go.wait()
        held.served.append(first)

    waiting = [asyncio.ensure_future(held.heavy.do(hold, who=first))]
    await asyncio.sleep(0)
    waiting += [held.ask(who) for who in others]
    await asyncio.sleep(0)
    held.go.set()
    await asyncio.gather(*waiting)
    assert held.served == served


async def test_one_member_leaves_room_for_others(held):
    waiting = [asyncio.ensure_future(held.heavy.do(held.go.wait, who=1))]
    await asyncio.sleep(0)
    waiting += [held.ask(1) for _ in range(ROOM)]
    waiting.append(held.ask(2))
    await asyncio.sleep(0)
    held.go.set()
    came = await asyncio.gather(*waiting, return_exceptions=True)
    assert sum(isinstance(one, TooBusy) for one in came) == ROOM - MAX_PER_MEMBER + 1
    assert held.served == [2] + [1] * (MAX_PER_MEMBER - 1)


async def test_what_was_given_up_while_it_was_done_lets_nothing_begin_before_its_end(held):
    now = asyncio.get_running_loop().time()
    with pytest.raises(TooBusy):
        await held.heavy.do(held.go.wait, now + 0.05, 1)
    others = [held.ask(who) for who in (1, 2)]
    await asyncio.sleep(0.05)
    assert held.served == []
    held.go.set()
    await asyncio.gather(*others)
    assert held.served == [2, 1]
    assert held.heavy.under_way == 0
