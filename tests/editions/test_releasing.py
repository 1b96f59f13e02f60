"""Old editions are let go of after their last answers, and few of them wait for that."""

import asyncio
import io
import weakref

from bot.editions.columnar.bank_columns import columnar, materialized
from bot.editions.edition import Edition, Outcome
from bot.editions.releasing import MOST_WAITING, Releases, release
from bot.editions.wire import receive, send
from tests.editions.conftest import until


async def test_few_old_editions_wait_to_be_let_go_of(edition):
    """Those that wait longest go at once, however long one might wait."""
    data = io.BytesIO()
    send(Outcome(edition, ()), data)
    old = [receive(io.BytesIO(data.getvalue())).edition for _ in range(20)]
    alive, releases = [weakref.ref(one.index) for one in old], Releases(3600)
    while old:
        releases.add(old.pop(0))
        await asyncio.sleep(0)
    await until(lambda: sum(one() is not None for one in alive) == MOST_WAITING)
    await releases.close()


async def test_an_edition_is_taken_apart_after_its_last_answer(edition):
    bank = columnar(edition.bank)
    assert bank.quotes[0]
    for last in (edition, Edition(bank, edition.index)):
        leaving = [last]
        await release(leaving, 0)
        assert leaving == []
    assert len(materialized(bank)[0]) == 1
