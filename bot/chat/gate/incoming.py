"""What an event says before anything is made of it: who asks for what, and from where. Malformed events are None."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Mapping

    from bot.store.records import Way

COMMAND, PRESS, TYPING, FORM = 2, 3, 4, 5
"""Discord's types of interactions."""
MENU = 3
"""Discord's type of a command that is chosen from a message's menu."""
LONG = 300
"""Characters of a text to check up to which that takes no time."""
HEAVY_COMMANDS = frozenset({"timeline", "cite"})
HEAVY_PRESSES = ("q:timeline:", "q:pack:", "c:packas:")


@dataclass(frozen=True, slots=True)
class Asking:
    """One interaction or message that asks for something. `heavy` is what takes long to answer."""

    id: int
    kind: int
    way: Way
    who: int | None
    guild: int | None
    channel: int
    heavy: bool = False


def interaction(data: Any) -> Asking | None:
    """What an INTERACTION_CREATE asks."""
    try:
        kind, inner = int(data["type"]), data.get("data") or {}
        user = (data.get("member") or data).get("user") or {}
        return Asking(
            int(data["id"]),
            kind,
            _way(kind, inner),
            _number(user.get("id")),
            _number(data.get("guild_id")),
            _number(data.get("channel_id")) or 0,
            _is_heavy(kind, inner),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def message(data: Any, calls: Callable[[Mapping[str, Any]], Way | None]) -> Asking | None:
    """What a MESSAGE_CREATE asks, where `calls` says that it may."""
    try:
        way = calls(data)
        if way is None:
            return None
        guild, channel = _number(data.get("guild_id")), _number(data.get("channel_id")) or 0
        return Asking(int(data["id"]), 0, way, _number(data["author"].get("id")), guild, channel)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def calling(own: int, channels: Container[int], names: Collection[str], data: Mapping[str, Any]) -> Way | None:
    """How a message may call for an answer: sent to the bot, by naming it, or in a channel that opted in."""
    if data["author"].get("bot") or data.get("webhook_id"):
        return None
    said = data.get("content") or ""
    named = f"<@{own}>" in said or f"<@!{own}>" in said
    if (
        named
        or not data.get("guild_id")
        or any(said[: len(name) + 1].casefold() == f"@{name}".casefold() for name in names)
    ):
        return "mention"
    return "keyword" if int(data["channel_id"]) in channels else None


def _way(kind: int, inner: Mapping[str, Any]) -> Way:
    if kind in (PRESS, FORM):
        return "button"
    return "menu" if inner.get("type") == MENU else "slash"


def _is_heavy(kind: int, inner: Mapping[str, Any]) -> bool:
    if kind == PRESS:
        return str(inner.get("custom_id")).startswith(HEAVY_PRESSES)
    if kind != COMMAND:
        return False
    name, given = inner.get("name"), inner.get("options") or ()
    if name == "verify":
        return any(len(str(one.get("value"))) > LONG for one in given)
    if name == "cite":
        return all(one.get("name") != "quote" for one in given)
    return inner.get("type") == MENU or name in HEAVY_COMMANDS


def _number(said: Any) -> int | None:
    return None if said is None else int(said)
