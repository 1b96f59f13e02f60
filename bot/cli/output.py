"""Where a command writes: it may be closed, full, or know no letters but English ones."""

from __future__ import annotations

import errno
import os
import sys
from io import TextIOWrapper
from pathlib import Path

_UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}


def prepare() -> None:
    """Let nothing be read where there is nothing to read from, what is written go nowhere where there is nowhere to
    write, and be escaped where it cannot be written.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  for as long as we run
        elif isinstance(stream, TextIOWrapper) and stream.errors in ("strict", "surrogateescape"):
            stream.reconfigure(errors="backslashreplace")  # a file's name may be no text


def give_up() -> None:
    """Write nothing more: what is left would be tried once more at the very end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def what_happened(error: OSError) -> str | None:
    """A sentence for an error of what no path was named of; None where it is none of the output or of the folder."""
    if error.errno in _UNWRITABLE:
        return f"its output, or a file, cannot be written or read ({error.strerror}); what it did before stays done"
    if error.errno == errno.ENOENT:
        return "the folder it was started in is gone: change to one that is there"
    return None
