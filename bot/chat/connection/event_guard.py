"""A guard around discord.py's event parsers: what cannot be parsed is dropped and counted, and ends nothing."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from discord.state import AutoShardedConnectionState, ConnectionState

from . import named, relied_on
from .event_shapes import is_id, only_read, person, well_formed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import discord

    from .host import Host

log = logging.getLogger(__name__)

relied_on(
    "the guard of events",
    [
        (ConnectionState, "parse_interaction_create"),
        (ConnectionState, "parse_message_create"),
        (AutoShardedConnectionState, "parse_ready"),
        *named(ConnectionState, "__init__", ["self.parsers"]),
    ],
)

ASKED = frozenset({"INTERACTION_CREATE", "MESSAGE_CREATE"})
"""Events that ask for work; the client may refuse them before any is done."""
SERVERS = frozenset({"READY", "GUILD_CREATE", "GUILD_DELETE"})
"""Events that say which servers the bot is in."""


def guard(client: Host) -> None:
    """Put a guard around every event parser of a client."""
    parsers = client._connection.parsers
    for kind, parse in list(parsers.items()):
        parsers[kind] = partial(_guarded, client, kind, parse)


def _guarded(client: Host, kind: str, parse: Callable[[Any], None], data: Any) -> None:
    try:
        well_formed(kind, data)
        if kind == "USER_UPDATE":
            _own(data, client.user)
        if kind in ASKED and not client.takes(kind, data):
            return
        if kind in SERVERS:
            _note_server(client, kind, data)
        parse(only_read(kind, data))
    except Exception as error:  # noqa: BLE001  whatever discord.py makes of an event it does not understand
        client.drop(kind, error)


def _note_server(client: Host, kind: str, data: Mapping[str, Any]) -> None:
    if kind == "READY":  # of a simulated Discord; those from a socket come through `sanitized_ready`
        client.servers.listed(data["shard"][0], [int(guild["id"]) for guild in data["guilds"]])
    elif kind == "GUILD_CREATE":
        new = client.servers.came(int(data["id"]), client.shard_count or 1)
        if new and "unavailable" not in data:  # as one that can be reached again says that it is not
            client.dispatch("joined", int(data["id"]))
    elif not data.get("unavailable", False):
        client.servers.left(int(data["id"]))
        client.dispatch("left", int(data["id"]))


def sanitized_ready(client: Host, data: Any, shard: int, shards: int) -> Any:
    """READY with what discord.py cannot do without; what is odd in it is left out. Raises where it is no object.

    Who we are was said at the login: a session of somebody else would hear none of our mentions.
    """
    user, known = data.get("user"), client.user
    try:
        _own(user, known)
    except (KeyError, TypeError, ValueError):
        if known is None:
            raise
        client.drop("READY", TypeError())
        user = {"id": str(known.id), "username": known.name, "discriminator": known.discriminator}
    said = data.get("guilds")
    listed = said if isinstance(said, list) else []
    # In READY every server stands as not yet available: its id is all that is taken from it.
    guilds = [{"id": guild["id"], "unavailable": True} for guild in listed if _is_guild(guild)]
    complete = isinstance(said, list) and len(guilds) == len(said)
    if not complete:  # nobody knows which servers are missing from it
        client.drop("READY", TypeError())
    client.servers.listed(shard, [int(guild["id"]) for guild in guilds], complete=complete)
    return {**data, "user": _plain(user), "guilds": guilds, "shard": [shard, shards]}


def _own(user: Mapping[str, Any], known: discord.ClientUser | None) -> None:
    """Look at what is said of the bot's own user. Raises as `person` does, also where it is another."""
    person(user)
    if known is not None and int(user["id"]) != known.id:
        raise ValueError


def _plain(user: Mapping[str, Any]) -> dict[str, Any]:
    texts = {name: user.get(name) for name in ("discriminator", "avatar", "global_name")}
    texts = {name: value if isinstance(value, str) else None for name, value in texts.items()}
    return {"id": user["id"], "username": user["username"], "bot": True, **texts} | {
        "discriminator": texts["discriminator"] or "0"
    }


def _is_guild(data: Any) -> bool:
    return isinstance(data, dict) and isinstance(data.get("id"), str) and is_id(data["id"])
