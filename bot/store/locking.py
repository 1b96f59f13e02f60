"""One bot to a folder: a lock that the system frees by itself when its holder ends, however it ends."""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import socket
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot import private
from bot.errors import CallError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "lock"
_HELD = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}
_FAR = 1 << 30
"""Where the locked byte stands on Windows, which keeps others from reading what is locked."""
_SAID_AT_MOST = 1000
_log = logging.getLogger(__name__)


@contextlib.contextmanager
def hold(folder: Path, *, now: datetime | None = None) -> Iterator[None]:
    """Keep a data folder to oneself. Raises CallError, saying who has it, while another process holds it.

    It holds between containers on one volume too. Where the folder cannot hold a lock at all the bot goes on without
    one, with a warning: answers do not depend on the folder.
    """
    try:
        handle = _take(folder)
    except OSError as error:
        _log.warning("no lock in the folder %s (%s): see that one bot alone uses it", folder, error.strerror or error)
        yield
        return
    whole = None
    try:
        whole = _take_whole(folder)
        with contextlib.suppress(OSError):  # a full disk: the lock holds all the same
            _sign(handle, now or datetime.now(UTC))
        yield
    finally:
        with contextlib.suppress(OSError):
            os.ftruncate(handle, 0)
        os.close(handle)
        if whole is not None:
            os.close(whole)


def _take_whole(folder: Path) -> int | None:
    """Lock the folder itself: somebody may delete the file in it. None where a folder cannot be locked."""
    if sys.platform == "win32":
        return None
    try:
        whole = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return None
    try:
        _lock(whole)
    except OSError as error:
        os.close(whole)
        if error.errno in _HELD:
            raise CallError(_who(b"", folder)) from None
        return None  # a network's folder: the file in it holds
    return whole


def _take(folder: Path) -> int:
    path = folder / NAME
    private.make_folder(folder)
    while True:
        handle = private.open_own(path, os.O_RDWR | os.O_CREAT)
        try:
            _lock(handle)
            if os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        except FileNotFoundError:
            pass  # deleted between opening and locking: another may hold the next one
        except OSError as error:
            said = os.pread(handle, _SAID_AT_MOST, 0) if sys.platform != "win32" else os.read(handle, _SAID_AT_MOST)
            os.close(handle)
            if error.errno in _HELD:
                raise CallError(_who(said, folder)) from None
            raise
        os.close(handle)


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        os.lseek(handle, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _sign(handle: int, now: datetime) -> None:
    said = {"process": os.getpid(), "host": socket.gethostname(), "since": f"{now:%Y-%m-%d %H:%M} UTC"}
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, json.dumps(said).encode())


def _who(said: bytes, folder: Path) -> str:
    try:
        signed = json.loads(said)
        who = f" (process {int(signed['process'])} on {signed['host']}, since {signed['since']})"
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        who = ""
    return f"another Quoth{who} uses the folder {folder}: stop it, or name another folder with QUOTH_DATA"
