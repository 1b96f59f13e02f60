"""Which requests hold nobody up, and which are done where nobody waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...text import is_longer

if TYPE_CHECKING:
    from ...editions.edition import Edition

LIGHT, LIGHT_TYPED = 400_000, 200_000
"""Characters of a query, times quotes of the bank, up to which finding takes some milliseconds, whatever the words; and
what is typed, of which completing takes twice as long. Measured by benchmarks/answers/stalls.py.
"""
SHORT, SMALL = 300, 1000
"""Characters of a text, and quotes of a bank, up to which checking takes a few milliseconds."""


def finds_quickly(words: str, edition: Edition) -> bool:
    """Whether finding these words holds nobody up."""
    return not is_longer(words, LIGHT // max(1, len(edition.bank.quotes)))


def completes_quickly(typed: str, edition: Edition) -> bool:
    """Whether completing what is typed holds nobody up."""
    return not is_longer(typed, LIGHT_TYPED // max(1, len(edition.bank.quotes)))


def checks_quickly(text: str, edition: Edition) -> bool:
    """Whether checking this text holds nobody up."""
    return len(edition.bank.quotes) <= SMALL and not is_longer(text, SHORT)
