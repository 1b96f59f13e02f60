"""What an index is made of, as a cache keeps it: named arrays of numbers, bytes and texts, and nothing that can run."""

from __future__ import annotations

from array import array
from typing import TypeAlias

Part: TypeAlias = "array[int] | bytes | str"
Parts: TypeAlias = "dict[str, Part]"


def ints_of(part: Part) -> array[int]:
    """A part that must be numbers. Raises TypeError where it is not."""
    if not isinstance(part, array):
        raise TypeError("numbers were expected")
    return part


def bytes_of(part: Part) -> bytes:
    """A part that must be bytes."""
    if not isinstance(part, bytes):
        raise TypeError("bytes were expected")
    return part


def text_of(part: Part) -> str:
    """A part that must be text."""
    if not isinstance(part, str):
        raise TypeError("text was expected")
    return part


def lines_of(part: Part) -> list[str]:
    """A part that must be text, in lines; none where it is empty."""
    text = text_of(part)
    return text.split("\n") if text else []
