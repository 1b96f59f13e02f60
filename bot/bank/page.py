"""One file on the reader's desk: its nodes turned into values by a shape, every fault noted with its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..problem import Problem
from ..strict_yaml import Mapping, Sequence, Text
from ..text import quoted
from .nearest import nearest
from .shapes import Key
from .values import read_value
from .when import Fault

if TYPE_CHECKING:
    from datetime import date

    from ..problem import Severity
    from ..strict_yaml import Node, Place
    from .shapes import Shape

_AN_ID = Key("", "id")
_SPACES = re.compile(r"[ \t\r\n]+")


MOST_NOTED = 5_000


class Page:
    """One file being read: what is wrong with it gathers in `problems`."""

    def __init__(self, file: str, today: date) -> None:
        self.file = file
        self.today = today
        self.problems: list[Problem] = []
        self.left_out: list[Severity] = []

    def note(self, place: Place, severity: Severity, code: str, message: str, hint: str = "") -> None:
        """Note a fault at a place; of a file that is nothing but faults, only that there are more."""
        if len(self.problems) >= MOST_NOTED:
            self.left_out.append(severity)
            return
        self.problems.append(Problem(self.file, *place, severity, code, message, hint))

    def root(self, node: Node, shape: Shape) -> dict[str, Any] | None:
        """The values of a whole file."""
        if isinstance(node, Mapping):
            return self.group(node, shape)
        found = "text" if isinstance(node, Text) else "a list"
        keys = " and ".join(f"“{name}:”" for name in shape.keys)
        message = f"{shape.name} is to start with {keys}, and it starts with {found}"
        hint = "docs/quote-format.md shows how to write it"
        self.note((node.line, node.column), "error", "wrong-root", message, hint)
        return None

    def group(self, node: Node, shape: Shape) -> dict[str, Any] | None:
        """The values of a group of keys, as far as they are right; None where it is no group at all."""
        if not isinstance(node, Mapping):
            self._no_group(node, shape)
            return None
        values: dict[str, Any] = {}
        keys = shape.keys
        meant: set[str] = set()
        for name, value in node.entries.items():
            key = keys.get(name)
            if key is None:
                meant |= self._unknown_key(name, node.places[name], node, shape)
                continue
            read = self._value(value, key, name)
            if read is not None:
                values[name] = read
        for name in shape.required:
            if name not in node.entries and name not in meant:
                about = keys[name].about
                hint = f"add “{name}:” ({about})" if about else f"add “{name}:”"
                self.note((node.line, node.column), "error", "missing-key", f"{shape.name} needs “{name}”", hint)
        return values

    def _value(self, node: Node, key: Key, name: str) -> Any:
        if isinstance(node, Text):
            if key.group is None and key.part is None:
                return self._text(node, key, name)
            return self._text_instead(node, key, name)
        if key.kind == "group" and key.group is not None:
            return self.group(node, key.group) if isinstance(node, Mapping) else self._no_group(node, key.group)
        if key.kind == "list":
            return self._list(node, key, name)
        if key.kind == "named groups":
            return self._named_groups(node, key, name)
        found = "a list" if isinstance(node, Sequence) else "a group of keys"
        self.note(
            (node.line, node.column),
            "error",
            "wrong-kind",
            f"“{name}” must be text, and it is {found}",
            "write words after the colon; words with brackets, braces or a colon inside need quotation marks",
        )
        return None

    def _text(self, node: Text, key: Key, name: str) -> Any:
        value = node.value
        if "\n" in value or "  " in value or "\t" in value:
            value = _SPACES.sub(" ", value)
        value = value.strip(" ")
        if not value.strip():
            hint = "write a value, or delete the line"
            self.note((node.line, node.column), "error", "empty-value", f"“{name}” is empty", hint)
            return None
        if len(value) > key.most and key.kind not in ("date", "span"):
            read: Any = _too_long(value, key, name)
        else:
            read = read_value(value, key, name, self.today)
        if isinstance(read, Fault):
            self.note((node.line, node.column), "error", *read)
            return None
        return read

    def _list(self, node: Node, key: Key, name: str) -> list[Any] | None:
        if not isinstance(node, Sequence) or key.part is None:
            message, hint = f"“{name}” must be a list, and it is a group of keys", "start each part with “- ”"
            self.note((node.line, node.column), "error", "wrong-kind", message, hint)
            return None
        if not node.items:
            hint = "add at least one, or delete the line"
            self.note((node.line, node.column), "error", "empty-value", f"“{name}” is an empty list", hint)
            return None
        if len(node.items) > key.most:
            place = (node.items[key.most].line, node.items[key.most].column)
            message = f"“{name}” has {len(node.items)} parts; at most {key.most} are allowed"
            self.note(place, "error", "too-many", message, "delete some")
        return [self._value(part, key.part, name) for part in node.items]

    def _named_groups(self, node: Node, key: Key, name: str) -> dict[str, dict[str, Any]] | None:
        if not isinstance(node, Mapping) or key.group is None:
            message, hint = f"“{name}” must be a group of ids, and it is a list", "write each id with a colon, no dash"
            self.note((node.line, node.column), "error", "wrong-kind", message, hint)
            return None
        found: dict[str, dict[str, Any]] = {}
        places = node.places
        for word, value in node.entries.items():
            place = places[word]
            read = self.group(value, key.group)
            if len(word) > key.most:
                message = f"the id “{quoted(word)}” has {len(word)} characters; at most {key.most} are allowed"
                self.note(place, "error", "too-long", message, "shorten it")
            elif isinstance(fault := read_value(word, _AN_ID, name, self.today), Fault):
                self.note(place, "error", *fault)
            else:
                found[word] = read or {}
        return found

    def _text_instead(self, node: Text, key: Key, name: str) -> None:
        place = (node.line, node.column)
        if not node.value.strip():
            self.note(place, "error", "empty-value", f"“{name}” is empty", "write a value below it, or delete the line")
        elif key.kind == "list":
            example = "[" + ", ".join(re.split(r"\s*[,;]\s*", quoted(node.value.strip(), 60))) + "]"
            hint = f"write {example}" if key.part and key.part.kind != "group" else "start each part with “- ”"
            self.note(place, "error", "wrong-kind", f"“{name}” must be a list, and it is text", hint)
        elif key.group is not None:
            self._no_group(node, key.group)

    def _no_group(self, node: Node, shape: Shape) -> None:
        found = "text" if isinstance(node, Text) else "a list"
        hint = f"write it as {shape.example}"
        if isinstance(node, Text) and re.match(r"\w+:[^\s/]", node.value):
            hint = "put a space after the colon"
        message = f"{shape.name} is a group of keys, and this is {found}"
        self.note((node.line, node.column), "error", "wrong-kind", message, hint)

    def _unknown_key(self, name: str, place: Place, node: Mapping, shape: Shape) -> set[str]:
        """Note an unknown key; the known one it was perhaps meant to be."""
        near = nearest(name, [key for key in shape.keys if key not in node.entries])
        hint = f"did you mean “{near}”?" if near else "delete it; known are: " + ", ".join(shape.keys)
        self.note(place, "error", "unknown-key", f"{shape.name} knows no key “{quoted(name)}”", hint)
        return {near} if near else set()


def _too_long(value: str, key: Key, name: str) -> Fault:
    holds = "an id" if key.kind == "id" else "a card"
    message = f"“{name}” has {len(value):,} characters; {holds} has room for {key.most:,}"
    hint = "divide it into several quotes" if name in ("text", "segments") else "shorten it"
    return Fault("too-long", message, hint)
