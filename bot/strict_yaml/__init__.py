"""YAML as this project writes it: text only, every key and value with its place, every oddity refused with advice.

`read_yaml(data, name)` gives `(root, problems)` and never raises, whatever the bytes:

- `root` is a `Text`, a `Sequence` or a `Mapping` (see `nodes`), or None where the file is empty or cannot be read.
- `problems` each have `name` as their file, a line and column from 1, what is wrong and how to mend it. All are errors
  but one: words that YAML takes for a comment (`we are #1`) are a warning.
  A root beside problems is what could be understood, so that the caller can look for more faults in it.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

from ..problem import Problem
from .events import MAX_DEPTH, MAX_PROBLEMS, Composer
from .gate import MAX_BYTES, decode, refuse_characters
from .nodes import Mapping, Node, Place, Sequence, Text
from .plain import read_plain

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_PROBLEMS",
    "Mapping",
    "Node",
    "Place",
    "Sequence",
    "Text",
    "decode",
    "no_collection",
    "read_yaml",
]


def read_yaml(data: bytes, name: str) -> tuple[Node | None, list[Problem]]:
    """Read one file's bytes. `name` is the file as people know it; at most 1 MiB, 16 levels, 200 problems."""
    text = decode(data, name)
    if isinstance(text, Problem):
        return None, [text]
    refused = list(islice(refuse_characters(text, name), MAX_PROBLEMS))
    if refused:
        return None, refused
    root = read_plain(text, MAX_DEPTH)
    if root is not None:
        return root, []
    composer = Composer(text, name)
    return composer.compose(), composer.problems


@contextmanager
def no_collection() -> Iterator[None]:
    """For who reads many files: nodes hold no rings, and to look for some while they are made costs up to a third."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
