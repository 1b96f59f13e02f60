"""What is kept in the data folder for the next start: the files of the last good bank, and of a large bank its reading
and its index, so that it need not read, prove and index everything again.

A saved reading stands for the same files read by the same program, no earlier in the calendar: names and bytes of every
file are hashed first. A bank with a fault is never saved. Time brings no new faults: dates that were not still to come
will not be. What is wrong with a copy is made anew; nothing that goes wrong here costs an answer.
"""

from __future__ import annotations

import contextlib
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import Stemmer

from ..bank.folder import HERE, Folder, read_all
from ..bank.reader import Reading, read_bank
from ..columns import text_of
from ..problem import Problem
from ..strict_yaml import no_collection
from . import cache_files
from .columnar.bank_columns import bank_from_columns, bank_to_columns
from .columnar.index_columns import index_from_columns, index_to_columns
from .columnar.json_columns import from_json, to_json
from .last_good import LastGood

if TYPE_CHECKING:
    from pathlib import Path

    from ..bank.bank import Bank
    from ..search.index import Index

LARGE = 5_000
"""Quotes from which on a bank is large: it takes long to read, to index and to search for garbage."""
LAST_GOOD, CACHE = "last_good", "cache"
"""The names of the two folders in the data folder."""
READING, INDEX = "bank", "index"
"""The kinds of files in the second of them."""


class Copies:
    """What is kept in one data folder; without one nothing is there and nothing is kept."""

    def __init__(self, data: Path | None = None) -> None:
        self._cache = data / CACHE if data is not None else None
        self.last_good = LastGood(data / LAST_GOOD if data is not None else None)

    def caches(self, bank: Bank) -> bool:
        """Whether the reading and the index of this bank are worth a copy."""
        return self._cache is not None and is_large(bank)

    def load_reading(self, folder: Path, today: date) -> Reading | None:
        """The reading saved of a folder that says what it said then; None where there is none."""
        if self._cache is None or not cache_files.exists(self._cache, READING):
            return None  # no need to read every file twice
        files = read_all(folder, HERE)
        found = self._reading(files.key)
        if found is None:
            return None
        reading, day, beside = found
        return reading if day <= today and beside == _beside(files) else None

    def save_reading(self, reading: Reading, folder: Path, today: date) -> None:
        """Save the reading of a good bank, where that can be done."""
        if self._cache is None or reading.bank is None:
            return
        files = Folder(folder, HERE)
        files.sources()  # its problems are those of a folder whose sources were listed
        counts = [reading.quotes, reading.sources]
        facts = [today.isoformat(), _beside(files), to_json(Problem, reading.problems), counts]
        columns = bank_to_columns(reading.bank) | {"reading": json.dumps(facts)}
        with contextlib.suppress(OSError):  # a full disk costs time at the next start, no answer
            cache_files.save(self._cache, READING, reading.bank.key, columns)

    def load_index(self, bank: Bank) -> Index | None:
        """The index saved of this very bank; None where there is none, or none that is intact."""
        columns = cache_files.load(self._cache, INDEX, _index_key(bank)) if self._cache is not None else None
        if columns is None:
            return None
        try:
            with no_collection():
                return index_from_columns(bank, columns)
        except Exception:  # noqa: BLE001  whatever is wrong with a copy, it is made anew
            return None

    def save_index(self, index: Index) -> None:
        """Save an index, where that can be done."""
        if self._cache is not None:
            with contextlib.suppress(OSError):  # as above
                cache_files.save(self._cache, INDEX, _index_key(index.bank), index_to_columns(index))

    def last_good_bank(self) -> Bank | None:
        """The last good bank, or None where there is none that still is what it was."""
        for copy in self.last_good.intact():
            saved = self._reading(copy.name)
            bank = saved[0].bank if saved else read_bank(copy).bank
            if bank is not None and bank.key == copy.name:
                return bank
        return None

    def _reading(self, key: str) -> tuple[Reading, date, list[Any]] | None:
        """A reading that was saved, the day it was made, and what stood beside the bank's files then."""
        columns = cache_files.load(self._cache, READING, key) if self._cache is not None else None
        if columns is None:
            return None
        try:
            with no_collection():
                day, beside, problems, counts = json.loads(text_of(columns.pop("reading")))
                quotes, sources = from_json(int, counts)
                bank = bank_from_columns(key, columns)
                reading = Reading(bank, tuple(from_json(Problem, problems)), quotes, sources)
                return reading, date.fromisoformat(day), beside
        except Exception:  # noqa: BLE001  as above
            return None


def is_large(bank: Bank) -> bool:
    """Whether a bank takes long to read, to index and to search for garbage."""
    return len(bank.quotes) >= LARGE


def _beside(files: Folder) -> list[Any]:
    """What a reading tells of a folder besides the text of its files: what is not read there."""
    return list(to_json(Problem, files.problems))


def _index_key(bank: Bank) -> str:
    return f"{bank.key} {Stemmer.version()}"
