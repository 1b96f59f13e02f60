"""The fingerprint: hashes kept instead of an article's text; its file, and proving that words stand in the article.

docs/quote-format.md says exactly what it proves and what could be guessed from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING

from bot.bank.windows import BITS, WINDOW, Fingerprint, Kind, Run, Unit, locate, make, runs, units_inside
from bot.problem import Problem
from bot.text import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "BITS",
    "WINDOW",
    "Fingerprint",
    "Kind",
    "Proof",
    "Run",
    "Unit",
    "dump",
    "locate",
    "make",
    "parse",
    "proves",
    "runs",
]

HEAD = "quoth-fingerprint 1"
_SIGNS: dict[Kind, str] = {"said": "+", "told": "-", "unknown": "?"}
_KINDS: dict[str, Kind] = {sign: kind for kind, sign in _SIGNS.items()}
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # base 32 without the letters people misread
_DIGITS = {letter: value for value, letter in enumerate(_ALPHABET)}
_SALT = re.compile(r"[^\W_][\w.-]{0,99}", re.ASCII)
_MOST_WORDS = 1_000_000
# An editor's bracket (its words are caught) or an ellipsis, bracketed or not.
_MARK = re.compile(r"\[(?!\s*(?:…|\.\s?\.\s?\.)\s*\])([^\[\]]*)\]|\[?\s*(?:…|\.\s?\.\s?\.)\s*\]?")
_GAP = "\x00"
_MOST_MARKS = 5
_MOST_READINGS = 64


@dataclass(frozen=True, slots=True)
class Proof:
    """That segments stand in an article, one after the other.

    `places` holds [start, end) in words for each segment; `chance` bounds the probability that words
    that do not stand in the article would have passed just as well.
    """

    places: tuple[tuple[int, int], ...]
    chance: float


def dump(fingerprint: Fingerprint) -> str:
    """The fingerprint as the text of its file: one line a unit."""
    lines = [HEAD, f"salt {fingerprint.salt}", f"window {fingerprint.window}", f"bits {fingerprint.bits}"]
    for unit in fingerprint.units:
        run = "".join(_letters(value) for value in fingerprint.hashes[unit.start : unit.end])
        lines.append(f"{_SIGNS[unit.kind]} {unit.end - unit.start} {_letters(unit.seal)} {run}".rstrip())
    return "\n".join(lines) + "\n"


def _letters(value: int) -> str:
    return _ALPHABET[value >> 5] + _ALPHABET[value & 31]


def parse(text: str, name: str) -> Fingerprint | Problem:
    """Read a fingerprint's file; `name` is shown in the problem of a bad one."""
    lines = text.splitlines()
    try:
        return _parse(lines)
    except _BadLine as bad:
        return Problem(
            name, bad.line, 1, "error", "fingerprint-damaged", str(bad), "make it again with `quoth fingerprint`"
        )


class _BadLine(Exception):  # noqa: N818  never leaves this module
    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


def _parse(lines: Sequence[str]) -> Fingerprint:
    if not lines or lines[0] != HEAD:
        raise _BadLine(1, f"this is not a fingerprint (its first line is to be “{HEAD}”)")
    salt = _setting(lines, 1, "salt")
    if not _SALT.fullmatch(salt):
        raise _BadLine(2, "the salt is to be a source's id")
    window = _number(lines, 2, "window", 2, 20)
    bits = _number(lines, 3, "bits", 1, 10)
    units: list[Unit] = []
    hashes: list[int] = []
    for number, line in enumerate(lines[4:], start=5):
        unit, run = _unit(number, line, units[-1].end if units else 0, bits)
        units.append(unit)
        if len(hashes) != unit.start and run:
            raise _BadLine(number, "there are hashes here, but hashes are missing above")
        hashes += run
    total = units[-1].end if units else 0
    if len(hashes) != max(0, total - window + 1):
        raise _BadLine(len(lines), f"{total} words want {max(0, total - window + 1)} hashes, not {len(hashes)}")
    return Fingerprint(salt, window, bits, tuple(units), tuple(hashes))


def _setting(lines: Sequence[str], at: int, name: str) -> str:
    label, _, value = (lines[at] if at < len(lines) else "").partition(" ")
    if label != name or not value:
        raise _BadLine(at + 1, f"this line is to be “{name} …”")
    return value


def _number(lines: Sequence[str], at: int, name: str, least: int, most: int) -> int:
    value = _setting(lines, at, name)
    if not re.fullmatch("[0-9]{1,9}", value) or not least <= int(value) <= most:
        raise _BadLine(at + 1, f"{name} is to be a number from {least} to {most}")
    return int(value)


def _unit(number: int, line: str, start: int, bits: int) -> tuple[Unit, list[int]]:
    match = re.fullmatch(r"([-+?]) ([1-9][0-9]{0,6}) (\w\w)(?: (\w+))?", line, re.ASCII)
    if match is None:
        raise _BadLine(number, "this line is to be: + or - or ?, a number of words, a seal, hashes")
    sign, count, seal, run = match.groups(default="")
    size = int(count)
    values = [_value(number, pair, bits) for pair in (seal, *re.findall("..?", run))]
    if len(values) - 1 > size or start + size > _MOST_WORDS:
        raise _BadLine(number, "there are more hashes than words on this line")
    return Unit(_KINDS[sign], start, start + size, values[0]), values[1:]


def _value(number: int, pair: str, bits: int) -> int:
    if len(pair) != 2 or any(letter not in _DIGITS for letter in pair):
        raise _BadLine(number, f"“{pair}” is no hash")
    value = _DIGITS[pair[0]] << 5 | _DIGITS[pair[1]]
    if value >> bits:
        raise _BadLine(number, f"“{pair}” has more than {bits} bits")
    return value


def proves(fingerprint: Fingerprint, segments: Sequence[str]) -> Proof | None:
    """Proof that every segment stands in the article verbatim, in this order, or None.

    Each begins and ends where a passage may (a sentence, a quotation mark), inside direct speech where the
    fingerprint knows what is speech. A segment may leave words out where it has an ellipsis; what stands in an
    editor's brackets may stand in the article or not.
    """
    ways = islice(product(*(_readings(segment) for segment in segments)), _MOST_READINGS)
    for tried, readings in enumerate(ways, start=1):
        places = _placed(fingerprint, [piece for reading in readings for piece in reading])
        if places:
            return Proof(tuple(_joined(readings, places)), _chance(fingerprint, readings, places, tried))
    return None


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words that stand together. A free end is one at an ellipsis: there a sentence may be cut."""

    words: tuple[str, ...]
    free_start: bool = False
    free_end: bool = False


def _readings(segment: str) -> list[list[_Piece]]:
    """The ways a segment may stand in the article; the one that takes it as it is comes first.

    Each bracket's words are there or not; each ellipsis is the article's own or leaves words out.
    """
    first, *marks = _MARK.split(segment, maxsplit=_MOST_MARKS)
    texts = [first]
    for bracket, behind in zip(marks[::2], marks[1::2], strict=True):
        texts = [
            text + mark + behind for text in texts for mark in ((" ", _GAP) if bracket is None else (bracket, " "))
        ]
    return [_pieces(text) for text in dict.fromkeys(texts)]


def _pieces(text: str) -> list[_Piece]:
    parts = [tuple(words(part)) for part in text.split(_GAP)]
    last = len(parts) - 1
    return [_Piece(part, at > 0, at < last) for at, part in enumerate(parts) if part or not last]


def _placed(fingerprint: Fingerprint, pieces: Sequence[_Piece]) -> list[tuple[int, int]]:
    """Where the pieces stand, each as early as it may after the one before; empty where one does not."""
    places: list[tuple[int, int]] = []
    after = 0
    for piece in pieces:
        place = next(
            (
                (start, end)
                for start, end in locate(fingerprint, piece.words)
                if start >= after and _may_stand(fingerprint, piece, start, end)
            ),
            None,
        )
        if place is None:
            return []
        places.append(place)
        after = place[1]
    return places


def _may_stand(fingerprint: Fingerprint, piece: _Piece, start: int, end: int) -> bool:
    """True when a piece may begin and end here and everything between is speech (or nobody looked)."""
    touched = [unit for unit in fingerprint.units if unit.start < end and start < unit.end]
    return (
        (piece.free_start or touched[0].start == start)
        and (piece.free_end or touched[-1].end == end)
        and all(unit.kind != "told" for unit in touched)
    )


def _joined(readings: Sequence[Sequence[_Piece]], places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    at = 0
    for reading in readings:
        yield places[at][0], places[at + len(reading) - 1][1]
        at += len(reading)


def _chance(
    fingerprint: Fingerprint,
    readings: Sequence[Sequence[_Piece]],
    places: Sequence[tuple[int, int]],
    tried: int,
) -> float:
    """At most: readings tried x, for each piece, places it could have stood x chance that all its hashes fit."""
    chance = float(tried)
    pieces = [piece for reading in readings for piece in reading]
    for piece, (start, end) in zip(pieces, places, strict=True):
        fitting = max(0, end - start - fingerprint.window + 1) + sum(1 for _ in units_inside(fingerprint, start, end))
        starts = fingerprint.words if piece.free_start else len(fingerprint.units)
        chance *= min(1.0, starts * 2.0 ** (-fingerprint.bits * fitting))
    return min(1.0, chance)
