"""What a child process of ours has of us: the environment a Python needs to run, and no ear for signals that mean us.

A signal may come to the whole group of processes: from a terminal, or from `systemctl kill`.
"""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PACKAGE = __name__.partition(".")[0]
"""What this package is called: `quoth` where it is installed, `bot` in the repository."""
NEEDED = (
    *("PATH", "HOME", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "PYTHONUTF8", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE"),
)
"""What a Python needs to run. The bot's token is not among it, nor whatever else the operator keeps there."""


def needed(environ: Mapping[str, str], *more: str) -> dict[str, str]:
    """What a child gets of an environment: what it needs, and `more` by their names."""
    return {name: environ[name] for name in (*NEEDED, *more) if name in environ}


@contextlib.contextmanager
def deaf_from_birth() -> Iterator[None]:
    """A child that this thread starts in here never hears them: its first moments are over before it can be `deaf`.

    What comes for this process meanwhile another thread hears, or this one afterwards.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def program(module: str, call: str) -> str:
    """The Python text of a child that imports a function from a module of ours and calls it; before that it is deaf."""
    name = call.partition("(")[0]
    return f"from {PACKAGE}.children import deaf; deaf(); from {module} import {name}; {call}"


def deaf() -> None:
    """In a child: Ctrl-C and a hang-up are for the parent, which ends its child itself."""
    for name in ("SIGINT", "SIGHUP"):  # Windows has no hang-up
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
