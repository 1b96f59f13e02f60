"""The reading of a large bank, kept as a copy, so that the next start need not read and prove everything again.

It stands for the reading of the same files by the same program, no earlier in the calendar: names and bytes of every
file are hashed first. A bank with a fault is never kept. Time brings no new faults: dates that were not still to come
will not be.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from bot.bank.folder import Folder, read_all
from bot.bank.reader import Reading
from bot.columns import text_of
from bot.editions.cache_files import keep, recall
from bot.editions.columnar.bank_columns import pack_bank, unpack_bank
from bot.editions.columnar.json_columns import plain, revived
from bot.problem import Problem
from bot.strict_yaml import no_collection

if TYPE_CHECKING:
    from pathlib import Path

    from bot.bank.bank import Bank

KIND = "bank"


def save(reading: Reading, folder: Path, place: Path, today: date, named: Path | None = None) -> None:
    """Keep the reading of a good bank. Raises OSError or ValueError where that cannot be done."""
    if reading.bank is None:
        return
    listed = Folder(folder, named)
    listed.sources()
    facts = [today.isoformat(), _beside(listed), plain(Problem, reading.problems), [reading.quotes, reading.sources]]
    keep(place, KIND, reading.bank.key, pack_bank(reading.bank) | {"reading": json.dumps(facts)})


def load(folder: Path, place: Path | None, today: date, named: Path | None = None) -> Reading | None:
    """The reading kept of a folder that says what it said then, and was called so; None where there is none."""
    try:
        if place is None or not any(place.glob(f"{KIND}-*")):
            return None  # no need to read every file twice
    except OSError:
        return None  # nobody may look there
    seen = read_all(folder, named)
    found = _recall(seen.key, place)
    if found is None:
        return None
    reading, day, beside = found
    return reading if day <= today and beside == _beside(seen) else None


def load_bank(key: str, place: Path) -> Bank | None:
    """The bank kept under a key, wherever its files stood; None where there is none."""
    found = _recall(key, place)
    return found[0].bank if found else None


def _beside(seen: Folder) -> list[Any]:
    """What a reading tells of a folder besides the text of its files: how it is called, and what is not read there."""
    return [seen.label(), plain(Problem, seen.problems)]


def _recall(key: str, place: Path) -> tuple[Reading, date, list[Any]] | None:
    """A reading that was kept, the day it was made, and what stood beside the bank's files then."""
    parts = recall(place, KIND, key)
    if parts is None:
        return None
    try:
        with no_collection():
            day, beside, problems, counts = json.loads(text_of(parts.pop("reading")))
            told = tuple(revived(Problem, problems))
            quotes, sources = revived(int, counts)
            reading = Reading(unpack_bank(key, parts), told, quotes, sources)
            return reading, date.fromisoformat(day), beside
    except Exception:  # noqa: BLE001  whatever is wrong with a copy, the folder is read anew
        return None
