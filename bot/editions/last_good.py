"""The last good bank, kept as a copy of its files: what a restart serves while the folder holds a fault.

A copy is a folder named after the bank's key. It counts only while its files still give that key, and it is read and
checked like any other bank, or known by its reading of before (`bot.editions.copies`): nothing that is read back is
trusted. Beside the files stands which folder they are from, the ids of their quotes and those that went shortly
before, so that a start notices what was lost.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from bot import private
from bot.bank.folder import Folder, files_of, read_all
from bot.bank.reader import read_bank
from bot.editions import copies as kept
from bot.editions.loss import held_against

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from bot.bank.bank import Bank

UNFINISHED = ".new"
FACTS = "kept.json"
_MOST = 1 << 26
_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands beside a copy: the folder it was made of, the ids of its quotes; which went before, and when.

    `waits`: the folder lost so many of them that it waits for somebody's word.
    """

    folder: str
    ids: list[str]
    gone: dict[str, float]
    waits: bool = False


def keep(bank: Bank, folder: Path, place: Path, gone: Mapping[str, float] | None = None) -> str:
    """Copy a good bank's files from its folder to below `place`, in the place of older copies.

    `gone` are the quotes that went from the folder shortly before, see `bot.editions.loss`. Gives why it could not be
    done, or nothing. A copy that is there already, and whole, is left as it is.
    """
    copy, new = place / bank.key, place / (bank.key + UNFINISHED)
    facts = Facts(_name(folder), list(bank.by_id), dict(gone or {}))
    try:
        if copy.is_symlink():
            copy.unlink()
        if read_all(copy).key != bank.key:
            shutil.rmtree(new, ignore_errors=True)
            _copy(folder, new)
            _note(new, facts)
            if read_all(new).key != bank.key:
                shutil.rmtree(new, ignore_errors=True)
                return "its files changed while they were copied"
            shutil.rmtree(copy, ignore_errors=True)
            new.rename(copy)
        elif _facts(copy) != facts:
            _note(copy, facts)
        for other in place.iterdir():
            if other.name != bank.key:
                shutil.rmtree(other, ignore_errors=True)
    except OSError as fault:
        return fault.strerror or type(fault).__name__
    return ""


def recall(place: Path, cache: Path | None = None) -> Bank | None:
    """The bank kept last, or None where there is none that still is what it was. `cache` may hold a reading of it."""
    for copy in _copies(place):
        if read_all(copy).key != copy.name:
            continue
        bank = kept.load_bank(copy.name, cache) if cache else None
        bank = bank or read_bank(copy).bank
        if bank is not None and bank.key == copy.name:
            return bank
    return None


def known(place: Path, folder: Path, now: float) -> dict[str, float]:
    """What the bank kept last holds against this folder's, see `bot.editions.loss`; nothing if it is of another folder.

    Of a copy that does not tell what it is of, its own quotes count, changed or not.
    """
    copies = list(_copies(place))
    told = [facts for facts in map(_facts, copies) if facts is not None]
    for facts in told:
        if facts.folder == _name(folder):
            return held_against(facts.ids, facts.gone, now, waits=facts.waits)
    for copy in () if told else copies:
        bank = read_bank(copy).bank
        if bank is not None:
            return held_against(bank.by_id, {}, now, waits=False)
    return {}


def wait(place: Path, folder: Path, before: Mapping[str, float]) -> None:
    """Remember that a loss of those `before` waits for somebody's word: no time makes it a smaller one."""
    for copy in _copies(place):
        facts = _facts(copy)
        if facts is not None and facts.folder == _name(folder):
            ids = set(facts.ids)
            gone = {key: at for key, at in before.items() if key not in ids}
            with contextlib.suppress(OSError):  # what stands there is true for ten minutes
                _note(copy, replace(facts, gone=gone, waits=True))
            return


def waits(place: Path, folder: Path) -> bool:
    """Whether a loss in that folder waits for somebody's word."""
    return any(facts.waits and facts.folder == _name(folder) for facts in map(_facts, _copies(place)) if facts)


def _copies(place: Path) -> Iterator[Path]:
    """The finished copies, the latest first."""
    try:
        copies = sorted(place.iterdir(), key=lambda copy: copy.lstat().st_mtime, reverse=True)
    except OSError:
        return
    yield from (copy for copy in copies if _KEY.fullmatch(copy.name) and not copy.is_symlink())


def _facts(copy: Path) -> Facts | None:
    try:
        told = json.loads(private.read_own(copy / FACTS, _MOST))
        gone = {str(key): float(at) for key, at in told.get("gone", {}).items()}
        return Facts(told["folder"], [str(one) for one in told["ids"]], gone, bool(told.get("waits")))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def _name(folder: Path) -> str:
    """What a folder is known by: its path as it is given, so that one whose link is swapped is the same."""
    return os.path.abspath(folder)  # noqa: PTH100  no link is followed


def _copy(folder: Path, new: Path) -> None:
    there = Folder(folder)
    for parts in files_of(there):
        data = there.read(*parts)
        if data is not None:  # a file that is gone by now gives another key
            private.make_folder(new.joinpath(*parts).parent)
            _write(new.joinpath(*parts), data)


def _note(copy: Path, facts: Facts) -> None:
    private.make_folder(copy)
    half = copy / (FACTS + UNFINISHED)
    _write(half, json.dumps(asdict(facts)).encode())
    half.replace(copy / FACTS)


def _write(target: Path, data: bytes) -> None:
    with private.open_file(target) as write:
        write.write(data)
        write.flush()
        os.fsync(write.fileno())
