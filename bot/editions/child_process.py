"""Reading a bank's folder in a process of its own, within limits of memory and time, while the old edition serves.

The child reads, checks and indexes; what came of it comes back through a pipe, in parts (`bot.editions.wire`). They are
loaded in a thread, a little at a time with a rest in between, so that answers go on.
"""

from __future__ import annotations

import contextlib
import gc
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from bot.bank.folder import WHOLE
from bot.bank.reader import last_day
from bot.children import deaf_from_birth, needed
from bot.editions import last_good
from bot.editions.columnar.bank_columns import packed
from bot.editions.columnar.json_columns import plain, revived
from bot.editions.library import Edition, Outcome, cache_beside, indexed, keep, reading_of
from bot.editions.loss import loss, missing
from bot.editions.wire import pack, unpack
from bot.problem import Problem
from bot.strict_yaml import no_collection, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

log = logging.getLogger(__name__)

OUT_OF_MEMORY = 3
"""The child's exit status when it wanted more memory than it may have."""
REST = 0.001
"""Seconds of rest after each large piece, in which the event loop has the interpreter to itself."""
LARGE = 4096
"""Reads of fewer bytes need no rest."""
SAID = 2000
"""Characters kept of what a child said before it failed."""
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from bot.children import deaf; deaf(); "
    "from bot.editions.child_process import child; child(sys.argv[2:])"
)
"""The child looks for modules where we do, so that it is the same program; before any of the slow ones it is deaf."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one reading may take: bytes of memory, seconds by the clock."""

    memory: int = 1536 << 20
    seconds: int = 120


class Apart:
    """Reads one folder apart, one reading at a time. Good banks are kept below `kept` for a restart."""

    def __init__(self, folder: Path, kept: Path | None = None, limits: Limits | None = None) -> None:
        self._folder = folder
        self._kept = kept
        self._limits = limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def read(self, serving: str, before: Mapping[str, float] | None = None, confirmed: str = "") -> Outcome:
        """Read the folder; for a thread. No edition is built where the folder gives the key that is `serving`.

        `before` are the quotes held against the folder, see `bot.editions.loss`: where a third of them is gone, no
        edition is built either, but of the bank with the key that was `confirmed`. Never raises: what fails is a
        problem.
        """
        if self._stopped:
            return self._failed("reading was stopped")
        try:
            with _scratch() as said:
                return self._read(serving, confirmed, json.dumps(dict(before or {})).encode(), said)
        except OSError as fault:
            return self._failed(f"no process could be started to read the bank: {fault.strerror}")

    def stop(self) -> None:
        """End a reading that is under way, from any thread, and let none begin."""
        self._stopped = True
        if self._child is not None:
            self._child.kill()

    def _read(self, serving: str, confirmed: str, known: bytes, said: IO[bytes]) -> Outcome:
        limits = self._limits
        asked = [str(self._folder), str(self._kept or ""), serving, confirmed]
        arguments = [*asked, str(limits.memory), str(limits.seconds)]
        command = [sys.executable, "-P", "-c", _START, json.dumps(sys.path), *arguments]
        late = threading.Event()
        reader, writer = os.pipe()
        try:
            with deaf_from_birth():
                started = subprocess.Popen(  # noqa: S603  our own program; the folder is an argument, no word of a shell
                    command, stdin=reader, stdout=subprocess.PIPE, stderr=said, env=needed(os.environ)
                )
        except BaseException:
            os.close(writer)
            raise
        finally:
            os.close(reader)
        threading.Thread(target=_feed, args=(writer, known), daemon=True).start()
        with started as running:
            self._child = running
            if self._stopped:  # while it was started
                running.kill()

            def end() -> None:
                late.set()
                running.kill()

            clock = threading.Timer(limits.seconds, end)
            clock.start()
            try:
                assert running.stdout is not None
                outcome = self._outcome(running.stdout)
            finally:
                clock.cancel()
                self._child = None
        return outcome or self._failed(self._why(running.returncode, said, late=late.is_set()))

    def _outcome(self, pipe: IO[bytes]) -> Outcome | None:
        """What the child sends; None where it broke off."""
        paced = _Paced(pipe)
        with no_collection():
            try:
                told, note, key, held, gone = json.loads(paced.readline())
                problems = tuple(revived(Problem, told))
                edition = unpack(paced, key) if key else None
            except Exception as fault:  # noqa: BLE001  broken off, or sent by a newer version of this program
                log.debug("what the child sent cannot be read: %r", fault)
                return None
            if note:
                log.warning("no copy of this bank could be kept for a restart with a fault: %s", shown(note))
            return Outcome(edition, problems, held=held, gone=gone)

    def _why(self, status: int, said: IO[bytes], *, late: bool) -> str:
        if late or status == -getattr(signal, "SIGXCPU", 0):
            return f"reading took longer than {self._limits.seconds} seconds and was ended"
        if status == OUT_OF_MEMORY:
            return f"reading needed more than {self._limits.memory >> 20:,} MiB of memory and was ended"
        if not self._stopped:
            said.seek(0)
            log.error("reading the bank broke off: %s", shown(said.read()[-SAID:].decode(errors="replace")))
        return f"reading broke off (status {status})"

    def _failed(self, why: str) -> Outcome:
        hint = "`quoth check` reads the folder as well; after an update of the program, restart it"
        return Outcome(None, (Problem(WHOLE, 0, 0, "error", "reading-failed", why, hint),))


def _feed(pipe: int, said: bytes) -> None:
    """Say something to a child, which may end before it has heard all of it."""
    with contextlib.suppress(OSError), os.fdopen(pipe, "wb", buffering=0) as out:
        left = memoryview(said)
        while left:
            left = left[out.write(left) :]


def _scratch() -> IO[bytes]:
    """A file for what a child says; where there is no room for one, what it says is lost and nothing else."""
    try:
        return tempfile.TemporaryFile()
    except OSError:
        return Path(os.devnull).open("w+b")


class _Paced:
    """A pipe that is read with a rest after each large piece."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe

    def read(self, size: int, /) -> bytes:
        return self._pipe.read(size)

    def readinto(self, buffer: memoryview, /) -> int:
        size: int = self._pipe.readinto(buffer)  # type: ignore[attr-defined]  # a buffered reader has it
        if size >= LARGE:
            time.sleep(REST)
        return size

    def readline(self) -> bytes:
        return self._pipe.readline()


def child(arguments: Sequence[str]) -> None:
    """The child's whole life: read, check, index, keep a copy, send what came of it."""
    folder, kept, serving, confirmed, memory, seconds = arguments
    pipe = os.dup(1)
    os.dup2(2, 1)  # whatever prints must not stand in the pipe
    _limit(int(memory), int(seconds))
    gc.disable()
    try:
        with os.fdopen(pipe, "wb", buffering=1 << 18) as out:
            _send(Path(folder), Path(kept) if kept else None, serving, confirmed, out)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except BrokenPipeError:
        pass
    os._exit(0)  # nothing is left to do: taking a million objects apart one by one would only take time


def _send(folder: Path, kept: Path | None, serving: str, confirmed: str, out: IO[bytes]) -> None:
    """Send the problems, why no copy could be kept, the edition's key (nothing where there is none, or no new one), and
    that of a bank that is to be confirmed first, and the quotes that are gone from it; then the edition."""
    before = json.loads(sys.stdin.buffer.read())
    cache, today = cache_beside(kept), last_day()
    reading, is_new = reading_of(folder, cache, today)
    bank, problems, note, held = reading.bank, reading.problems, "", ""
    gone = missing(before, bank) if bank is not None and bank.key != confirmed else {}
    if bank is not None and (lost := loss(gone, before, bank)):
        problems, held, bank = (lost, *problems), bank.key, None
        if kept:
            last_good.wait(kept, folder, before)
    if bank is not None and kept:
        note = last_good.keep(bank, folder, kept, gone)
    new = bank is not None and bank.key != serving
    head = [plain(Problem, problems), note, bank.key if bank is not None and new else "", held, gone]
    out.write(json.dumps(head).encode() + b"\n")
    if bank is not None and new:
        index = indexed(bank, cache)
        bank = packed(bank)
        pack(Edition(bank, index), out)
        out.flush()
        if is_new:
            keep(replace(reading, bank=bank), folder, cache, today)


def _limit(memory: int, seconds: int) -> None:
    try:
        import resource  # noqa: PLC0415  Windows has none; there the clock alone limits a reading
    except ImportError:
        return
    with contextlib.suppress(OSError, ValueError):
        os.nice(5)
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(OSError, ValueError):  # macOS does not know all of them
            resource.setrlimit(what, (most, resource.getrlimit(what)[1] if most else 0))
