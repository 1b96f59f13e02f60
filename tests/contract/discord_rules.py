"""Checks of what we are about to send against the rules Discord keeps but its OpenAPI description does not state."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.chat import limits
from tests.contract import discord_limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

ROW, BUTTON, SELECT, INPUT = 1, 2, 3, 4
SELECTS = (SELECT, 5, 6, 7, 8)
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL = 9, 10, 11, 12, 13, 14, 17, 18
V2_TYPES = frozenset((SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER))
LINK, PREMIUM = 5, 6
MESSAGE_ANSWERS, CHOICES_ANSWER, MODAL_ANSWER = (4, 7), 8, 9
UPDATE_ANSWER = 7
CHAT_INPUT = 1
GROUPS = (1, 2)

_COMMAND_NAME = re.compile(r"[-_'\w]{1,32}")
_KNOWN = {
    ROW: {"components"},
    BUTTON: {"style", "label", "emoji", "custom_id", "url", "disabled", "sku_id"},
    SELECT: {"custom_id", "options", "placeholder", "min_values", "max_values", "disabled", "required"},
    INPUT: {"custom_id", "style", "label", "min_length", "max_length", "required", "value", "placeholder"},
    SECTION: {"components", "accessory"},
    TEXT: {"content"},
    CONTAINER: {"components", "accent_color", "spoiler"},
    LABEL: {"label", "description", "component"},
}


def problems_of(payload: Mapping[str, Any] | Sequence[Mapping[str, Any]], *, edit: bool = False) -> list[str]:
    """What is wrong with a payload as it is sent to Discord; empty when nothing is.

    Takes a message, an interaction's answer, one command, or the list of all commands. An `edit` may leave out
    what stays as it is.
    """
    if not isinstance(payload, dict):
        return list(_commands(payload))  # type: ignore[arg-type]  # a payload is a dict or a list of dicts
    if "name" in payload:
        return list(_command(payload))
    if "type" in payload:
        return list(_answer(payload["type"], payload.get("data") or {}))
    return list(_message(payload, edit=edit))


def _answer(kind: int, data: Mapping[str, Any]) -> Iterator[str]:
    if kind in MESSAGE_ANSWERS:
        yield from _message(data, edit=kind == UPDATE_ANSWER)
    elif kind == CHOICES_ANSWER:
        yield from _choices(data.get("choices") or (), "suggestion")
    elif kind == MODAL_ANSWER:
        yield from _modal(data)


def _message(message: Mapping[str, Any], *, edit: bool) -> Iterator[str]:
    content, embeds = message.get("content") or "", message.get("embeds") or ()
    top = message.get("components") or ()
    parts = list(_walk(top))
    flagged = bool((message.get("flags") or 0) & limits.FLAG_COMPONENTS_V2)
    v2 = flagged or (edit and any(part["type"] in V2_TYPES for part in parts))
    if v2:
        if content or embeds:
            yield "the components-v2 flag stands together with content or embeds"
        if len(parts) > discord_limits.COMPONENTS:
            yield f"{len(parts)} components, counting nested ones; {discord_limits.COMPONENTS} are allowed"
        texts = sum(len(part.get("content") or "") for part in parts if part["type"] == TEXT)
        if texts > limits.TEXTS_TOTAL:
            yield f"{texts} characters over all texts; {limits.TEXTS_TOTAL} are allowed"
    else:
        if len(content) > limits.CONTENT:
            yield f"{len(content)} characters of content; {limits.CONTENT} are allowed"
        if len(top) > discord_limits.ROWS:
            yield f"{len(top)} rows; {discord_limits.ROWS} are allowed without the components-v2 flag"
        if any(part["type"] in V2_TYPES for part in parts):
            yield "components of the second version without the components-v2 flag"
        yield from _embeds(embeds)
    something = ("components", "sticker_ids", "poll", "attachments", "message_reference")
    if not edit and not content.strip() and not embeds and not any(message.get(key) for key in something):
        yield "an empty message"
    yield from _parts(parts)


def _embeds(embeds: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if len(embeds) > discord_limits.EMBEDS:
        yield f"{len(embeds)} embeds; {discord_limits.EMBEDS} are allowed"
    total = 0
    for embed in embeds:
        fields = embed.get("fields") or ()
        texts = [embed.get("title"), embed.get("description")]
        texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
        texts += [field.get(key) for field in fields for key in ("name", "value")]
        total += sum(len(text or "") for text in texts)
        for field in fields:
            for key in ("name", "value"):
                if not (field.get(key) or "").strip():
                    yield f"an embed's field without a {key}"
        if not any(texts) and not embed.get("image") and not embed.get("thumbnail"):
            yield "an empty embed"
    if total > discord_limits.EMBED_TOTAL:
        yield f"{total} characters over all embeds; {discord_limits.EMBED_TOTAL} are allowed"


def _walk(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for part in components:
        yield part
        yield from _walk(part.get("components") or ())
        yield from _walk([part[key] for key in ("accessory", "component") if part.get(key)])


def _parts(parts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for key in ("custom_id", "id"):
        given = [part[key] for part in parts if part.get(key)]
        for twice in sorted({str(value) for value in given if given.count(value) > 1}):
            yield f"{key} {twice!r} stands more than once"
    for part in parts:
        kind = part["type"]
        unknown = set(part) - _KNOWN[kind] - {"type", "id"} if kind in _KNOWN else ()
        for name in sorted(unknown):
            yield f"a component of type {kind} has no {name!r}"
        if kind in _RULES:
            yield from _RULES[kind](part)


def _row(row: Mapping[str, Any]) -> Iterator[str]:
    kinds = [part["type"] for part in row.get("components") or ()]
    if not kinds:
        yield "an empty row"
    if kinds.count(BUTTON) > limits.BUTTONS_IN_ROW:
        yield f"{kinds.count(BUTTON)} buttons in a row; {limits.BUTTONS_IN_ROW} are allowed"
    if any(kind != BUTTON for kind in kinds) and len(kinds) > 1:
        yield "a select or a text field shares its row"


def _button(button: Mapping[str, Any]) -> Iterator[str]:
    label = button.get("label") or ""
    if button.get("style") == LINK:
        address = button.get("url") or ""
        if not address.startswith(("http://", "https://", "discord://")):
            yield f"link button {label!r} without an address"
        if button.get("custom_id"):
            yield f"link button {label!r} with a custom_id"
    elif button.get("style") != PREMIUM:
        if not button.get("custom_id"):
            yield f"button {label!r} without a custom_id"
        if button.get("url"):
            yield f"button {label!r} with an address that is no link button"
    if not label.strip() and not button.get("emoji") and button.get("style") != PREMIUM:
        yield "a button that shows nothing"


def _select(select: Mapping[str, Any]) -> Iterator[str]:
    options = select.get("options") or ()
    if not 1 <= len(options) <= limits.SELECT_OPTIONS:
        yield f"a select of {len(options)} options; 1 to {limits.SELECT_OPTIONS} are allowed"
    values = [option.get("value") for option in options]
    if len(set(values)) < len(values):
        yield "a select's value stands more than once"
    if select.get("max_values", 1) > max(len(options), 1):
        yield "a select that wants more values than it has"


def _section(section: Mapping[str, Any]) -> Iterator[str]:
    if not 1 <= len(section.get("components") or ()) <= discord_limits.SECTION_TEXTS:
        yield f"a section holds 1 to {discord_limits.SECTION_TEXTS} texts"
    if not section.get("accessory"):
        yield "a section without an accessory"


def _text(text: Mapping[str, Any]) -> Iterator[str]:
    if not (text.get("content") or "").strip():
        yield "a text that shows nothing"


def _container(container: Mapping[str, Any]) -> Iterator[str]:
    if not container.get("components"):
        yield "an empty container"


def _input(field: Mapping[str, Any]) -> Iterator[str]:
    least, most, value = (
        field.get("min_length") or 0,
        field.get("max_length") or discord_limits.FIELD_VALUE,
        field.get("value"),
    )
    if least > most:
        yield "a text field whose min_length is above its max_length"
    if value and not least <= len(value) <= most:
        yield f"a text field filled in with {len(value)} characters where {least} to {most} are allowed"


_RULES: dict[int, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    ROW: _row,
    BUTTON: _button,
    SELECT: _select,
    SECTION: _section,
    TEXT: _text,
    CONTAINER: _container,
    INPUT: _input,
}


def _modal(modal: Mapping[str, Any]) -> Iterator[str]:
    rows = modal.get("components") or ()
    if not 1 <= len(modal.get("title") or "") <= discord_limits.MODAL_TITLE:
        yield f"a modal's title has 1 to {discord_limits.MODAL_TITLE} characters"
    if not modal.get("custom_id"):
        yield "a modal without a custom_id"
    if not 1 <= len(rows) <= discord_limits.MODAL_ROWS:
        yield f"{len(rows)} rows in a modal; 1 to {discord_limits.MODAL_ROWS} are allowed"
    for row in rows:
        if row["type"] == ROW and any(not field.get("label") for field in row.get("components") or ()):
            yield "a text field without a label"
        if row["type"] not in (ROW, LABEL, TEXT):
            yield f"a component of type {row['type']} in a modal"
    yield from _parts(list(_walk(rows)))


def _commands(commands: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    kinds = [(command.get("type", CHAT_INPUT), command.get("name")) for command in commands]
    for kind in sorted({kind for kind, _ in kinds}):
        most = discord_limits.COMMANDS if kind == CHAT_INPUT else discord_limits.CONTEXT_MENUS
        count = sum(1 for other, _ in kinds if other == kind)
        if count > most:
            yield f"{count} commands of type {kind}; {most} are allowed"
    for twice in sorted({str(name) for kind, name in kinds if kinds.count((kind, name)) > 1}):
        yield f"command {twice!r} stands more than once"
    for command in commands:
        yield from _command(command)


def _command(command: Mapping[str, Any]) -> Iterator[str]:
    name = str(command.get("name") or "")
    if command.get("type", CHAT_INPUT) != CHAT_INPUT:
        if not 1 <= len(name) <= discord_limits.COMMAND_NAME:
            yield f"command {name!r}: a name has 1 to {discord_limits.COMMAND_NAME} characters"
        if command.get("description"):
            yield f"command {name!r}: a context menu has no description"
        return
    total = sum(_lengths(command))
    if total > discord_limits.COMMAND_TOTAL:
        yield f"command {name!r}: {total} characters in all; {discord_limits.COMMAND_TOTAL} are allowed"
    for problem in _named(command):
        yield f"command {name!r}: {problem}"


def _lengths(part: Mapping[str, Any]) -> Iterator[int]:
    yield len(str(part.get("name") or "")) + len(str(part.get("description") or ""))
    for choice in part.get("choices") or ():
        yield len(str(choice.get("name"))) + len(str(choice.get("value")))
    for option in part.get("options") or ():
        yield from _lengths(option)


def _named(part: Mapping[str, Any]) -> Iterator[str]:
    """Rules a command, a subcommand and an option share."""
    name, description = str(part.get("name") or ""), part.get("description") or ""
    if not _COMMAND_NAME.fullmatch(name) or name != name.lower():
        yield f"{name!r} is no name: up to {discord_limits.COMMAND_NAME} lower-case letters, digits, - and _"
    if not 1 <= len(description) <= discord_limits.COMMAND_DESCRIPTION:
        yield f"{name!r} needs a description of 1 to {discord_limits.COMMAND_DESCRIPTION} characters"
    options = part.get("options") or ()
    if len(options) > discord_limits.COMMAND_OPTIONS:
        yield f"{name!r} has {len(options)} options; {discord_limits.COMMAND_OPTIONS} are allowed"
    names = [option.get("name") for option in options]
    if len(set(names)) < len(names):
        yield f"{name!r} has an option twice"
    needed = [bool(option.get("required")) for option in options if option.get("type") not in GROUPS]
    if needed != sorted(needed, reverse=True):
        yield f"{name!r} has a required option after an optional one"
    if part.get("choices") and part.get("autocomplete"):
        yield f"{name!r} has both choices and autocomplete"
    yield from _choices(part.get("choices") or (), f"choice of {name!r}")
    for option in options:
        yield from _named(option)


def _choices(choices: Sequence[Mapping[str, Any]], what: str) -> Iterator[str]:
    if len(choices) > limits.CHOICES:
        yield f"{len(choices)} times a {what}; {limits.CHOICES} are allowed"
    for choice in choices:
        name, value = choice.get("name") or "", choice.get("value")
        if not name.strip() or len(name) > limits.CHOICE_NAME:
            yield f"{what} {name!r}: a name has 1 to {limits.CHOICE_NAME} characters"
        if isinstance(value, str) and not 1 <= len(value) <= discord_limits.CHOICE_VALUE:
            yield f"{what} {name!r}: a value has 1 to {discord_limits.CHOICE_VALUE} characters"
