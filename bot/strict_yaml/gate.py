"""The gate before the parser: bytes that are no plain UTF-8 text are refused with the place of each fault."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from ..problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .nodes import Place

MAX_BYTES = 1 << 20

_BOMS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_GLANCE = 64  # bytes looked at to know two bytes a character
_UTF8_BOM = b"\xef\xbb\xbf"
_SAVE_AS = "save the file again as UTF-8 (editors offer this under “Save with encoding”)"

CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
BIDI = "\u202a-\u202e\u2066-\u2069"
REFUSED = re.compile(f"[{CONTROL}{BIDI}\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
"""Characters that no file may hold, whether written or escaped."""


def place_at(text: str, offset: int) -> Place:
    """Line and column of an offset; a line ends at LF, CR or both."""
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


_KNOWN = {
    "\0": ("nul-character", "there is a NUL character in the file", "delete it, or restore the file from a copy"),
    "\ufeff": ("stray-bom", "a byte order mark stands inside the file", "delete the invisible character here"),
}


def name_character(character: str) -> tuple[str, str, str]:
    """The code, the sentence and the hint for a refused character."""
    if character in _KNOWN:
        return _KNOWN[character]
    point = f"U+{ord(character):04X}"
    if character in "\u2028\u2029\x85":
        return "odd-line-break", f"there is an invisible line separator ({point})", "replace it with a plain line break"
    if re.match(f"[{BIDI}]", character):
        name = unicodedata.name(character).lower()
        message = f"an invisible character turns the reading direction here ({point}, {name})"
        return "bidi-override", message, "delete it; text must read the way it is stored"
    if re.match(f"[{CONTROL}]", character):
        return "control-character", f"there is a control character ({point})", "delete the invisible character here"
    if "\ud800" <= character <= "\udfff":
        return "lone-surrogate", f"half a character is written here ({point})", "write the whole character"
    return "no-character", f"{point} is no character", "delete it"


def refuse_characters(text: str, name: str) -> Iterator[Problem]:
    """A problem for each character that no file may hold."""
    line, start, done = 1, 0, 0
    for match in REFUSED.finditer(text):
        passed = text[done : match.start()]
        breaks = re.findall(r"\r\n|\r|\n", passed)
        if breaks:
            line += len(breaks)
            start = done + max(passed.rfind("\n"), passed.rfind("\r")) + 1
        done = match.start()
        code, message, hint = name_character(match.group())
        yield Problem(name, line, match.start() - start + 1, "error", code, message, hint)


def decode(data: bytes, name: str) -> str | Problem:
    """The text of a file, without a leading UTF-8 byte order mark; or why it is none."""
    if len(data) > MAX_BYTES:
        message = f"the file is too big: {len(data):,} bytes, where {MAX_BYTES:,} are allowed"
        return Problem(name, 0, 0, "error", "file-too-big", message, "split it into several files")
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return Problem(name, 1, 1, "error", "not-utf8", f"the file is saved as {encoding}, not as UTF-8", _SAVE_AS)
    if len(data) > 1 and 0 in data[:2] and data[:_GLANCE].count(0) * 3 > len(data[:_GLANCE]):
        return Problem(name, 1, 1, "error", "not-utf8", "the file is saved as UTF-16 or UTF-32, not as UTF-8", _SAVE_AS)
    data = data.removeprefix(_UTF8_BOM)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as fault:
        line, column = place_at(data[: fault.start].decode("utf-8"), fault.start)
        if _is_surrogate(data, fault.start):
            code, message, hint = name_character("\ud800")
            return Problem(name, line, column, "error", code, "half a character is stored here", hint)
        message = f"the file is not UTF-8: byte 0x{data[fault.start]:02X} makes no character here"
        return Problem(name, line, column, "error", "not-utf8", message, _SAVE_AS)


def _is_surrogate(data: bytes, at: int) -> bool:
    return data[at] == 0xED and data[at + 1 : at + 2] >= b"\xa0"
