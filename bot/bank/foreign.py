"""Whether a file was written for a bank; of one that was not, what it says is nobody's business here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.bank.nearest import nearest
from bot.strict_yaml import Mapping, Sequence, decode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.bank.shapes import Key, Shape
    from bot.strict_yaml import Node

COMMON = frozenset({"id", "kind"})
"""Keys that stand in half of all files, and show nothing."""
LIKE = 80.0
"""How like a key of a bank one must be (0 to 100), so that it is one misspelt: “output” is no “outlet”."""
_FILLED = r"""(?:[][{}'" ]*[^][{}'"\s,#]|[ \r]*(?:#.*)?\n(?:[ \r]*(?:#.*)?\n)*(?: +[^\s#]|- ))"""
"""What stands behind the colon of a key that has a value: more on the line, or what is below belongs to it."""


def is_foreign(root: Node | None, data: bytes, shape: Shape) -> bool:
    """Whether nothing shows that a file was written for a bank.

    What shows it: all root keys it must have, with a value where there are keys of other files beside them; or one of
    several, and below it a key that must be there, if misspelt, and that other files have not.
    Where the file cannot be read, its lines show it. Bytes that are no text are not foreign: of them nothing is told
    that they say.
    """
    if isinstance(root, Mapping):
        lacks = lacking(root, shape)
        there = [name for name in shape.required if name in root.entries]
        shows = any(_like(root.entries[name], shape.keys[name]) for name in there)
    else:
        text = decode(data, "")
        if not isinstance(text, str):
            return False
        lacks = [name for name in shape.required if not _has(text, (name,), "['\"]?", _FILLED)]
        there = [name for name in shape.required if _has(text, (name,), "['\"]?")]
        shows = any(_has(text, _below(shape.keys[name]), "[ -]+") for name in there)
    return bool(lacks) and not shows


def lacking(root: Mapping, shape: Shape) -> list[str]:
    """The root keys that a file must have, and has not; nor, beside keys of other files, with any value."""
    own = root.entries.keys() <= shape.keys.keys()
    return [name for name in shape.required if name not in root.entries or not (own or _filled(root.entries[name]))]


def _filled(node: Node) -> bool:
    if isinstance(node, Mapping):
        return any(map(_filled, node.entries.values()))
    return any(map(_filled, node.items)) if isinstance(node, Sequence) else bool(node.value.strip())


def _below(key: Key) -> tuple[str, ...]:
    """The keys that must stand in a group, or in each of a list of groups, and that few other files have."""
    group = key.part.group if key.part is not None else key.group
    return tuple(name for name in group.required if name not in COMMON) if group is not None else ()


def _like(node: Node, key: Key) -> bool:
    groups = node.items if isinstance(node, Sequence) else [node]
    names = {name for one in groups if isinstance(one, Mapping) for name in one.entries}
    return any(nearest(name, _below(key), LIKE) for name in names)


def _has(text: str, names: Iterable[str], before: str, after: str = "") -> bool:
    return re.search(rf"^{before}(?:{'|'.join(names)})['\"]? *:{after}", text, re.MULTILINE) is not None
