"""The last good bank, kept as a copy of its files: what a restart serves while the folder holds a fault.

A copy is a folder named after the bank's key. It counts only while its files still give that key, and it is read and
checked like any other bank, or known by its reading of before (`bot.bank.kept`): nothing that is read back is trusted.
Beside the files stands which folder they are from and the ids of their quotes, so that a start notices what was lost.
"""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Any

from bot import private
from bot.bank import kept
from bot.bank.folder import Folder
from bot.bank.reader import read_bank

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.bank.bank import Bank

UNFINISHED = ".new"
FACTS = "kept.json"


def keep(bank: Bank, folder: Path, place: Path) -> str:
    """Copy a good bank's files from its folder to below `place`, in the place of older copies.

    Gives why it could not be done, or nothing. A copy that is there already is left as it is.
    """
    copy, new = place / bank.key, place / (bank.key + UNFINISHED)
    try:
        if copy.is_symlink():
            copy.unlink()
        if not (copy / FACTS).is_file() or came_from(copy) != _name(folder):
            shutil.rmtree(new, ignore_errors=True)
            _copy(bank, folder, new)
            if kept.look(new).key != bank.key:
                shutil.rmtree(new, ignore_errors=True)
                return "its files changed while they were copied"
            shutil.rmtree(copy, ignore_errors=True)
            new.rename(copy)
        for other in place.iterdir():
            if other.name != bank.key:
                shutil.rmtree(other, ignore_errors=True)
    except OSError as fault:
        return fault.strerror or type(fault).__name__
    return ""


def recall(place: Path, cache: Path | None = None) -> Bank | None:
    """The bank kept last, or None where there is none that still is what it was. `cache` may hold a reading of it."""
    for copy in _copies(place):
        if kept.look(copy).key != copy.name:
            continue
        bank = kept.load_bank(copy.name, cache) if cache else None
        bank = bank or read_bank(copy).bank
        if bank is not None and bank.key == copy.name:
            return bank
    return None


def ids(place: Path, folder: Path) -> list[str]:
    """The ids of the quotes of the bank kept last, if it is of this folder; else none."""
    for copy in _copies(place):
        facts = _facts(copy)
        return [str(one) for one in facts["ids"]] if facts.get("folder") == _name(folder) else []
    return []


def came_from(copy: Path) -> str:
    """The folder a copy was made of; nothing where that is not known."""
    return str(_facts(copy).get("folder", ""))


def _copies(place: Path) -> Iterator[Path]:
    """The finished copies, the latest first."""
    try:
        copies = sorted(place.iterdir(), key=lambda copy: copy.lstat().st_mtime, reverse=True)
    except OSError:
        return
    yield from (copy for copy in copies if not copy.name.endswith(UNFINISHED) and not copy.is_symlink())


def _facts(copy: Path) -> dict[str, Any]:
    try:
        facts = json.loads((copy / FACTS).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return facts if isinstance(facts, dict) and isinstance(facts.get("ids"), list) else {}


def _name(folder: Path) -> str:
    """What a folder is known by: its path as it is given, so that one whose link is swapped is the same."""
    return os.path.abspath(folder)  # noqa: PTH100  no link is followed


def _copy(bank: Bank, folder: Path, new: Path) -> None:
    there = Folder(folder)
    for parts in kept.files_of(folder):
        data = there.read(*parts)
        if data is not None:  # a file that is gone by now gives another key
            private.make_folder(new.joinpath(*parts).parent)
            _write(new.joinpath(*parts), data)
    private.make_folder(new)
    facts = {"folder": _name(folder), "ids": list(bank.by_id)}
    _write(new / FACTS, json.dumps(facts).encode())


def _write(target: Path, data: bytes) -> None:
    with private.open_file(target) as write:
        write.write(data)
        write.flush()
        os.fsync(write.fileno())
