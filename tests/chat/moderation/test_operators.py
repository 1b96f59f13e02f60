"""Who runs the bot: asked of Discord rarely, and nobody where Discord cannot say."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.chat.moderation.operators import KNOWN_FOR, RETRY_DELAY, Operators, is_operator

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
    unheard_of: Any = discord.enums.try_enum(discord.TeamMemberRole, "auditor")
    invited = member(4, state=discord.TeamMembershipState.invited)
    client = Client(
        99, member(2), looking, invited, member(6, unheard_of), member(7, discord.TeamMemberRole.admin), team_owner=5
    )
    assert [user for user in (2, 3, 4, 5, 6, 7, 99) if await is_operator(client, user)] == [2, 5, 7]


async def test_where_discord_cannot_say_nobody_is_and_it_is_asked_again_later() -> None:
    clock = [0.0]
    known = Operators(lambda: clock[0])
    client: Any = Client(owner=7)
    client.fails = OSError("down")
    assert not await known.of(client)
    client.fails = None
    assert not await known.of(client), "not asked again at once"
    clock[0] = RETRY_DELAY
    assert await known.of(client) == {7}


async def test_a_team_may_change_and_a_failure_forgets_nobody() -> None:
    clock = [0.0]
    known = Operators(lambda: clock[0])
    client: Any = Client(owner=7)
    assert await known.of(client) == {7}
    clock[0], client.fails = KNOWN_FOR, TimeoutError()
    assert await known.of(client) == {7}
    clock[0], client.fails = KNOWN_FOR + RETRY_DELAY, None
    client.application.owner = SimpleNamespace(id=8)
    assert await known.of(client) == {8}


async def test_who_is_taken_out_of_the_team_may_for_an_hour_at_most_and_discord_is_not_asked_all_the_time() -> None:
    """As docs/hosting.md says it."""
    minutes = [0.0]
    known = Operators(lambda: minutes[0] * 60)
    client: Any = Client(99, member(2), member(3), team_owner=5)
    assert await known.of(client) == {2, 3, 5}
    client.application.team.members.pop()
    for minutes[0] in range(1, 61):
        last = await known.of(client)
    assert last == {2, 5}
    assert client.asked <= 1 + 60 / 30, "once in half an hour"


class Real(discord.Client):
    """A client that is told what a test says, and makes of it what discord.py makes."""

    def __init__(self, told: Any) -> None:
        super().__init__(intents=discord.Intents.none())
        self.told = told

    async def application_info(self) -> Any:
        return discord.AppInfo(self._connection, self.told)


PERSON = {"id": "7", "username": "owner", "discriminator": "0", "avatar": None}
WELL = {"id": "1", "name": "Quoth", "description": "", "icon": None, "owner": PERSON}
TEAM = {"id": "3", "name": "team", "icon": None, "owner_user_id": "7", "members": []}
WELL |= {"bot_public": True, "bot_require_code_grant": False, "verify_key": "", "flags": 0}


async def test_what_discord_says_of_an_application_is_read() -> None:
    assert await Operators().of(Real(WELL)) == {7}
    assert await Operators().of(Real(WELL | {"team": TEAM | {"owner_user_id": "8"}})) == {8}


@pytest.mark.parametrize(
    "told",
    [
        None,
        {},
        [],
        "odd",
        7,
        WELL | {"owner": None},
        WELL | {"owner": {}},
        WELL | {"owner": []},
        WELL | {"owner": {"id": None}},
        WELL | {"owner": PERSON | {"id": "x"}},
        WELL | {"team": 5},
        WELL | {"team": []},
        WELL | {"team": TEAM | {"members": None}},
        WELL | {"team": TEAM | {"members": [None]}},
        WELL | {"team": {"id": "1"}},
    ],
)
async def test_odd_words_about_the_application_make_nobody_an_operator_and_raise_nothing(told: Any) -> None:
    clock = [0.0]
    known, client = Operators(lambda: clock[0]), Real(told)
    assert await known.of(client) <= {7}
    assert await known.first(client) in {None, 7}
    client.told = WELL
    clock[0] = KNOWN_FOR
    assert await known.of(client) == {7}
    client.told, clock[0] = told, 3 * KNOWN_FOR
    assert await known.of(client) == {7}, "and forget nobody"


async def test_a_hundred_who_ask_at_once_are_one_request_and_one_who_gives_up_takes_it_from_nobody() -> None:
    known, go = Operators(), asyncio.Event()
    client: Any = Client(owner=7)
    told = client.application_info

    async def slowly() -> Any:
        await asyncio.sleep(0)
        await go.wait()
        return await told()

    client.application_info = slowly
    asking = [asyncio.create_task(known.of(client)) for _ in range(100)]
    await asyncio.sleep(0.01)
    asking[0].cancel()
    go.set()
    assert await asyncio.gather(*asking[1:]) == [{7}] * 99
    assert client.asked == 1
