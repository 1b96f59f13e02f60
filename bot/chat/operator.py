"""Who runs this bot: the application's owner, or a member of its team."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

import discord

if TYPE_CHECKING:
    from collections.abc import Callable

KNOWN_FOR = 3600.0
"""Seconds after which Discord is asked again who the owner is: a team changes."""
ASK_AGAIN = 30.0
"""Seconds until Discord is asked again when it could not say."""
log = logging.getLogger(__name__)


class Operators:
    """The people who run the bot, as Discord says; asked once an hour at most. The clock is an argument."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: frozenset[int] = frozenset()
        self._until = float("-inf")

    async def of(self, client: discord.Client) -> frozenset[int]:
        """Their ids; those known before, or none, where Discord cannot say. Never raises."""
        if self._clock() >= self._until:
            try:
                self._known = named(await client.application_info())
                self._until = self._clock() + KNOWN_FOR
            except (discord.DiscordException, OSError, TimeoutError) as error:
                self._until = self._clock() + ASK_AGAIN
                log.warning("Discord does not say who owns the application: %s", type(error).__name__)
        return self._known


def named(application: discord.AppInfo | Any) -> frozenset[int]:
    """The owner of an application, or those who accepted to be in its team and may do more than look."""
    team = application.team
    if team is None:
        return frozenset({application.owner.id})
    accepted = discord.TeamMembershipState.accepted
    looking = discord.TeamMemberRole.read_only
    members = {one.id for one in team.members if one.membership_state is accepted and one.role is not looking}
    return frozenset(members | ({team.owner_id} if team.owner_id else set()))


async def is_operator(client: Any, user_id: int) -> bool:
    """Whether somebody runs this bot. False where Discord cannot say. Never raises."""
    return user_id in await of(client)


async def of(client: Any) -> frozenset[int]:
    """Those who run this bot; what Discord said is kept with the client. Never raises."""
    known = getattr(client, "operators", None)
    if known is None:
        known = client.operators = Operators()
    return await known.of(client)
