"""What a process has used: memory that is resident, and time on a processor."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import resource
import sys
from pathlib import Path


def resident() -> int:
    """Bytes of memory this process holds, once garbage is gone and what is free is given back, where that can be told;
    elsewhere the most it ever held."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024


def on_processor(pid: int) -> float:
    """Seconds a process of one thread has been on a processor. Raises OSError where the system does not tell."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
