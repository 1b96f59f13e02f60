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
        self._lines = [*text.split("\n"), ""]  # an empty line ends what is open
        self._comments = " #" in text
        self._deepest = deepest
        self._keys: set[str] = set()
        self._words: set[str] = set()
        self._stack: list[tuple[int, Any]] = []

    def read(self) -> Node | None:  # noqa: C901, PLR0912, PLR0915  one loop without calls is what makes it quick
        lines, keys, stack, comments = self._lines, self._keys, self._stack, self._comments
        text, new, starts = Text, tuple.__new__, _FIRST  # names of the loop's own are looked up quicker
        count, at = len(lines), 0
        depth = -1  # the column of the group or list that is open
        top: Any = None
        entries: dict[str, Any] = {}  # those of the open group
        mark: Any = None
        key = ""
        told = -1  # the line of the last value without marks, which the next line may go on with
        waits = ""  # the key whose value is still to come, on the lines below
        grouped = False  # a group is open, and no key of it waits
        while at < count:
            line = lines[at]
            at += 1
            body = line.lstrip(" ")
            first = body[:1]
            if not first or first == "#":
                continue
            indent = len(line) - len(body)
            if not grouped or indent != depth or first == "-":
                if told == at - 1 and indent > depth and not waits:
                    told = at
                    self._goes_on(top, key, body)
                    continue
                dash = first == "-"
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
                    if body[1:2] != " ":
                        raise _Odd
                    indent += 2
                    body = body[2:]
                    if body[:1] in " #":
                        rest = body.lstrip(" ")
                        if not rest or rest[0] == "#":
                            raise _Odd
                        indent += len(body) - len(rest)
                        body = rest
                    if body[0] in _OPENERS or (": " not in body and body[-1] != ":"):
                        at, node = self._value(body, at, indent + 1, depth)
                        top.items.append(node)
                        grouped = False
                        told = at if body[0] not in _OPENERS else -1
                        continue
                    node = Mapping(at, indent + 1, {}, [])
                    top.items.append(node)
                    self._open(indent, node)
                    depth, top = indent, node
                entries, mark = top.entries, top.marks.append
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
            mark(at)
            if not value:
                entries[key] = None
                waits = key
                grouped = False
                continue
            first = value[0]
            column = indent + len(key) + 3
            if (
                (first in starts or first > "\x7f")
                and value[-1] not in ": "
                and ": " not in value
                and not (comments and " #" in value)
            ):
                entries[key] = new(text, (value, at, column))
                told = at
            elif value in _BLOCKS:
                begun = at
                at, words = self._block(at, depth, _BLOCKS[value])
                entries[key] = new(text, (words, begun, column))
            elif first == "[" and value[-1] == "]" and value != "[]" and not comments and len(stack) < self._deepest:
                entries[key] = Sequence(at, column, self._listed(value[1:-1], at, column + 1))
            else:
                at, entries[key] = self._value(value, at, column, depth)
                told = at if value.lstrip(" ")[0] not in _OPENERS else -1
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
        if not line.strip(" "):
            while at < len(lines) and not lines[at].strip(" "):
                if len(lines[at]) > indent:
                    raise _Odd
                at += 1
            if at < len(lines) and lines[at].startswith(margin):
                raise _Odd
        return at, joint.join(found)

    def _goes_on(self, top: Any, key: str, body: str) -> None:
        """One more line of a value without marks: the break between the two is a space."""
        body = body.rstrip(" ")
        if ": " in body or body[-1] == ":" or (self._comments and " #" in body):
            raise _Odd
        last: Any = top.items[-1] if type(top) is Sequence else top.entries[key]
        more = last._replace(value=f"{last.value} {body}")
        if type(top) is Sequence:
            top.items[-1] = more
        else:
            top.entries[key] = more

    def _value(self, value: str, at: int, column: int, outer: int) -> tuple[int, Node]:
        """Any other value, with the line it ends on."""
        bare = value.lstrip(" ")
        column += len(value) - len(bare)
        value = bare.rstrip(" ")
        if not value or (self._comments and " #" in value):
            raise _Odd
        first = value[0]
        if first in _FIRST or first > "\x7f":
            if ": " in value or value[-1] == ":":
                raise _Odd
            return at, Text(value, at, column)
        if first in "\"'":
            end, words = self._quoted(value, at, outer)
            return end, Text(words, at, column)
        if len(self._stack) >= self._deepest:
            raise _Odd
        inner = value[1:-1]
        if first == "[" and value[-1] == "]":
            return at, Sequence(at, column, self._listed(inner, at, column + 1) if inner else [])
        if first == "{" and value[-1] == "}":
            return at, self._grouped(inner, at, column)
        raise _Odd

    def _quoted(self, value: str, at: int, outer: int) -> tuple[int, str]:
        """The words between quotation marks, on one line or several, and the line they end on."""
        mark, part = value[0], value[1:]
        found: list[str] = []
        while True:
            bare = part.replace("''", "") if mark == "'" else part
            if mark == '"' and "\\" in part:
                raise _Odd
            if mark in bare:
                break
            found.append(part.rstrip(" "))
            line = self._lines[at] if at < len(self._lines) else ""
            part = line.strip(" ")
            at += 1
            indent = len(line) - len(line.lstrip(" "))
            if not part or part[0] == "#" or indent <= outer or (self._comments and " #" in part):
                raise _Odd
        if bare[-1] != mark or bare.count(mark) > 1:
            raise _Odd
        words = " ".join([*found, part[:-1]])
        return at, words.replace("''", "'") if mark == "'" else words

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
