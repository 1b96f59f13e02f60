"""What an event says before anything is made of it: who asks for what, and from where. Malformed events are None."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...store.records import NOWHERE
from ...text import is_longer
from ..acts import custom_ids as acts

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Mapping

    from ...store.records import EntryPoint

COMMAND, PRESS, TYPING, FORM = 2, 3, 4, 5
"""Discord's types of interactions."""
OF_A_SERVER, OF_A_PERSON = "0", "1"
"""Discord's names for whose app an interaction asks."""
MENU = 3
"""Discord's type of a command that is chosen from a message's menu."""
LONG = 300
"""Characters of a text to check from which on that takes long in any bank."""
FULL_WEIGHT, PAGE_WEIGHT, WORDS_WEIGHT = 1.0, 0.25, 0.1
"""How much of what takes long something takes: a piece of work of its own; a page of one; words to find, of which
twenty in ten seconds are let in as any others are.
"""
HEAVY: dict[str, dict[str, float]] = {
    "command": {"timeline": FULL_WEIGHT, "cite": FULL_WEIGHT, "verify": FULL_WEIGHT},
    "press": {
        acts.ShowTimeline.name: FULL_WEIGHT,
        acts.GivePack.name: FULL_WEIGHT,
        acts.PackInStyle.name: FULL_WEIGHT,
        acts.ShowPackToChannel.name: FULL_WEIGHT,
        acts.ShowTimelineToChannel.name: FULL_WEIGHT,
        acts.TurnTimeline.name: PAGE_WEIGHT,
    },
    "mention": {"timeline": FULL_WEIGHT, "verify": FULL_WEIGHT},
    "typing": {},
}
"""What takes long to answer, by how it is asked for. Each menu does; whatever finds, where what is asked is long."""

Light = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class RawRequest:
    """One interaction or message that asks for something. `heavy` is how much it takes of what takes long; `own_app`
    says that a person's own app is asked, which people use in any server.
    """

    id: int
    kind: int
    entry_point: EntryPoint
    who: int | None
    guild: int | None
    channel: int
    heavy: float = 0.0
    own_app: bool = False

    def place(self, present: Callable[[int], bool]) -> tuple[int | None, int]:
        """The server and the channel it is written under, as `Request` has it. `present`: the bot is in a server."""
        if self.guild is not None and present(self.guild):
            return self.guild, self.channel
        return None, self.channel if self.guild is None or self.own_app else NOWHERE


def interaction(data: Any, light: Light) -> RawRequest | None:
    """What an INTERACTION_CREATE asks."""
    try:
        kind, inner = int(data["type"]), data.get("data") or {}
        user = (data.get("member") or data).get("user") or {}
        guild = _number(data.get("guild_id"))
        return RawRequest(
            int(data["id"]),
            kind,
            _entry_point(kind, inner),
            _number(user.get("id")),
            guild,
            _number(data.get("channel_id")) or NOWHERE,
            _weight(kind, inner, light),
            _by_own_app(data.get("authorizing_integration_owners") or {}, guild),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def message(data: Any, calls: Callable[[Mapping[str, Any]], EntryPoint | None]) -> RawRequest | None:
    """What a MESSAGE_CREATE asks, where `calls` says that it may."""
    try:
        entry_point = calls(data)
        if entry_point is None:
            return None
        guild, channel = _number(data.get("guild_id")), _number(data.get("channel_id")) or NOWHERE
        return RawRequest(int(data["id"]), 0, entry_point, _number(data["author"].get("id")), guild, channel)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def calling(own: int, channels: Container[int], names: Collection[str], data: Mapping[str, Any]) -> EntryPoint | None:
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


def _entry_point(kind: int, inner: Mapping[str, Any]) -> EntryPoint:
    if kind in (PRESS, FORM):
        return "button"
    return "menu" if inner.get("type") == MENU else "slash"


def weight(how: str, act: str, texts: Iterable[str], light: Light) -> float:
    """How much of what takes long an act takes, 0 where it holds nobody up; `light` says so of it and one text, of
    what is typed under the name of that.
    """
    texts = tuple(texts)
    if act in HEAVY[how] and (act != "verify" or any(is_longer(text, LONG) for text in texts)):
        return HEAVY[how][act]
    return 0.0 if all(light(how if how == "typing" else act, text) for text in texts) else WORDS_WEIGHT


def _weight(kind: int, inner: Mapping[str, Any], light: Light) -> float:
    if kind == PRESS:
        custom_id = str(inner.get("custom_id"))
        return weight("press", acts.name_in(custom_id), (custom_id,), light)
    if kind not in (COMMAND, TYPING):
        return 0.0
    if inner.get("type") == MENU:
        return FULL_WEIGHT
    name, options = str(inner.get("name")), inner.get("options") or ()
    if kind == TYPING:
        return weight("typing", name, _texts(option for option in options if option.get("focused")), light)
    one_quote = name == "cite" and any(option.get("name") == "quote" for option in options)  # which is no pack
    return weight("command", "quote" if one_quote else name, _texts(options), light)


def _texts(options: Iterable[Mapping[str, Any]]) -> list[str]:
    return [option["value"] for option in options if isinstance(option.get("value"), str)]


def _by_own_app(owners: Mapping[str, Any], guild: int | None) -> bool:
    """What `interactions.by_own_app` says of an interaction, of one as it came."""
    return OF_A_PERSON in owners and _number(owners.get(OF_A_SERVER)) != guild


def _number(said: Any) -> int | None:
    return None if said is None else int(said)
