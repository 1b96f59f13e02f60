"""The bank's folder on disk: which files are read, which are not, and why."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..problem import Problem
from ..strict_yaml import MAX_BYTES
from .inside import Inside, LeadsAside, LeadsOut, NotPlain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..problem import Severity

TOPICS = "topics.yaml"
SPEAKERS = "speakers.yaml"
SOURCES = "sources"
FINGERPRINTS = "fingerprints"
HERE = Path()
"""What a bank's folder is called where its files are told of by their names inside it, and the machine is nobody's
business."""
THE_FOLDER = "the bank's folder"
"""Stands for a file's name where a fault is of no one file."""

_LINK = "put the file itself in the link's place"
_UNREAD = {  # the first that fits
    LeadsAside: ("leads-out", "this leads through a link to what is no such file of a bank, and was not read", _LINK),
    LeadsOut: ("leads-out", "this leads out of the bank's folder through a link, and was not read", _LINK),
    NotPlain: ("unreadable", "this is not a plain file", "put a file of text in its place"),
    NotADirectoryError: ("unreadable", "a file stands where its folder should be", "put a folder in its place"),
    FileNotFoundError: ("unreadable", "this link leads nowhere", "mend the link or delete it"),
}
"""Why something cannot be read: the problem's code, what is told, and how to mend it."""


def _closed(fault: OSError | ValueError) -> tuple[str, str, str]:
    why = fault.strerror if isinstance(fault, OSError) and fault.strerror else "it cannot be opened"
    return "unreadable", f"this cannot be read: {why.lower()}", "check who may read it"


def stands_for(where: Sequence[str], asked: Sequence[str]) -> bool:
    """Whether a file or folder of a bank may be a link to what stands there: only to one that a bank has as well.

    A deployment may keep versions of a bank inside its folder (Kubernetes calls them `..data`); nothing else is hidden.
    """
    if any(step.startswith(".") and not step.startswith("..") for step in where) or not where:
        return False
    if asked[0] not in (SOURCES, FINGERPRINTS):
        return where[-1] == asked[-1]
    if len(asked) == 1:
        return asked[0] in where
    *folders, name = where
    return asked[0] in folders and not name.startswith(".") and name.endswith("." + asked[-1].rpartition(".")[2])


class Folder:
    """Reads the files of one bank, and nothing outside its folder. `problems` holds what could not be read.

    `named` is how the folder is called to people, where that is not its path.
    """

    def __init__(self, path: Path, named: Path | None = None) -> None:
        self.path = path
        self._inside = Inside(path, stands_for)
        self._named = path if named is None else named
        self.problems: list[Problem] = []
        self._digest = hashlib.sha256()

    @property
    def key(self) -> str:
        """A hex digest of the names and bytes of all files read so far."""
        return self._digest.hexdigest()

    def label(self, *parts: str) -> str:
        """How a file is named to people: below the folder as they gave it."""
        return self._named.joinpath(*parts).as_posix()

    def holds(self, *parts: str) -> bool:
        """True when there is something of this name, readable or not."""
        try:
            self._inside.place(*parts[:-1])
        except (LeadsOut, ValueError):
            return True  # what there is, nobody looks; `read` tells of it
        above = self.path.joinpath(*parts[:-1])
        return os.path.lexists(above / parts[-1]) or (above.exists() and not above.is_dir())

    def note(self, file: str, severity: Severity, code: str, message: str, hint: str) -> None:
        """Note a fault of a whole file."""
        self.problems.append(Problem(file, 0, 0, severity, code, message, hint))

    def read(self, *parts: str) -> bytes | None:
        """A file's bytes (one more than are allowed, where it is too big); None where it cannot be read."""
        try:
            data = self._inside.read(*parts, most=MAX_BYTES + 1)
        except (OSError, ValueError) as fault:
            self._unread(parts, fault)
            return None
        for piece in ("/".join(parts).encode("utf-8", "surrogateescape"), data):
            self._digest.update(len(piece).to_bytes(8))
            self._digest.update(piece)
        return data

    def sources(self) -> list[str]:
        """The ids of the sources: the names of the files in sources/, in order. Others there are warned of."""
        try:
            names = self._inside.names(SOURCES)
        except FileNotFoundError:
            hint = f"make the folder {SOURCES} and put one file for each article into it"
            self.note(self.label(SOURCES), "error", "missing-folder", f"the folder {SOURCES} is missing", hint)
            return []
        except (OSError, ValueError) as fault:
            self._unread((SOURCES,), fault)
            return []
        found = [name.removesuffix(".yaml") for name in names if self._is_source(name)]
        if not found and not any(problem.code == "not-read" for problem in self.problems):
            hint = "put one .yaml file for each article into it"
            self.note(self.label(SOURCES), "error", "no-sources", "there is no source in the folder", hint)
        return found

    def _is_source(self, name: str) -> bool:
        if name.startswith(".") or name.endswith("~"):
            return False
        if name.endswith(".yaml"):  # a folder or a pipe of this name is told of when it is read
            return True
        hint = "rename it to end in .yaml, or move it elsewhere"
        self.note(self.label(SOURCES, name), "warning", "not-read", "this is not a .yaml file and is not read", hint)
        return False

    def _unread(self, parts: tuple[str, ...], fault: OSError | ValueError) -> None:
        """Note why something cannot be read; never where a link leads."""
        if isinstance(fault, FileNotFoundError) and not os.path.lexists(self.path.joinpath(*parts)):
            problem = ("missing-file", "this file is missing", "docs/quote-format.md shows how to write it")
        elif isinstance(fault, NotPlain) and fault.folder:
            problem = ("unreadable", "this is a folder, where a file should be", "put a file of text in its place")
        else:
            problem = next((text for kind, text in _UNREAD.items() if isinstance(fault, kind)), None) or _closed(fault)
        self.note(self.label(*parts), "error", *problem)


def read_all(folder: Path, named: Path | None = None) -> Folder:
    """A bank's folder with every file of it read once: its key is that of the bank, where it can be read at all."""
    read = Folder(folder, named)
    for parts in files_of(read):
        read.read(*parts)
    return read


def files_of(folder: Folder) -> list[tuple[str, ...]]:
    """The files of a good bank, in the order in which they are read."""
    sources = [(SOURCES, f"{name}.yaml") for name in folder.sources()]
    fingerprints = [(FINGERPRINTS, name.removesuffix(".yaml") + ".txt") for _, name in sources]
    pairs = zip(sources, fingerprints, strict=True)
    return [(TOPICS,), (SPEAKERS,), *(parts for pair in pairs for parts in pair)]
