"""Finding, logging and showing a timeline; the picture follows once it is drawn."""

from __future__ import annotations

import asyncio
import contextvars
import io
import logging
from typing import TYPE_CHECKING, Any

import discord

from bot.chat.acts.saved_query import pack
from bot.chat.causes import UNTOLD
from bot.chat.deadline import deadline
from bot.chat.faults import why
from bot.chat.ui import chart
from bot.chat.ui import timeline_pages as timelines
from bot.search.timeline import CONSIDERED, follow

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

    from bot.bank.quote import Quote
    from bot.chat.requests.request import Asked
    from bot.chat.serving.responder import Answers, Send
    from bot.search.query import Query
    from bot.search.timeline import Timeline

log = logging.getLogger(__name__)

MANY = 20
"""With more quotes than these a timeline is made where nobody else waits for it."""
KEPT = 16
"""Pictures kept, for whoever turns back to the first page or asks the same."""
DRAWING = 16
"""Pictures that wait to be drawn at most; a timeline beyond them has none."""
_drawing: set[asyncio.Task[None]] = set()
_drawn: dict[tuple[chart.Bar, ...], bytes] = {}


async def show(
    answers: Answers,
    interaction: discord.Interaction[Any] | None,
    send: Send,
    query: Query,
    asked: Asked,
    *,
    page: int = 0,
    turning: bool = False,
) -> None:
    """Answer with a timeline, a page at a time. Asking is a use, turning pages is not.

    The picture is put into an interaction's answer; where there is none, the words are all.
    """
    edition = answers.library.edition
    found = await answers.find(send, edition, query, asked, CONSIDERED)
    if found is None:
        return
    many = len(found.hits) > MANY
    line = await answers.heavily(send, asked, lambda: follow(found)) if many else follow(found)
    if line is None:
        return
    async with answers.sending(asked, None if turning else answers.use_of(line.found, asked, edition)):
        if not line.years:
            await send(answers.miss_card(query, line.found, private=True), private=True)
            return
        packed = pack(query, line.found.key)
        view = timelines.timeline(line, page, packed=packed, accent=answers.accent)
        await send(view, private=asked.private)
    if interaction is not None and not page and chart.helps(line.quotes):
        _follow_up(_add_picture(interaction, line, packed, answers.accent, fresh=not turning))


def _follow_up(drawing: Coroutine[Any, Any, None]) -> None:
    """Let a picture come after its answer, whose turn is over by then, and its deadline with it."""
    if len(_drawing) >= DRAWING:
        drawing.close()
        return
    unhurried = contextvars.copy_context()
    unhurried.run(deadline.set, None)
    task = asyncio.get_running_loop().create_task(drawing, context=unhurried)
    _drawing.add(task)
    task.add_done_callback(_drawing.discard)


async def _add_picture(
    interaction: discord.Interaction[Any], line: Timeline, packed: str, accent: int, *, fresh: bool
) -> None:
    """Put the picture into the answer. The words stand there already; without a picture they are all there is."""
    drawn = await _picture(line.quotes)
    if drawn is None:
        return
    view = timelines.timeline(line, 0, packed=packed, accent=accent, picture=chart.alt(line.quotes))
    attached = discord.File(io.BytesIO(drawn), chart.NAME)
    try:
        if fresh and (await interaction.original_response()).edited_at:
            return  # somebody turned the page meanwhile
        await interaction.edit_original_response(view=view, attachments=[attached])
    except UNTOLD as fault:
        log.info("the picture of a timeline could not be added (%s)", why(fault))


async def _picture(quotes: Sequence[Quote]) -> bytes | None:
    shown = chart.bars(quotes)
    if shown not in _drawn:
        drawn = await chart.picture(quotes)
        if drawn is None:
            return None
        if len(_drawn) >= KEPT:
            _drawn.clear()
        _drawn[shown] = drawn
    return _drawn[shown]
