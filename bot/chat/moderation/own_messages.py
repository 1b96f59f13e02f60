"""What may be done with a message of ours by whoever presses *More* below it, and that message as it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from ..requests.asker import by_asker
from ..requests.request import can_show, on_ephemeral_message, server_of

if TYPE_CHECKING:
    Interaction = discord.Interaction[Any]


async def possible(interaction: Interaction, *, was_another: bool) -> frozenset[str]:
    """What works there and this person may do: show, discuss, remove, back. `was_another`: it showed one before."""
    if on_ephemeral_message(interaction):
        may = {"show": can_show(interaction), "back": was_another}
    else:
        ours, asked = _within_reach(interaction), await by_asker(interaction)
        may = {
            "discuss": may_discuss(interaction),
            "remove": ours and (asked or interaction.permissions.manage_messages),
            "back": ours and was_another and asked,
        }
    return frozenset(name for name, allowed in may.items() if allowed)


def may_discuss(interaction: Interaction) -> bool:
    """Whether a thread can be opened below a message here: by us, and by whoever presses."""
    here = server_of(interaction) is not None and isinstance(interaction.channel, discord.TextChannel)
    everybody = (interaction.permissions, interaction.app_permissions)
    return here and all(allowed.create_public_threads for allowed in everybody)


async def own_message(interaction: Interaction, number: int) -> discord.Message | None:
    """A message of ours where something was pressed; None where it is there no more, or is not ours.

    Raises discord.HTTPException.
    """
    pressed, channel = interaction.message, interaction.channel
    if pressed is not None and pressed.id == number and pressed.flags.ephemeral:  # which nobody can ask for
        return pressed
    if not isinstance(channel, discord.abc.Messageable):
        return None
    try:
        message = await channel.fetch_message(number)
    except discord.NotFound:
        return None
    ours = interaction.client.user
    return message if ours is not None and message.author.id == ours.id else None


async def may_change(interaction: Interaction, message: discord.Message) -> bool:
    """Whether whoever presses asked for what a message of ours shows."""
    return bool(await interaction.client.askers.of(message) == interaction.user.id)


def _within_reach(interaction: Interaction) -> bool:
    """Whether we can read and change our own messages there: in a channel that we see, or between the two of us."""
    if server_of(interaction) is None:
        return interaction.guild_id is None and interaction.context.dm_channel
    seen = interaction.app_permissions
    return seen.view_channel and seen.read_message_history
