"""The library holds the edition in use and swaps it in one assignment."""

from __future__ import annotations

import contextlib
import gc
import logging
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from bot.bank.bank import short
from bot.bank.folder import HERE
from bot.bank.reader import last_day, read_bank
from bot.editions import copies as readings
from bot.editions import last_good
from bot.editions.columnar.bank_columns import packed
from bot.editions.columnar.index_columns import load_or_build, pack_index, unpack_index
from bot.editions.loss import loss, missing
from bot.errors import BankError
from bot.strict_yaml import shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
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

    `changes` are those against the edition it replaced. `held` is the key of a bank that is without a fault but lost so
    many quotes that it is served only once somebody confirms it; nothing where there is none. `gone` are the quotes
    that went shortly before from a folder without a fault, see `bot.editions.loss`.
    """

    edition: Edition | None
    problems: tuple[Problem, ...]
    changes: Changes | None = None
    held: str = ""
    gone: Mapping[str, float] = field(default_factory=dict)

    @property
    def faulty(self) -> bool:
        """Whether the folder cannot be served as it is."""
        return has_errors(self.problems)


class Reload(Protocol):
    """Reads the folder again. `confirm` names the edition whose loss is meant, as it was told."""

    def __call__(self, *, confirm: str = "") -> Awaitable[Outcome]: ...


class Tell(Protocol):
    """Hears what came of a reading that the folder's change set off."""

    def __call__(self, outcome: Outcome, /) -> Awaitable[None]: ...


class Library:
    """Holds the edition in use, and what is wrong with the folder it is from.

    `problems` are those of the last reading, `held` the key of the bank whose loss it told, to be confirmed; a loss
    `waits` until a reading is without a fault. `gone` are the quotes that went shortly before this edition was read.
    `reload` reads the folder again, where it is watched; `tell` is there where somebody wants to hear of changes.
    """

    def __init__(
        self,
        edition: Edition,
        problems: tuple[Problem, ...] = (),
        held: str = "",
        gone: Mapping[str, float] | None = None,
    ) -> None:
        self.edition = edition
        self.problems = problems
        self.held = held
        self.waits = bool(held)
        self.gone = gone or {}
        self.reload: Reload | None = None
        self.tell: Tell | None = None

    @property
    def unconfirmed(self) -> str:
        """The short name of the edition whose loss waits for somebody's word; nothing where there is none."""
        return short(self.held)

    @property
    def faulty(self) -> bool:
        """Whether the folder holds an error, so that an older edition serves."""
        return has_errors(self.problems)

    def take(self, outcome: Outcome) -> None:
        """Serve the new edition, where there is one, and keep the problems."""
        self.problems, self.held = outcome.problems, outcome.held
        self.waits = bool(outcome.held) or (self.waits and outcome.faulty)
        if not outcome.faulty:
            self.gone = outcome.gone
        if outcome.edition is not None:
            self.edition = outcome.edition


def has_errors(problems: tuple[Problem, ...]) -> bool:
    """Whether any problem keeps a bank from being served."""
    return any(problem.severity == "error" for problem in problems)


def open_edition(folder: Path) -> Edition:
    """Read, check and index the bank in a folder. Raises BankError with every problem when it cannot be served."""
    return open_library(folder).edition


def open_library(folder: Path, kept: Path | None = None, clock: Callable[[], float] = time.time) -> Library:
    """A library with the bank in a folder; while that is faulty, with the last good one, if it was kept below `kept`.

    The last good one also serves where a third of its quotes is gone from the folder, until somebody confirms that;
    what is left serves until then where no copy is whole. Raises BankError with every problem where nothing can serve.
    """
    cache, today = cache_beside(kept), last_day()
    reading, is_new = reading_of(folder, cache, today)
    bank = reading.bank
    before = last_good.known(kept, folder, clock()) if kept is not None else {}
    gone = missing(before, bank) if bank is not None else {}
    lost = loss(gone, before, bank) if bank is not None else None
    if bank is None or lost is not None:
        return _standing_in(reading, lost, before, folder, kept)
    if kept is not None and (why := last_good.keep(bank, folder, kept, gone)):
        log.warning("no copy of this bank could be kept for a restart with a fault: %s", why)
    edition = Edition(bank, indexed(bank, cache))
    if is_new and cache is not None and is_large(bank):
        edition = packed_edition(edition)
        keep(replace(reading, bank=edition.bank), folder, cache, today)
    return Library(settled(edition), reading.problems, gone=gone)


def _standing_in(
    reading: Reading, lost: Problem | None, before: Mapping[str, float], folder: Path, kept: Path | None
) -> Library:
    """A library with the last good bank, or with what is left of it, and with what keeps the folder's from serving."""
    good = last_good.recall(kept, cache_beside(kept)) if kept is not None else None
    serving = good if good is not None else reading.bank
    if serving is None:
        raise BankError([_placed(one, folder) for one in reading.problems if one.severity == "error"])
    if good is None:
        log.error("no copy of the edition before is whole, so what is left of it serves")
    if lost is not None and kept is not None:
        last_good.wait(kept, folder, before)
    edition = settled(Edition(serving, indexed(serving, cache_beside(kept))))
    problems = reading.problems if lost is None else (lost, *reading.problems)
    log_faults(problems, edition)
    held = reading.bank.key if reading.bank is not None else ""
    library = Library(edition, problems, held, missing(before, serving))
    library.waits = library.waits or (kept is not None and last_good.waits(kept, folder))
    return library


def _placed(problem: Problem, folder: Path) -> Problem:
    """A problem for the terminal: its file as it can be opened from there."""
    return replace(problem, file=shown((folder / problem.file).as_posix()))


def read(folder: Path, kept: Path) -> Reading:
    """What reading a folder gives: for who only looks, from what the bot kept of the same files; nothing is kept."""
    return reading_of(folder, cache_beside(kept), last_day())[0]


def reading_of(folder: Path, cache: Path | None, today: date) -> tuple[Reading, bool]:
    """What a folder says, its files told of by their names inside it; and whether it was read rather than recalled."""
    recalled = readings.load(folder, cache, today, HERE)
    return (recalled, False) if recalled else (read_bank(folder, today, HERE), True)


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
            readings.save(reading, folder, cache, today, HERE)


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
