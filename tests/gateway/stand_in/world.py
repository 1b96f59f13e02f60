"""Who and what stands in the stand-in: the bot, servers, channels and members by number, ids as Discord makes them."""

from __future__ import annotations

from typing import Any

TOKEN = "c3RhbmQtaW4tYm90LWlk.G0od0n.e-stand-in-token-for-tests-only"
APPLICATION, GUILD, CHANNEL, ALICE = "1001", "2001", "3001", "4001"
MESSAGE_CONTENT = 1 << 15
DISCORD_EPOCH = 1_420_070_400_000
"""Milliseconds since 1970 at which Discord's ids begin."""
MAY_SPEAK = 1 << 10 | 1 << 11 | 1 << 14
"""See a channel, write there, embed links."""
MANAGE_GUILD = 1 << 5
BOT = {"id": APPLICATION, "username": "Quoth", "discriminator": "0", "global_name": None, "avatar": None, "bot": True}
PERSON = {"id": ALICE, "username": "alice", "discriminator": "0", "global_name": "Alice", "avatar": None}


def snowflake(moment: float, number: int) -> str:
    """The id Discord gives at that moment (seconds since 1970) to its `number`th thing of the millisecond."""
    return str((int(moment * 1000) - DISCORD_EPOCH) << 22 | number & 0x3FFFFF)


def made_at(one: str | int) -> float:
    """Seconds since 1970 at which an id was made."""
    return ((int(one) >> 22) + DISCORD_EPOCH) / 1000


def server_id(number: int) -> str:
    """The id of a server. Shards part them by the bits above the 22nd, so they go round."""
    return str(int(GUILD) + (number << 22))


def channel_id(server: int, number: int = 0) -> str:
    """The id of a channel of a server."""
    return str(int(CHANNEL) + number + (server << 22))


def person(number: int) -> dict[str, Any]:
    """A member by number; 0 is Alice."""
    if not number:
        return PERSON
    name = f"member{number}"
    return PERSON | {"id": str(int(ALICE) + number), "username": name, "global_name": name.title()}


def member(user: dict[str, Any]) -> dict[str, Any]:
    """A person as a member of a server."""
    joined = "2024-01-01T00:00:00+00:00"
    return {"user": user, "roles": [], "joined_at": joined, "deaf": False, "mute": False, "flags": 0}


def channel(server: int, number: int = 0) -> dict[str, Any]:
    """A text channel."""
    name = "general" if not number else f"general-{number}"
    about = {"type": 0, "name": name, "position": number, "permission_overwrites": []}
    return {"id": channel_id(server, number)} | about


def server(number: int, channels: int = 1) -> dict[str, Any]:
    """A server as GUILD_CREATE tells it."""
    everyone = {"id": server_id(number), "name": "@everyone", "permissions": str(MAY_SPEAK), "position": 0, "color": 0}
    everyone |= {"hoist": False, "managed": False, "mentionable": False, "flags": 0}
    return {
        "id": server_id(number),
        "name": "Study group" if not number else f"Study group {number}",
        "owner_id": ALICE,
        "member_count": 2,
        "roles": [everyone],
        "channels": [channel(number, one) for one in range(channels)],
        "members": [member(user) for user in (BOT, PERSON)],
    }


SERVER = server(0)
APPLICATION_INFO = {
    "id": APPLICATION,
    "name": "Quoth",
    "description": "",
    "icon": None,
    "bot_public": True,
    "bot_require_code_grant": False,
    "owner": PERSON,
    "verify_key": "",
    "flags": 0,
    "bot": BOT,
}


def message(one: str, content: str, author: dict[str, Any], place: str = CHANNEL) -> dict[str, Any]:
    """A message of a channel."""
    lists = ("embeds", "attachments", "components", "mentions", "mention_roles", "sticker_items")
    return {
        "id": one,
        "channel_id": place,
        "author": author,
        "content": content,
        "timestamp": "2024-01-01T00:00:00+00:00",
        "edited_timestamp": None,
        "type": 0,
        "flags": 0,
        "tts": False,
        "pinned": False,
        "mention_everyone": False,
    } | {part: [] for part in lists}
