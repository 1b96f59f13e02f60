"""Who may hear of the operator's files: who runs the bot, and moderators of the servers that the settings name."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Protocol

from .operators import is_operator

if TYPE_CHECKING:
    import discord

    from ...config import Settings

log = logging.getLogger(__name__)

REFUSED = (
    "The files the quotes are in are for whoever runs me, and for members who may manage one of the servers "
    "named in my setting `bank_servers`; whoever runs me can name this one there."
)


class Configured(Protocol):
    """A client, as far as it is asked here."""

    @property
    def settings(self) -> Settings: ...


def may_hear(settings: Settings, guild: int | None) -> bool:
    """Whether moderators of a server are told of the operator's files."""
    return guild is not None and guild in settings.bank_servers


async def trusts(client: Configured, interaction: discord.Interaction[Any]) -> bool:
    """Whether a person may use a command that speaks of the operator's files.

    Discord's own permissions of commands do not count: who manages a server may give them to everybody.
    """
    trusted = may_hear(client.settings, interaction.guild_id) and interaction.permissions.manage_guild
    return trusted or await is_operator(client, interaction.user.id)


async def admit(client: Configured, interaction: discord.Interaction[Any], command: str) -> bool:
    """As `trusts`; who may not is told so, privately."""
    if await trusts(client, interaction):
        return True
    log.info("refused /%s in server %s: not for everybody", command, interaction.guild_id)
    await interaction.response.send_message(REFUSED, ephemeral=True)
    return False
