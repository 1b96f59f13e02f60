"""What comes late for a server that is forgotten brings nothing of it back."""

from __future__ import annotations

import pytest

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
