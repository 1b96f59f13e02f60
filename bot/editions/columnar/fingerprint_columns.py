"""Fingerprints in columns: one is made when it is asked for. Columns that do not fit together prove nothing."""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from ...bank.windows import BITS, MOST_WINDOW, Fingerprint, Kind, TextUnit
from ...columns import bytes_of, ints_of, text_of
from .json_columns import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...columns import Columns

_KINDS: tuple[Kind, ...] = ("unknown", "said", "told")


@dataclass(frozen=True, slots=True)
class _Head:
    """A fingerprint without its units and hashes, and how many of both there are."""

    source: str
    salt: str
    window: int
    bits: int
    units: int
    hashes: int


def fingerprints_to_columns(fingerprints: Mapping[str, Fingerprint]) -> Columns:
    """The columns of fingerprints: all units and all hashes, one after the other, and of each how many are its own."""
    if isinstance(fingerprints, ColumnarFingerprints):
        return fingerprints.columns
    every = fingerprints.values()
    heads = [
        _Head(source, each.salt, each.window, each.bits, len(each.units), len(each.hashes))
        for source, each in fingerprints.items()
    ]
    units = [unit for each in every for unit in each.units]
    return {
        "heads": json.dumps(to_json(_Head, heads)),
        "kinds": bytes(_KINDS.index(unit.kind) for unit in units),
        "lengths": array("I", (unit.end - unit.start for unit in units)),
        "seals": array("I", (unit.seal for unit in units)),
        "hashes": b"".join(each.hashes for each in every),
    }


class ColumnarFingerprints(Mapping[str, Fingerprint]):
    """The fingerprints of a bank, by the ids of their sources. One that was made stays."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._kinds, self._hashes = bytes_of(columns["kinds"]), bytes_of(columns["hashes"])
        self._lengths, self._seals = ints_of(columns["lengths"]), ints_of(columns["seals"])
        self._heads: dict[str, tuple[_Head, int, int]] = {}
        self.materialized: dict[str, Fingerprint] = {}
        """The fingerprints that were asked for."""
        first_unit = first_hash = 0
        for head in from_json(_Head, json.loads(text_of(columns["heads"]))):
            if not (1 <= head.window <= MOST_WINDOW and 1 <= head.bits <= BITS and head.units >= 0 <= head.hashes):
                raise ValueError("this is no fingerprint")
            self._heads[head.source] = head, first_unit, first_hash
            first_unit, first_hash = first_unit + head.units, first_hash + head.hashes
        if {len(self._kinds), len(self._lengths), len(self._seals)} != {first_unit} or len(self._hashes) != first_hash:
            raise ValueError("the columns do not fit together")

    def __len__(self) -> int:
        return len(self._heads)

    def __iter__(self) -> Iterator[str]:
        return iter(self._heads)

    def __contains__(self, key: object) -> bool:
        return key in self._heads

    def __getitem__(self, key: str) -> Fingerprint:
        made = self.materialized.get(key)
        if made is not None:
            return made
        return self.materialized.setdefault(key, self._make(*self._heads[key]))  # as for quotes

    def _make(self, head: _Head, first_unit: int, first_hash: int) -> Fingerprint:
        of_units = slice(first_unit, first_unit + head.units)
        ends = accumulate(self._lengths[of_units], initial=0)
        units = tuple(
            TextUnit(_KINDS[kind % len(_KINDS)], start, end, seal)
            for kind, seal, (start, end) in zip(
                self._kinds[of_units], self._seals[of_units], pairwise(ends), strict=True
            )
        )
        hashes = self._hashes[first_hash : first_hash + head.hashes]
        words = units[-1].end if units else 0
        if len(hashes) != max(0, words - head.window + 1):
            return Fingerprint(head.salt, head.window, head.bits, (), b"")
        return Fingerprint(head.salt, head.window, head.bits, units, hashes)
