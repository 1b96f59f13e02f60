"""The library holds the edition in use and swaps it in one assignment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.bank.reader import read_bank
from bot.errors import BankError
from bot.search.index import Index

if TYPE_CHECKING:
    from pathlib import Path

    from bot.bank.bank import Bank


@dataclass(frozen=True, slots=True)
class Edition:
    """One bank with the index built from it. Whoever takes it finishes with it."""

    bank: Bank
    index: Index


class Library:
    """Holds the edition in use."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition


def open_edition(folder: Path) -> Edition:
    """Read, check and index the bank in a folder. Raises BankError with every problem when it cannot be served."""
    reading = read_bank(folder)
    if reading.bank is None:
        raise BankError([problem for problem in reading.problems if problem.severity == "error"])
    return Edition(reading.bank, Index.build(reading.bank))
