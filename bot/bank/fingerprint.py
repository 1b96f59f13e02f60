"""The fingerprint: hashes kept instead of an article's text; its file, and proving that words stand in the article.

docs/quote-format.md says exactly what it proves and what could be guessed from it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING, NamedTuple

from ..problem import Problem
from ..text import words
from .windows import (
    BITS,
    MORE_OF_A_SEAL,
    MOST_WINDOW,
    WINDOW,
    Fingerprint,
    Kind,
    Run,
    TextUnit,
    find,
    locate,
    make,
    runs,
    seal_of,
    window_hashes,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = [
    "BITS",
    "WINDOW",
    "Fingerprint",
    "Kind",
    "Proof",
    "Run",
    "TextUnit",
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
_SALT = re.compile(r"[^\W_][\w.-]{0,99}", re.ASCII)
_UNIT_LINE = re.compile(r"([-+?]) ([1-9][0-9]{0,6}) ([0-9a-f]{3})(?: ((?:[0-9a-f]{2})+))?")
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
        run = fingerprint.hashes[unit.start : unit.end].hex()
        lines.append(f"{_SIGNS[unit.kind]} {unit.end - unit.start} {unit.seal:03x} {run}".rstrip())
    return "\n".join(lines) + "\n"


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
    window = _number(lines, 2, "window", 2, MOST_WINDOW)
    bits = _number(lines, 3, "bits", 1, BITS)
    units, found = _units(lines, bits)
    total = units[-1].end if units else 0
    wanted = max(0, total - window + 1)
    if len(found) != wanted:
        raise _BadLine(len(lines), f"{total} words want {wanted} hashes, not {len(found)}")
    if bits < BITS and any(value >> bits for value in found):
        raise _BadLine(5, f"there are hashes of more than {bits} bits")
    return Fingerprint(salt, window, bits, tuple(units), found)


def _units(lines: Sequence[str], bits: int) -> tuple[list[TextUnit], bytes]:
    """The units of the lines behind the settings, and the hashes of all of them."""
    units: list[TextUnit] = []
    hashes: list[str] = []
    total = hash_count = 0
    for number, line in enumerate(lines[4:], start=5):
        match = _UNIT_LINE.fullmatch(line)
        if match is None:
            raise _BadLine(number, "this line is to be: + or - or ?, a number of words, a seal, hashes")
        sign, count, seal, run = match.groups("")
        size = int(count)
        if (run and hash_count != total) or len(run) > 2 * size or total + size > _MOST_WORDS:
            raise _BadLine(number, "the hashes of this line do not fit its words, or those above are missing some")
        units.append(TextUnit(_KINDS[sign], total, total + size, _seal(seal, bits, number)))
        hashes.append(run)
        total += size
        hash_count += len(run) // 2
    return units, bytes.fromhex("".join(hashes))


def _seal(written: str, bits: int, line: int) -> int:
    seal = int(written, 16)
    if seal >> (bits + MORE_OF_A_SEAL):
        raise _BadLine(line, f"“{written}” has more than {bits + MORE_OF_A_SEAL} bits")
    return seal


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


def proves(fingerprint: Fingerprint, segments: Sequence[str]) -> Proof | None:
    """Proof that every segment stands in the article verbatim, in this order, or None.

    Each begins and ends where a passage may (a sentence, a quotation mark), inside direct speech where the
    fingerprint knows what is speech. A segment may leave words out where it has an ellipsis; what stands in an
    editor's brackets may stand in the article or not.
    """
    ways = islice(product(*(_readings(segment) for segment in segments)), _MOST_READINGS)
    for tried, readings in enumerate(ways, start=1):
        pieces = [piece for reading in readings for piece in reading]
        places = _placed(fingerprint, pieces)
        if places:
            return Proof(tuple(_joined(readings, places)), _chance(fingerprint, pieces, places, tried))
    return None


class _Piece(NamedTuple):
    """Words that stand together. A free end is one at an ellipsis: there a sentence may be cut."""

    words: Sequence[str]
    free_start: bool = False
    free_end: bool = False


class _Place(NamedTuple):
    """Where a piece stands, in words, and how many units it fills."""

    start: int
    end: int
    seals: int


def _readings(segment: str) -> list[list[_Piece]]:
    """The ways a segment may stand in the article; the one that takes it as it is comes first.

    Each bracket's words are there or not; each ellipsis is the article's own or leaves words out.
    """
    if "[" not in segment and "…" not in segment and ".." not in segment and ". ." not in segment:
        return [[_Piece(words(segment))]]
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


def _placed(fingerprint: Fingerprint, pieces: Sequence[_Piece]) -> list[_Place]:
    """Where the pieces stand, each as early as it may after the one before; empty where one does not."""
    places: list[_Place] = []
    after = 0
    for piece in pieces:
        for at in _candidates(fingerprint, piece):
            seals = _seals(fingerprint, piece, at) if at >= after else None
            if seals is not None:
                break
        else:
            return []
        after = at + len(piece.words)
        places.append(_Place(at, after, seals))
    return places


def _candidates(fingerprint: Fingerprint, piece: _Piece) -> Iterable[int]:
    """Where all hashes of a piece fit and it may begin."""
    hashes = fingerprint.hashes
    needle = window_hashes(fingerprint.salt, piece.words, fingerprint.window, fingerprint.bits)
    if piece.free_start:
        return find(hashes, needle) if needle else ()
    if len(needle) > 1:
        return [at for at in fingerprint.openings.get(needle[:2], ()) if hashes.startswith(needle, at)]
    return [at for at in fingerprint.starts if hashes.startswith(needle, at)]


def _seals(fingerprint: Fingerprint, piece: _Piece, at: int) -> int | None:
    """How many seals prove a piece; None where it may not end here, is no speech, or a seal does not hold."""
    run, end = piece.words, at + len(piece.words)
    units = fingerprint.units
    found = 0
    for number in range(bisect_right(fingerprint.starts, at) - 1, len(units)):
        kind, start, last, seal = units[number]
        if kind == "told" or (last > end and not piece.free_end):
            return None
        if at <= start and last <= end:
            if seal != seal_of(fingerprint.salt, run[start - at : last - at], fingerprint.bits):
                return None
            found += 1
        if last >= end:
            return found
    return None


def _joined(readings: Sequence[Sequence[_Piece]], places: Sequence[_Place]) -> Iterator[tuple[int, int]]:
    at = 0
    for reading in readings:
        yield places[at].start, places[at + len(reading) - 1].end
        at += len(reading)


def _chance(fingerprint: Fingerprint, pieces: Sequence[_Piece], places: Sequence[_Place], tried: int) -> float:
    """At most: readings tried x, for each piece, places it could have stood x chance that all its hashes fit."""
    chance = float(tried)
    for piece, (start, end, seals) in zip(pieces, places, strict=True):
        windows = max(0, end - start - fingerprint.window + 1)
        starts = fingerprint.words if piece.free_start else len(fingerprint.units)
        hashed = fingerprint.bits * windows + (fingerprint.bits + MORE_OF_A_SEAL) * seals
        chance *= min(1.0, starts * 2.0**-hashed)
    return min(1.0, chance)
