"""A guard around discord.py's event parsers: what cannot be parsed is dropped and counted, and ends nothing."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from discord.state import AutoShardedConnectionState, ConnectionState

from bot.chat.internals import named, relied_on

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.chat.client import Quoth

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
MOST, DIGITS = 2**63 - 1, 19
"""The largest id, and how many digits it has: what is larger the log cannot keep."""
FORMS = {2: ("name",), 3: ("custom_id",), 4: ("name",), 5: ("custom_id",)}
"""What the data of an interaction must hold as text, by its type: command, button, suggestions, form."""


def guard(client: Quoth) -> None:
    """Put a guard around every event parser of a client."""
    parsers = client._connection.parsers
    for kind, parse in list(parsers.items()):
        parsers[kind] = partial(_guarded, client, kind, parse)


def _guarded(client: Quoth, kind: str, parse: Callable[[Any], None], data: Any) -> None:
    try:
        if kind in ASKED:
            well_formed(kind, data)
            if not client.takes(kind, data):
                return
        parse(data)
    except Exception as error:  # noqa: BLE001  whatever discord.py makes of an event it does not understand
        client.drop(kind, error)


def well_formed(kind: str, data: Mapping[str, Any]) -> None:
    """Look at what discord.py believes unseen and stumbles over later. Raises TypeError, ValueError or KeyError."""
    if kind == "MESSAGE_CREATE":
        _demand(isinstance(data["content"], str))
        _person(data["author"])
        for person in data["mentions"]:
            _person(person)
        int(data["channel_id"])
        return
    _demand(isinstance(data["token"], str))
    _person(data["user"] if data.get("member") is None else data["member"]["user"])
    sort = data["type"]
    _demand(isinstance(sort, int))
    if sort in FORMS:
        form = data["data"]
        int(data["channel_id"])
        for name in FORMS[sort]:
            _demand(isinstance(form[name], str))
        for each in form.get("options", ()):
            _demand(isinstance(each["name"], str) and isinstance(each["type"], int))


def is_id(said: Any) -> bool:
    """Whether this is an id as Discord makes them: a whole number of 63 bits, as text or as a number."""
    if isinstance(said, str):
        return said.isascii() and said.isdecimal() and len(said) <= DIGITS and int(said) <= MOST
    return type(said) is int and 0 <= said <= MOST


def _person(data: Mapping[str, Any]) -> None:
    _demand(is_id(data["id"]))
    _demand(isinstance(data["username"], str))


def _demand(good: bool) -> None:
    if not good:
        raise TypeError


def whole_ready(client: Quoth, data: Any, shard: int, shards: int) -> Any:
    """READY with what discord.py cannot do without; what is odd in it is left out. Raises where it is no object."""
    user, known = data.get("user"), client.user
    try:
        _person(user)
    except (KeyError, TypeError, ValueError):
        if known is None:
            raise
        client.drop("READY", TypeError())
        user = {"id": str(known.id), "username": known.name, "discriminator": known.discriminator}
    said = data.get("guilds")
    listed = said if isinstance(said, list) else []
    # In READY every server stands as not yet available: its id is all that is taken from it.
    guilds = [{"id": guild["id"], "unavailable": True} for guild in listed if _is_guild(guild)]
    if isinstance(said, list) and len(guilds) == len(said):
        client.listed_by[shard] = {int(guild["id"]) for guild in guilds}
    else:  # nobody knows which servers are missing from it
        client.drop("READY", TypeError())
    return {**data, "user": _plain(user), "guilds": guilds, "shard": [shard, shards]}


def _plain(user: Mapping[str, Any]) -> dict[str, Any]:
    texts = {name: user.get(name) for name in ("discriminator", "avatar", "global_name")}
    texts = {name: value if isinstance(value, str) else None for name, value in texts.items()}
    return {"id": user["id"], "username": user["username"], "bot": True, **texts} | {
        "discriminator": texts["discriminator"] or "0"
    }


def _is_guild(data: Any) -> bool:
    return isinstance(data, dict) and isinstance(data.get("id"), str) and is_id(data["id"])
