"""How many files and sockets this process may have open."""

from __future__ import annotations

import contextlib
import sys

if sys.platform != "win32":
    import resource

WANTED = 4096
"""Descriptors that are asked for, where the system allows them."""
OTHERS = 150
"""Descriptors for all but sockets to Discord: the log, the bank, the child process and its pipes."""
FEWEST = 20
"""Sockets there are in any case."""


def allow() -> None:
    """Allow this process as many descriptors as it wants, of those the system lets it have."""
    if sys.platform != "win32":
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            with contextlib.suppress(OSError, ValueError):  # some systems allow fewer than they say
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def sockets(most: int) -> int:
    """Of so many sockets, those that leave room for all other files."""
    if sys.platform == "win32":
        return most
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return most if soft == resource.RLIM_INFINITY else min(most, max(FEWEST, soft - OTHERS))
