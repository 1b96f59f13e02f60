"""Whether a file was written for a bank; of one that was not, what it says is nobody's business here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..strict_yaml import Mapping, Sequence, decode
from .nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..strict_yaml import Node
    from .shapes import Key, Shape

COMMON = frozenset({"id", "kind"})
"""Keys that stand in half of all files, and show nothing."""
LIKE = 80.0
"""How like a key of a bank one must be (0 to 100), so that it is one misspelt: “output” is no “outlet”."""
NOTHING = frozenset({"", "~", "null"})
"""What says that there is no value, in any case of letters."""
_REST = r"(.*(?:\n(?:[ \t\r#\]}].*|-(?:[ \r].*)?|(?=\n|\Z)))*)"
"""What belongs to a root key behind its colon: the line, and those below it that do not begin with another key."""


def is_foreign(root: Node | None, data: bytes, shape: Shape) -> bool:
    """Whether nothing shows that a file was written for a bank.

    What shows it: all root keys it must have, filled where there are keys of other files beside them; or one of
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
        lacks = [name for name in shape.required if not _fills(text, name, shape.keys[name])]
        there = [name for name in shape.required if _has(text, (name,), "['\"]?")]
        shows = any(_has(text, _below(shape.keys[name]), "[ -]+") for name in there)
    return bool(lacks) and not shows


def lacking(root: Mapping, shape: Shape) -> list[str]:
    """The root keys that a file must have, and has not; nor, beside keys of other files, filled as a bank's are: a
    group or list, whichever it is to be, with anything in it.
    """
    own = root.entries.keys() <= shape.keys.keys()
    return [name for name in shape.required if not _has_key(root, name, None if own else shape.keys[name])]


def _has_key(root: Mapping, name: str, filled: Key | None) -> bool:
    if filled is None or name not in root.entries:
        return name in root.entries
    node = root.entries[name]
    return isinstance(node, Sequence if filled.kind == "list" else Mapping) and _filled(node)


def _filled(node: Node) -> bool:
    if isinstance(node, Mapping):
        return any(map(_filled, node.entries.values()))
    return any(map(_filled, node.items)) if isinstance(node, Sequence) else not _is_nothing(node.value)


def _is_nothing(value: str) -> bool:
    return value.strip().lower() in NOTHING


def _fills(text: str, name: str, key: Key) -> bool:
    """Whether a root key of a file that cannot be read is filled, by its lines."""
    return any(_shows(found[1], key) for found in re.finditer(rf"^['\"]?{name}['\"]? *:{_REST}", text, re.MULTILINE))


def _shows(rest: str, key: Key) -> bool:
    head, body = _parted(re.sub(r"(?:^|(?<=\s))#.*", "", rest, flags=re.MULTILINE))
    mark, line = ("[", r"-(?:\s|\Z)") if key.kind == "list" else ("{", r"[^\s-].*?:(?:\s|\Z)")
    of_kind = body.startswith(mark) or ("\n" in head and re.match(line, body))
    values = (re.split(r":(?=\s|$)|(?<=['\"]):", part)[-1] for part in re.split(r"[\n\[\]{},]", body))
    return bool(of_kind) and not all(_is_nothing(value.strip("'\" \t\r-")) for value in values)


def _parted(rest: str) -> tuple[str, str]:
    """Blanks, anchors and tags; and what they are for."""
    found = re.match(r"\s*(?:[&!]\S*\s+)*", rest)
    end = found.end() if found else 0
    return rest[:end], rest[end:]


def _below(key: Key) -> tuple[str, ...]:
    """The keys that must stand in a group, or in each of a list of groups, and that few other files have."""
    group = key.part.group if key.part is not None else key.group
    return tuple(name for name in group.required if name not in COMMON) if group is not None else ()


def _like(node: Node, key: Key) -> bool:
    groups = node.items if isinstance(node, Sequence) else [node]
    names = {name for group in groups if isinstance(group, Mapping) for name in group.entries}
    return any(nearest(name, _below(key), LIKE) for name in names)


def _has(text: str, names: Iterable[str], before: str) -> bool:
    return re.search(rf"^{before}(?:{'|'.join(names)})['\"]? *:", text, re.MULTILINE) is not None
