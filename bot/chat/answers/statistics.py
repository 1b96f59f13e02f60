"""Counts of a place, for `/stats` and for a mention that asks the same."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.chat.deadline import turn
from bot.chat.serving.responder import FOR_A_REFUSAL
from bot.chat.ui import cards, panels
from bot.errors import LogUnavailable, TooBusy

if TYPE_CHECKING:
    import discord

    from bot.chat.client import Quoth
    from bot.store.reports import Place


async def counts(
    client: Quoth, asked: int, person: int, place: Place, days: int, *, misses: bool = False
) -> discord.ui.LayoutView:
    """The counts of a place, or why there are none; in time for what a person asked. With `misses` for moderators."""
    answers, until = client.answers, client.gate.deadline_of(asked)
    waited = turn.get()
    if waited is not None:
        waited.send_off()  # it is another thread that counts: the turn is the next one's
    try:
        async with asyncio.timeout_at(until and until - FOR_A_REFUSAL):
            report = await answers.store.report(days, place, misses=misses, person=person)
    except (TimeoutError, TooBusy):
        return cards.notice(panels.STILL_COUNTING)
    except LogUnavailable:
        return cards.notice(panels.CANNOT_COUNT)
    return panels.stats(report, answers.library.edition.bank, accent=answers.accent)
