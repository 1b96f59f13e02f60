"""Reading a write-ahead file that SQLite would cut at its first damaged frame, or throw away with an empty database.

The form is that of https://www.sqlite.org/fileformat2.html#the_write_ahead_log: a head of 32 bytes, then frames: page,
size of the database where the frame ends a commit, two salts, two sums; then the page.
"""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HEAD = struct.Struct(">8I")
_FRAME = struct.Struct(">6I")
_MAGIC = {0x377F0682, 0x377F0683}
_SIZES = {1 << power for power in range(9, 17)}
_USUAL = 4096
_FARTHEST = 1 << 26
"""Pages a log may have; a number beyond it is damage, not a page."""


def apply_wal(copy: Path, ahead: Path) -> int:
    """Write the pages of a write-ahead file into a copy of its database, as far as the last whole commit.

    Sums are not held against the pages: what a damaged page spoils is found when its rows are read. Returns how many
    pages that were.
    """
    with ahead.open("rb") as file, copy.open("r+b" if copy.exists() else "w+b") as out:
        size = _page_size(file)
        last = max((number for number, _, commit in _frames(file, size) if commit), default=0)
        for number, page, _ in _frames(file, size):
            if number > last:
                break
            out.seek((page - 1) * size)
            out.write(file.read(size))
        if last and out.seek(0, os.SEEK_END) % size:
            out.truncate((out.tell() // size + 1) * size)
        return last


def _page_size(file: BinaryIO) -> int:
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return _USUAL
    magic, _, size, *_ = _HEAD.unpack(head)
    return size if magic in _MAGIC and size in _SIZES else _USUAL


def _frames(file: BinaryIO, size: int) -> Iterator[tuple[int, int, bool]]:
    """(number, page, whether it ends a commit) of each frame written since the file was last begun anew.

    The file stands before the page's content at each step.
    """
    salts = _salts(file)
    frame_count = (file.seek(0, os.SEEK_END) - _HEAD.size) // (_FRAME.size + size)
    for number in range(1, frame_count + 1):
        file.seek(_HEAD.size + (number - 1) * (_FRAME.size + size))
        page, commit, *rest = _FRAME.unpack(file.read(_FRAME.size))
        if tuple(rest[:2]) == salts and 0 < page < _FARTHEST:
            yield number, page, bool(commit)


def _salts(file: BinaryIO) -> tuple[int, ...]:
    file.seek(0)
    head = file.read(_HEAD.size + _FRAME.size)
    if len(head) < _HEAD.size + _FRAME.size:
        return ()
    header = _HEAD.unpack(head[: _HEAD.size])
    first = _FRAME.unpack(head[_HEAD.size :])
    return header[4:6] if header[0] in _MAGIC else first[2:4]
