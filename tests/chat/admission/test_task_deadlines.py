"""What is under way ends at its deadline, and nothing else does."""

import asyncio

import pytest

from bot.chat.admission.task_deadlines import Overdue


@pytest.fixture
def overdue():
    return Overdue()


async def test_it_ends_with_a_timeout(overdue):
    with pytest.raises(TimeoutError), overdue.by(asyncio.get_running_loop().time() + 0.01):
        await asyncio.sleep(3600)
    await asyncio.sleep(0)  # the task itself goes on


async def test_what_is_in_time_is_left_alone(overdue):
    with overdue.by(asyncio.get_running_loop().time() + 3600):
        await asyncio.sleep(0)
    with overdue.by(None):
        await asyncio.sleep(0)
    assert not overdue._under_way


async def test_who_is_cancelled_by_others_is_cancelled(overdue):
    async def work():
        with overdue.by(asyncio.get_running_loop().time() + 3600):
            await asyncio.sleep(3600)

    task = asyncio.ensure_future(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not overdue._under_way


async def test_one_late_task_ends_alone(overdue):
    async def work(seconds, takes):
        with overdue.by(asyncio.get_running_loop().time() + seconds):
            await asyncio.sleep(takes)
            return "done"

    late, good = await asyncio.gather(work(0.0, 3600), work(3600, 0.2), return_exceptions=True)
    assert isinstance(late, TimeoutError)
    assert good == "done"


async def test_the_timer_rests_while_nothing_is_under_way(overdue):
    with overdue.by(asyncio.get_running_loop().time() + 0.01):
        pass
    await asyncio.sleep(0.12)
    assert overdue._timer is None
