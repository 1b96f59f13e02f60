"""The bank's format as a JSON Schema, for editors: written from the same tables the reader checks by."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .shapes import QUOTE, SOURCE_FILE, SPEAKERS_FILE, TOPICS_FILE
from .values import ADDRESS, ID, LANGUAGE
from .when import DATE

if TYPE_CHECKING:
    from .shapes import Key, Shape

FILES = (SOURCE_FILE, TOPICS_FILE, SPEAKERS_FILE)
_PATTERNS = {
    "id": ID.pattern,
    "date": DATE.pattern,
    "span": rf"{DATE.pattern}(?: */ *{DATE.pattern})?",
    "address": ADDRESS.pattern,
    "language": LANGUAGE.pattern,
}


def schema() -> dict[str, Any]:
    """One schema for the three kinds of files; which one a file is shows in its first key."""
    groups: dict[str, Any] = {}
    for shape in FILES:
        _group(shape, groups)
    _either_text_or_segments(groups[QUOTE.name])
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A file of a Quoth bank",
        "description": "docs/quote-format.md says more. Written by `quoth check --schema`.",
        "oneOf": [{"$ref": _ref(shape)} for shape in FILES],
        "definitions": groups,
    }


def dump_schema() -> str:
    """The text of quotes/schema.json."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def _ref(shape: Shape) -> str:
    return f"#/definitions/{shape.name.replace(' ', '%20')}"


def _group(shape: Shape, groups: dict[str, Any]) -> dict[str, Any]:
    if shape.name not in groups:
        groups[shape.name] = {}  # taken now, filled below: the order of the definitions is that of the files
        groups[shape.name] |= {
            "type": "object",
            "additionalProperties": False,
            "required": list(shape.required),
            "properties": {name: _value(key, groups) for name, key in shape.keys.items()},
        }
    return {"$ref": _ref(shape)}


def _value(key: Key, groups: dict[str, Any]) -> dict[str, Any]:
    about = {"description": key.about} if key.about else {}
    if key.kind == "group" and key.group is not None:
        # Draft 7 reads nothing beside a $ref, so the description stands around it.
        return {**about, "allOf": [_group(key.group, groups)]} if about else _group(key.group, groups)
    if key.kind == "list" and key.part is not None:
        return {**about, "type": "array", "minItems": 1, "maxItems": key.most, "items": _value(key.part, groups)}
    if key.kind == "named groups" and key.group is not None:
        names = {"pattern": _anchored(ID.pattern), "maxLength": key.most}
        return {**about, "type": "object", "propertyNames": names, "additionalProperties": _group(key.group, groups)}
    return {**about, **_text(key)}


def _text(key: Key) -> dict[str, Any]:
    """What a text may be. An editor's own YAML takes 2017 for a number and `no` for a boolean; we take all for text."""
    if key.kind == "choice":
        return {"type": "string", "enum": list(key.choices)}
    if key.kind == "text":
        return {"type": ["string", "number", "boolean"], "minLength": 1, "maxLength": key.most}
    kinds = {"language": ["string", "boolean"], "date": ["string", "integer"], "span": ["string", "integer"]}
    bound = {"maxLength": key.most} if key.kind in ("id", "address", "language") else {}
    return {"type": kinds.get(key.kind, "string"), "pattern": _anchored(_PATTERNS[key.kind]), **bound}


def _either_text_or_segments(quote: dict[str, Any]) -> None:
    quote["oneOf"] = [{"required": ["text"]}, {"required": ["segments"]}]


def _anchored(pattern: str) -> str:
    return f"^(?:{pattern})$"
