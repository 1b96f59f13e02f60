"""The shape of what Discord sends: what discord.py believes unseen, and stumbles over where nobody is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST, DIGITS = 2**63 - 1, 19
"""The largest id, and how many digits it has: what is larger the log cannot keep."""
COMMAND, PRESS, TYPING, FORM = 2, 3, 4, 5
"""Discord's types of interactions that ask for something."""
NAMED_BY = {COMMAND: "name", PRESS: "custom_id", TYPING: "name", FORM: "custom_id"}
"""What the data of an interaction must hold as text, by its type."""
NESTED = frozenset({1, 2})
"""Types of an option that holds options: a subcommand, a group of them."""
VALUES: dict[int, tuple[type, ...]] = {3: (str,), 4: (int,), 5: (bool,), 10: (int, float)}
"""What an option holds, by its type: text, whole number, yes or no, number."""
RESOLVED = {6: ("users",), 7: ("channels",), 8: ("roles",), 9: ("users", "roles"), 11: ("attachments",)}
"""Where that is to be found which an option names by its id, by its type."""
MENUS = {2: "users", 3: "messages"}
"""Where that is to be found which a menu was opened on, by the type of the command."""
SLASH = 1
EPHEMERAL = 1 << 6
"""The flag of a message that one person alone can see."""
OF_EMBEDS, TEXT = ("title", "description"), 10
"""What is read of an embed beside the values of its fields; the type of a component that shows a text."""
BARE = {"type": 0, "content": "", "attachments": [], "timestamp": None, "edited_timestamp": None}
"""What discord.py asks of a message beside what is read of it."""


def well_formed(kind: str, data: Mapping[str, Any]) -> None:
    """Look at an event before discord.py does. Raises TypeError, ValueError, KeyError or AttributeError."""
    for name in ("guild_id", "channel_id"):
        _demand(data.get(name) is None or is_id(data[name]))
    if kind in {"GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE"}:
        _demand(is_id(data["id"]))
        _demand(isinstance(data.get("unavailable", False), bool))  # by it alone a server is forgotten, or not
    elif kind == "MESSAGE_CREATE":
        _message(data)
    elif kind == "INTERACTION_CREATE":
        _interaction(data)


def only_read(kind: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """A well-formed event with what is read of what it names alone: the rest is not there to stumble over.

    That is what an option or a menu names by its id; of a menu's message, and of one that was replied to, the texts.
    While somebody types it is nothing. Of what a pressed message answers it is who asked.
    """
    if kind == "MESSAGE_CREATE":
        return _replying(data)
    if kind != "INTERACTION_CREATE":
        return data
    if data["type"] in {COMMAND, TYPING}:
        return _naming(data) if "resolved" in data["data"] else data
    return _under_message(data) if "message" in data else data


def _under_message(data: Mapping[str, Any]) -> dict[str, Any]:
    """Where nobody can tell that others see the message, one person alone does."""
    rest = {name: value for name, value in data.items() if name != "message"}
    return rest if data["message"] is None else rest | {"message": {"flags": EPHEMERAL, **_asked(data["message"])}}


def _asked(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message of ours, and of what it answers who asked that, where that can be read."""
    rest = {name: part for name, part in message.items() if name not in ("interaction_metadata", "referenced_message")}
    user = _person_in(message.get("interaction_metadata"), "user")
    return rest if user is None else rest | {"interaction_metadata": {"id": message["id"], "type": PRESS, "user": user}}


def _person_in(said: Any, name: str) -> Any:
    try:
        _asker(said[name])
    except (TypeError, ValueError, KeyError, AttributeError):
        return None
    return said[name]


def _naming(data: Mapping[str, Any]) -> dict[str, Any]:
    form, resolved = data["data"], {}
    named = _named(form) if data["type"] == COMMAND else set()
    for place, found in form["resolved"].items():
        beside = "users" if place == "members" else place
        referred = {number: part for number, part in found.items() if (beside, number) in named}
        resolved[place] = (
            {number: _opened_on(part) for number, part in referred.items()} if place == "messages" else referred
        )
    return {**data, "data": {**form, "resolved": resolved}}


def _named(form: Mapping[str, Any]) -> set[tuple[str, Any]]:
    """The place and the id of what a menu was opened on, or of all that options name."""
    sort = form.get("type", SLASH)
    return set(_chosen(form.get("options", []))) if sort == SLASH else {(MENUS[sort], form["target_id"])}


def _chosen(options: list[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    for option in options:
        if option["type"] in NESTED:
            yield from _chosen(option.get("options", []))
        yield from ((place, option["value"]) for place in RESOLVED.get(option["type"], ()))


def _replying(data: Mapping[str, Any]) -> Mapping[str, Any]:
    referenced = data.get("referenced_message")
    if referenced is None:
        return data
    if not isinstance(referenced, dict):
        return {name: value for name, value in data.items() if name != "referenced_message"}
    known = {name: referenced.get(name) for name in ("id", "channel_id")}
    known = {name: value if is_id(value) else data[name] for name, value in known.items()}  # nobody reads which it was
    return {**data, "referenced_message": known | _all_read(referenced)}


def _opened_on(message: Mapping[str, Any]) -> dict[str, Any]:
    return {name: message[name] for name in ("id", "channel_id", "author")} | _all_read(message)


def _all_read(message: Mapping[str, Any]) -> dict[str, Any]:
    forwarded = [part.get("message") for part in _objects(message.get("message_snapshots"))]
    return _read(message) | {"message_snapshots": [{"message": _read(part)} for part in _objects(forwarded)]}


def _read(message: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **BARE,
        **_texts(message, ("content",)),
        "embeds": [_embed(part) for part in _objects(message.get("embeds"))],
        "components": [{"type": TEXT, "content": said} for said in _displayed(message.get("components"))],
    }


def _embed(embed: Mapping[str, Any]) -> dict[str, Any]:
    return _texts(embed, OF_EMBEDS) | {"fields": [_texts(part, ("value",)) for part in _objects(embed.get("fields"))]}


def _displayed(components: Any) -> Iterator[str]:
    for part in _objects(components):
        yield from _texts(part, ("content",)).values()
        yield from _displayed(part.get("components"))


def _texts(said: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    return {name: said[name] for name in names if isinstance(said.get(name), str)}


def _objects(said: Any) -> list[dict[str, Any]]:
    return [part for part in said if isinstance(part, dict)] if isinstance(said, list) else []


def is_id(said: Any) -> bool:
    """Whether this is an id as Discord makes them: a whole number from 1 on of 63 bits, as text or as a number."""
    if isinstance(said, str):
        return said.isascii() and said.isdecimal() and len(said) <= DIGITS and 1 <= int(said) <= MOST
    return type(said) is int and 1 <= said <= MOST


def _is_number(said: Any) -> bool:
    return isinstance(said, int) and not isinstance(said, bool)


def person(data: Mapping[str, Any]) -> None:
    """Look at a user. Raises as `well_formed` does."""
    _demand(is_id(data["id"]))
    _demand(isinstance(data["username"], str) and bool(data["username"]))
    _demand(isinstance(data.get("global_name"), str | None))


def _asker(data: Mapping[str, Any]) -> None:
    person(data)
    _demand({"avatar", "discriminator"} <= data.keys())  # without them discord.py leaves out who it is


def _message(data: Mapping[str, Any]) -> None:
    _demand(isinstance(data["content"], str))
    _demand(is_id(data["id"]) and is_id(data["channel_id"]))
    _asker(data["author"])
    for part in data["mentions"]:
        person(part)


def _interaction(data: Mapping[str, Any]) -> None:
    _demand(is_id(data["id"]) and is_id(data["application_id"]))
    _demand(isinstance(data["token"], str) and data["token"].isascii())
    place, message = data.get("channel", {}), data.get("message")
    _demand(place.get("id") is None or is_id(place["id"]))
    _demand(place.get("type") is None or _is_number(place["type"]))
    _demand(message is None or _is_number(message.get("flags", 0)))
    _asker(data["user"] if data.get("guild_id") is None else data["member"]["user"])
    sort = data["type"]
    _demand(_is_number(sort))
    if sort not in NAMED_BY:
        return
    form = data["data"]
    _demand(is_id(data["channel_id"]))
    _demand(isinstance(form[NAMED_BY[sort]], str))
    if sort in {COMMAND, TYPING}:
        _command(form, typing=sort == TYPING)
    elif message is not None:
        _components(message["components"])


def _command(form: Mapping[str, Any], *, typing: bool) -> None:
    _demand(form.get("guild_id") is None or is_id(form["guild_id"]))
    resolved = form.get("resolved", {})
    _demand(isinstance(resolved, dict))
    for found in resolved.values():
        _demand(isinstance(found, dict) and all(isinstance(part, dict) for part in found.values()))
    sort = form.get("type", SLASH)
    if sort == SLASH:
        _options(form.get("options", []), resolved, typing=typing)
        return
    _demand(not typing)
    target = form["target_id"]
    _demand(isinstance(target, str) and is_id(target))
    on = resolved[MENUS[sort]][target]
    if MENUS[sort] == "messages":
        _message({**on, "mentions": []})
    else:
        person(on)


def _options(options: Any, resolved: Mapping[str, Any], *, typing: bool) -> None:
    _demand(isinstance(options, list))
    for option in options:
        sort, value = option["type"], option.get("value")
        _demand(isinstance(option["name"], str) and _is_number(sort))
        if sort in NESTED:
            _options(option.get("options", []), resolved, typing=typing)
        elif typing and (not option.get("focused") or (isinstance(value, str) and sort in VALUES)):
            pass  # half a number is no number yet, and what is not typed into is not looked at
        elif sort in VALUES:
            _demand(isinstance(value, VALUES[sort]) and (sort == 5) == isinstance(value, bool))
        else:
            _demand(sort in RESOLVED and isinstance(value, str) and is_id(value))
            _demand(typing or any(value in resolved.get(place, {}) for place in RESOLVED[sort]))


def _components(components: Any) -> None:
    _demand(isinstance(components, list))
    for part in components:
        _demand(isinstance(part.get("custom_id", ""), str))
        _components(part.get("components") or [])
        if part.get("accessory") is not None:
            _components([part["accessory"]])


def _demand(good: bool) -> None:
    if not good:
        raise TypeError
