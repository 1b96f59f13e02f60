"""The library holds the edition in use and swaps it in one assignment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.bank.bank import Bank
    from bot.search.index import Index


@dataclass(frozen=True, slots=True)
class Edition:
    """One bank with the index built from it. Whoever takes it finishes with it."""

    bank: Bank
    index: Index


class Library:
    """Holds the edition in use."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
