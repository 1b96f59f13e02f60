"""What the child process of a reload does: it makes an edition and sends it, within limits of memory and time."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..bank.reader import last_day
from .copies import Copies
from .edition import Previous
from .making import make
from .wire import send

if TYPE_CHECKING:
    from collections.abc import Sequence

OUT_OF_MEMORY = 3
"""The exit status when it wanted more memory than it may have."""
_BUFFER = 1 << 18


def run(arguments: Sequence[str]) -> None:
    """The child's whole life: read, check, index, keep a copy, send what came of it.

    `arguments` are the folder, the data folder ("" for none) and the limits in bytes and seconds. What the folder is
    held against (a `Previous`) is read from the standard input: there may be more of it than arguments may be long.
    """
    folder, data, memory, seconds = arguments
    pipe = os.dup(1)
    os.dup2(2, 1)  # whatever prints must not stand in the pipe
    _limit(int(memory), int(seconds))
    gc.disable()
    try:
        previous = Previous(**json.loads(sys.stdin.buffer.read()))
        outcome = make(Path(folder), Copies(Path(data) if data else None), last_day(), previous)
        with os.fdopen(pipe, "wb", buffering=_BUFFER) as out:
            send(outcome, out)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except BrokenPipeError:
        pass
    os._exit(0)  # nothing is left to do: taking a million objects apart one by one would only take time


def _limit(memory: int, seconds: int) -> None:
    try:
        import resource  # noqa: PLC0415  Windows has none; there the clock alone limits a reading
    except ImportError:
        return
    with contextlib.suppress(OSError, ValueError):
        os.nice(5)
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(OSError, ValueError):  # macOS does not know all of them
            resource.setrlimit(what, (most, resource.getrlimit(what)[1] if most else 0))
