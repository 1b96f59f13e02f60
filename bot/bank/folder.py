"""The bank's folder on disk: which files are read, which are not, and why."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from bot.problem import Problem
from bot.strict_yaml import MAX_BYTES, shown

if TYPE_CHECKING:
    from pathlib import Path

    from bot.problem import Severity

TOPICS = "topics.yaml"
SPEAKERS = "speakers.yaml"
SOURCES = "sources"
FINGERPRINTS = "fingerprints"


class Folder:
    """Reads the files of one bank. `problems` holds what could not be read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self._digest = hashlib.sha256()

    @property
    def key(self) -> str:
        """A hex digest of the names and bytes of all files read so far."""
        return self._digest.hexdigest()

    def label(self, *parts: str) -> str:
        """How a file is named to people: below the folder as they gave it, odd characters escaped."""
        return shown(self.path.joinpath(*parts).as_posix())

    def holds(self, *parts: str) -> bool:
        """True when there is something of this name, readable or not."""
        return os.path.lexists(self.path.joinpath(*parts))

    def note(self, file: str, severity: Severity, code: str, message: str, hint: str) -> None:
        """Note a fault of a whole file."""
        self.problems.append(Problem(file, 0, 0, severity, code, message, hint))

    def read(self, *parts: str) -> bytes | None:
        """A file's bytes (one more than are allowed, where it is too big); None where it cannot be read."""
        path = self.path.joinpath(*parts)
        try:
            if not path.is_file():
                self._missing(path, self.label(*parts))
                return None
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except (OSError, ValueError) as fault:
            self._unreadable(self.label(*parts), fault)
            return None
        for piece in ("/".join(parts).encode("utf-8", "surrogateescape"), data):
            self._digest.update(len(piece).to_bytes(8))
            self._digest.update(piece)
        return data

    def sources(self) -> list[str]:
        """The ids of the sources: the names of the files in sources/, in order. Others there are warned of."""
        try:
            names = sorted(os.listdir(self.path / SOURCES))  # noqa: PTH208  names are all that is wanted
        except FileNotFoundError:
            hint = f"make the folder {SOURCES} and put one file for each article into it"
            self.note(self.label(SOURCES), "error", "missing-folder", f"the folder {SOURCES} is missing", hint)
            return []
        except (OSError, ValueError) as fault:
            self._unreadable(self.label(SOURCES), fault)
            return []
        found = [name.removesuffix(".yaml") for name in names if self._is_source(name)]
        if not found and not any(problem.code == "not-read" for problem in self.problems):
            hint = "put one .yaml file for each article into it"
            self.note(self.label(SOURCES), "error", "no-sources", "there is no source in the folder", hint)
        return found

    def _is_source(self, name: str) -> bool:
        if name.startswith(".") or name.endswith("~"):
            return False
        if name.endswith(".yaml") and not os.path.isdir(self.path / SOURCES / name):  # noqa: PTH112  never raises
            return True
        hint = "rename it to end in .yaml, or move it elsewhere"
        self.note(self.label(SOURCES, name), "warning", "not-read", "this is not a .yaml file and is not read", hint)
        return False

    def _missing(self, path: Path, name: str) -> None:
        if os.path.islink(path) and not os.path.exists(path):  # noqa: PTH110, PTH114  these never raise
            self.note(name, "error", "unreadable", "this link leads nowhere", "mend the link or delete it")
        elif os.path.lexists(path):
            self.note(name, "error", "unreadable", "this is not a plain file", "put a file of text in its place")
        else:
            hint = "docs/quote-format.md shows how to write it"
            self.note(name, "error", "missing-file", "this file is missing", hint)

    def _unreadable(self, name: str, fault: OSError | ValueError) -> None:
        why = fault.strerror if isinstance(fault, OSError) and fault.strerror else "it cannot be opened"
        self.note(name, "error", "unreadable", f"this cannot be read: {why.lower()}", "check who may read it")
