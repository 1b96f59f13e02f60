"""The library holds the edition in use and swaps it in one assignment."""

from __future__ import annotations

import contextlib
import gc
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot import last_good
from bot.bank import kept as readings
from bot.bank.packed.bank import packed
from bot.bank.reader import last_day, read_bank
from bot.errors import BankError
from bot.search.cache import load_or_build, pack_index, unpack_index
from bot.strict_yaml import shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import date
    from pathlib import Path

    from bot.bank.bank import Bank
    from bot.bank.changes import Changes
    from bot.bank.reader import Reading
    from bot.problem import Problem
    from bot.search.index import Index

log = logging.getLogger(__name__)

MANY = 5_000
"""From so many quotes on, a bank is large: a search for garbage among them would hold up answers."""
TOLD = 20
"""Problems of one reading that stand in the log."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One bank with the index built from it. Whoever takes it finishes with it."""

    bank: Bank
    index: Index


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of reading the folder again: a new edition, or None where the one in use goes on; and every problem.

    `changes` are those against the edition it replaced.
    """

    edition: Edition | None
    problems: tuple[Problem, ...]
    changes: Changes | None = None

    @property
    def faulty(self) -> bool:
        """Whether the folder cannot be served as it is."""
        return has_errors(self.problems)


class Library:
    """Holds the edition in use, and what is wrong with the folder it is from.

    `problems` are those of the last reading. `reload` reads the folder again, where it is watched; `tell` is called
    with the outcome of a reading that the folder's change set off, where somebody wants to hear of it.
    """

    def __init__(self, edition: Edition, problems: tuple[Problem, ...] = ()) -> None:
        self.edition = edition
        self.problems = problems
        self.reload: Callable[[], Awaitable[Outcome]] | None = None
        self.tell: Callable[[Outcome], Awaitable[None]] | None = None

    @property
    def faulty(self) -> bool:
        """Whether the folder holds an error, so that an older edition serves."""
        return has_errors(self.problems)

    def take(self, outcome: Outcome) -> None:
        """Serve the new edition, where there is one, and keep the problems."""
        self.problems = outcome.problems
        if outcome.edition is not None:
            self.edition = outcome.edition


def has_errors(problems: tuple[Problem, ...]) -> bool:
    """Whether any problem keeps a bank from being served."""
    return any(problem.severity == "error" for problem in problems)


def open_edition(folder: Path) -> Edition:
    """Read, check and index the bank in a folder. Raises BankError with every problem when it cannot be served."""
    return open_library(folder).edition


def open_library(folder: Path, kept: Path | None = None) -> Library:
    """A library with the bank in a folder; while that is faulty, with the last good one, if it was kept below `kept`.

    Raises BankError with every problem where there is nothing to serve.
    """
    cache, today = cache_beside(kept), last_day()
    recalled = readings.load(folder, cache, today)
    reading = recalled or read_bank(folder, today)
    bank = reading.bank
    if bank is not None:
        if kept is not None and (why := last_good.keep(bank, folder, kept)):
            log.warning("no copy of this bank could be kept for a restart with a fault: %s", why)
        edition = Edition(bank, indexed(bank, cache))
        if recalled is None and cache is not None and is_large(bank):
            edition = packed_edition(edition)
            keep(replace(reading, bank=edition.bank), folder, cache, today)
        return Library(settled(edition), reading.problems)
    bank = last_good.recall(kept, cache) if kept is not None else None
    if bank is None:
        raise BankError([problem for problem in reading.problems if problem.severity == "error"])
    edition = settled(Edition(bank, indexed(bank, cache)))
    log_faults(reading.problems, edition)
    return Library(edition, reading.problems)


def read(folder: Path, kept: Path) -> Reading:
    """What reading a folder gives: for who only looks, from what the bot kept of the same files; nothing is kept."""
    today = last_day()
    return readings.load(folder, cache_beside(kept), today) or read_bank(folder, today)


def cache_beside(kept: Path | None) -> Path | None:
    """Where the readings and indexes of large banks are kept for the next start: beside the last good copies."""
    return kept.parent / "cache" if kept is not None else None


def packed_edition(edition: Edition) -> Edition:
    """The same edition on a packed bank: it takes less memory, and there is less to take apart when it is let go of."""
    bank = packed(edition.bank)
    return Edition(bank, unpack_index(bank, pack_index(edition.index)))


def keep(reading: Reading, folder: Path, cache: Path | None, today: date) -> None:
    """Keep the reading of a large bank for the next start."""
    if cache is not None and is_large(reading.bank):
        with contextlib.suppress(OSError):  # a full disk costs time at the next start, no answer
            readings.save(reading, folder, cache, today)


def indexed(bank: Bank, cache: Path | None) -> Index:
    """The index of a bank: that of a large one is kept for the next start."""
    return load_or_build(bank, cache if is_large(bank) else None)


def is_large(bank: Bank | None) -> bool:
    """Whether a bank takes long to read, to index and to search for garbage."""
    return bank is not None and len(bank.quotes) >= MANY


def settled(edition: Edition) -> Edition:
    """The same edition, kept out of the searches for garbage: it holds no cycles, and stays until it is let go of."""
    if is_large(edition.bank):
        gc.freeze()
    return edition


def log_faults(problems: tuple[Problem, ...], serving: Edition) -> None:
    """Say what keeps a folder from being served, and what serves instead."""
    faults = [problem for problem in problems if problem.severity == "error"]
    log.error(
        "the bank's folder cannot be served as it is (%d to mend); edition %s goes on",
        len(faults),
        serving.bank.edition,
    )
    for problem in faults[:TOLD]:
        log.error("%s", shown(str(problem)))
    if len(faults) > TOLD:
        log.error("and %d more: quoth check shows all of them", len(faults) - TOLD)
