"""What a YAML file holds once read: texts, sequences and mappings, each with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

Place: TypeAlias = tuple[int, int]
"""Line and column, counted from 1, in characters."""


class Text(NamedTuple):
    """A value. Always text: `no`, `12:30` and `2017` stay as they are written. Nothing written is ""."""

    value: str
    line: int
    column: int


@dataclass(slots=True)
class Sequence:
    """A list of values."""

    line: int
    column: int
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    """Keys with their values, in the order of the file.

    `marks` says where each key stands, in the same order: its line where it stands in the group's own column (as it
    does, one key a line), else line and column. This halves what a big file takes in memory and time.
    """

    line: int
    column: int
    entries: dict[str, Node] = field(default_factory=dict)
    marks: list[int | Place] = field(default_factory=list)
    _places: dict[str, Place] | None = field(init=False, repr=False, compare=False, default=None)

    @property
    def places(self) -> dict[str, Place]:
        """Where each key stands, in the order of the file."""
        if self._places is None or len(self._places) != len(self.marks):
            self._places = {
                key: mark if isinstance(mark, tuple) else (mark, self.column)
                for key, mark in zip(self.entries, self.marks, strict=True)
            }
        return self._places


Node: TypeAlias = Text | Sequence | Mapping
