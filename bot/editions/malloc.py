"""What the GNU C library is told about memory, so that what was free once does not stay ours for good."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

_M_ARENA_MAX, _M_TOP_PAD, _M_MMAP_THRESHOLD = -8, -2, -3
"""Their numbers in malloc.h."""
LARGE = 64 << 10
"""Bytes from which a piece has pages of its own, which go back as soon as it is free."""


def use_one_arena() -> None:
    """Let threads that begin from now on share the arena of the first.

    Each would get one of its own, and those that load an edition keep theirs in pieces: 5 MiB after 100 reloads. Large
    pieces stay out of it, and it grows by what is needed only, so that less lies about in it: 2 MiB after 12 reloads
    (benchmarks/reload/memory.py).
    """
    library = _c_library()
    if library is not None:
        for what, value in ((_M_ARENA_MAX, 1), (_M_TOP_PAD, 0), (_M_MMAP_THRESHOLD, LARGE)):
            library.mallopt(what, value)


def give_back() -> None:
    """Give the system back what is free by now; a millisecond, best in a thread."""
    library = _c_library()
    if library is not None:
        library.malloc_trim(0)


@cache
def _c_library() -> Any:
    """The C library, where it is the one that knows these calls."""
    try:
        library = ctypes.CDLL(None)
        _ = library.mallopt, library.malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
    return library
