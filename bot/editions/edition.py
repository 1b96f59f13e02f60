"""An edition, and what came of making one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..bank.bank import Bank
    from ..bank.changes import Changes
    from ..problem import Problem
    from ..search.index import Index


@dataclass(frozen=True, slots=True)
class Edition:
    """One bank with the index built from it. Whoever takes it finishes with it."""

    bank: Bank
    index: Index


@dataclass(frozen=True, slots=True)
class Previous:
    """What a folder is held against when an edition is made of it.

    `key` is that of the bank in use: a folder that still gives it makes no new edition. `quotes` are the ids that are
    expected, each with the time at which it went, see `editions.loss`. `confirmed` is the key of a bank whose loss
    of quotes somebody said is meant.
    """

    key: str = ""
    quotes: Mapping[str, float] = field(default_factory=dict)
    confirmed: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of reading a folder: a new edition, or None where the one in use goes on; and every problem.

    `changes` are those against the edition that was replaced. `unconfirmed_key` is that of a bank without a fault that
    lost so many quotes that it is served only once somebody confirms it; `bank` is that bank, which no child process
    sends. `gone` are the quotes that went shortly before from a folder without a fault. `copy_fault` says why no copy
    of the bank's files could be saved.
    """

    edition: Edition | None
    problems: tuple[Problem, ...]
    changes: Changes | None = None
    unconfirmed_key: str = ""
    gone: Mapping[str, float] = field(default_factory=dict)
    copy_fault: str = ""
    bank: Bank | None = field(default=None, repr=False, compare=False)

    @property
    def faulty(self) -> bool:
        """Whether the folder cannot be served as it is."""
        return has_errors(self.problems)


def has_errors(problems: tuple[Problem, ...]) -> bool:
    """Whether any problem keeps a bank from being served."""
    return any(problem.severity == "error" for problem in problems)
