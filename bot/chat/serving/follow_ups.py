"""What takes an answer's place once it is done: the same with a picture that takes long to draw."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from typing import TYPE_CHECKING, Any

from ..connection.network_errors import SEND_ERRORS
from ..deadline import deadline
from ..faults import why

if TYPE_CHECKING:
    import discord

    from .reply import Reply

log = logging.getLogger(__name__)

AT_A_TIME = 16
"""Answers that something follows at a time; beyond them nothing does."""
_under_way: set[asyncio.Task[None]] = set()


def follow(interaction: discord.Interaction[Any], reply: Reply, *, fresh: bool) -> None:
    """Let come what follows an answer, whose turn is over by then, and its deadline with it.

    A `fresh` answer is a new message, in which somebody may turn the page meanwhile.
    """
    if reply.follow_up is None or len(_under_way) >= AT_A_TIME:
        return
    unhurried = contextvars.copy_context()
    unhurried.run(deadline.set, None)
    task = asyncio.get_running_loop().create_task(put(interaction, reply, fresh=fresh), context=unhurried)
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)


async def put(interaction: discord.Interaction[Any], reply: Reply, *, fresh: bool) -> None:
    """Put what follows into the answer. The words stand there already; if it fails they are all there is."""
    later = reply.follow_up and await reply.follow_up()
    if later is None:
        return
    try:
        if fresh and (await interaction.original_response()).edited_at:
            return  # somebody turned the page meanwhile
        await interaction.edit_original_response(view=later.view, attachments=list(later.files or ()))
    except SEND_ERRORS as fault:
        log.info("the picture of a timeline could not be added (%s)", why(fault))
