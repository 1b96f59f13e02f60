"""The last good bank, kept as a copy of its files: what a restart serves while the folder holds a fault.

A copy is a folder named after the bank's key. It counts only while its files still give that key, and it is read and
checked like any other bank, or known by its reading of before (`bot.bank.kept`): nothing that is read back is trusted.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from bot import private
from bot.bank import kept
from bot.bank.reader import read_bank

if TYPE_CHECKING:
    from pathlib import Path

    from bot.bank.bank import Bank

UNFINISHED = ".new"


def keep(bank: Bank, folder: Path, place: Path) -> str:
    """Copy a good bank's files from its folder to below `place`, in the place of older copies.

    Gives why it could not be done, or nothing. A copy that is there already is left as it is.
    """
    copy, new = place / bank.key, place / (bank.key + UNFINISHED)
    try:
        if not copy.is_dir():
            shutil.rmtree(new, ignore_errors=True)
            for parts in kept.files_of(folder):
                private.make_folder(new.joinpath(*parts).parent)
                _copy(folder.joinpath(*parts), new.joinpath(*parts))
            if kept.look(new).key != bank.key:
                shutil.rmtree(new, ignore_errors=True)
                return "its files changed while they were copied"
            new.rename(copy)
        for other in place.iterdir():
            if other.name != bank.key:
                shutil.rmtree(other, ignore_errors=True)
    except OSError as fault:
        return fault.strerror or type(fault).__name__
    return ""


def recall(place: Path, cache: Path | None = None) -> Bank | None:
    """The bank kept last, or None where there is none that still is what it was. `cache` may hold a reading of it."""
    try:
        copies = sorted(place.iterdir(), key=lambda copy: copy.stat().st_mtime, reverse=True)
    except OSError:
        return None
    for copy in copies:
        if copy.name.endswith(UNFINISHED) or kept.look(copy).key != copy.name:
            continue
        bank = kept.load_bank(copy.name, cache) if cache else None
        bank = bank or read_bank(copy).bank
        if bank is not None and bank.key == copy.name:
            return bank
    return None


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as read, private.open_file(target) as write:
        shutil.copyfileobj(read, write)
        write.flush()
        os.fsync(write.fileno())
