"""Adding, changing and removing one quote in the text of a source's file. Every other byte stays as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..problem import Problem
from ..text import quoted
from .sheet import Edit, open_sheet, tidy
from .yaml_text import keyed, listed, scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .sheet import Block, Part, Sheet, Value

_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\r\n]*", re.MULTILINE)
_FOLDED = re.compile(r"-\s+[>|]")
_ORDER = ("id", "text", "segments", "topics", "question", "before", "after", "speaker", "said", "note")


@dataclass(frozen=True, slots=True)
class QuoteText:
    """A quote as it is written in a file: ids and words only. `said` is a date and its basis."""

    id: str
    segments: tuple[str, ...]
    topics: tuple[str, ...]
    question: str | None = None
    before: str | None = None
    after: str | None = None
    speaker: str | None = None
    said: tuple[str, str] | None = None
    note: str | None = None

    def values(self) -> dict[str, Value]:
        """What stands under each key, in the order of the format; keys without a value are left out."""
        segments = tuple(tidy(segment) for segment in self.segments)
        words: dict[str, Value] = {"text": segments[0]} if len(segments) == 1 else {"segments": segments}
        rest: dict[str, Value | None] = {
            "topics": self.topics,
            "question": tidy(self.question),
            "before": tidy(self.before),
            "after": tidy(self.after),
            "speaker": self.speaker,
            "said": {"date": self.said[0], "basis": self.said[1]} if self.said else None,
            "note": tidy(self.note),
        }
        return {"id": self.id, **words, **{key: value for key, value in rest.items() if value}}


def add_quote(text: str, quote: QuoteText, file: str) -> str | Problem:
    """The file's text with one more quote at the end of its list."""
    sheet = open_sheet(text, file)
    if isinstance(sheet, Problem):
        return sheet
    last = sheet.blocks[-1]
    above = sheet.blocks[-2].last + 1 if len(sheet.blocks) > 1 else last.first
    spaced = any(not sheet.line(number).strip() for number in range(above, last.first))
    lines = [*([""] if spaced else []), *_written(quote.values(), last.dash)]
    return sheet.edited([sheet.after(last.last, lines)], {**sheet.values(), quote.id: quote.values()})


def change_quote(text: str, quote: QuoteText, file: str) -> str | Problem:
    """The file's text with the quote of this id changed: only the values that differ are touched."""
    found = _find(text, quote.id, file)
    if isinstance(found, Problem):
        return found
    sheet, block = found
    return sheet.edited(list(_changes(sheet, block, quote.values())), {**sheet.values(), quote.id: quote.values()})


def remove_quote(text: str, key: str, file: str) -> str | Problem:
    """The file's text without the quote of this id. Comments around it stay."""
    found = _find(text, key, file)
    if isinstance(found, Problem):
        return found
    sheet, block = found
    if len(sheet.blocks) == 1:
        message = f"“{key}” is the only quote of this source"
        return Problem(file, block.first + 1, 1, "error", "last-quote", message, "delete the source's file instead")
    left = {name: values for name, values in sheet.values().items() if name != key}
    return sheet.edited([Edit(sheet.starts[block.first], sheet.starts[block.last + 1], "")], left)


def _find(text: str, key: str, file: str) -> tuple[Sheet, Block] | Problem:
    sheet = open_sheet(text, file)
    if isinstance(sheet, Problem):
        return sheet
    block = next((block for block in sheet.blocks if block.id == key), None)
    if block is None:
        return Problem(
            file, 0, 0, "error", "no-such-quote", f"there is no quote “{quoted(key)}” in this file", "check the id"
        )
    return sheet, block


def _changes(sheet: Sheet, block: Block, wanted: dict[str, Value]) -> Iterator[Edit]:
    """The edits that make a quote say what is wanted."""
    if not block.in_lines:
        begin, end = sheet.starts[block.first], sheet.starts[block.last] + len(sheet.line(block.last))
        yield Edit(begin, end, sheet.newline.join(_written(wanted, block.dash)))
        return
    current = sheet.values()[block.id]
    there = {part.name: part for part in block.parts}
    for part in block.parts:
        other = {"text": "segments", "segments": "text"}.get(part.name, "")
        if part.name in wanted:
            if wanted[part.name] != current[part.name]:
                yield _rewritten(sheet, block, part, part.name, wanted[part.name])
        elif other in wanted and other not in there:
            yield _rewritten(sheet, block, part, other, wanted[other])
            there[other] = part
        else:
            yield _without(sheet, block, part)
    place = block.parts[0]
    for name in _ORDER:
        if name in there and name in wanted:
            place = max(place, there[name], key=lambda part: part.last)
        elif name in wanted:
            yield sheet.after(place.last, _lines(name, wanted[name], " " * block.indent))


def _rewritten(sheet: Sheet, block: Block, part: Part, name: str, value: Value) -> Edit:
    """A key with another value, in its place. The comment behind a value stays there; those inside it come below it."""
    indent = " " * block.indent
    end = sheet.starts[part.last] + len(sheet.line(part.last))
    lines = _lines(name, value, indent)
    lines[0] = lines[0][block.indent :] + sheet.text[part.end : end]
    lines += [indent + comment for comment in _comments(sheet.text[part.start : part.end])]
    return Edit(part.key_at, end, sheet.newline.join(lines))


def _comments(value: str) -> list[str]:
    """The comments inside a value of several lines, where no quotation mark or folded text leaves a doubt."""
    if value.startswith((">", "|")) or '"' in value or "'" in value or _FOLDED.search(value):
        return []
    return [match.group().strip() for match in _COMMENT.finditer(value)]


def _without(sheet: Sheet, block: Block, part: Part) -> Edit:
    if part is not block.parts[0]:
        return Edit(sheet.starts[part.first], sheet.starts[part.last + 1], "")
    following = next((other for other in block.parts if other.key_at > part.key_at), None)
    return Edit(part.key_at, following.key_at if following else part.end, "")


def _written(values: dict[str, Value], dash: int) -> list[str]:
    """A whole quote as lines, its dash in a column."""
    lines = [line for name, value in values.items() for line in _lines(name, value, " " * (dash + 2))]
    lines[0] = f"{' ' * dash}- {lines[0].lstrip()}"
    return lines


def _lines(name: str, value: Value, indent: str) -> list[str]:
    if isinstance(value, str):
        return keyed(f"{name}:", value, indent).split("\n")
    if isinstance(value, dict):
        inside = ", ".join(f"{key}: {scalar(part, in_list=True)}" for key, part in value.items())
        return [f"{indent}{name}: {{{inside}}}"]
    if name == "topics":
        return [listed("topics:", value, indent)]
    parts = [line for part in value for line in keyed("-", part, f"{indent}  ").split("\n")]
    return [f"{indent}{name}:", *parts]
