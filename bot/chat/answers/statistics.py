"""Counts of a place, for `/stats` and for a mention that asks the same."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ...errors import LogUnavailable, TooBusy
from ..deadline import turn
from ..serving.reply import Reply
from ..serving.responder import FOR_A_REFUSAL
from ..ui import cards, panels

if TYPE_CHECKING:
    from ...editions.edition import Edition
    from ...store.records import Place
    from ...store.store import Store
    from ..requests.request import Request
    from ..serving.reply import Aside, Maker


def statistics(store: Store, request: Request, days: int, place: Place, *, misses: bool = False) -> Maker:
    """The counts of a place, or why there are none; in time for whoever asked. With `misses` for moderators."""

    async def make(edition: Edition, _aside: Aside) -> Reply:
        waited = turn.get()
        if waited is not None:
            waited.send_off()  # it is another thread that counts: the turn is the next one's
        try:
            async with asyncio.timeout_at(request.deadline and request.deadline - FOR_A_REFUSAL):
                report = await store.report(days, place, misses=misses, person=request.person)
        except (TimeoutError, TooBusy):
            return Reply(cards.notice(panels.STILL_COUNTING))
        except LogUnavailable:
            return Reply(cards.notice(panels.CANNOT_COUNT))
        return Reply(panels.stats(report, edition.bank))

    return make
