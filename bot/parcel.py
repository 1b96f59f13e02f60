"""An edition packed to go through a pipe, in pieces small enough that unpacking one holds nobody up.

Each piece is a pickle of its own, so that what unpickling remembers is dropped piece by piece. What pieces share
(sources, speakers, topics, quotes, the bank) they name by its number. Only for what our own child sends.
"""

from __future__ import annotations

import pickle
from dataclasses import fields
from typing import IO, TYPE_CHECKING, Any, Protocol

from bot.bank.bank import Bank
from bot.library import Edition

if TYPE_CHECKING:
    from collections.abc import Iterable

A_PIECE = 500
"""Quotes of one piece."""
_AT_ONCE = [one.name for one in fields(Bank) if one.init and one.name not in {"quotes", "fingerprints"}]
"""What goes into the first piece: all a bank says but its quotes and fingerprints."""
LONG = 1 << 14
"""Characters of one piece of a string."""


class Source(Protocol):
    """What is unpacked from: a file as unpickling reads it."""

    def read(self, size: int, /) -> bytes: ...

    def readline(self) -> bytes: ...


def pack(edition: Edition, out: IO[bytes]) -> None:
    """Write an edition."""
    bank, shared = edition.bank, _Shared()
    shared.put({name: getattr(bank, name) for name in _AT_ONCE}, out)
    shared.number(bank.sources, bank.speakers, bank.topics)
    shared.put((len(bank.quotes), len(bank.fingerprints)), out)
    for first in range(0, len(bank.quotes), A_PIECE):
        piece = bank.quotes[first : first + A_PIECE]
        shared.put(piece, out)
        shared.number(piece)
    for named in bank.fingerprints.items():
        shared.put(named, out)
    shared.number((bank,))
    shared.put(edition.index, out)


def unpack(source: Source) -> Edition:
    """Read an edition; raises whatever unpickling raises where it broke off."""
    held: list[Any] = []
    facts = _take(source, held)
    held += [*facts["sources"], *facts["speakers"], *facts["topics"]]
    quotes, fingerprints = _take(source, held)
    first = len(held)
    while len(held) < first + quotes:
        held += _take(source, held)
    proofs = dict(_take(source, held) for _ in range(fingerprints))
    bank = Bank(quotes=tuple(held[first:]), fingerprints=proofs, **facts)
    held.append(bank)
    return Edition(bank, _take(source, held))


class _Shared:
    """The numbers of what pieces share."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}

    def number(self, *groups: Iterable[object]) -> None:
        for group in groups:
            for one in group:
                self._numbers[id(one)] = len(self._numbers)

    def put(self, piece: object, out: IO[bytes]) -> None:
        _Pickler(self._numbers, out).dump(piece)


class _Pickler(pickle.Pickler):
    def __init__(self, numbers: dict[int, int], out: IO[bytes]) -> None:
        super().__init__(out, pickle.HIGHEST_PROTOCOL)
        self._numbers = numbers

    def persistent_id(self, one: object) -> int | list[str] | None:
        if type(one) is str and len(one) > LONG:
            return [one[at : at + LONG] for at in range(0, len(one), LONG)]
        return self._numbers.get(id(one))


class _Unpickler(pickle.Unpickler):
    def __init__(self, held: list[Any], source: Source) -> None:
        super().__init__(source)
        self._held = held

    def persistent_load(self, number: int | list[str]) -> Any:
        return "".join(number) if isinstance(number, list) else self._held[number]


def _take(source: Source, held: list[Any]) -> Any:
    return _Unpickler(held, source).load()
