"""What may happen to the log's folder at a point of the store's work. Each kind is a function of the world."""

from __future__ import annotations

import errno
import sqlite3

REFUSED = 3
"""Writes to the emergency file that a disk without room refuses one after another."""
TOGETHER = 7
"""Uses that come at once."""


def _delete(ending):
    def fault(world):
        # Whoever has the log locked has it open, and would empty the next one's write-ahead file.
        if ending == ".emergency" or not world.locked:
            world.path.with_name(world.path.name + ending).unlink(missing_ok=True)

    return fault


def _exchange(world):
    """A copy of the log is put in its place, without what is written ahead."""
    copy = world.folder / "copy"
    if not world.locked and world.path.exists() and world.other.copy(world.path, copy):
        copy.replace(world.path)


def _spoil(world):
    if world.emergency.exists():
        world.emergency.write_bytes(b"x" * 100)


def _blank(world):
    if world.emergency.exists():
        with world.emergency.open("r+b") as file:
            file.write(bytes(world.emergency.stat().st_size))


def _refuse(world):
    world.refused = REFUSED


def _accept(world):
    world.refused = 0


def _lock(world):
    world.locked = world.locked or world.other.lock(world.path)


def _unlock(world):
    if world.locked:
        world.other.unlock(world.path)
        world.locked = False


def _come(world):
    for _ in range(TOGETHER):
        world.come()


def _fails(code, name):
    def fault(_):
        error = sqlite3.OperationalError(name)
        error.sqlite_errorcode, error.sqlite_errorname = code, name
        raise error

    return fault


KINDS = {
    "delete the log": _delete(""),
    "delete the write-ahead file": _delete("-wal"),
    "exchange the log": _exchange,
    "delete the emergency file": _delete(".emergency"),
    "spoil the emergency file": _spoil,
    "blank the emergency file": _blank,
    "refuse the emergency file": _refuse,
    "accept the emergency file": _accept,
    "lock the log": _lock,
    "unlock the log": _unlock,
    "uses come": _come,
    "disk full": _fails(sqlite3.SQLITE_FULL, "SQLITE_FULL"),
    "disk fails": _fails(sqlite3.SQLITE_IOERR, "SQLITE_IOERR"),
}
"""Each by what is said of it in a schedule."""
ENDS = {"lock the log": "unlock the log", "refuse the emergency file": "accept the emergency file"}
"""Those that last until the other."""
SINGLE = tuple(kind for kind in KINDS if kind not in ENDS.values())
"""Those that are a fault by themselves."""
OF_THE_FOLDER = tuple(kind for kind in SINGLE if not kind.startswith("disk"))
"""Those of them that may happen while the store does nothing."""
NOT_OF_EMERGENCY = tuple(kind for kind in SINGLE if not kind.endswith("emergency file"))
"""Those that leave the emergency file as it is."""
NOT_OF_WRITING = tuple(kind for kind in OF_THE_FOLDER if kind not in ("lock the log", "uses come"))
"""Those that keep no use from being written to a log; one that comes while it is being closed is."""

_WRITES = {f"before {word}" for word in ("BEGIN", "INSERT", "UPDATE", "DELETE", "CREATE", "WITH", "commit")}
_READS = {f"before {word}" for word in ("PRAGMA", "VACUUM")}


def may_happen(kind, point):
    """Whether such a fault is seen at a point: where SQLite says that a disk fails it has done nothing of what it was
    told, and a full one only keeps it from writing. Much that is selected stands in the connection's own memory.
    """
    if kind == "disk full":
        return point in _WRITES
    return kind != "disk fails" or point in _WRITES | _READS


def refuse(world):
    """Raise what a disk without room says to the emergency file, as often as it is to."""
    if world.refused:
        world.refused -= 1
        raise OSError(errno.ENOSPC, "No space left on device")
