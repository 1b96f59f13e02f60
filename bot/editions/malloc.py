"""What the GNU C library is told about memory, so that what was free once does not stay ours for good."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

_MOST_HEAPS, _SPARE, _APART = -8, -2, -3
"""M_ARENA_MAX, M_TOP_PAD and M_MMAP_THRESHOLD in malloc.h."""
LARGE = 64 << 10
"""Bytes from which a piece has pages of its own, which go back as soon as it is free."""


def one_heap() -> None:
    """Let threads that begin from now on share the heap of the first.

    Each would get one of its own, and those that load an edition keep theirs in pieces: 5 MiB after 100 reloads. Large
    pieces stay out of it, and it grows by what is needed only, so that less lies about in it: 2 MiB after 12 reloads.
    """
    library = _library()
    if library is not None:
        for what, value in ((_MOST_HEAPS, 1), (_SPARE, 0), (_APART, LARGE)):
            library.mallopt(what, value)


def give_back() -> None:
    """Give the system back what is free by now; a millisecond, best in a thread."""
    library = _library()
    if library is not None:
        library.malloc_trim(0)


@cache
def _library() -> Any:
    """The C library, where it is the one that knows these calls."""
    try:
        library = ctypes.CDLL(None)
        _ = library.mallopt, library.malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
    return library
