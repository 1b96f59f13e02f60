"""The places a reply goes: a new answer, the message a button stands under, a reply to a message."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Protocol

import discord

from ...errors import Undelivered
from .. import faults
from ..connection.network_errors import SEND_ERRORS, cause
from ..deadline import said_within
from ..moderation import resting_channels
from ..requests.request import server_of
from ..ui import cards
from .follow_ups import follow

if TYPE_CHECKING:
    from ...store.store import Store
    from ..connection.servers import Servers
    from ..log_limiter import LogLimiter
    from ..moderation.resting_channels import RestingChannels
    from ..requests.asker import Askers
    from .reply import Reply, Send

log = logging.getLogger(__name__)

NO_ANSWER = (discord.InteractionResponseType.modal, discord.InteractionResponseType.autocomplete_result)
"""What nothing can follow."""
TELLING = 3.0
"""Seconds given to telling moderators that we may not speak somewhere."""


class Speaker(Protocol):
    """A client, as far as it is asked where it may speak."""

    askers: Askers
    log_limiter: LogLimiter
    resting: RestingChannels
    servers: Servers
    store: Store

    def get_channel(self, number: int, /) -> object: ...


def reply_to(interaction: discord.Interaction[Any]) -> Send:
    """Answer an interaction with a new message."""

    async def send(reply: Reply) -> None:
        await interaction.response.send_message(**_said(reply), ephemeral=reply.private)
        follow(interaction, reply, fresh=True)

    return send


def edit_to(interaction: discord.Interaction[Any]) -> Send:
    """Put the answer where the pressed button stands; what is private comes as a message of its own."""

    async def send(reply: Reply) -> None:
        if reply.private:
            await interaction.response.send_message(**_said(reply), ephemeral=True)
        elif reply.files is None:
            await interaction.response.edit_message(view=reply.view)
        else:
            await interaction.response.edit_message(view=reply.view, attachments=list(reply.files))
        follow(interaction, reply, fresh=False)

    return send


def edit_another(interaction: discord.Interaction[Any], message: discord.Message, sentence: str) -> Send:
    """Put the answer into another message of ours, and say so where the pressed button stands."""

    async def send(reply: Reply) -> None:
        if reply.private:
            await interaction.response.send_message(**_said(reply), ephemeral=True)
            return
        await message.edit(view=reply.view)
        await interaction.response.edit_message(view=cards.notice(sentence))

    return send


def _said(reply: Reply) -> dict[str, Any]:
    """A new message, as discord.py takes it."""
    said = {"content": reply.content, "view": reply.view, "files": list(reply.files or ())}
    return {name: value for name, value in said.items() if value}


def reply_under(message: discord.Message, client: Speaker) -> Send:
    """Reply to a message. Discord has no private replies to messages, so what would be private is said there too.

    The nonce is the message's id: whatever is sent twice in reply to it, Discord shows once. In a channel that rests
    nothing is tried; the use fails with the code that Discord gave when it refused.
    """

    async def send(reply: Reply) -> None:
        place = message.channel.id
        if (rest := client.resting.state(place)) is not None:
            raise Undelivered(str(rest.code))
        try:
            await message.reply(**_said(reply), mention_author=False, nonce=message.id)
        except discord.Forbidden as error:
            await _rest(client, message, error.code or resting_channels.UNNAMED)
            raise
        client.resting.worked(place)
        client.askers.replied(message.id, message.author.id)

    return send


async def _rest(client: Speaker, message: discord.Message, code: int) -> None:
    """Let the place rest where Discord refused us there; where its network did, that says nothing of the place."""
    if code == faults.NETWORK or (message.guild is not None and message.guild.id not in client.servers):
        return  # or where we were removed: should we come back, we may be let speak there
    place, server = message.channel.id, _server(message)
    to_tell = client.resting.refused(place, code, server)
    if client.log_limiter.allows(("rests", code)):
        log.info("not allowed to reply in channel %d (%d): it rests ten minutes", place, code)
    if to_tell and server is not None and not await _notify_moderators(client, server, place, code):
        client.resting.owe(place)


def _server(message: discord.Message) -> int | None:
    """The server of a message, also of one that Discord has not told us about yet; None in a direct message."""
    return message.guild.id if message.guild else getattr(message.channel, "guild_id", None)


async def _notify_moderators(client: Speaker, server: int, place: int, code: int) -> bool:
    """Say in the server's channel for reports that we may not speak in another. Never raises.

    False where there is no such channel, or where it surely was not told.
    """
    try:
        async with said_within(TELLING):
            chosen = await client.store.reports_channel(server)
            number = int(chosen) if chosen and chosen.isdecimal() else place
            channel = client.get_channel(number) if number != place else None
            guild = getattr(channel, "guild", None)
            if not isinstance(channel, discord.abc.Messageable) or guild is None or guild.id != server:
                return False
            await channel.send(resting_channels.sentence(place, code))
    except SEND_ERRORS as error:
        log.info("the moderators of server %d could not be told: %s", server, cause(error))
        return faults.may_have_arrived(error)
    return True


async def tell_owed(interaction: discord.Interaction[Any]) -> None:
    """After an answer: tell a moderator of channels that rest, of which there was no place to tell. Never raises.

    What may have arrived counts as told. Where one surely was not, the next is told after ten minutes: each try that
    Discord refuses counts against all of us.
    """
    response, guild = interaction.response, server_of(interaction)
    answered = response.is_done() and response.type not in NO_ANSWER and not interaction.command_failed
    if guild is None or not answered or not interaction.permissions.manage_guild:
        return
    resting_there: RestingChannels = interaction.client.resting
    owed = resting_there.paid(guild)
    if not owed:
        return
    said = "\n".join(resting_channels.sentence(place, code) for place, code in owed.items())
    try:
        async with said_within(TELLING):
            await interaction.followup.send(said, ephemeral=True)
    except SEND_ERRORS as error:
        log.info("a moderator of server %d could not be told: %s", guild, cause(error))
        if not faults.may_have_arrived(error):
            resting_there.notification_failed(guild, owed)
