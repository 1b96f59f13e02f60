"""What libyaml says, told in plain sentences to somebody who does not know YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..problem import Problem
from .gate import place_at

if TYPE_CHECKING:
    import yaml

_QUOTE_IT = "put the whole value in quotation marks, or start it with >- and write it on the next line, indented"
_INDENT = "keys that belong together start in the same column, indented with spaces"

# What libyaml (or PyYAML's own scanner) says: code, sentence, hint, and whether the fault is where the part began.
_SAYINGS: tuple[tuple[str, str, str, str, bool], ...] = (
    (
        "could not find expected ':'",
        "missing-colon",
        "this line is neither a key with a colon nor part of the value above",
        "write “key: value”, or indent the line so that it belongs to the value above",
        True,
    ),
    (
        "found a tab character that violates indentation",
        "tab-indent",
        "a tab cannot indent YAML",
        "use spaces",
        False,
    ),
    ("found a tab character where an ind", "tab-indent", "a tab cannot indent YAML", "use spaces", False),
    (
        "found unexpected end of stream",
        "unclosed-quote",
        "the quotation mark that opens here is never closed",
        "close it with the same mark at the end of the value",
        True,
    ),
    (
        "found unexpected document",
        "unclosed-quote",
        "the quotation mark that opens here is never closed",
        "close it with the same mark at the end of the value",
        True,
    ),
    (
        "found unknown escape character",
        "bad-escape",
        "YAML does not know this backslash escape",
        "write two backslashes for one, or use single quotation marks",
        False,
    ),
    (
        "expected hexdecimal number",
        "bad-escape",
        "this backslash escape is not finished",
        "write the character itself",
        False,
    ),
    (
        "expected escape sequence of",
        "bad-escape",
        "this backslash escape is not finished",
        "write the character itself",
        False,
    ),
    (
        "invalid Unicode character escape",
        "bad-escape",
        "this backslash escape stands for no character",
        "write the character itself",
        False,
    ),
    (
        "expected ',' or ']'",
        "unclosed-bracket",
        "the list that opens here with [ goes wrong: a comma or ] is missing",
        "write [one, two, three]; a value with a comma, a colon or brackets inside needs quotation marks",
        True,
    ),
    (
        "expected ',' or '}'",
        "unclosed-brace",
        "the { that opens here goes wrong: a comma or } is missing",
        "write {key: value, key: value}; a value with a comma or a colon inside needs quotation marks",
        True,
    ),
    (
        "expected '-' indicator",
        "bad-indent",
        "this line does not fit the list above: it is indented differently, or its dash is missing",
        "each part of a list starts with “- ” in the same column, and its keys stand below one another",
        False,
    ),
    (
        "block sequence entries are not allowed",
        "unexpected-dash",
        "a dash cannot start a list here",
        "start the list on a line of its own, below its key",
        False,
    ),
    (
        "sequence entries are not allowed",
        "unexpected-dash",
        "a dash cannot start a list here",
        "start the list on a line of its own, below its key",
        False,
    ),
    (
        "mapping keys are not allowed",
        "unexpected-key",
        "a question mark cannot start a key here",
        f"if it is part of a value: {_QUOTE_IT}",
        False,
    ),
    (
        "expected comment or line break",
        "bad-block-text",
        "after | or > the text starts on the next line",
        "move the words to the next line, indented; or, if the mark is part of a value, put quotation marks around it",
        False,
    ),
    (
        "indentation indicator",
        "bad-block-text",
        "the number after | or > is not from 1 to 9",
        "leave the number out",
        False,
    ),
    (
        "expected node content",
        "unexpected-mark",
        "a value cannot start with this mark",
        _QUOTE_IT,
        False,
    ),
    (
        "undefined tag handle",
        "tag",
        "a value cannot start with an exclamation mark (YAML takes it for a tag)",
        _QUOTE_IT,
        False,
    ),
    ("expected URI", "tag", "a value cannot start with an exclamation mark (YAML takes it for a tag)", _QUOTE_IT, True),
    ("tag", "tag", "a value cannot start with an exclamation mark (YAML takes it for a tag)", _QUOTE_IT, True),
    (
        "did not find expected <document start>",
        "bad-indent",
        "this line does not belong to what stands above",
        _INDENT,
        False,
    ),
    ("expected '<document start>'", "bad-indent", "this line does not belong to what stands above", _INDENT, False),
)


def explain(fault: yaml.MarkedYAMLError, text: str, name: str, last: yaml.ScalarEvent | None) -> Problem:
    """A scanner's or parser's complaint as a problem with the place a person should look at.

    `last` is the last value that was read before it.
    """
    saying, context = fault.problem or "", fault.context or ""
    mark: Any = fault.problem_mark or fault.context_mark
    began: Any = fault.context_mark or fault.problem_mark
    if mark is None or began is None:
        return Problem(name, 1, 1, "error", "bad-yaml", "this is not YAML", _INDENT)
    line = text[: mark.index].rpartition("\n")[2]
    if _not_a_key(saying) and last is not None and _swallowed_lines(last):
        began, saying = last.start_mark or began, "found unexpected end of stream"
    code, message, hint, at_start = _sentence(saying, context, text[mark.index : mark.index + 1], line)
    where = began if at_start else mark
    place = (where.line + 1, where.column + 1)
    if where.index >= len(text) and text.strip():  # the end of the file: name its last line that says something
        place = place_at(text, len(text.rstrip()))
    return Problem(name, *place, "error", code, message, hint)


def _not_a_key(saying: str) -> bool:
    return "expected key" in saying or "<block end>" in saying


def _swallowed_lines(last: yaml.ScalarEvent) -> bool:
    """True when a quoted value runs over several lines: its mark was closed by one that opens another value."""
    first, end = last.start_mark, last.end_mark
    return last.style in ("'", '"') and first is not None and end is not None and end.line > first.line


def _sentence(saying: str, context: str, character: str, line: str) -> tuple[str, str, str, bool]:
    """`line` is what stands on the line before the fault."""
    if "mapping values are not allowed" in saying:
        return _colon(line)
    if _not_a_key(saying):
        return _after(line)
    if "cannot start any token" in saying and character == "\t":
        return "tab-indent", "a tab cannot indent YAML", "use spaces", False
    if "cannot start any token" in saying or "alphabetic or numeric character" in saying:
        mark = {"while scanning an alias": "*", "while scanning an anchor": "&"}.get(context, character)
        return "unexpected-mark", f"a value cannot start with {mark}", _QUOTE_IT, "an a" in context
    if "directive" in context:
        message = "a line cannot start with % (YAML takes it for a directive)"
        return "directive", message, "delete the line, or put the value in quotation marks", True
    known = (row[1:] for row in _SAYINGS if row[0] in saying)
    return next(known, ("bad-yaml", "this is not YAML", _INDENT, False))


def _colon(line: str) -> tuple[str, str, str, bool]:
    if ": " in line:
        message = "there is a second colon on this line, and YAML takes it for another key"
        return "unexpected-colon", message, _QUOTE_IT, False
    message = "this line is indented further than the key above, which has a value already"
    return "bad-indent", message, _INDENT, False


def _after(line: str) -> tuple[str, str, str, bool]:
    before = line.rstrip()
    if ":" in before and before.endswith(('"', "'")):
        hint = f"use marks of the other kind inside, or: {_QUOTE_IT}"
        return "text-after-quote", "words follow the closing quotation mark", hint, False
    if ":" in before and before.endswith(("]", "}")):
        message = f"words follow the closing {before[-1]}; a value that starts with a bracket is a list to YAML"
        return "text-after-bracket", message, _QUOTE_IT, False
    return "bad-indent", "this line does not fit the keys above: it is indented differently", _INDENT, False
