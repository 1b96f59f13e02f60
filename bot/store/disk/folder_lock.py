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

from ... import private
from ...errors import CallError
from ...text import shown

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "lock"
_NEVER_A_FOLDER = {errno.ENOTDIR, errno.EEXIST, errno.ELOOP, errno.ENAMETOOLONG}
"""Why there will be no folder by a name however long one waits: something else stands there, or on the way to it."""
_LOCKED_ERRNOS = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}
_FAR = 1 << 30
"""Where the locked byte stands on Windows, which keeps others from reading what is locked."""
_SAID_AT_MOST = 1000
_log = logging.getLogger(__name__)
_locked_folders: dict[Path, tuple[contextlib.ExitStack, int]] = {}
"""The folders that this process holds by themselves: what frees each, and the handle of it."""
_ours: dict[int, contextlib.ExitStack] = {}
"""All handles of what is held, also of folders that were moved since: one that comes back is held already."""


@contextlib.contextmanager
def hold(folder: Path, *, now: datetime | None = None) -> Iterator[None]:
    """Keep a data folder to oneself. Raises CallError, saying who has it, while another process holds it.

    It holds between containers on one volume too. The folder itself is locked, and a file in it that says who has it:
    whoever may not write there, or puts something else in the file's place, lets nobody in. Where neither can be
    locked the bot goes on without, with a warning: answers do not depend on the folder. CallError also where there
    can be no folder by that name.
    """
    _make(folder)
    with contextlib.ExitStack() as lock:
        _take(folder, lock, now or datetime.now(UTC))
        yield


def follow(folder: Path) -> None:
    """Hold the folder that bears a name now, made anew where there is none, if this process holds the one that bore it
    before. Raises CallError while another process holds it, and OSError.
    """
    lock, handle = _locked_folders.get(folder, (None, -1))
    if lock is not None and not _is(folder, handle):
        private.make_folder(folder)
        _take(folder, lock, datetime.now(UTC))


def _make(folder: Path) -> None:
    try:
        private.make_folder(folder)
    except OSError as error:
        if error.errno in _NEVER_A_FOLDER:
            what = error.filename or folder
            why = "it is no folder" if error.errno in (errno.ENOTDIR, errno.EEXIST) else error.strerror
            raise CallError(
                f"the data folder {folder} cannot be made, for {what} is in the way ({why}): name another folder with "
                "QUOTH_DATA"
            ) from None


def _is(folder: Path, handle: int) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), folder.stat())
    except FileNotFoundError:
        return False


def _take(folder: Path, lock: contextlib.ExitStack, now: datetime) -> None:
    folder_locked = False
    try:
        private.make_folder(folder)
        folder_locked = _lock_folder(folder, lock)
        _lock_file(folder, lock, now)
    except OSError as error:
        if not folder_locked:
            why = error.strerror or error
            _log.warning("no lock in the folder %s (%s): see that one bot alone uses it", folder, why)


def _lock_folder(folder: Path, lock: contextlib.ExitStack) -> bool:
    """Lock the folder itself, and say whether it can be: not on Windows, nor on some networks."""
    if sys.platform == "win32":
        return False
    try:
        folder_handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return False
    if (before := _already_locked(folder_handle, lock)) is not None:
        os.close(folder_handle)
        folder_handle = before
    else:
        lock.callback(os.close, folder_handle)
        try:
            _lock(folder_handle)
        except OSError as error:
            if error.errno in _LOCKED_ERRNOS:
                raise CallError(_who(folder)) from None
            return False
        _remember(folder_handle, lock)
    _locked_folders[folder] = lock, folder_handle
    lock.callback(_locked_folders.pop, folder, None)
    return True


def _already_locked(handle: int, lock: contextlib.ExitStack) -> int | None:
    found = os.fstat(handle)
    mine = (locked for locked, whose in _ours.items() if whose is lock)
    return next((locked for locked in mine if os.path.samestat(os.fstat(locked), found)), None)


def _remember(handle: int, lock: contextlib.ExitStack) -> None:
    _ours[handle] = lock
    lock.callback(_ours.pop, handle)


def _lock_file(folder: Path, lock: contextlib.ExitStack, now: datetime) -> None:
    path = folder / NAME
    while True:
        handle = private.open_own(path, os.O_RDWR | os.O_CREAT)
        try:
            private.give(handle, folder)
            if _already_locked(handle, lock) is not None:
                os.close(handle)
                return
            _lock(handle)
            if os.path.samestat(os.fstat(handle), path.stat()):
                lock.callback(_free, handle)
                _remember(handle, lock)
                with contextlib.suppress(OSError):  # a full disk: the lock holds all the same
                    _sign(handle, now)
                return
        except FileNotFoundError:
            pass  # deleted between opening and locking: another may hold the next one
        except OSError as error:
            os.close(handle)
            if error.errno in _LOCKED_ERRNOS:
                raise CallError(_who(folder)) from None
            raise
        os.close(handle)


def _free(handle: int) -> None:
    with contextlib.suppress(OSError):
        os.ftruncate(handle, 0)
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


def _who(folder: Path) -> str:
    try:
        signed = json.loads(private.read_own(folder / NAME, _SAID_AT_MOST))
        who = shown(f" (process {int(signed['process'])} on {signed['host']}, since {signed['since']})")
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        who = ""
    return f"another Quoth{who} uses the folder {folder}: stop it, or name another folder with QUOTH_DATA"
