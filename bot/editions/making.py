"""Making an edition of a bank's folder: at the start, and in the child process for every reload."""

from __future__ import annotations

import gc
import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from ..bank.folder import HERE
from ..bank.reader import last_day, read_bank
from ..errors import BankError
from ..search.index import Index
from .columnar.bank_columns import columnar
from .columnar.index_columns import index_from_columns, index_to_columns
from .copies import Copies, is_large
from .edition import Edition, Outcome, Previous
from .library import Library, log_copy_fault, log_faults
from .loss import loss, missing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from ..bank.bank import Bank
    from ..problem import Problem

log = logging.getLogger(__name__)

NOTHING_BEFORE = Previous()


def make(folder: Path, copies: Copies, today: date, previous: Previous = NOTHING_BEFORE) -> Outcome:
    """Read, check, prove and index the bank in a folder, and keep copies of it. Every edition is made here.

    No edition is made where the folder holds an error, where it still gives the key that is in use, or where a third of
    its quotes is gone and nobody confirmed that; an older copy then goes on. `today` is the last day that is not still
    to come. Problems name files by their place in the folder.
    """
    saved = copies.load_reading(folder, today)
    reading = saved or read_bank(folder, today, HERE)
    bank, problems = reading.bank, reading.problems
    if bank is None:
        return Outcome(None, problems)
    gone = {} if bank.key == previous.confirmed else missing(previous.quotes, bank)
    lost = loss(gone, previous.quotes, bank)
    if lost is not None:
        copies.last_good.set_loss_pending(folder, previous.quotes)
        return Outcome(None, (lost, *problems), unconfirmed_key=bank.key, gone=gone, bank=bank)
    copy_fault = copies.last_good.save(bank, folder, gone)
    edition = None
    if bank.key != previous.key:
        edition = indexed(bank, copies)
        if saved is None and copies.caches(bank):
            edition = _in_columns(edition)
            copies.save_reading(replace(reading, bank=edition.bank), folder, today)
    return Outcome(edition, problems, gone=gone, copy_fault=copy_fault)


def open_edition(folder: Path) -> Edition:
    """Read, check and index the bank in a folder. Raises BankError with every problem when it cannot be served."""
    return open_library(folder).edition


def open_library(folder: Path, copies: Copies | None = None, clock: Callable[[], float] = time.time) -> Library:
    """A library with the bank in a folder; while that is faulty, with the last good one, if there is a copy of it.

    The last good one also serves where a third of its quotes is gone from the folder, until somebody confirms that;
    what is left serves until then where no copy is intact. Raises BankError with every problem where nothing can serve.
    """
    copies = copies or Copies()
    previous = Previous(quotes=copies.last_good.expected(folder, clock()))
    outcome = make(folder, copies, last_day(), previous)
    log_copy_fault(outcome)
    if outcome.edition is None:
        return _fall_back(outcome, previous, folder, copies)
    return Library(_frozen(outcome.edition), outcome.problems, gone=outcome.gone)


def _fall_back(outcome: Outcome, previous: Previous, folder: Path, copies: Copies) -> Library:
    """A library with the last good bank, or with what is left of it, and with what keeps the folder's from serving."""
    good = copies.last_good_bank()
    serving = good or outcome.bank
    if serving is None:
        raise BankError([_openable(problem, folder) for problem in outcome.problems if problem.severity == "error"])
    if good is None:
        log.error("no copy of the edition before is whole, so what is left of it serves")
    edition = _frozen(indexed(serving, copies))
    log_faults(outcome.problems, edition)
    gone = missing(previous.quotes, serving)
    library = Library(edition, outcome.problems, outcome.unconfirmed_key, gone)
    library.loss_pending = library.loss_pending or copies.last_good.is_loss_pending(folder)
    return library


def indexed(bank: Bank, copies: Copies) -> Edition:
    """A bank with its index; that of a large one is saved for the next start."""
    index = copies.load_index(bank) if copies.caches(bank) else None
    if index is None:
        index = Index.build(bank)
        if copies.caches(bank):
            copies.save_index(index)
    return Edition(bank, index)


def _in_columns(edition: Edition) -> Edition:
    """The same edition in columns: it takes less memory, and there is less to take apart when it is let go of."""
    bank = columnar(edition.bank)
    return Edition(bank, index_from_columns(bank, index_to_columns(edition.index)))


def _frozen(edition: Edition) -> Edition:
    """The same edition, kept out of the searches for garbage: it holds no cycles, and stays until it is let go of."""
    if is_large(edition.bank):
        gc.freeze()
    return edition


def _openable(problem: Problem, folder: Path) -> Problem:
    """A problem for the terminal: its file as it can be opened from there."""
    return replace(problem, file=(folder / problem.file).as_posix())
