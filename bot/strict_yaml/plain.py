"""The quick way for files written the plain way, which most are: line by line, without the parser.

`read_plain` gives exactly what the parser's events would, or None for anything it does not know word for word; then
the parser reads the file. A fuzz test holds the two against each other. It is several times as fast.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .nodes import Mapping, Sequence, Text

if TYPE_CHECKING:
    from .nodes import Node

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
    """The lines of a file, and the groups and lists that are open, each with its column."""

    def __init__(self, text: str, deepest: int) -> None:
        self._lines = [*text.split("\n"), ""]  # an empty line ends what is open
        self._at = 0  # how many of them are read
        self._comments = " #" in text
        self._deepest = deepest
        self._keys: set[str] = set()
        self._words: set[str] = set()
        self._stack: list[tuple[int, Any]] = []
        self._waiting = ""  # the key whose value is still to come, on the lines below
        self._last_plain = -1  # the line of the last value without marks, which the next line may go on with

    def read(self) -> Node | None:
        while self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            body = line.lstrip(" ")
            if not body or body[0] == "#":
                continue
            indent = len(line) - len(body)
            if self._last_plain == self._at - 1 and indent > self._stack[-1][0]:
                self._goes_on(body)
                continue
            dash = body[0] == "-"
            self._find_place(indent, dash=dash)
            pairs = self._read_item(body, indent) if dash else body
            if pairs:
                self._read_pairs(pairs)
        if self._waiting:
            self._set_nothing()
        return self._stack[0][1] if self._stack else None

    def _find_place(self, indent: int, *, dash: bool) -> None:
        """Open or close groups and lists until the innermost is the one in whose column a line begins."""
        if not self._stack:
            self._begin(0, dash=dash)
        elif self._waiting:
            depth = self._stack[-1][0]
            if indent > depth or (dash and indent == depth):
                self._begin(indent, dash=dash)
            else:
                self._set_nothing()
        while len(self._stack) > 1 and self._is_behind(indent, dash=dash):
            self._stack.pop()
        if self._stack[-1][0] != indent or dash is not (type(self._stack[-1][1]) is Sequence):
            raise _Odd

    def _begin(self, column: int, *, dash: bool) -> None:
        """Open a list or a group: the file's own, or the value of the key that waits."""
        node = Sequence(self._at, column + 1) if dash else Mapping(self._at, column + 1)
        if self._waiting:
            self._stack[-1][1].entries[self._waiting] = node
            self._waiting = ""
        self._open(column, node)

    def _is_behind(self, indent: int, *, dash: bool) -> bool:
        """True when a line that begins in this column ends the innermost group or list."""
        depth, node = self._stack[-1]
        return indent < depth or (indent == depth and not dash and type(node) is Sequence)

    def _read_item(self, body: str, indent: int) -> str:
        """Read an item of the innermost list, and give the first pair of a group it is, now open; else nothing."""
        inner = body[1:].lstrip(" ")
        if body[1:2] != " " or not inner or inner[0] == "#":
            raise _Odd
        depth, items = indent, self._stack[-1][1].items
        indent += len(body) - len(inner)
        if inner[0] in _OPENERS or (": " not in inner and inner[-1] != ":"):
            self._at, node = self._value(inner, self._at, indent + 1, depth)
            items.append(node)
            return ""
        group = Mapping(self._at, indent + 1)
        items.append(group)
        self._open(indent, group)
        return inner

    def _read_pairs(self, body: str) -> None:
        """Read the pairs of the innermost group, `body` being the first, up to a line that is none of them.

        Nearly every line of a bank comes by here, so a value without marks is read without a call: a call for each took
        a tenth longer (`strict_yaml` in python -m benchmarks.reading.bench 20000).
        """
        lines, keys, comments, starts, at = self._lines, self._keys, self._comments, _FIRST, self._at
        depth, group = self._stack[-1]
        entries, mark = group.entries, group.marks.append
        while True:
            key, colon, value = body.partition(": ")
            if not colon or key not in keys:
                key = self._key(key, colon)
            if key in entries:
                raise _Odd
            mark(at)
            if not value:
                entries[key] = None
                self._waiting = key
                break
            first, column = value[0], depth + len(key) + 3
            if (first in starts or first > "\x7f") and value[-1] not in ": " and ": " not in value and not comments:
                entries[key] = _text(Text, (value, at, column))
                self._last_plain = at
            else:
                at, entries[key] = self._value(value, at, column, depth)
            line = lines[at]
            body = line.lstrip(" ")
            at += 1
            if len(line) - len(body) != depth or body[:1] in "-#":  # or nothing at all
                group = self._next_group(line, at, depth)
                if group is None:
                    at -= 1
                    break
                body, entries, mark = line[depth:], group.entries, group.marks.append
        self._at = at

    def _next_group(self, line: str, at: int, depth: int) -> Mapping | None:
        """The group in the next item of the same list, now open instead; None where the line is anything else.

        `read` would come to the same. Without this way past it, a bank takes a seventh longer to read.
        """
        body, item = line[depth:], line[:depth].lstrip(" ")
        if item != "- " or body[:1] in " #" or body[0] in _OPENERS or ": " not in body or len(self._stack) < 2:
            return None
        outer, node = self._stack[-2]
        if outer != depth - 2 or type(node) is not Sequence:
            return None
        group = Mapping(at, depth + 1)
        node.items.append(group)
        self._stack[-1] = (depth, group)
        return group

    def _key(self, key: str, colon: str) -> str:
        """A key that was not met before, or behind whose colon the line ends."""
        if not colon:
            if key[-1] != ":":
                raise _Odd
            key = key[:-1]
        if not _KEY.fullmatch(key):
            raise _Odd
        self._keys.add(key)
        return key

    def _open(self, indent: int, node: Any) -> None:
        if len(self._stack) >= self._deepest:
            raise _Odd
        self._stack.append((indent, node))

    def _set_nothing(self) -> None:
        """Give the key that waits a value of which nothing is written: it stands behind the colon."""
        group, key = self._stack[-1][1], self._waiting
        group.entries[key] = Text("", group.marks[-1], group.column + len(key) + 1)
        self._waiting = ""

    def _block(self, at: int, outer: int, joint: str) -> tuple[int, str]:
        """The words of a block of lines, all of the same indent; and the number of the line that ends it."""
        lines = self._lines
        line = lines[at]
        words = line.lstrip(" ")
        indent = len(line) - len(words)
        if not words or indent <= outer:
            raise _Odd
        margin = line[:indent]
        found = [words]
        at += 1
        while (line := lines[at]).startswith(margin) and (words := line[indent:]):
            if words[0] == " ":
                raise _Odd
            found.append(words)
            at += 1
        return self._behind_empty(at, margin), joint.join(found)

    def _behind_empty(self, at: int, margin: str) -> int:
        """The number of the line that ends a block, behind empty lines; the block may not go on there."""
        lines = self._lines
        while at < len(lines) - 1 and not lines[at].strip(" "):
            if len(lines[at]) > len(margin):
                raise _Odd
            at += 1
        if lines[at].startswith(margin):
            raise _Odd
        return at

    def _goes_on(self, body: str) -> None:
        """One more line of a value without marks: the break between the two is a space."""
        body = body.rstrip(" ")
        if not self._is_plain(body):
            raise _Odd
        node = self._stack[-1][1]
        values: Any = node.items if type(node) is Sequence else node.entries
        last = -1 if type(node) is Sequence else next(reversed(node.entries))
        values[last] = values[last]._replace(value=f"{values[last].value} {body}")
        self._last_plain = self._at

    def _value(self, value: str, at: int, column: int, outer: int) -> tuple[int, Node]:
        """Any other value, with the line it ends on."""
        if value in _BLOCKS:
            end, words = self._block(at, outer, _BLOCKS[value])
            return end, _text(Text, (words, at, column))
        bare = value.lstrip(" ")
        column += len(value) - len(bare)
        value = bare.rstrip(" ")
        if not value or (self._comments and " #" in value):
            raise _Odd
        first = value[0]
        if first in "[{":
            return at, self._bracketed(value, at, column)
        if first in "\"'":
            end, words = self._quoted(value, at, outer)
            return end, Text(words, at, column)
        if (first not in _FIRST and first <= "\x7f") or not self._is_plain(value):
            raise _Odd
        self._last_plain = at
        return at, Text(value, at, column)

    def _is_plain(self, words: str) -> bool:
        """True where nothing inside the words means something to YAML."""
        return ": " not in words and words[-1] != ":" and not (self._comments and " #" in words)

    def _bracketed(self, value: str, at: int, column: int) -> Node:
        """A list or a group within brackets, on one line."""
        if len(self._stack) >= self._deepest:
            raise _Odd
        if value[0] == "[" and value[-1] == "]":
            return self._sequence(value, at, column)
        if value[0] == "{" and value[-1] == "}":
            return self._grouped(value[1:-1], at, column)
        raise _Odd

    def _quoted(self, value: str, at: int, outer: int) -> tuple[int, str]:
        """The words between quotation marks, on one line or several, and the line they end on."""
        mark, part = value[0], value[1:]
        found: list[str] = []
        while mark not in (bare := part.replace("''", "") if mark == "'" else part):
            found.append(part.rstrip(" "))
            part = self._quoted_line(at, outer)
            at += 1
        if bare[-1] != mark or bare.count(mark) > 1:
            raise _Odd
        words = " ".join([*found, part[:-1]])
        if mark == "'":
            return at, words.replace("''", "'")
        if "\\" in words:
            raise _Odd
        return at, words

    def _quoted_line(self, at: int, outer: int) -> str:
        """One more line of a value between quotation marks."""
        line = self._lines[at] if at < len(self._lines) else ""
        words = line.lstrip(" ")
        if not words or words[0] == "#" or len(line) - len(words) <= outer or (self._comments and " #" in words):
            raise _Odd
        return words.rstrip(" ")

    def _sequence(self, value: str, line: int, column: int) -> Sequence:
        found: list[Node] = []
        start = column + 1
        words, known = value[1:-1].split(", "), self._words
        if not known.issuperset(words):
            if not all(map(_IN_FLOW.fullmatch, words)):
                if value == "[]":
                    return Sequence(line, column)
                raise _Odd
            known.update(words)
        for word in words:
            found.append(_text(Text, (word, line, start)))
            start += len(word) + 2
        return Sequence(line, column, found)

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
