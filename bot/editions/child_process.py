"""Making an edition in a process of its own, within limits of memory and time, while the old edition serves.

What the child (`editions.child`) made comes back through a pipe (`editions.wire`). It is loaded in a thread, a
little at a time with a rest in between, so that answers go on.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ..bank.folder import THE_FOLDER
from ..children import deaf_from_birth, needed, program
from ..problem import Problem
from ..strict_yaml import no_collection
from ..text import shown
from .child import OUT_OF_MEMORY
from .edition import Outcome
from .library import log_copy_fault
from .wire import receive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .edition import Previous

log = logging.getLogger(__name__)

REST = 0.001
"""Seconds of rest after each large piece, in which the event loop has the interpreter to itself."""
LARGE_READ = 4096
"""Reads of fewer bytes need no rest."""
LOGGED = 2000
"""Characters that are logged of what a child printed before it failed."""
_PROGRAM = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); " + program(
    f"{__package__}.child", "run(sys.argv[2:])"
)
"""The child looks for modules where we do, so that it is the same program; before any of the slow ones it is deaf."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one reading may take: bytes of memory, seconds by the clock."""

    memory: int = 1536 << 20
    seconds: int = 120


class ChildProcess:
    """Makes editions of one folder, each in a process of its own, one at a time. Copies are kept below `data`."""

    def __init__(self, folder: Path, data: Path | None = None, limits: Limits | None = None) -> None:
        self._folder = folder
        self._data = data
        self._limits = limits or Limits()
        self._running: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def make(self, previous: Previous) -> Outcome:
        """As `editions.making.make`; for a thread. Never raises: what fails is a problem."""
        if self._stopped:
            return self._failed("reading was stopped")
        try:
            with _scratch() as printed:
                with self._started(previous, printed) as child:
                    outcome, late = self._received(child)
                return outcome or self._failed(self._why(child.returncode, printed, late=late))
        except OSError as fault:
            return self._failed(f"no process could be started to read the bank: {fault.strerror}")

    def stop(self) -> None:
        """End a reading that is under way, from any thread, and let none begin."""
        self._stopped = True
        if self._running is not None:
            self._running.kill()

    @contextlib.contextmanager
    def _started(self, previous: Previous, printed: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
        limits = self._limits
        arguments = [str(self._folder), str(self._data or ""), str(limits.memory), str(limits.seconds)]
        command = [sys.executable, "-P", "-c", _PROGRAM, json.dumps(sys.path), *arguments]
        expected = {"key": previous.key, "quotes": dict(previous.quotes), "confirmed": previous.confirmed}
        reader, writer = os.pipe()
        try:
            with deaf_from_birth():
                started = subprocess.Popen(  # noqa: S603  our own program; the folder is an argument, no word of a shell
                    command, stdin=reader, stdout=subprocess.PIPE, stderr=printed, env=needed(os.environ)
                )
        except BaseException:
            os.close(writer)
            raise
        finally:
            os.close(reader)
        threading.Thread(target=_feed, args=(writer, json.dumps(expected).encode()), daemon=True).start()
        with started:
            self._running = started
            if self._stopped:  # while it was started
                started.kill()
            try:
                yield started
            finally:
                self._running = None

    def _received(self, child: subprocess.Popen[bytes]) -> tuple[Outcome | None, bool]:
        """What the child sends, None where it broke off; and whether it took too long and was ended."""
        late = threading.Event()

        def end() -> None:
            late.set()
            child.kill()

        clock = threading.Timer(self._limits.seconds, end)
        clock.start()
        try:
            assert child.stdout is not None
            with no_collection():
                outcome = receive(_Paced(child.stdout))
        except Exception as fault:  # noqa: BLE001  broken off, or sent by a newer version of this program
            log.debug("what the child sent cannot be read: %r", fault)
            return None, late.is_set()
        finally:
            clock.cancel()
        log_copy_fault(outcome)
        return outcome, False

    def _why(self, status: int, printed: IO[bytes], *, late: bool) -> str:
        if late or status == -getattr(signal, "SIGXCPU", 0):
            return f"reading took longer than {self._limits.seconds} seconds and was ended"
        if status == OUT_OF_MEMORY:
            return f"reading needed more than {self._limits.memory >> 20:,} MiB of memory and was ended"
        if not self._stopped:
            printed.seek(0)
            log.error("reading the bank broke off: %s", shown(printed.read()[-LOGGED:].decode(errors="replace")))
        return f"reading broke off (status {status})"

    def _failed(self, why: str) -> Outcome:
        hint = "`quoth check` reads the folder as well; after an update of the program, restart it"
        return Outcome(None, (Problem(THE_FOLDER, 0, 0, "error", "reading-failed", why, hint),))


def _feed(pipe: int, data: bytes) -> None:
    """Write to a child, which may end before it has read all of it."""
    with contextlib.suppress(OSError), os.fdopen(pipe, "wb", buffering=0) as out:
        left = memoryview(data)
        while left:
            left = left[out.write(left) :]


def _scratch() -> IO[bytes]:
    """A file for what a child prints; where there is no room for one, that is lost and nothing else."""
    try:
        return tempfile.TemporaryFile()
    except OSError:
        return Path(os.devnull).open("w+b")


class _Paced:
    """A pipe that is read with a rest after each large piece: without it answers meanwhile waited for whole columns
    (`benchmarks/reload`)."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe

    def read(self, size: int, /) -> bytes:
        return self._pipe.read(size)

    def readinto(self, buffer: memoryview, /) -> int:
        size: int = self._pipe.readinto(buffer)  # type: ignore[attr-defined]  # a buffered reader has it
        if size >= LARGE_READ:
            time.sleep(REST)
        return size

    def readline(self) -> bytes:
        return self._pipe.readline()
