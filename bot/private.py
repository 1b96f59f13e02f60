"""Files for the bot's own user alone: folders 0700, files 0600, whatever the umask says."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import stat
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_log = logging.getLogger(__name__)
FOLDER = 0o700
FILE = 0o600
OTHERS = 0o077
"""Rights of others than this user."""
_PLAIN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


def make_folder(path: Path) -> None:
    """Make a folder and those above it that are missing, each for this user alone. One that is there stays as it is."""
    if not path.is_dir():
        if path.parent != path:
            make_folder(path.parent)
        path.mkdir(mode=FOLDER, exist_ok=True)
        if _is_root():
            handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                give(handle, path.parent)
            finally:
                os.close(handle)


def open_file(path: Path) -> IO[bytes]:
    """Begin a file anew, whatever stands there: for this user alone, or for whose folder it is in."""
    path.unlink(missing_ok=True)  # it may be a link or a pipe
    return open(path, "xb", opener=_opener)


def open_own(path: Path, flags: int) -> int:
    """Open a file that must be a plain one: nothing behind a link is touched, no pipe is waited for. Raises OSError."""
    handle = os.open(path, flags | _PLAIN, FILE)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "it is no plain file", str(path))
    return handle


def open_to_write(path: Path) -> int:
    """`open_own` a file to be written over: made where there is none, and anew where this user may not open it."""
    try:
        handle = open_own(path, os.O_RDWR | os.O_CREAT)
    except PermissionError:
        with contextlib.suppress(OSError):
            path.unlink()
        handle = open_own(path, os.O_RDWR | os.O_CREAT)
        _log.warning("this user might not open %s: it is begun anew", path)
    give(handle, path.parent)
    return handle


def overwrite(path: Path, data: bytes, room: int) -> None:
    """Write a file's bytes anew, in place: with so many bytes of room from the first time on, all of which blanks fill,
    they can be written on a full disk too. Raises OSError.
    """
    handle = open_to_write(path)
    try:
        if os.write(handle, data.ljust(max(room, os.fstat(handle).st_size))) < len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    finally:
        os.close(handle)


def usable(path: Path) -> bool:
    """Whether this user may read and write a plain file. One that is its own has all its rights again by that."""
    with contextlib.suppress(OSError):
        found = path.lstat()
        if stat.S_ISREG(found.st_mode):
            if sys.platform != "win32" and found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) != FILE:
                path.chmod(FILE)
            return os.access(path, os.R_OK | os.W_OK)
    return False


def read_own(path: Path, most: int) -> bytes:
    """So many bytes of a plain file. Raises OSError."""
    with open(open_own(path, os.O_RDONLY), "rb") as file:
        return file.read(most)


def make_file(path: Path, *, given: bool = True) -> None:
    """Make an empty file for whose folder it is in, or for this user alone. One that is there is not touched."""
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE)
    except FileExistsError:
        return
    try:
        if given:
            give(handle, path.parent)
    finally:
        os.close(handle)


def give(handle: int, folder: Path) -> None:
    """Let what root made in a folder belong to the folder's owner, as whom the bot runs; a line says where it may not.

    What has another name somewhere is left alone: it may be root's own. Raises OSError.
    """
    if _is_root():
        made, owner = os.fstat(handle), folder.stat()
        if made.st_uid == 0 != owner.st_uid and (made.st_nlink == 1 or stat.S_ISDIR(made.st_mode)):
            try:
                os.fchown(handle, owner.st_uid, owner.st_gid)
            except PermissionError:  # root of a container that may not
                _log.warning("what is made in %s cannot be given to its owner: do so with chown", folder)


def touch(path: Path) -> None:
    """Make a file's time now; for this user alone, where it is this user's. Raises OSError."""
    make_file(path)
    if sys.platform != "win32":
        _close(path)
    path.touch()


def narrow(folder: Path, ours: Sequence[str]) -> tuple[str, ...]:
    """Take from others the rights to a folder and to what patterns of names call ours in it. Gives sentences to tell.

    A folder everybody shares, of another user, or that has folders of others in it, is left as it is, with a sentence;
    our own files in it are not.
    """
    if sys.platform == "win32":  # rights there are inherited lists, not bits
        return ()
    return (*_narrow_folder(folder, ours), *_narrow_files(folder, ours))


def _narrow_folder(folder: Path, ours: Sequence[str]) -> Iterator[str]:
    try:
        found = folder.stat()
        if not found.st_mode & OTHERS:
            return
        if found.st_mode & stat.S_ISVTX or found.st_uid != os.geteuid() or _leads_elsewhere(folder, ours):
            yield f"others may look into the folder {folder}, and it is not the bot's to close: give it one of its own"
            return
        folder.chmod(FOLDER)
    except OSError as error:
        yield f"the folder {folder} cannot be closed to others: {error.strerror}"
        return
    yield f"others could look into the folder {folder}; it is now for this user alone"


def _leads_elsewhere(folder: Path, ours: Sequence[str]) -> bool:
    """Whether folders stand in it that are none of ours: whoever closes it closes those, as of a whole system."""
    with os.scandir(folder) as entries:
        return any(
            entry.is_dir(follow_symlinks=False) and not any(fnmatch(entry.name, pattern) for pattern in ours)
            for entry in entries
        )


def _narrow_files(folder: Path, ours: Sequence[str]) -> Iterator[str]:
    for pattern in ours:
        for path in folder.glob(pattern):
            for entry in (path, *path.rglob("*")) if path.is_dir() and not path.is_symlink() else (path,):
                yield from narrow_file(entry)


def narrow_file(path: Path) -> Iterator[str]:
    """Take from others the rights to a file or folder, if it is there. Gives sentences to tell."""
    try:
        if sys.platform != "win32":
            _close(path)
    except FileNotFoundError:
        return
    except OSError as error:
        yield f"{path} cannot be closed to others: {error.strerror}"


def _close(path: Path) -> None:
    """Take others' rights to a file or folder of this user; what is neither is left alone, and what links lead to."""
    found = path.lstat()
    if found.st_mode & OTHERS and found.st_uid == os.geteuid():
        if stat.S_ISDIR(found.st_mode):
            path.chmod(FOLDER)
        elif stat.S_ISREG(found.st_mode):
            path.chmod(FILE)


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _opener(name: str, flags: int) -> int:
    handle = os.open(name, flags, FILE)
    give(handle, Path(name).parent)
    return handle
