"""Small YAML documents at random: mostly well written, some slightly broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

VALUES = (
    *("b", "b c", "it's", "x:y", "“so” it’s", "'it''s'", '"q: r"', "'q'", "[a, b]", "[a, b c]", "[]", "{a: b}", "~"),
    *("{a: b, c: 2017}", "2017-05-25", "- x", "a, b", "(so)"),
)
MARKS = (*"ab:-,[]{}'\"|>?!&*#%@`\\ .~<", " #", ": ", ", ", ">-", "|-", "’", "é", "“", "\u00a0", "''", "  ")
DEPTH = 3


def document(rng: random.Random) -> str:
    """One document, with none, one or two mutations."""
    lines: list[str] = []
    _node(rng, 0, DEPTH, lines)
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        _mutate(rng, lines)
    return rng.choice(("\n", "\n", "\r\n")).join(lines) + rng.choice(("", "\n"))


def _node(rng: random.Random, indent: int, depth: int, lines: list[str]) -> None:
    if not depth or rng.random() < 0.65:
        _group(rng, indent, depth, lines)
        return
    for _ in range(rng.randint(1, 3)):
        if rng.random() < 0.5:
            _value(rng, indent, f"{' ' * indent}- ", lines)
            continue
        inner: list[str] = []
        _group(rng, indent + 2, depth - 1, inner)
        lines += [f"{' ' * indent}- {inner[0][indent + 2 :]}", *inner[1:]]


def _value(rng: random.Random, indent: int, start: str, lines: list[str]) -> None:
    lines.append(start + rng.choice(VALUES))
    while rng.random() < 0.15:
        lines.append(" " * (indent + rng.choice((1, 2, 2, 4))) + rng.choice((*VALUES, *("b c", "d e") * 8)))


def _group(rng: random.Random, indent: int, depth: int, lines: list[str]) -> None:
    pad = " " * indent
    for key in rng.sample("abcdefgh", rng.randint(1, 3)):
        kind = rng.random()
        if kind < 0.5:
            _value(rng, indent, f"{pad}{key}: ", lines)
        elif kind < 0.6:
            lines.append(f"{pad}{key}: {rng.choice(('>-', '|-'))}")
            lines += [f"{pad}  {rng.choice((*VALUES, '', '# x'))}" for _ in range(rng.randint(1, 3))]
        elif kind < 0.7:
            lines.append(f"{pad}{key}:")
        elif kind < 0.8:
            quoted = [f"{pad}{key}: '{rng.choice(VALUES)}", f"{pad}  {rng.choice((chr(39), 'b' + chr(39), '', 'd'))}"]
            lines += rng.choice((quoted, [f"{pad}# c", f"{pad}{key}: x"]))
        else:
            lines.append(f"{pad}{key}:")
            if depth:
                _node(rng, indent + rng.choice((0, 2, 2, 2, 4)), depth - 1, lines)


def _mutate(rng: random.Random, lines: list[str]) -> None:
    number = rng.randrange(len(lines))
    line = lines[number]
    kind = rng.random()
    if kind < 0.2:
        lines[number] = " " + line
    elif kind < 0.35:
        lines[number] = line[1:]
    elif kind < 0.5:
        lines.insert(number, rng.choice(("", "  ", "# x", "   # y")))
    elif kind < 0.6 and len(lines) > 1:
        del lines[number]
    else:
        at = rng.randint(0, len(line))
        lines[number] = line[:at] + rng.choice(MARKS) + line[at + rng.choice((0, 1)) :]
