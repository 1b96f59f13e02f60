"""Who runs the bot: asked of Discord rarely, and nobody where Discord cannot say."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.chat.operator import ASK_AGAIN, KNOWN_FOR, Operators, is_operator

pytestmark = pytest.mark.asyncio


def member(
    user: int,
    role: discord.TeamMemberRole = discord.TeamMemberRole.developer,
    state: discord.TeamMembershipState = discord.TeamMembershipState.accepted,
) -> Any:
    return SimpleNamespace(id=user, role=role, membership_state=state)


class Client:
    """A client whose application is told, and counted."""

    def __init__(self, owner: int = 1, *team: Any, team_owner: int | None = None) -> None:
        self.asked = 0
        self.fails: Exception | None = None
        members = SimpleNamespace(members=list(team), owner_id=team_owner) if team else None
        self.application = SimpleNamespace(owner=SimpleNamespace(id=owner), team=members)

    async def application_info(self) -> Any:
        self.asked += 1
        if self.fails:
            raise self.fails
        return self.application


async def test_the_owner_is_asked_for_once_and_nobody_else_is_the_owner() -> None:
    client = Client(owner=7)
    assert await is_operator(client, 7)
    assert not await is_operator(client, 8)
    assert client.asked == 1


async def test_of_a_team_those_who_accepted_and_may_do_more_than_look() -> None:
    looking = member(3, discord.TeamMemberRole.read_only)
    invited = member(4, state=discord.TeamMembershipState.invited)
    client = Client(99, member(2), looking, invited, team_owner=5)
    assert [user for user in (2, 3, 4, 5, 99) if await is_operator(client, user)] == [2, 5]


async def test_where_discord_cannot_say_nobody_is_and_it_is_asked_again_later() -> None:
    clock = [0.0]
    known = Operators(lambda: clock[0])
    client: Any = Client(owner=7)
    client.fails = OSError("down")
    assert not await known.of(client)
    client.fails = None
    assert not await known.of(client), "not asked again at once"
    clock[0] = ASK_AGAIN
    assert await known.of(client) == {7}


async def test_a_team_may_change_and_a_failure_forgets_nobody() -> None:
    clock = [0.0]
    known = Operators(lambda: clock[0])
    client: Any = Client(owner=7)
    assert await known.of(client) == {7}
    clock[0], client.fails = KNOWN_FOR, TimeoutError()
    assert await known.of(client) == {7}
    clock[0], client.fails = KNOWN_FOR + ASK_AGAIN, None
    client.application.owner = SimpleNamespace(id=8)
    assert await known.of(client) == {8}
