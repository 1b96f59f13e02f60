"""What comes late for a server that is forgotten brings nothing of it back."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from bot.errors import LogUnavailable
from bot.store import settings
from bot.store.forgetting import Forgetting
from tests.store.conftest import NOON
from tests.store.waiting import written


@pytest.mark.parametrize("before", ["begun", "answered"])
async def test_an_outcome_that_comes_after_its_server_was_forgotten_writes_nothing(opened, path, use, in_file, before):
    store = await opened()
    await store.record(use(1, guild=1), wait=5)
    await store.record(use(2, guild=3), wait=5)
    for asked in (1, 2):
        store.settle(asked, before)
    await written(store)
    await store.forget_guild(1)
    for asked in (1, 2):
        store.settle(asked, "failed:timeout")
    await written(store)
    assert in_file(path, "SELECT asked, guild, outcome FROM uses") == [(2, 3, "failed:timeout")]
    await store.close()
    assert in_file(path) == [2]


async def test_a_server_that_is_left_once_more_while_it_is_forgotten_is_forgotten_up_to_then(monkeypatch):
    hours = (NOON + timedelta(hours=hour) for hour in range(9))
    done, told, closed = [], [], SimpleNamespace(closed=False)
    forgetting = Forgetting(closed, drop=None, forgotten=told.append, now=lambda: next(hours), retry=60)

    async def forget_choices(_database, _guild, left):
        done.append(("choices", left.at.hour))

    async def forget_uses(_database, guild, left, _drop):
        done.append(("uses", left.at.hour))
        if len(done) == 2:  # it comes back, and is left again, while the first is under way
            with pytest.raises(LogUnavailable):
                await forgetting.forget(guild)
        elif len(done) == 4:
            raise LogUnavailable("nothing can be written in this test")

    monkeypatch.setattr(settings, "forget_choices", forget_choices)
    monkeypatch.setattr(settings, "forget_uses", forget_uses)
    await forgetting.forget(1)
    assert forgetting.owed
    await forgetting.settle()
    assert done == [(what, hour) for hour in (12, 13) for what in ("choices", "uses")] + [("uses", 13)]
    assert not forgetting.owed
    assert told == [1, 1]
    await forgetting.close(0)
