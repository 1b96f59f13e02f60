"""The library holds the edition in use and swaps it in one assignment."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from ..bank.bank import short
from ..text import shown
from .edition import has_errors

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from ..problem import Problem
    from .edition import Edition, Outcome

log = logging.getLogger(__name__)

LOGGED = 20
"""Problems of one reading that stand in the log."""


class Reload(Protocol):
    """Reads the folder again. `confirm` names the edition whose loss is meant, as it was shown."""

    def __call__(self, *, confirm: str = "") -> Awaitable[Outcome]: ...


class Tell(Protocol):
    """Hears what came of a reading that the folder's change set off."""

    def __call__(self, outcome: Outcome, /) -> Awaitable[None]: ...


class Library:
    """Holds the edition in use, and what is wrong with the folder it is from.

    `problems` are those of the last reading, `unconfirmed_key` that of the bank whose loss it found, to be confirmed; a
    `loss_pending` stays until a reading is without a fault. `gone` are the quotes that went shortly before this edition
    was read. `reload` reads the folder again, where it is watched; `tell` is there where somebody wants to hear of
    changes.
    """

    def __init__(
        self,
        edition: Edition,
        problems: tuple[Problem, ...] = (),
        unconfirmed_key: str = "",
        gone: Mapping[str, float] | None = None,
    ) -> None:
        self.edition = edition
        self.problems = problems
        self.unconfirmed_key = unconfirmed_key
        self.loss_pending = bool(unconfirmed_key)
        self.gone = gone or {}
        self.reload: Reload | None = None
        self.tell: Tell | None = None

    @property
    def unconfirmed(self) -> str:
        """The short name of the edition whose loss waits for somebody's word; nothing where there is none."""
        return short(self.unconfirmed_key)

    @property
    def faulty(self) -> bool:
        """Whether the folder holds an error, so that an older edition serves."""
        return has_errors(self.problems)

    def take(self, outcome: Outcome) -> None:
        """Serve the new edition, where there is one, and remember the problems."""
        self.problems, self.unconfirmed_key = outcome.problems, outcome.unconfirmed_key
        self.loss_pending = bool(outcome.unconfirmed_key) or (self.loss_pending and outcome.faulty)
        if not outcome.faulty:
            self.gone = outcome.gone
        if outcome.edition is not None:
            self.edition = outcome.edition


def log_faults(problems: tuple[Problem, ...], serving: Edition) -> None:
    """Say what keeps a folder from being served, and what serves instead."""
    faults = [problem for problem in problems if problem.severity == "error"]
    log.error(
        "the bank's folder cannot be served as it is (%d to mend); edition %s goes on",
        len(faults),
        serving.bank.edition,
    )
    for problem in faults[:LOGGED]:
        log.error("%s", shown(str(problem)))
    if len(faults) > LOGGED:
        log.error("and %d more: quoth check shows all of them", len(faults) - LOGGED)


def log_copy_fault(outcome: Outcome) -> None:
    """Say that a restart with a fault would find no copy of this bank."""
    if outcome.copy_fault:
        log.warning("no copy of this bank could be kept for a restart with a fault: %s", shown(outcome.copy_fault))
