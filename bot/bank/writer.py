"""Writing one change into a bank's folder: checked as a whole bank first, then put in place in one step."""

from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..problem import Problem
from ..strict_yaml import MAX_BYTES
from .editing import QuoteText, add_quote, change_quote, remove_quote
from .folder import FINGERPRINTS, SOURCES, Folder, files_of
from .inside import Inside
from .reader import read_bank

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from .bank import Bank

_BOM = "\ufeff"

__all__ = ["QuoteText", "Written", "add", "change", "remove", "replace_file", "save"]


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a change. `bank` is the bank as it is now, None where nothing was written; then `problems` say why.

    `before` and `after` are the file's bytes, for whoever keeps a history; None where there was or is no file.
    """

    bank: Bank | None
    problems: tuple[Problem, ...]
    before: bytes | None = None
    after: bytes | None = None


def add(folder: Path, source: str, quote: QuoteText, today: date | None = None) -> Written:
    """Add a quote at the end of a source's file."""
    return _edit(folder, source, lambda text, file: add_quote(text, quote, file), today)


def change(folder: Path, source: str, quote: QuoteText, today: date | None = None) -> Written:
    """Change the quote of this id in a source's file."""
    return _edit(folder, source, lambda text, file: change_quote(text, quote, file), today)


def remove(folder: Path, source: str, key: str, today: date | None = None) -> Written:
    """Remove the quote of this id from a source's file."""
    return _edit(folder, source, lambda text, file: remove_quote(text, key, file), today)


def _edit(folder: Path, source: str, edit: Callable[[str, str], str | Problem], today: date | None) -> Written:
    name = f"{SOURCES}/{source}.yaml"
    path = folder / SOURCES / f"{source}.yaml"
    if Path(source).name != source or not path.is_file():
        return _refused(name, "no-such-source", f"there is no source “{source}”", "check the source's id")
    there = Folder(folder)
    before = there.read(SOURCES, f"{source}.yaml")
    if before is None:
        return Written(None, tuple(there.problems))
    try:
        text = before.decode("utf-8")
    except UnicodeDecodeError:
        return _refused(name, "unreadable", "this file cannot be read as UTF-8 text", "see `quoth check`")
    if len(before) > MAX_BYTES:
        return _refused(name, "file-too-big", "this file is too big to be read", "split it into several files")
    bare = text.removeprefix(_BOM)
    changed = edit(bare, path.as_posix())
    if isinstance(changed, Problem):
        return Written(None, (changed,))
    return save(folder, name, (text[: len(text) - len(bare)] + changed).encode(), before, today)


def save(folder: Path, name: str, data: bytes, before: bytes | None, today: date | None = None) -> Written:
    """Put a file of the bank in place of what it was (`before`, None: it is new), if the bank is good with it.

    `name` is the file's place in the folder, as `sources/<id>.yaml`. Nothing is written when the bank would have an
    error, or when the file has changed in the meantime.
    """
    with tempfile.TemporaryDirectory(prefix="quoth-") as temporary:
        trial = Path(temporary) / folder.name
        if unread := _copy(folder, trial):
            return Written(None, unread)
        (trial / name).unlink(missing_ok=True)
        (trial / name).parent.mkdir(parents=True, exist_ok=True)
        (trial / name).write_bytes(data)
        reading = read_bank(trial, today, named=folder)
    if reading.bank is None:
        return Written(None, reading.problems)
    there = Folder(folder)
    if (there.read(*name.split("/")) if there.holds(*name.split("/")) else None) != before:
        return _refused(name, "changed-meanwhile", "this file was changed by somebody else meanwhile", "try again")
    try:
        replace_file(Path(Inside(folder).place(*name.split("/"))), data)
    except OSError as fault:
        why = (fault.strerror or "it cannot be opened").lower()
        return _refused(name, "not-writable", f"this cannot be written: {why}", "check who may write it, and the disk")
    return Written(reading.bank, reading.problems, before, data)


def replace_file(path: Path, data: bytes) -> None:
    """Put bytes in a file's place so that a reader, or a power cut, sees all of the old or all of the new.

    Keeps the file's mode, and a link's target is what is replaced. Raises OSError.
    """
    target = path.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), target.stat().st_mode & 0o7777 if target.exists() else 0o644)
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    with contextlib.suppress(OSError):  # some network volumes cannot sync a folder; the file itself is safe
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _copy(folder: Path, trial: Path) -> tuple[Problem, ...]:
    """Copy what a bank is read from, and nothing else that may lie in its folder. Gives what cannot be read of it."""
    (trial / SOURCES).mkdir(parents=True)
    (trial / FINGERPRINTS).mkdir()
    there = Folder(folder)
    for parts in files_of(there):
        data = there.read(*parts)
        if data is not None:
            trial.joinpath(*parts).write_bytes(data)
    return tuple(problem for problem in there.problems if problem.code in {"leads-out", "unreadable"})


def _refused(file: str, code: str, message: str, hint: str) -> Written:
    return Written(None, (Problem(file, 0, 0, "error", code, message, hint),))
