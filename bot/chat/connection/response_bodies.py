"""What discord.py must find in an answer so that a message which was sent does not end in an exception."""

from __future__ import annotations

from datetime import datetime
from typing import Any

Body = dict[str, Any]
_SIMPLE: dict[str, type] = {"content": str, "flags": int, "timestamp": str, "type": int, "tts": bool, "pinned": bool}
NEEDED = {
    "/users/@me": ("id", "username"),
    "/oauth2/applications/@me": ("id", "name"),
}
"""Path → what an answer must hold for discord.py to go on."""


def callback(data: Any, interaction: int | str | None) -> Body:
    """The answer to an interaction's callback, which may have been anything.

    The message Discord describes is left out: nobody reads it, and discord.py would build it from whatever is there.
    """
    given = data.get("interaction") if isinstance(data, dict) else None
    body: Body = {"id": str(interaction or 0), "type": 2}
    if isinstance(given, dict):
        for name in ("response_message_loading", "response_message_ephemeral"):
            body[name] = bool(given.get(name))
        if (message := snowflake(given.get("response_message_id"))) is not None:
            body["response_message_id"] = message
    return {"interaction": body}


def message(data: Any, channel: int | str | None) -> Body:
    """A message that was sent or edited: where and which it is, and its plain parts where they are sound."""
    given = data if isinstance(data, dict) else {}
    body: Body = {"content": "", "type": 0, "attachments": [], "embeds": []}
    body |= {name: given[name] for name, kind in _SIMPLE.items() if type(given.get(name)) is kind}
    body["id"] = snowflake(given.get("id")) or "0"
    body["edited_timestamp"] = _moment(given.get("edited_timestamp"))
    body["channel_id"] = snowflake(given.get("channel_id")) or str(channel or 0)
    author = given.get("author")
    body["author"] = _person(author if isinstance(author, dict) else {})
    return body


def sound(path: str, data: Any) -> bool:
    """Whether discord.py can go on with what it asked for."""
    if path in NEEDED:
        return isinstance(data, dict) and all(data.get(name) is not None for name in NEEDED[path])
    return isinstance(data, (dict, list))


def snowflake(value: Any) -> str | None:
    """An id as Discord writes it; None for anything else."""
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    return text if text.isascii() and text.isdigit() and len(text) <= 20 else None


def _moment(value: Any) -> str | None:
    try:
        return datetime.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        return None


def _person(given: Body) -> Body:
    name = given.get("username")
    return {
        "id": snowflake(given.get("id")) or "0",
        "username": name if isinstance(name, str) else "",
        "discriminator": "0",
        "global_name": None,
        "avatar": None,
        "bot": True,
    }
