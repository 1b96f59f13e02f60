"""The text of a source's file taken apart: where each quote, and each of its keys, begins and ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import yaml

from ..problem import Problem
from ..strict_yaml import Mapping, Sequence, Text, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..strict_yaml import Node

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BOM = "\ufeff"
_BREAK = re.compile(r"\r\n|\r|\n")
Value: TypeAlias = "str | tuple[str, ...] | dict[str, str]"


@dataclass(frozen=True, slots=True)
class Edit:
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """One key of a quote: where its value stands in characters, and its first and last line."""

    name: str
    key_at: int
    start: int
    end: int
    first: int
    last: int
    simple: bool


@dataclass(frozen=True, slots=True)
class Block:
    """One quote of the list: the column of its dash, its first and last line, its keys in order."""

    id: str
    dash: int
    first: int
    last: int
    in_lines: bool
    indent: int
    parts: tuple[Part, ...]


class Sheet:
    """The text of a file taken apart."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.starts = [0, *(match.end() for match in _BREAK.finditer(text)), len(text)]
        if text and not _BREAK.search(text[-1:]):
            self.starts.append(len(text))
        breaks = _BREAK.search(text)
        self.newline = breaks.group() if breaks else "\n"
        self.blocks: list[Block] = []

    def line(self, number: int) -> str:
        """One line, without its break; empty beyond the ends."""
        if not 0 <= number < len(self.starts) - 1:
            return ""
        return self.text[self.starts[number] : self.starts[number + 1]].rstrip("\r\n")

    def after(self, number: int, lines: list[str]) -> Edit:
        """Lines put in behind a line."""
        at = self.starts[number + 1]
        written = self.newline.join(lines)
        if _BREAK.search(self.text[at - 1 : at]):
            return Edit(at, at, written + self.newline)
        return Edit(at, at, self.newline + written)

    def values(self) -> dict[str, dict[str, Value]]:
        """What all quotes say, by their ids."""
        return values_of(read_yaml(self.text.encode(), self.file)[0])

    def edited(self, edits: list[Edit], expected: dict[str, dict[str, Value]]) -> str | Problem:
        """The text after all edits, once it is seen to say what it should and nothing else."""
        text = self.text
        # From the end on; where lines go and others come at one place, those that go are taken out first.
        for _, edit in sorted(
            enumerate(edits), key=lambda numbered: (numbered[1].start, numbered[1].end, numbered[0]), reverse=True
        ):
            text = text[: edit.start] + edit.text + text[edit.end :]
        root, problems = read_yaml(text.encode(), self.file)
        if problems:
            return problems[0]
        if values_of(root) != expected or _rest(root) != _rest(read_yaml(self.text.encode(), self.file)[0]):
            message = "this file is written in a way that cannot be edited safely here"
            return Problem(self.file, 0, 0, "error", "not-editable", message, "edit it by hand")
        return text


def values_of(root: Node | None) -> dict[str, dict[str, Value]]:
    """What each quote of a file says, by its id; the words with single spaces."""
    quotes = root.entries.get("quotes") if isinstance(root, Mapping) else None
    found: dict[str, dict[str, Value]] = {}
    for number, block in enumerate(quotes.items if isinstance(quotes, Sequence) else []):
        if isinstance(block, Mapping):
            said = {key: _value(node) for key, node in block.entries.items()}
            found[str(said.get("id") or f"#{number}")] = said
    return found


def tidy(text: str | None) -> str:
    return " ".join((text or "").split())


def _value(node: Node) -> Value:
    if isinstance(node, Text):
        return tidy(node.value)
    if isinstance(node, Sequence):
        return tuple(str(_value(part)) for part in node.items)
    return {key: str(_value(part)) for key, part in node.entries.items()}


def _rest(root: Node | None) -> dict[str, Value]:
    if not isinstance(root, Mapping):
        return {}
    return {key: _value(node) for key, node in root.entries.items() if key != "quotes"}


def open_sheet(text: str, file: str) -> Sheet | Problem:
    """Take a file apart; only a file without faults, whose quotes are a list with dashes, can be edited."""
    root, problems = read_yaml(text.encode(), file)
    if problems:
        return problems[0]
    if not isinstance(root, Mapping) or not values_of(root) or text.startswith(_BOM):
        message = "there is no list of quotes here that could be edited"
        return Problem(file, 1, 1, "error", "not-editable", message, "edit it by hand")
    sheet = Sheet(text, file)
    tree: Any = yaml.compose(text, Loader=_Loader)
    quotes = next(value for key, value in tree.value if key.value == "quotes")
    if quotes.flow_style:
        message = "the quotes are written between brackets"
        return Problem(file, quotes.start_mark.line + 1, 1, "error", "not-editable", message, "start each with “- ”")
    sheet.blocks = list(_blocks(sheet, quotes))
    return sheet


def _blocks(sheet: Sheet, quotes: Any) -> Iterator[Block]:
    dash = quotes.start_mark.column
    firsts = [_dash_line(sheet, node.start_mark.line, dash) for node in quotes.value]
    stops = [*firsts[1:], _stop(sheet, quotes.end_mark)]
    for node, first, stop in zip(quotes.value, firsts, stops, strict=True):
        block = isinstance(node, yaml.MappingNode) and not node.flow_style
        indent = node.start_mark.column
        parts = tuple(_parts(sheet, node, stop)) if block else ()
        last = parts[-1].last if parts else _last_line(sheet, first, stop, None)
        key = next((value.value for name, value in node.value if name.value == "id"), "")
        yield Block(key, dash, first, last, block, indent, parts)


def _dash_line(sheet: Sheet, line: int, column: int) -> int:
    while line > 0 and not re.match(rf" {{{column}}}-(?:\s|$)", sheet.line(line)):
        line -= 1
    return line


def _stop(sheet: Sheet, mark: Any) -> int:
    """The first line that does not belong to a part that ends at a mark."""
    line, column = int(mark.line), int(mark.column)
    here = sheet.starts[line] if line < len(sheet.starts) else len(sheet.text)
    before = sheet.text[here : here + column]
    return line if not before.strip() and here + column < len(sheet.text) else line + 1


def _parts(sheet: Sheet, node: Any, stop: int) -> Iterator[Part]:
    keys = [key.start_mark for key, _ in node.value]
    stops = [*(mark.line for mark in keys[1:]), stop]
    for (key, value), until in zip(node.value, stops, strict=True):
        scalar_node = isinstance(value, yaml.ScalarNode)
        folded = scalar_node and value.style in (">", "|")
        first = key.start_mark.line
        simple = scalar_node or bool(value.flow_style)
        last = _last_line(sheet, first, until, key.start_mark.column if folded else None)
        start = _offset(sheet, value.start_mark)
        end = sheet.starts[last] + len(sheet.line(last)) if folded or not simple else _offset(sheet, value.end_mark)
        yield Part(key.value, _offset(sheet, key.start_mark), start, end, first, last, simple)


def _offset(sheet: Sheet, mark: Any) -> int:
    line, column = int(mark.line), int(mark.column)
    return sheet.starts[line] + column


def _last_line(sheet: Sheet, first: int, stop: int, column: int | None) -> int:
    """The last line before `stop` that says something. Below a folded text (its key in `column`) # is no comment."""
    last = min(stop, len(sheet.starts) - 1) - 1
    while last > first:
        line = sheet.line(last)
        bare = line.lstrip()
        inside = column is not None and len(line) - len(bare) > column
        if bare and (not bare.startswith("#") or inside):
            break
        last -= 1
    return last
