"""The last good bank, kept as a copy of its files: what a restart serves while the folder holds a fault.

A copy is a folder named after the bank's key. It counts only while its files still give that key, and it is read and
checked like any other bank, or known by a saved reading (`editions.copies`): nothing that is read back is trusted.
Beside the files stands which folder they are from, the ids of their quotes and those that went shortly before, so that
a start notices what was lost.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from .. import private
from ..bank.folder import Folder, files_of, read_all
from ..bank.reader import read_bank
from .loss import expected_quotes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ..bank.bank import Bank

UNFINISHED = ".new"
FACTS = "kept.json"
_MAX_BYTES = 1 << 26
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


class LastGood:
    """The copies below one folder; without a folder there are none."""

    def __init__(self, place: Path | None = None) -> None:
        self._place = place

    def save(self, bank: Bank, folder: Path, gone: Mapping[str, float] | None = None) -> str:
        """Copy a good bank's files from its folder, in the place of older copies.

        `gone` are the quotes that went from the folder shortly before, see `editions.loss`. Gives why it could not
        be done, or nothing. A copy that is there already, and intact, is left as it is.
        """
        if self._place is None:
            return ""
        facts = Facts(_name(folder), list(bank.by_id), dict(gone or {}))
        try:
            return _replace(self._place, bank.key, folder, facts)
        except OSError as fault:
            return fault.strerror or type(fault).__name__

    def intact(self) -> Iterator[Path]:
        """The copies that still are what they were, each named after the key of its bank; the latest first."""
        return (copy for copy in self._copies() if read_all(copy).key == copy.name)

    def expected(self, folder: Path, now: float) -> dict[str, float]:
        """The quotes that a folder should hold, see `editions.loss`; nothing if the copy is of another folder.

        Of a copy that does not say what it is of, its own quotes count, changed or not.
        """
        copies = list(self._copies())
        known = [facts for facts in map(_facts, copies) if facts is not None]
        for facts in known:
            if facts.folder == _name(folder):
                return expected_quotes(facts.ids, facts.gone, now, pending=facts.waits)
        for copy in () if known else copies:
            bank = read_bank(copy).bank
            if bank is not None:
                return expected_quotes(bank.by_id, {}, now, pending=False)
        return {}

    def set_loss_pending(self, folder: Path, quotes: Mapping[str, float]) -> None:
        """Remember that a loss of these quotes waits for somebody's word: no time makes it a smaller one."""
        for copy in self._copies():
            facts = _facts(copy)
            if facts is not None and facts.folder == _name(folder):
                ids = set(facts.ids)
                gone = {key: at for key, at in quotes.items() if key not in ids}
                with contextlib.suppress(OSError):  # what stands there is true for ten minutes
                    _write_facts(copy, replace(facts, gone=gone, waits=True))
                return

    def is_loss_pending(self, folder: Path) -> bool:
        """Whether a loss in that folder waits for somebody's word."""
        known = filter(None, map(_facts, self._copies()))
        return any(facts.waits and facts.folder == _name(folder) for facts in known)

    def _copies(self) -> Iterator[Path]:
        """The finished copies, the latest first."""
        if self._place is None:
            return
        try:
            copies = sorted(self._place.iterdir(), key=lambda copy: copy.lstat().st_mtime, reverse=True)
        except OSError:
            return
        yield from (copy for copy in copies if _KEY.fullmatch(copy.name) and not copy.is_symlink())


def _replace(place: Path, key: str, folder: Path, facts: Facts) -> str:
    """Put a copy of a folder's files in the place of all others; say why not, where they give another key by now."""
    copy, new = place / key, place / (key + UNFINISHED)
    if copy.is_symlink():
        copy.unlink()
    if read_all(copy).key != key:
        shutil.rmtree(new, ignore_errors=True)
        _copy_files(folder, new)
        _write_facts(new, facts)
        if read_all(new).key != key:
            shutil.rmtree(new, ignore_errors=True)
            return "its files changed while they were copied"
        shutil.rmtree(copy, ignore_errors=True)
        new.rename(copy)
    elif _facts(copy) != facts:
        _write_facts(copy, facts)
    for other in place.iterdir():
        if other.name != key:
            shutil.rmtree(other, ignore_errors=True)
    return ""


def _facts(copy: Path) -> Facts | None:
    try:
        read = json.loads(private.read_own(copy / FACTS, _MAX_BYTES))
        gone = {str(key): float(at) for key, at in read.get("gone", {}).items()}
        return Facts(read["folder"], [str(key) for key in read["ids"]], gone, bool(read.get("waits")))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def _name(folder: Path) -> str:
    """What a folder is known by: its path as it is given, so that one whose link is swapped is the same."""
    return os.path.abspath(folder)  # noqa: PTH100  no link is followed


def _copy_files(folder: Path, new: Path) -> None:
    there = Folder(folder)
    for parts in files_of(there):
        data = there.read(*parts)
        if data is not None:  # a file that is gone by now gives another key
            private.make_folder(new.joinpath(*parts).parent)
            _write(new.joinpath(*parts), data)


def _write_facts(copy: Path, facts: Facts) -> None:
    private.make_folder(copy)
    half = copy / (FACTS + UNFINISHED)
    _write(half, json.dumps(asdict(facts)).encode())
    half.replace(copy / FACTS)


def _write(target: Path, data: bytes) -> None:
    with private.open_file(target) as write:
        write.write(data)
        write.flush()
        os.fsync(write.fileno())
