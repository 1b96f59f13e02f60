"""The quick way for files written the plain way, which most are: line by line, without the parser.

`read_plain` gives exactly what the parser's events would, or None for anything it does not know word for word; then
the parser reads the file. A fuzz test holds the two against each other. It is several times as fast.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.strict_yaml.nodes import Mapping, Sequence, Text

if TYPE_CHECKING:
    from bot.strict_yaml.nodes import Node

_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}", re.ASCII)
_FIRST = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$()+./;<=^~\\")
"""What a plain value may start with (and anything that is not ASCII): no mark of YAML's."""
_IN_FLOW = re.compile(
    r"[^\W_](?:[^\x00-\x20,\[\]{}:#?\"'&*!|>%@`\x7f]|:(?=[^\s,\[\]{}?:#])| (?=[^\s,\[\]{}:#\"'&*!|>%@`?-]))*"
)
"""A plain value inside brackets: words with single spaces between them; a colon only within a word."""
_BLOCKS = {">-": " ", "|-": "\n"}
_OPENERS = frozenset("[{\"'>|")
_text = tuple.__new__  # half the time of calling Text, which would check what is known here


class _Odd(Exception):  # noqa: N818  control flow of this module alone
    """Something here is for the parser."""


def read_plain(text: str, deepest: int) -> Node | None:
    """The root of a file written the plain way; None where it is not, or is nested deeper than `deepest`."""
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if "\t" in text or "\r" in text:
        return None
    try:
        return _Lines(text, deepest).read()
    except _Odd:
        return None


class _Lines:
    def __init__(self, text: str, deepest: int) -> None:
        self._lines = text.split("\n")
        self._comments = " #" in text
        self._deepest = deepest
        self._keys: set[str] = set()
        self._words: set[str] = set()
        self._stack: list[tuple[int, Any]] = []

    def read(self) -> Node | None:  # noqa: C901, PLR0912, PLR0915  one loop without calls is what makes it quick
        lines, keys, stack, comments = self._lines, self._keys, self._stack, self._comments
        count, at = len(lines), 0
        depth = -1  # the column of the group or list that is open
        top: Any = None
        entries: dict[str, Any] = {}  # those of the open group
        waits = ""  # the key whose value is still to come, on the lines below
        grouped = False  # a group is open, and no key of it waits
        while at < count:
            line = lines[at]
            at += 1
            body = line.lstrip(" ")
            indent = len(line) - len(body)
            if not body or body[0] == "#":
                continue
            if not grouped or indent != depth or body[0] == "-":
                dash = body[0] == "-"
                if waits:
                    if indent > depth or (dash and indent == depth):
                        node: Any = Sequence(at, indent + 1, []) if dash else Mapping(at, indent + 1, {}, [])
                        entries[waits] = node
                        self._open(indent, node)
                        depth, top = indent, node
                    else:
                        entries[waits] = self._nothing(top, waits)
                    waits = ""
                elif top is None:
                    top = Sequence(at, 1, []) if dash else Mapping(at, 1, {}, [])
                    self._open(0, top)
                    depth = 0
                while indent < depth or (indent == depth and not dash and type(top) is Sequence):
                    stack.pop()
                    if not stack:
                        raise _Odd
                    depth, top = stack[-1]
                if indent != depth or dash is not (type(top) is Sequence):
                    raise _Odd
                if dash:
                    rest = body[1:].lstrip(" ")
                    if body[1:2] != " " or not rest or rest[0] == "#":
                        raise _Odd
                    indent += len(body) - len(rest)
                    body = rest
                    if body[0] in _OPENERS or (": " not in body and body[-1] != ":"):
                        top.items.append(self._value(body, at, indent + 1))
                        grouped = False
                        continue
                    node = Mapping(at, indent + 1, {}, [])
                    top.items.append(node)
                    self._open(indent, node)
                    depth, top = indent, node
                entries = top.entries
                grouped = True
            key, colon, value = body.partition(": ")
            if not colon:
                if body[-1] != ":":
                    raise _Odd
                key = body[:-1]
            if key not in keys:
                if not _KEY.fullmatch(key):
                    raise _Odd
                keys.add(key)
            if key in entries:
                raise _Odd
            top.marks.append(at)
            if not value:
                entries[key] = None
                waits = key
                grouped = False
            elif (
                (value[0] in _FIRST or value[0] > "\x7f")
                and value[-1] not in ": "
                and ": " not in value
                and not (comments and " #" in value)
            ):
                entries[key] = _text(Text, (value, at, indent + len(key) + 3))
            elif value in _BLOCKS:
                begun = at
                at, words = self._block(at, depth, _BLOCKS[value])
                entries[key] = _text(Text, (words, begun, indent + len(key) + 3))
            elif value[0] == "[" and value[-1] == "]" and value != "[]" and len(stack) < self._deepest and not comments:
                column = indent + len(key) + 3
                entries[key] = Sequence(at, column, self._listed(value[1:-1], at, column + 1))
            else:
                entries[key] = self._value(value, at, indent + len(key) + 3)
        if waits:
            entries[waits] = self._nothing(top, waits)
        return stack[0][1] if stack else None

    def _open(self, indent: int, node: Any) -> None:
        if len(self._stack) >= self._deepest:
            raise _Odd
        self._stack.append((indent, node))

    def _nothing(self, group: Mapping, key: str) -> Text:
        """The value of the group's last key, of which nothing is written: it stands behind the colon."""
        return Text("", group.marks[-1], group.column + len(key) + 1)  # type: ignore[arg-type]  # a block's are lines

    def _block(self, at: int, outer: int, joint: str) -> tuple[int, str]:
        """The words of a block of lines, all of the same indent; and the number of the line that ends it."""
        lines = self._lines
        first = lines[at]
        words = first.lstrip(" ")
        indent = len(first) - len(words)
        if not words or indent <= outer:
            raise _Odd
        found = [words]
        ended = False
        for at in range(at + 1, len(lines)):  # noqa: B020, PLR1704  the place goes on from where it was
            line = lines[at]
            words = line.lstrip(" ")
            if not words:
                if len(line) > indent:
                    raise _Odd
                ended = True
                continue
            here = len(line) - len(words)
            if here < indent:
                return at, joint.join(found)
            if ended or here > indent:
                raise _Odd
            found.append(words)
        return len(lines), joint.join(found)

    def _value(self, value: str, line: int, column: int) -> Node:
        """A value on one line."""
        bare = value.lstrip(" ")
        column += len(value) - len(bare)
        value = bare.rstrip(" ")
        if not value or (self._comments and " #" in value):
            raise _Odd
        first = value[0]
        if first in _FIRST or first > "\x7f":
            if ": " in value or value[-1] == ":":
                raise _Odd
            return Text(value, line, column)
        inner = value[1:-1]
        if first in "\"'" and len(value) > 1 and value[-1] == first and first not in inner and "\\" not in inner:
            return Text(inner, line, column)
        if len(self._stack) >= self._deepest:
            raise _Odd
        if first == "[" and value[-1] == "]":
            return Sequence(line, column, self._listed(inner, line, column + 1) if inner else [])
        if first == "{" and value[-1] == "}":
            return self._grouped(inner, line, column)
        raise _Odd

    def _listed(self, inner: str, line: int, column: int) -> list[Node]:
        found: list[Node] = []
        words, known = inner.split(", "), self._words
        if not known.issuperset(words):
            if not all(map(_IN_FLOW.fullmatch, words)):
                raise _Odd
            known.update(words)
        for word in words:
            found.append(_text(Text, (word, line, column)))
            column += len(word) + 2
        return found

    def _grouped(self, inner: str, line: int, column: int) -> Mapping:
        group = Mapping(line, column)
        column += 1
        for pair in inner.split(", "):
            key, colon, value = pair.partition(": ")
            if not colon or not _KEY.fullmatch(key) or not _IN_FLOW.fullmatch(value) or key in group.entries:
                raise _Odd
            group.marks.append((line, column))
            group.entries[key] = Text(value, line, column + len(key) + 2)
            column += len(pair) + 2
        return group
