"""Who asked for what a message shows: they may change it or take it away, everybody else gets a message apart."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import discord

from ..connection.network_errors import SEND_ERRORS
from .request import on_ephemeral_message

if TYPE_CHECKING:
    Interaction = discord.Interaction[Any]

MOST = 4096
"""Messages of which is known who wrote them; of an older one Discord is asked."""


class Askers:
    """Who wrote the messages that were replied to: Discord does not tell it when a button below the reply is pressed.

    In memory alone, and of the latest.
    """

    def __init__(self, most: int = MOST) -> None:
        self._wrote: OrderedDict[int, int] = OrderedDict()
        self._most = most

    def replied(self, message: int, author: int) -> None:
        """A message of that author was replied to."""
        self._wrote[message] = author
        if len(self._wrote) > self._most:
            self._wrote.popitem(last=False)

    async def of(self, message: discord.Message) -> int | None:
        """The id of whoever used the command or the button that a message answers, or wrote what it replies to.

        None where Discord does not tell.
        """
        if message.interaction_metadata is not None:
            return message.interaction_metadata.user.id
        meant = message.reference
        if meant is None or meant.message_id is None:
            return None
        if isinstance(meant.resolved, discord.Message):
            return meant.resolved.author.id
        if meant.message_id not in self._wrote:
            try:
                there = await message.channel.fetch_message(meant.message_id)
            except SEND_ERRORS:  # or it may not be read
                return None
            self.replied(there.id, there.author.id)
        return self._wrote[meant.message_id]


async def by_asker(interaction: Interaction) -> bool:
    """Whether what is pressed stands below an answer to the same person, or where nobody else reads."""
    if on_ephemeral_message(interaction) or (interaction.guild_id is None and interaction.context.dm_channel):
        return True
    message, askers = interaction.message, interaction.client.askers
    return message is not None and await askers.of(message) == interaction.user.id
