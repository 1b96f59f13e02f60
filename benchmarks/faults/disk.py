"""The bot's disk, with switches: full, slow, and cut off from its power. `shim.c` does it inside the bot's process."""

from __future__ import annotations

import errno
import mmap
import os
import struct
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

SHIM = Path(__file__).with_name("shim.c")
HEAD = struct.Struct("<c3xIQQ")
SECTOR = 512


class Disk:
    """A folder for the bot's memory. `environ` is what its process must be given."""

    def __init__(self, folder: Path, build: Path) -> None:
        self.data = folder / "data"
        self.data.mkdir(parents=True, exist_ok=True)
        self.journal = folder / "journal"
        self._ballast = self.data / ".ballast"
        self._mounted = False
        switch = folder / "switch"
        switch.write_bytes(bytes(16))
        with switch.open("r+b") as file:
            self._switch = mmap.mmap(file.fileno(), 16)
        self.environ = {
            "LD_PRELOAD": str(compiled(build)),
            "FAULTS_FOLDER": f"{self.data.resolve()}/",
            "FAULTS_SWITCH": str(switch),
        }

    def small(self, mebibytes: int) -> bool:
        """Make it a disk of its own of that size, where this user may; else the shim says when it is full."""
        command = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(self.data)]
        self._mounted = os.geteuid() == 0 and not subprocess.run(command, capture_output=True, check=False).returncode
        return self._mounted

    def fill(self) -> None:
        """Leave no room."""
        if not self._mounted:
            self._switch[0] = 1
            return
        with self._ballast.open("ab", buffering=0) as file:
            for size in (1 << 20, 1 << 12):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def free(self) -> None:
        """Give the room back."""
        self._switch[0] = 0
        self._ballast.unlink(missing_ok=True)

    def slow(self, milliseconds: int) -> None:
        """From now on each fsync takes so much longer."""
        self._switch[4:8] = struct.pack("<I", milliseconds)

    def journalled(self) -> None:
        """Keep what is written, so that the power can be cut."""
        self.environ["FAULTS_JOURNAL"] = str(self.journal)

    def cut_the_power(self, before: Path, rng: random.Random, *, arrives: float) -> int:
        """Leave what a power cut would have: see `after_a_cut`. `before` is the folder's copy from before the run.

        Gives the number of changes that were still on their way.
        """
        images, pending = after_a_cut(before, self.journal, self.data.resolve(), rng, arrives=arrives)
        for path in self.data.rglob("*"):
            if path.is_file() and str(path.relative_to(self.data)) not in images:
                path.unlink()
        for name, content in images.items():
            path = self.data / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)  # in place: a file that was there is the same one after a cut
        self.journal.unlink(missing_ok=True)
        return pending

    def gone(self) -> None:
        """Unmount what was mounted."""
        if self._mounted:
            subprocess.run(["umount", "--lazy", str(self.data)], check=True)
            self._mounted = False


@dataclass
class Image:
    """A file as the disk holds it, and the changes that no fsync has sent there yet."""

    content: bytearray = field(default_factory=bytearray)
    pending: list[tuple[str, int, int, bytes]] = field(default_factory=list)

    def flush(self, changes: int) -> None:
        for change in self.pending[:changes]:
            apply(self.content, *change)
        del self.pending[:changes]


def after_a_cut(
    before: Path, journal: Path, folder: Path, rng: random.Random, *, arrives: float
) -> tuple[dict[str, bytes], int]:
    """What is on the disk after a power cut: name → content, and how many changes were on their way.

    What an fsync that returned had been given is there. Of what came later each write or truncation arrives with the
    chance `arrives`, by itself and in any order; one of them torn at a sector. New names, renames and deletions are
    there, as an ordered journal of a file system leaves them. The shared memory of SQLite is not.
    """
    images = {
        str(path.relative_to(before)): Image(bytearray(path.read_bytes()))
        for path in before.rglob("*")
        if path.is_file()
    }
    begun: dict[int, tuple[Image, int]] = {}
    for kind, path, at, size, data in read(journal):
        name = os.path.relpath(path, folder)
        if kind == "U":
            images.pop(name, None)
        elif kind == "R":
            new = os.path.relpath(os.fsdecode(data), folder)
            for old in [one for one in images if one == name or one.startswith(f"{name}/")]:  # a folder takes all along
                images[new + old.removeprefix(name)] = images.pop(old)
        elif kind in "WTC" or name in images:  # an fsync of a folder is of no file
            image = images.setdefault(name, Image())
            if kind == "B":
                begun[at] = (image, len(image.pending))
            elif kind == "E" and at in begun:
                synced, changes = begun.pop(at)
                synced.flush(changes)
                for mark, (other, more) in begun.items():  # an fsync under way in another thread counts from there
                    if other is synced:
                        begun[mark] = (other, max(0, more - changes))
            elif kind in "WT":
                image.pending.append((kind, at, size, data))
    pending = [(image, change) for image in images.values() for change in image.pending]
    torn = rng.randrange(len(pending)) if pending and arrives else -1
    for number, (image, (kind, at, size, data)) in enumerate(pending):
        if number == torn and kind == "W":
            apply(image.content, kind, at, size, data[: rng.randrange(0, len(data) + 1) // SECTOR * SECTOR])
        elif rng.random() < arrives:
            apply(image.content, kind, at, size, data)
    return {name: bytes(one.content) for name, one in images.items() if not name.endswith("-shm")}, len(pending)


def apply(content: bytearray, kind: str, at: int, size: int, data: bytes) -> None:
    """Do one change to a file's content."""
    if kind == "T":
        content.extend(bytes(max(0, size - len(content))))
        del content[size:]
    else:
        content.extend(bytes(max(0, at - len(content))))
        content[at : at + len(data)] = data


def read(journal: Path):
    """Every change that the shim wrote down, whole ones only."""
    if not journal.exists():
        return
    raw = journal.read_bytes()
    at = 0
    while at + HEAD.size <= len(raw):
        kind, name, where, size = HEAD.unpack_from(raw, at)
        at += HEAD.size
        path = os.fsdecode(raw[at : at + name])
        at += name
        carried = size if kind in b"WR" else 0
        if at + carried > len(raw):
            return
        yield kind.decode(), path, where, size, raw[at : at + carried]
        at += carried


def compiled(build: Path) -> Path:
    """The shim as a library."""
    made = build / "faults-shim.so"
    if not made.exists() or made.stat().st_mtime < SHIM.stat().st_mtime:
        build.mkdir(parents=True, exist_ok=True)
        command = ["cc", "-shared", "-fPIC", "-O2", "-Wall", "-o", str(made), str(SHIM), "-ldl"]
        subprocess.run(command, check=True)
    return made.resolve()
