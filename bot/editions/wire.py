"""An edition packed to go through a pipe: the parts of its bank, then those of its index, as they are kept in files.

Unpacking makes no quotes, only columns of them, so that it holds nobody up; and whatever comes through can run nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.editions.columnar.bank_columns import pack_bank, unpack_bank
from bot.editions.columnar.encoding import read, write
from bot.editions.columnar.index_columns import pack_index, unpack_index
from bot.editions.library import Edition

if TYPE_CHECKING:
    from bot.editions.columnar.encoding import Sink, Source


def pack(edition: Edition, out: Sink) -> None:
    """Write an edition."""
    write(out, edition.bank.key, pack_bank(edition.bank))
    write(out, edition.bank.key, pack_index(edition.index))


def unpack(source: Source, key: str) -> Edition:
    """Read the edition of the bank with this key; raises ValueError, TypeError or LookupError where it broke off."""
    bank = unpack_bank(key, read(source, key))
    return Edition(bank, unpack_index(bank, read(source, key)))
