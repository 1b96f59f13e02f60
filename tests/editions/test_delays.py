"""A change is over when it is quiet."""

import asyncio

from bot.editions.delays import Delays, debounced


async def test_many_changes_in_a_row_are_one():
    changed = asyncio.Event()
    waiting = asyncio.create_task(debounced(changed, Delays(debounce=0.2)))
    for _ in range(50):
        changed.set()
        await asyncio.sleep(0)
        assert not waiting.done()
    await waiting
    assert not changed.is_set()


async def test_a_change_while_it_is_not_yet_quiet_prolongs_the_wait():
    changed, changes = asyncio.Event(), []

    async def save_again():
        for number in range(5):
            changes.append(number)
            changed.set()
            await asyncio.sleep(0.01)

    saving = asyncio.create_task(save_again())
    await debounced(changed, Delays(debounce=0.5))
    assert changes == [0, 1, 2, 3, 4]
    await saving


async def test_nothing_is_waited_for_but_a_change():
    changed = asyncio.Event()
    waiting = asyncio.create_task(debounced(changed, Delays(debounce=0)))
    for _ in range(10):
        await asyncio.sleep(0)
    assert not waiting.done()
    changed.set()
    await waiting


async def test_a_change_that_never_ends_is_read_in_the_end():
    changed, readings = asyncio.Event(), iter([0.0, 1.0, 9.0, 11.0])

    async def never_quiet():
        while True:
            changed.set()
            await asyncio.sleep(0)

    busy = asyncio.create_task(never_quiet())
    await debounced(changed, Delays(debounce=5, longest=10), clock=lambda: next(readings))
    busy.cancel()
    assert next(readings, None) is None
