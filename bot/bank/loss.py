"""Whether a bank lost so much at once that it is rather an accident (files deleted, half a copy) than an edition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.bank.folder import WHOLE
from bot.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Container

    from bot.bank.bank import Bank

PART = 3
"""One in so many quotes gone at once wants a person's word."""
CODE = "lost-quotes"
HOW_TO_CONFIRM = (
    "put them back; if it is meant, confirm it with `/bank reload confirm:True`, "
    "or delete the folder last_good in the bot's data folder and restart the bot"
)


def loss(before: Collection[str], bank: Bank) -> Problem | None:
    """What is to be confirmed before a bank takes the place of one that held quotes of these ids; None: nothing."""
    lost = _missing(before, bank.by_id)
    if not lost or lost * PART < len(before):
        return None
    message = (
        f"{lost:,} of {len(before):,} quotes are gone at once, so the files are not served as edition {bank.edition} "
        "before somebody confirms it"
    )
    return Problem(WHOLE, 0, 0, "error", CODE, message, HOW_TO_CONFIRM)


def _missing(before: Collection[str], known: Container[str]) -> int:
    return sum(key not in known for key in before)
