"""Whether a bank lost so much at once that it is rather an accident (files deleted, half a copy) than an edition.

What a bank is expected to hold are ids of quotes, each with the time (seconds since 1970) when it went: those that
serve go now, if they do. Quotes that went in steps went at once where the steps are close together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..bank.folder import THE_FOLDER
from ..problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sized

    from ..bank.bank import Bank

LOSS_DIVISOR = 3
"""One in so many quotes gone at once wants a person's word."""
AT_ONCE = 600.0
"""Seconds: quotes that go within them went at once, in however many steps."""
CODE = "lost-quotes"
HOW_TO_CONFIRM = (
    "put them back; if it is meant, confirm it with `/bank reload confirm:{edition}`, "
    "or delete the folder last_good in the bot's data folder and restart the bot"
)


def expected_quotes(ids: Iterable[str], gone: Mapping[str, float], now: float, *, pending: bool) -> dict[str, float]:
    """The quotes that serve, and those that went shortly before: all of them while a loss is `pending`, that is, waits
    to be confirmed."""
    return dict.fromkeys(ids, now) | {key: at for key, at in gone.items() if pending or abs(now - at) < AT_ONCE}


def missing(expected: Mapping[str, float], bank: Bank) -> dict[str, float]:
    """Those that a bank does not hold."""
    known = bank.by_id
    return {key: at for key, at in expected.items() if key not in known}


def loss(gone: Sized, expected: Sized, bank: Bank) -> Problem | None:
    """What is to be confirmed of a bank in which these are `gone` of those `expected`; None: nothing."""
    if not gone or len(gone) * LOSS_DIVISOR < len(expected):
        return None
    message = (
        f"{len(gone):,} of {len(expected):,} quotes are gone at once, "
        f"so edition {bank.edition} waits until somebody confirms it"
    )
    return Problem(THE_FOLDER, 0, 0, "error", CODE, message, HOW_TO_CONFIRM.format(edition=bank.edition))
