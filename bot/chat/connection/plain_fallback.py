"""The same answer without its dress: for when Discord takes the form of a message for invalid."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from .. import limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

INVALID_FORM = 50035
"""Discord's code for it."""
LONGEST = 1_900
"""Characters of a plain answer, counted as Discord's strictest reader would (UTF-16)."""
TEXT = 10
MESSAGE, UPDATE = 4, 7
_PRESERVED_FIELDS = ("message_reference", "nonce", "enforce_nonce")


def plain(payload: Mapping[str, Any], *, edit: bool = False) -> dict[str, Any] | None:
    """A message or an interaction's answer as text alone; None where it says nothing or is no message.

    An edit stays in the second version of components: what a message is cannot be taken back.
    """
    if "data" in payload or "type" in payload:
        return _answer(payload)
    text = cut("\n".join(part for part in _texts(payload) if part.strip()))
    if not text:
        return None
    message = {name: payload[name] for name in _PRESERVED_FIELDS if name in payload}
    message["allowed_mentions"] = {"parse": []}
    flags = int(payload.get("flags") or 0)
    if edit:
        return message | {"components": [{"type": TEXT, "content": text}], "flags": flags | limits.FLAG_COMPONENTS_V2}
    return message | {"content": text, "flags": flags & ~limits.FLAG_COMPONENTS_V2}


def _answer(payload: Mapping[str, Any]) -> dict[str, Any] | None:
    """An interaction's answer as text alone."""
    kind, data = payload.get("type"), payload.get("data")
    if kind not in {MESSAGE, UPDATE} or not isinstance(data, dict):
        return None
    message = plain(data, edit=kind == UPDATE)
    return None if message is None else {"type": kind, "data": message}


def cut(text: str) -> str:
    """Text that is short enough, without half characters and controls."""
    clean = "".join(mark for mark in text if mark == "\n" or unicodedata.category(mark) not in {"Cc", "Cs"}).strip()
    if len(clean.encode("utf-16-le")) <= 2 * LONGEST:
        return clean
    return clean.encode("utf-16-le")[: 2 * LONGEST - 2].decode("utf-16-le", "ignore").rstrip() + "…"


def _texts(payload: Mapping[str, Any]) -> Iterator[str]:
    yield str(payload.get("content") or "")
    for embed in payload.get("embeds") or ():
        yield str(embed.get("title") or "")
        yield str(embed.get("description") or "")
        for field in embed.get("fields") or ():
            yield f"{field.get('name')}: {field.get('value')}"
    yield from _displayed(payload.get("components") or ())


def _displayed(components: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for part in components:
        if part.get("type") == TEXT:
            yield str(part.get("content") or "")
        yield from _displayed(part.get("components") or ())
