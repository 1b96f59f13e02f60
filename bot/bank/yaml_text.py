"""Text as it is written into the bank's YAML: plain where it can be, quoted or folded where it must be."""

from __future__ import annotations

import json
import re
import textwrap

WIDTH = 120
_PLAIN = re.compile(r"[^\W_](?:[^\n\t]*\S)?")
# Marks that no value begins with are kept out by _PLAIN; these may not stand inside one.
_SPECIAL = re.compile(r":(?:\s|$)|\s#|[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_IN_LISTS = re.compile(r"[,\[\]{}]|:")
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def scalar(value: str, *, in_list: bool = False) -> str:
    """A value on one line. `in_list`: between the brackets of a list, where commas and brackets part values."""
    plain = _PLAIN.fullmatch(value) and not _SPECIAL.search(value) and not (in_list and _IN_LISTS.search(value))
    if plain:
        return value
    return _ESCAPED.sub(lambda mark: f"\\u{ord(mark.group()):04x}", json.dumps(value, ensure_ascii=False))


def keyed(key: str, value: str, indent: str) -> str:
    """`key: value` in lines of at most WIDTH characters where that can be; without a line break at its end."""
    line = f"{indent}{key} {scalar(value)}" if value else f"{indent}{key}"
    foldable = not _SPECIAL.search(value.replace(": ", " ").replace(" #", " ")) and value == " ".join(value.split(" "))
    if len(line) <= WIDTH or not foldable or value != value.strip() or "  " in value:
        return line
    inner = " " * (len(indent) + 2)
    wrapped = textwrap.wrap(
        value, WIDTH, initial_indent=inner, subsequent_indent=inner, break_long_words=False, break_on_hyphens=False
    )
    return "\n".join([f"{indent}{key} >-", *wrapped])


def listed(key: str, values: list[str] | tuple[str, ...], indent: str) -> str:
    """`key: [one, two]`, in lines of at most WIDTH characters."""
    inside = ", ".join(scalar(value, in_list=True) for value in values)
    return f"{indent}{key} [{inside}]"
