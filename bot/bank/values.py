"""Single values as they are written in the bank: ids, dates, choices, addresses. Each is read, or told why not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..text import fold, looks_like_a_token, quoted
from .nearest import did_you_mean
from .when import Fault, parse_date, parse_span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from .shapes import Key, ValueKind

ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)
ADDRESS = re.compile(r"[Hh][Tt][Tt][Pp][Ss]?://[^\s<>\"\\^`{|}/?#]+\.[^\s<>\"\\^`{|}]+")


def read_value(value: str, key: Key, name: str, today: date) -> Any:
    """What a text stands for, by the kind its key wants; a Fault where it stands for nothing."""
    check = _CHECKS.get(key.kind)
    return value if check is None else check(value, key, name, today)


def _id(value: str, _key: Key, _name: str, _today: date) -> str | Fault:
    if ID.fullmatch(value):
        return value
    better = "" if looks_like_a_token(value) else slug(value)
    message = f"“{quoted(value)}” cannot be an id: ids have a-z, 0-9 and single hyphens only"
    return Fault("bad-id", message, f"write {better}" if better else "write small letters from a to z")


def slug(words: str) -> str:
    """What comes nearest to an id."""
    return re.sub(r"[^a-z0-9]+", "-", fold(words)).strip("-")


def _date(value: str, key: Key, _name: str, today: date) -> Any:
    return parse_date(value, today) if key.kind == "date" else parse_span(value, today)


def _choice(value: str, key: Key, name: str, _today: date) -> str | Fault:
    if value in key.choices:
        return value
    hint = did_you_mean(value.lower(), key.choices) or "write one of: " + ", ".join(key.choices)
    return Fault("unknown-choice", f"“{name}” cannot be “{quoted(value)}”", hint)


def _address(value: str, _key: Key, _name: str, _today: date) -> str | Fault:
    if ADDRESS.fullmatch(value):
        return value
    message = f"“{quoted(value, 60)}” is not a web address"
    return Fault("bad-address", message, "write the whole address, from https:// on, without spaces")


def _language(value: str, _key: Key, _name: str, _today: date) -> str | Fault:
    if LANGUAGE.fullmatch(value):
        return value
    return Fault("bad-language", f"“{quoted(value)}” is not a language's short name", "write en, fr, nb, uk …")


_CHECKS: Mapping[ValueKind, Callable[[str, Key, str, date], Any]] = {
    "date": _date,
    "span": _date,
    "id": _id,
    "choice": _choice,
    "address": _address,
    "language": _language,
}
