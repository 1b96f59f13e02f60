"""Fingerprints in columns: one is made when it is asked for. Columns that do not fit together prove nothing."""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from bot.bank.windows import BITS, MOST_WINDOW, Fingerprint, Kind, Unit
from bot.columns import bytes_of, ints_of, text_of
from bot.editions.columnar.json_columns import plain, revived

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.columns import Columns

_KINDS: tuple[Kind, ...] = ("unknown", "said", "told")


@dataclass(frozen=True, slots=True)
class _Head:
    """A fingerprint without its units and hashes, and how many of both there are."""

    name: str
    salt: str
    window: int
    bits: int
    units: int
    hashes: int


def pack_proofs(proofs: Mapping[str, Fingerprint]) -> Columns:
    """The columns."""
    if isinstance(proofs, PackedProofs):
        return proofs.pack()
    heads = [
        _Head(name, one.salt, one.window, one.bits, len(one.units), len(one.hashes)) for name, one in proofs.items()
    ]
    units = [unit for one in proofs.values() for unit in one.units]
    return {
        "heads": json.dumps(plain(_Head, heads)),
        "kinds": bytes(_KINDS.index(unit.kind) for unit in units),
        "lengths": array("I", (unit.end - unit.start for unit in units)),
        "seals": array("I", (unit.seal for unit in units)),
        "hashes": b"".join(one.hashes for one in proofs.values()),
    }


class PackedProofs(Mapping[str, Fingerprint]):
    """The fingerprints of a bank, by the ids of their sources. One that was made stays."""

    def __init__(self, parts: Columns) -> None:
        self._parts = parts
        self._kinds, self._hashes = bytes_of(parts["kinds"]), bytes_of(parts["hashes"])
        self._lengths, self._seals = ints_of(parts["lengths"]), ints_of(parts["seals"])
        self._heads: dict[str, tuple[_Head, int, int]] = {}
        self.made: dict[str, Fingerprint] = {}
        """The fingerprints that were asked for."""
        unit = run = 0
        for head in revived(_Head, json.loads(text_of(parts["heads"]))):
            if not (1 <= head.window <= MOST_WINDOW and 1 <= head.bits <= BITS and head.units >= 0 <= head.hashes):
                raise ValueError("this is no fingerprint")
            self._heads[head.name] = head, unit, run
            unit, run = unit + head.units, run + head.hashes
        if {len(self._kinds), len(self._lengths), len(self._seals)} != {unit} or len(self._hashes) != run:
            raise ValueError("the columns do not fit together")

    def pack(self) -> Columns:
        """The columns these fingerprints were made of."""
        return self._parts

    def __len__(self) -> int:
        return len(self._heads)

    def __iter__(self) -> Iterator[str]:
        return iter(self._heads)

    def __contains__(self, key: object) -> bool:
        return key in self._heads

    def __getitem__(self, key: str) -> Fingerprint:
        made = self.made.get(key)
        return self.made.setdefault(key, self._make(*self._heads[key])) if made is None else made

    def _make(self, head: _Head, unit: int, run: int) -> Fingerprint:
        kinds, seals = self._kinds[unit : unit + head.units], self._seals[unit : unit + head.units]
        ends = accumulate(self._lengths[unit : unit + head.units], initial=0)
        units = tuple(
            Unit(_KINDS[kind % len(_KINDS)], start, end, seal)
            for kind, seal, (start, end) in zip(kinds, seals, pairwise(ends), strict=True)
        )
        hashes = self._hashes[run : run + head.hashes]
        words = units[-1].end if units else 0
        if len(hashes) != max(0, words - head.window + 1):
            return Fingerprint(head.salt, head.window, head.bits, (), b"")
        return Fingerprint(head.salt, head.window, head.bits, units, hashes)
