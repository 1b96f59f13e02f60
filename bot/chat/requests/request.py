"""What was asked, by whom and where: the facts of one request, and which of them may be written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import discord

from ...store.records import NOWHERE
from ..connection.interactions import by_own_app

if TYPE_CHECKING:
    from ...store.records import EntryPoint

NOT_HERE = "I am not in this server, as far as Discord tells me. So there is nothing here for me to set, or to keep."
"""What is said to whoever chooses something in a server that the bot has left, or was never in."""


@dataclass(frozen=True, slots=True)
class Request:
    """Facts of one request. `id` is Discord's id of the interaction or message; `began` is a clock reading.

    `guild` is a server the bot is in: elsewhere it belongs to the channel. `outside` was asked in a server the bot is
    not in, and not of a person's own app: its channel is not written either. `private` is answered to the asker alone;
    `unseen` was asked where nobody else saw it. `person` is the member's id, for counting who asked the same and for a
    round of their own: in memory only, never logged or stored. After `deadline`, a reading of the event loop's clock,
    nothing is worth sending. `hidden` is put into a message that the asker alone sees. Where it is `open_to_all`,
    others in the channel can be shown what the asker alone sees.
    """

    id: int
    entry_point: EntryPoint
    guild: int | None
    channel: int
    began: float
    private: bool = False
    unseen: bool = False
    person: int | None = field(default=None, repr=False)
    deadline: float | None = None
    hidden: bool = False
    outside: bool = False
    open_to_all: bool = False

    @classmethod
    def of(cls, interaction: discord.Interaction[Any], entry_point: EntryPoint, *, private: bool = False) -> Request:
        """The facts of an interaction."""
        return cls(
            id=interaction.id,
            entry_point=entry_point,
            guild=server_of(interaction),
            channel=interaction.channel_id or NOWHERE,
            began=interaction.client.clock(),
            private=private,
            unseen=on_ephemeral_message(interaction) or by_own_app(interaction),
            person=interaction.user.id,
            deadline=interaction.client.gate.deadline_of(interaction.id),
            outside=is_outside(interaction),
            open_to_all=can_show(interaction),
        )

    @property
    def written_in(self) -> int:
        """The channel that it is written under."""
        return NOWHERE if self.outside else self.channel

    @property
    def alone(self) -> bool:
        """Whether the asker alone sees the answer."""
        return self.private or self.hidden or self.entry_point == "menu"

    @property
    def seen_alone(self) -> bool:
        """Whether the asker alone sees the answer, or the message that it is put into."""
        return self.alone or self.unseen

    @property
    def unwritten(self) -> bool:
        """Whether its words, and the key made of them, are never written: asked of the bot alone, or outside a server.

        In doubt they are not.
        """
        return self.seen_alone or self.guild is None


def server_of(interaction: discord.Interaction[Any]) -> int | None:
    """The server something was asked in, where the bot is in it; a person's own app is used in any."""
    guild = interaction.guild_id
    return guild if guild in interaction.client.servers else None


def is_outside(interaction: discord.Interaction[Any]) -> bool:
    """Whether something was asked in a server that the bot has left, or was never in, and not of a person's own app."""
    return interaction.guild_id is not None and server_of(interaction) is None and not by_own_app(interaction)


def can_show(interaction: discord.Interaction[Any]) -> bool:
    """Whether who asks may say something to everybody where they are: in a channel of a server that the bot is in."""
    allowed, thread = interaction.permissions, isinstance(interaction.channel, discord.Thread)
    speaks = allowed.send_messages_in_threads if thread else allowed.send_messages
    return server_of(interaction) is not None and allowed.view_channel and speaks


def on_ephemeral_message(interaction: discord.Interaction[Any]) -> bool:
    """Whether what was pressed stands under a message that one person alone can see, or nobody can tell."""
    if interaction.message is None:
        return interaction.type is discord.InteractionType.component
    return interaction.message.flags.ephemeral
