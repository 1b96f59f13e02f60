"""An article's words as short hashes of overlapping windows, and finding runs of words among them.

Hashing must be cheap: a bank of 100,000 quotes is proved on every reading. So each word is hashed once, and the windows
of a run are made all at once, by one multiplication of long numbers (see `window_hashes`).
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from .sentences import breaks, placed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Kind = Literal["said", "told", "unknown"]
"""What a unit is: somebody's direct speech, anything else, or not looked at."""

WINDOW = 3
BITS = 8
MORE_OF_A_SEAL = 4
"""A seal has so many bits more than a window's hash."""
MOST_WINDOW = 8
_ROOM = 16  # bytes for each word in the long numbers: 7 of its hash, and room for the sums of products
_CUT = 7  # the byte of a sum that is kept: below it everything of the hash has come in
_MAX_CACHED = 50_000
_KEY = 2
_RUN_KEY = 3


class TextUnit(NamedTuple):
    """A stretch of words no passage begins or ends inside of: mostly a sentence. `start` and `end` count words."""

    kind: Kind
    start: int
    end: int
    seal: int


@dataclass(frozen=True)
class Fingerprint:
    """Hashes of every `window` neighbouring words, in order, a byte each, cut to `bits` bits; and of every unit."""

    salt: str
    window: int
    bits: int
    units: tuple[TextUnit, ...]
    hashes: bytes

    @property
    def words(self) -> int:
        """How many words the article has."""
        return self.units[-1].end if self.units else 0

    @cached_property
    def starts(self) -> list[int]:
        """The word each unit begins with."""
        return [unit.start for unit in self.units]

    @cached_property
    def openings(self) -> dict[bytes, array[int]]:
        """Where units begin, by their first two hashes."""
        return _grouped((self.hashes[start : start + _KEY], start) for start in self.starts)

    @cached_property
    def places(self) -> dict[bytes, array[int]]:
        """Where three hashes stand in a row."""
        hashes = self.hashes
        return _grouped((hashes[at : at + _RUN_KEY], at) for at in range(len(hashes) - _RUN_KEY + 1))


def _grouped(pairs: Iterator[tuple[bytes, int]]) -> dict[bytes, array[int]]:
    """Numbers by their keys, in arrays: a list each would be gone through by every search for garbage."""
    gathered: dict[bytes, array[int]] = {}
    for key, at in pairs:
        if key in gathered:
            gathered[key].append(at)
        else:
            gathered[key] = array("I", (at,))
    return gathered


@dataclass(frozen=True, slots=True)
class Run:
    """Words `start` to `end` of what was asked stand in the article from its word `at` on."""

    start: int
    end: int
    at: int


def make(
    text: str,
    salt: str = "quoth",
    *,
    speech: Sequence[tuple[int, int]] | None = None,
    window: int = WINDOW,
    bits: int = BITS,
) -> Fingerprint:
    """The fingerprint of an article's text. `salt` is the source's id; `speech` the character ranges of direct speech.

    Without `speech` nothing is known about who speaks, and a passage may stand anywhere.
    """
    places = placed(text)
    article = [word for word, _, _ in places]
    edges = [edge for span in speech or () for edge in span]
    units = tuple(
        TextUnit(_kind(places[start], speech), start, end, seal_of(salt, article[start:end], bits))
        for start, end in pairwise(breaks(text, places, edges))
        if end > start
    )
    return Fingerprint(salt, window, bits, units, window_hashes(salt, article, window, bits))


def _kind(place: tuple[str, int, int], speech: Sequence[tuple[int, int]] | None) -> Kind:
    if speech is None:
        return "unknown"
    return "said" if any(start <= place[1] < end for start, end in speech) else "told"


class _WordHashes(dict[str, bytes]):
    """The hash of each word, with room behind it; kept, since texts repeat their words."""

    def __missing__(self, word: str) -> bytes:
        digest = blake2b(word.encode(), digest_size=_CUT, person=b"quoth-word").digest()
        roomy = digest.ljust(_ROOM, b"\x00")
        if len(self) < _MAX_CACHED:
            self[word] = roomy
        return roomy


_WORD_HASHES = _WordHashes()


@lru_cache(maxsize=64)
def _factors(salt: str, window: int) -> int:
    """Odd numbers of 64 bits, one for each word of a window, as digits of one number; the last word's is the lowest."""
    drawn = blake2b(salt.encode(), digest_size=8 * MOST_WINDOW, person=b"quoth-factors").digest()
    factors = [int.from_bytes(drawn[8 * at : 8 * at + 8], "little") | 1 for at in range(window)]
    return sum(factor << (8 * _ROOM * (window - 1 - at)) for at, factor in enumerate(factors))


@lru_cache(maxsize=8)
def _mask(bits: int) -> bytes:
    return bytes(value >> (8 - bits) for value in range(256))


def window_hashes(salt: str, run: Sequence[str], window: int, bits: int) -> bytes:
    """The hash of every window of a run of words, a byte each.

    The hash of words a, b, c is byte 7 of the sum  h(a)·F0 + h(b)·F1 + h(c)·F2,  h being 7 bytes of BLAKE2b, F the
    salt's factors, all numbers little-endian. Written as digits of one long number each, words and factors multiply to
    all sums at once.
    """
    count = len(run)
    if count < window:
        return b""
    number = int.from_bytes(b"".join(map(_WORD_HASHES.__getitem__, run)), "little")
    sums = (number * _factors(salt, window)).to_bytes(_ROOM * (count + window), "little")
    cut = sums[_ROOM * (window - 1) + _CUT : _ROOM * count : _ROOM]
    return cut if bits == BITS else cut.translate(_mask(bits))


def seal_of(salt: str, run: Sequence[str], bits: int) -> int:
    """The hash of a whole unit."""
    digest = blake2b(" ".join(run).encode(), digest_size=2, key=_key(salt), person=b"quoth-unit").digest()
    return int.from_bytes(digest) >> (16 - bits - MORE_OF_A_SEAL)


@lru_cache(maxsize=64)
def _key(salt: str) -> bytes:
    return blake2b(salt.encode(), digest_size=32, person=b"quoth-key").digest()


def locate(fingerprint: Fingerprint, run: Sequence[str]) -> list[tuple[int, int]]:
    """Every place [start, end) in the article where this run of folded words stands.

    A run shorter than the window is found only where it is a whole unit.
    """
    size = len(run)
    needle = window_hashes(fingerprint.salt, run, fingerprint.window, fingerprint.bits)
    places = find(fingerprint.hashes, needle) if needle else _units_of_size(fingerprint, size)
    return [(at, at + size) for at in places if seals_hold(fingerprint, run, at)]


def find(hashes: bytes, needle: bytes) -> Iterator[int]:
    """Every place where hashes stand in a row."""
    at = hashes.find(needle)
    while at >= 0:
        yield at
        at = hashes.find(needle, at + 1)


def _units_of_size(fingerprint: Fingerprint, size: int) -> Iterator[int]:
    return (unit.start for unit in fingerprint.units if unit.end - unit.start == size)


def seals_hold(fingerprint: Fingerprint, run: Sequence[str], at: int) -> bool:
    """True when every unit wholly inside the words that stand at `at` has the seal of these words."""
    salt, bits = fingerprint.salt, fingerprint.bits
    return all(
        unit.seal == seal_of(salt, run[unit.start - at : unit.end - at], bits)
        for unit in units_inside(fingerprint, at, at + len(run))
    )


def units_inside(fingerprint: Fingerprint, start: int, end: int) -> Iterator[TextUnit]:
    """The units that lie wholly inside the words from `start` to `end`."""
    for number in range(bisect_left(fingerprint.starts, start), len(fingerprint.units)):
        unit = fingerprint.units[number]
        if unit.end > end:
            return
        yield unit


def runs(fingerprint: Fingerprint, asked: Sequence[str], least: int = 10) -> list[Run]:
    """The longest runs of the asked words that stand in the article, in the order asked.

    `least` words make a run, never less than the window and two. Time grows with the words asked and, slowly, with the
    article's.
    """
    hashes = window_hashes(fingerprint.salt, asked, fingerprint.window, fingerprint.bits)
    spread = fingerprint.window + _RUN_KEY - 1
    going: dict[int, int] = {}
    found: list[Run] = []
    for position in range(max(0, len(hashes) - _RUN_KEY + 1) + 1):
        key = hashes[position : position + _RUN_KEY]
        here = set(fingerprint.places.get(key, ()))
        for at, begun in going.items():
            end = position - 1 + spread
            if at not in here and end - begun >= least:
                found.append(Run(begun, end, at - (position - begun)))
        going = {at + 1: going.get(at, position) for at in here}
    return sorted(found, key=lambda run: (run.start, -run.end, run.at))
