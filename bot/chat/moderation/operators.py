"""Who runs this bot: the application's owner, or a member of its team."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any

import discord

if TYPE_CHECKING:
    from collections.abc import Callable

KNOWN_FOR = 3600.0
"""Seconds after which Discord is asked again who the owner is: a team changes."""
PATIENCE = 1.0
"""Seconds Discord may take to say: whoever asks waits three at most."""
RETRY_DELAY = 30.0
"""Seconds until Discord is asked again when it could not say."""
MAY = frozenset({discord.TeamMemberRole.admin, discord.TeamMemberRole.developer})
"""What somebody may be in a team, to run the bot; a role that Discord thinks up later is none of them."""
log = logging.getLogger(__name__)


class Operators:
    """The people who run the bot, as Discord says; asked once an hour at most, and once for all who ask at a time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: frozenset[int] = frozenset()
        self._first: int | None = None
        self._until = float("-inf")
        self._lookup: asyncio.Task[None] | None = None

    async def of(self, client: discord.Client) -> frozenset[int]:
        """Their ids; those known before, or none, where Discord cannot say. Never raises."""
        if self._clock() >= self._until:
            if self._lookup is None:
                self._lookup = asyncio.create_task(self._ask(client), name="asking who owns the application")
            await asyncio.wait({self._lookup})  # of many who wait for it, one who gives up takes it from nobody
        return self._known

    async def _ask(self, client: discord.Client) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                application = await client.application_info()
            self._known, self._first = named(application), first(application)
            self._until = self._clock() + KNOWN_FOR
        except Exception as error:  # noqa: BLE001  whatever discord.py makes of what Discord says
            self._until = self._clock() + RETRY_DELAY
            log.warning("Discord does not say who owns the application: %s", type(error).__name__)
        finally:
            self._lookup = None

    async def first(self, client: discord.Client) -> int | None:
        """Who is written to when something is wrong: the owner, of the application or of its team. Never raises."""
        await self.of(client)
        return self._first


def first(application: discord.AppInfo | Any) -> int | None:
    """The owner of an application, or of the team that owns it."""
    team = application.team
    owner = application.owner.id if team is None else team.owner_id
    return int(owner) if owner else None


def named(application: discord.AppInfo | Any) -> frozenset[int]:
    """The owner of an application; of one that a team owns, the team's owner and those who accepted to work on it."""
    team = application.team
    if team is None:
        return frozenset({int(application.owner.id)})
    accepted = discord.TeamMembershipState.accepted
    members = {member.id for member in team.members if member.membership_state is accepted and member.role in MAY}
    return frozenset(members | ({int(team.owner_id)} if team.owner_id else set()))


async def is_operator(client: Any, user_id: int) -> bool:
    """Whether somebody runs this bot. False where Discord cannot say. Never raises."""
    return user_id in await operators(client).of(client)


def operators(client: Any) -> Operators:
    """What is known of those who run this bot; it is kept with the client."""
    known = getattr(client, "operators", None)
    if known is None:
        known = client.operators = Operators()
    return known
