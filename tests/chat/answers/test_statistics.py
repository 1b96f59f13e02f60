"""What becomes of who waits until something is counted."""

import asyncio
from types import SimpleNamespace

import pytest

from bot.chat.answers.statistics import statistics
from bot.chat.deadline import turn
from bot.chat.requests.request import Request
from bot.chat.serving.responder import FOR_A_REFUSAL
from bot.chat.ui import panels
from bot.errors import LogUnavailable, TooBusy
from bot.store.records import Guild


async def said(report, left):
    """What is answered where the store reports like that, and so many seconds are left to answer."""
    until = None if left is None else asyncio.get_running_loop().time() + left
    asked = Request(1, "slash", 1, 2, 0.0, person=2, deadline=until)
    reply = await statistics(SimpleNamespace(report=report), asked, 7, Guild(1))(None, None)
    return "\n".join(item.content for item in reply.view.walk_children() if hasattr(item, "content"))


@pytest.mark.parametrize("left", [FOR_A_REFUSAL, FOR_A_REFUSAL + 0.05, -1])
async def test_there_is_time_left_to_say_that_it_takes_longer(left):
    async def never(*_, **__):
        await asyncio.Event().wait()

    async with asyncio.timeout(20):
        assert panels.STILL_COUNTING in await said(never, left)


@pytest.mark.parametrize(
    ("error", "sentence"), [(TooBusy(), panels.STILL_COUNTING), (LogUnavailable("gone"), panels.CANNOT_COUNT)]
)
@pytest.mark.parametrize("left", [None, 2.5])
async def test_too_much_to_count_is_told_from_a_log_that_cannot_be_read(error, sentence, left):
    async def fails(*_, **__):
        raise error

    assert sentence in await said(fails, left)


async def test_who_waits_has_no_turn():
    given_back = []
    turn.set(SimpleNamespace(send_off=lambda: given_back.append(True)))

    async def fails(*_, **__):
        assert given_back
        raise TooBusy

    await said(fails, 2.5)
