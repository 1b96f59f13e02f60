"""An article's words as short hashes of overlapping windows, and finding runs of words among them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from bot.bank.sentences import breaks, placed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Kind = Literal["said", "told", "unknown"]
"""What a unit is: somebody's direct speech, anything else, or not looked at."""

WINDOW = 5
BITS = 10


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of words no passage begins or ends inside of: mostly a sentence. `start` and `end` count words."""

    kind: Kind
    start: int
    end: int
    seal: int


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Hashes of every `window` neighbouring words, in order, and of every unit; each cut to `bits` bits."""

    salt: str
    window: int
    bits: int
    units: tuple[Unit, ...]
    hashes: tuple[int, ...]
    _places: dict[int, tuple[int, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)

    @property
    def words(self) -> int:
        """How many words the article has."""
        return self.units[-1].end if self.units else 0


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
    parted = breaks(text, places, edges)
    units = tuple(
        Unit(_kind(places[start], speech), start, end, _cut(salt, article[start:end], bits, "unit"))
        for start, end in pairwise(parted)
        if end > start
    )
    hashes = tuple(_cut(salt, article[at : at + window], bits) for at in range(len(article) - window + 1))
    return Fingerprint(salt, window, bits, units, hashes)


def _kind(place: tuple[str, int, int], speech: Sequence[tuple[int, int]] | None) -> Kind:
    if speech is None:
        return "unknown"
    return "said" if any(start <= place[1] < end for start, end in speech) else "told"


@lru_cache(maxsize=256)
def _key(salt: str) -> bytes:
    return blake2b(salt.encode(), digest_size=32).digest()


def _cut(salt: str, run: Sequence[str], bits: int, purpose: str = "window") -> int:
    digest = blake2b(
        "\x00".join(run).encode(), digest_size=4, key=_key(salt), person=f"quoth-{purpose}".encode()
    ).digest()
    return int.from_bytes(digest) >> (32 - bits)


def locate(fingerprint: Fingerprint, run: Sequence[str]) -> list[tuple[int, int]]:
    """Every place [start, end) in the article where this run of folded words stands.

    A run shorter than the window is found only where it is a whole unit.
    """
    if len(run) < fingerprint.window:
        return _located_units(fingerprint, run)
    hashes = _hashes(fingerprint, run)
    size = len(run)
    return [
        (at, at + size)
        for at in places_of(fingerprint, hashes[0])
        if list(fingerprint.hashes[at : at + len(hashes)]) == hashes and _seals_hold(fingerprint, run, at)
    ]


def _located_units(fingerprint: Fingerprint, run: Sequence[str]) -> list[tuple[int, int]]:
    if not run:
        return []
    seal = _cut(fingerprint.salt, run, fingerprint.bits, "unit")
    return [
        (unit.start, unit.end) for unit in fingerprint.units if unit.end - unit.start == len(run) and unit.seal == seal
    ]


def _hashes(fingerprint: Fingerprint, run: Sequence[str]) -> list[int]:
    size = fingerprint.window
    return [_cut(fingerprint.salt, run[at : at + size], fingerprint.bits) for at in range(len(run) - size + 1)]


def _seals_hold(fingerprint: Fingerprint, run: Sequence[str], at: int) -> bool:
    return all(
        unit.seal == _cut(fingerprint.salt, run[unit.start - at : unit.end - at], fingerprint.bits, "unit")
        for unit in units_inside(fingerprint, at, at + len(run))
    )


def units_inside(fingerprint: Fingerprint, start: int, end: int) -> Iterator[Unit]:
    """The units that lie wholly inside the words from `start` to `end`."""
    return (unit for unit in fingerprint.units if start <= unit.start and unit.end <= end)


def places_of(fingerprint: Fingerprint, value: int) -> tuple[int, ...]:
    """The word positions whose window has this hash; the table is made when first asked for."""
    table = fingerprint._places  # noqa: SLF001  the cache lives on the value it belongs to
    if not table and fingerprint.hashes:
        gathered: dict[int, list[int]] = {}
        for at, known in enumerate(fingerprint.hashes):
            gathered.setdefault(known, []).append(at)
        table.update((known, tuple(places)) for known, places in gathered.items())
    return table.get(value, ())


def runs(fingerprint: Fingerprint, asked: Sequence[str], least: int = 10) -> list[Run]:
    """The longest runs of the asked words (at least `least` of them) that stand in the article, in the order asked.

    Time grows with the words asked and, slowly, with the article's.
    """
    hashes = _hashes(fingerprint, asked)
    going: dict[int, int] = {}
    found: list[Run] = []
    for position, value in enumerate([*hashes, None]):
        here = set(places_of(fingerprint, value)) if value is not None else set()
        for at, begun in going.items():
            end = position - 1 + fingerprint.window
            if at not in here and end - begun >= least:
                found.append(Run(begun, end, at - (position - begun)))
        going = {at + 1: going.get(at, position) for at in here}
    return sorted(found, key=lambda run: (run.start, -run.end, run.at))
