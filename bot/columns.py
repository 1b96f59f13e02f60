"""What something large is written as: named columns of numbers, bytes and text, and nothing that can run."""

from __future__ import annotations

from array import array
from typing import TypeAlias

Column: TypeAlias = "array[int] | bytes | str"
Columns: TypeAlias = "dict[str, Column]"


def ints_of(column: Column) -> array[int]:
    """A column that must be numbers. Raises TypeError where it is not."""
    if not isinstance(column, array):
        raise TypeError("numbers were expected")
    return column


def bytes_of(column: Column) -> bytes:
    """A column that must be bytes."""
    if not isinstance(column, bytes):
        raise TypeError("bytes were expected")
    return column


def text_of(column: Column) -> str:
    """A column that must be text."""
    if not isinstance(column, str):
        raise TypeError("text was expected")
    return column


def lines_of(column: Column) -> list[str]:
    """A column that must be text, in lines; none where it is empty."""
    text = text_of(column)
    return text.split("\n") if text else []


def without_prefix(prefix: str, columns: Columns) -> Columns:
    """The columns whose names begin so, without that."""
    return {name.removeprefix(prefix): column for name, column in columns.items() if name.startswith(prefix)}
