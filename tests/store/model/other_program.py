"""Another program beside the bot: SQLite's locks do not hold against the process that has them.

It copies the log, too: the process that has a log open would lose its locks by closing any other handle of that file.
"""

from __future__ import annotations

import json
import subprocess
import sys

_PROGRAM = """
import json, os, shutil, sqlite3, sys
from contextlib import closing

held = None
for line in sys.stdin:
    task, path, *more = json.loads(line)
    done = True
    try:
        if task == "copy":
            shutil.copyfile(path, *more)
        elif task == "lock":
            held = sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=0)
            held.execute("BEGIN IMMEDIATE")
        elif held is not None:
            held.close()
            held = None
    except (OSError, sqlite3.Error):
        done = False
        if held is not None:
            held.close()
            held = None
    print(json.dumps(done), flush=True)
"""


class OtherProgram:
    """A process that copies and locks, one at a time."""

    def __init__(self):
        command = [sys.executable, "-S", "-c", _PROGRAM]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def copy(self, path, target):
        """Copy a file. False where that fails."""
        return self._do("copy", path, target)

    def lock(self, path):
        """Hold the log at a path against all who write. False where somebody else does."""
        return self._do("lock", path)

    def unlock(self, path):
        """Hold it no longer."""
        return self._do("unlock", path)

    def close(self):
        """End the process."""
        with self._process as process:
            process.stdin.close()

    def _do(self, task, *paths):
        self._process.stdin.write(json.dumps([task, *map(str, paths)]) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())
