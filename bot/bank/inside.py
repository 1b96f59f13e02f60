"""Opening what stands inside one folder and nothing else: a link that leads out of it is refused before it is read.

The folder itself may be a link (a deployment swaps it), and so may whatever stands in it, while it leads to a place
inside. Where that is, is worked out first; the way there is then gone step by step, each step held open and no link
followed, so that one that is put there meanwhile leads nowhere. Pipes and devices are never opened.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

_STEPS = os.open in os.supports_dir_fd and os.stat in os.supports_dir_fd
_CLOSED = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _CLOSED
_PASSED = _FOLDER | getattr(os, "O_PATH", 0)  # to go through a folder one need not be allowed to list it
_FILE = os.O_RDONLY | _CLOSED | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


class LeadsOut(OSError):  # noqa: N818  what it is, not a mistake of ours
    """A link leads out of the folder."""


class LeadsAside(LeadsOut):
    """A link leads to something else in the folder than may stand in its place."""


class NotPlain(OSError):  # noqa: N818
    """What stands there is no plain file: a folder, a pipe, a device. `folder` says whether it is the first."""

    def __init__(self, mode: int) -> None:
        super().__init__("this is not a plain file")
        self.folder = stat.S_ISDIR(mode)


class Inside:
    """One folder. Whatever is asked of it raises OSError or ValueError where it cannot be had, LeadsOut among them.

    `stands_for(where, asked)` says whether what a link leads to, by its steps from the folder, may be read instead.
    """

    def __init__(
        self, folder: Path, stands_for: Callable[[Sequence[str], Sequence[str]], bool] = lambda *_: True
    ) -> None:
        self._root = os.path.realpath(folder)
        self._stands_for = stands_for

    def read(self, *parts: str, most: int) -> bytes:
        """The first `most` bytes of a file."""
        with self._at(parts) as (name, step):
            _refuse(os.stat(name, dir_fd=step, follow_symlinks=False).st_mode)
            with os.fdopen(self._open(name, step, parts), "rb") as file:
                _refuse(os.fstat(file.fileno()).st_mode)
                return file.read(most)

    def names(self, *parts: str) -> list[str]:
        """The names of what stands in a folder, in order."""
        with self._at(parts) as (name, step):
            if not _STEPS:
                return sorted(os.listdir(name))  # noqa: PTH208  names are all that is wanted
            handle = os.open(name, _FOLDER, dir_fd=step)
        try:
            return sorted(os.listdir(handle))  # noqa: PTH208  the same
        finally:
            os.close(handle)

    def place(self, *parts: str) -> str:
        """Where something stands once every link on the way is followed; it need not be there. May raise LeadsOut."""
        real = os.path.realpath(os.path.join(self._root, *parts))  # noqa: PTH118  no Path changes a name
        if real != self._root and not real.startswith(self._root.rstrip(os.sep) + os.sep):
            raise LeadsOut("this leads out of the folder")
        where = self._steps(real)
        if where != list(parts) and not self._stands_for(where, parts):
            raise LeadsAside("this leads to something else in the folder")
        return real

    def _steps(self, real: str) -> list[str]:
        return [step for step in real[len(self._root) :].split(os.sep) if step]  # noqa: PTH206  no Path changes a name

    @contextmanager
    def _at(self, parts: tuple[str, ...]) -> Iterator[tuple[str, int | None]]:
        """The last step to something: its name, and the open folder it counts from."""
        real = self.place(*parts)
        if not _STEPS:
            yield real, None
            return
        *folders, last = real[len(self._root) :].strip(os.sep).split(os.sep)  # noqa: PTH206  no Path changes a name
        step = os.open(self._root, _PASSED)
        try:
            for name in folders:
                onward = os.open(name, _PASSED, dir_fd=step)
                os.close(step)
                step = onward
            yield last or ".", step
        finally:
            os.close(step)

    def _open(self, name: str, step: int | None, parts: tuple[str, ...]) -> int:
        handle = os.open(name, _FILE, dir_fd=step)
        if step is None and self.place(*parts) != name:  # no steps to hold on to here: looked at again instead
            os.close(handle)
            raise LeadsOut("this leads elsewhere by now")
        return handle


def _refuse(mode: int) -> None:
    if stat.S_ISLNK(mode):  # to itself, or put there just now
        raise FileNotFoundError("this link leads nowhere")
    if not stat.S_ISREG(mode):
        raise NotPlain(mode)
