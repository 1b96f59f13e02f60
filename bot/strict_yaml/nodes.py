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
    """Keys with their values, in the order of the file; `places` says where each key stands."""

    line: int
    column: int
    entries: dict[str, Node] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)


Node: TypeAlias = Text | Sequence | Mapping
