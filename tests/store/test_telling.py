"""What other programs are told of the log while it is in trouble."""

import asyncio

import pytest

from bot.store import status, telling
from bot.store.telling import Telling


@pytest.fixture
async def told(tmp_path, now, monkeypatch):
    """Tells of a log in a folder that is there; gives what was told last, once that is as wanted."""
    monkeypatch.setattr(telling, "FOLLOW", 0.01)
    made = Telling(tmp_path / "quoth.db", now)
    writes, tell = [], status.tell
    monkeypatch.setattr(status, "tell", lambda path, said: (writes.append(said), tell(path, said)))

    async def until(waiting, lost):
        async with asyncio.timeout(20):
            while True:
                said = status.told(tmp_path / "quoth.db")
                if said and (said.waiting, said.lost) == (waiting, lost):
                    return
                await asyncio.sleep(0.005)

    made.until, made.writes = until, writes
    yield made
    await made.close()


async def test_the_counts_are_followed_while_there_is_trouble(told):
    counted = [1, 0]
    told.counts = lambda: tuple(counted)
    told.trouble("the disk is full")
    await told.until(1, 0)
    for counted[:] in ([201, 0], [201, 7], [3, 7]):
        await told.until(*counted)
    assert len(told.writes) == 4
    await asyncio.sleep(0.05)
    assert len(told.writes) == 4, "nothing is written while nothing changes"


async def test_counts_that_never_rest_are_told_at_a_pace(told, monkeypatch):
    monkeypatch.setattr(telling, "FOLLOW", 60.0)
    counted = iter(range(1000))
    told.counts = lambda: (next(counted), 0)
    told.trouble("the disk is full")
    await told.until(0, 0)
    await asyncio.sleep(0.05)
    assert len(told.writes) == 1


async def test_they_are_followed_no_longer_than_that(told):
    told.trouble("the disk is full")
    await told.until(0, 0)
    told.well()
    told.counts = lambda: (5, 0)
    await told._writing
    assert told._next is None
    told.trouble("the disk is full again")
    await told.until(5, 0)
    await told.close()
    assert told._next.cancelled()
