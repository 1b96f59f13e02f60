"""Columns saved in files, so that what took long to make is there at the next start. They are only ever copies."""

from __future__ import annotations

import os
import sys
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from .. import __version__, columns, private, text
from ..strict_yaml import no_collection
from .columnar import encoding

if TYPE_CHECKING:
    from ..columns import Columns

GENERATIONS = 2
"""So many files of a kind stay: that of the bank in use and that of the one before."""
_ROOMS = ("bank", "search", "editions", "strict_yaml")
_NAMED_BY = 16
_ENDING = ".cache"
_UNFINISHED = ".new"


def save(folder: Path, kind: str, key: str, saved: Columns) -> Path:
    """Save columns under a key. Raises OSError where that cannot be done; what was there before then still stands."""
    private.make_folder(folder)
    path = path_of(folder, kind, key)
    spare = folder / (kind + _UNFINISHED)
    with private.open_file(spare) as file:
        encoding.write(file, f"{key} {program()}", saved)
    spare.replace(path)
    of_kind = sorted(folder.glob(f"{kind}-*{_ENDING}"), key=lambda file: (file == path, file.stat().st_mtime))
    for old in of_kind[:-GENERATIONS]:
        old.unlink(missing_ok=True)
    return path


def load(folder: Path, kind: str, key: str) -> Columns | None:
    """The columns saved under a key; None where there are none, or none that are intact."""
    try:
        handle = private.open_own(path_of(folder, kind, key), os.O_RDONLY)
        with os.fdopen(handle, "rb") as file, no_collection():
            return encoding.read(file, f"{key} {program()}")
    except Exception:  # noqa: BLE001  whatever is wrong with a copy, it is made anew
        return None


def exists(folder: Path, kind: str) -> bool:
    """Whether anything of a kind is saved; that it can be used is not said."""
    try:
        return any(folder.glob(f"{kind}-*{_ENDING}"))
    except OSError:
        return False  # nobody may look there


def path_of(folder: Path, kind: str, key: str) -> Path:
    """Where columns are saved for a key: a bank's, and what else they depend on behind it."""
    return folder / f"{kind}-{key[:_NAMED_BY]}{_ENDING}"


@cache
def program() -> str:
    """A digest of the text of all that reads and indexes a bank: what another program saved is made anew."""
    house = Path(text.__file__).parent
    modules = sorted(path for room in _ROOMS for path in (house / room).rglob("*.py"))
    digest = sha256(f"{__version__} {sys.version}".encode())
    for path in (Path(text.__file__), Path(columns.__file__), *modules):
        code = path.read_bytes() if path.is_file() else b""  # compiled modules alone: the version must do
        digest.update(b"%d " % len(code) + code)
    return digest.hexdigest()
