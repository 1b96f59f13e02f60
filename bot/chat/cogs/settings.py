"""`/settings keywords`: a moderator opts a channel in to keyword replies, or out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from ...errors import LogUnavailable, LogUncertain
from ..deadline import from_log
from ..moderation import resting_channels
from ..moderation.permissions import admit, may_hear
from ..requests.request import NOT_HERE, server_of
from ..ui import cards

if TYPE_CHECKING:
    from ..client import Quoth

HOW_TO_ENABLE = (
    "Whoever runs me must switch on **Message Content Intent** in the Discord developer portal "
    "(my application → Bot → Privileged Gateway Intents) and restart me. Until then I cannot see ordinary messages; "
    "commands and mentions work all the same."
)
UNKNOWN = "My memory is unavailable just now, so I cannot tell or keep that. Try again later."
_SLOW = "My memory is slow or in trouble, so I cannot say yet whether that is kept. Look again in a moment: "
SLOW_SWITCH = f"{_SLOW}`/settings keywords`."
SLOW_REPORTS = f"{_SLOW}`/settings reports`."
NOT_SAVED = "I could not keep that: my memory is unavailable just now. Nothing was changed."
UNNAMED = (
    "Nothing is told of the bank's files in a server that my setting `bank_servers` does not name: "
    "put this server's id there and restart me."
)


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class SettingsCommand(
    commands.GroupCog,
    group_name="settings",
    group_description="For moderators: where Quoth may speak up by itself",
):
    """What moderators decide for their server."""

    def __init__(self, client: Quoth) -> None:
        self.client = client

    @app_commands.command(
        name="keywords", description="Reply with a quote when a message calls for one; off by default"
    )
    @app_commands.describe(
        on="On or off; leave it out to see what is set",
        channel="The channel; leave it out for this one",
    )
    @app_commands.checks.has_permissions(manage_guild=True)
    async def keywords(
        self,
        interaction: discord.Interaction[Any],
        on: bool | None = None,
        channel: discord.TextChannel | discord.Thread | None = None,
    ) -> None:
        """Show or switch keyword replies."""
        place, guild = channel.id if channel else interaction.channel_id, server_of(interaction)
        if place is None or guild is None:
            await interaction.response.send_message(NOT_HERE, ephemeral=True)
            return
        try:
            if on is not None:
                await self.client.keywords.switch(guild, place, on=on, by=interaction.user.id)
        except LogUnavailable as error:
            said = SLOW_SWITCH if isinstance(error, LogUncertain) else NOT_SAVED
            await interaction.response.send_message(said, ephemeral=True)
            return
        lines = self._state(place)
        if rest := self.client.resting.state(place):
            lines.append(resting_channels.sentence(place, rest.code))
            self.client.resting.shown(place)
        await interaction.response.send_message("\n".join(lines), ephemeral=True)
        if on:
            self.client.ask_for_content()

    @app_commands.command(
        name="reports", description="Say in a channel when the bank's files hold a fault; nowhere by default"
    )
    @app_commands.describe(
        on="On or off; leave it out to see what is set",
        channel="The channel; leave it out for this one",
    )
    async def reports(
        self,
        interaction: discord.Interaction[Any],
        on: bool | None = None,
        channel: discord.TextChannel | discord.Thread | None = None,
    ) -> None:
        """Show, choose or drop the moderators' channel."""
        if not await admit(self.client, interaction, "settings reports"):
            return
        place, guild = channel.id if channel else interaction.channel_id, server_of(interaction)
        if place is None or guild is None:
            await interaction.response.send_message(NOT_HERE, ephemeral=True)
            return
        if on and not may_hear(self.client.settings, guild):
            await interaction.response.send_message(UNNAMED, ephemeral=True)
            return
        said = await self._reports(guild, on, place, interaction.user.id)
        await interaction.response.send_message(said, ephemeral=True)

    async def _reports(self, guild: int, on: bool | None, place: int, by: int) -> str:
        """Keep what is chosen, if anything is, and say what is set."""
        store, chosen = self.client.store, place if on else None
        try:
            if on is None:
                return _reported_in(await from_log(store.reports_channel(guild)))
            await from_log(store.set_reports_channel(guild, chosen, by))
            return _reported_in(None if chosen is None else str(chosen))
        except LogUncertain:
            return UNKNOWN if on is None else SLOW_REPORTS
        except LogUnavailable:
            return UNKNOWN

    def _state(self, place: int) -> list[str]:
        settings, there = self.client.settings, f"<#{place}>"
        if not (self.client.keywords.loaded or place in self.client.keywords.channels):
            return [UNKNOWN]
        if place not in self.client.keywords.channels:
            return [f"Keyword replies are **off** in {there}."]
        lines = [
            (
                f"Keyword replies are **on** in {there}: I reply with a quote when a message asks for one "
                "(“any quotes about russia?”), at most once in "
                f"{cards.span(max(settings.keyword_cooldown // 60, 1))} for a topic. "
                f"“Not helpful here” under a reply keeps its phrase quiet for {cards.span(settings.keyword_mute)}."
            )
        ]
        if self.client.may_ask_for_content:
            lines.append(f"I reconnect now to ask Discord for message content. {HOW_TO_ENABLE}")
        elif not self.client.intents.message_content:
            lines.append(f"But Discord does not show me messages yet. {HOW_TO_ENABLE}")
        return lines


def _reported_in(channel: str | None) -> str:
    if channel:
        return f"I say in <#{channel}> when the bank's files hold a fault."
    return "Faults of the bank's files are told **nowhere** here; `/bank problems` shows them."
