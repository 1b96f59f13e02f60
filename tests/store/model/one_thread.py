"""One loop without threads, on a clock of its own: what the store does then happens in the same order every time.

Every errand to a thread, every look at a file and every write to the emergency file is a point that can be told of.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import selectors
from types import SimpleNamespace
from unittest.mock import patch

from aiosqlite import core

from bot.store import store as opened
from bot.store.database import log_connection, maintenance, opening
from bot.store.disk import files
from bot.store.emergency.emergency_file import EmergencyFile

_WORD = re.compile(r"^\s*([A-Z]+)", re.MULTILINE)
"""The first word of a statement that no comment precedes on its line."""


class _Clock(selectors.SelectSelector):
    """Waits for nothing: the time that it is to wait for comes at once."""

    now = 0.0

    def select(self, timeout=None):
        if timeout is None:
            raise RuntimeError("nothing is left to happen: somebody waits for ever")
        self.now += max(0.0, timeout)
        return super().select(0)


class Loop(asyncio.SelectorEventLoop):
    """An event loop whose time passes only while nobody has anything to do."""

    def __init__(self):
        self._clock = _Clock()
        super().__init__(self._clock)

    def time(self):
        return self._clock.now

    def run_in_executor(self, _, function, *arguments):
        return self.create_task(asyncio.to_thread(function, *arguments))


@contextlib.contextmanager
def one_thread(loop, point):
    """While the block runs the store has no other thread than this, and calls `point` with a name at every point."""

    async def to_thread(function, *arguments, **named):
        await asyncio.sleep(0)
        point(f"thread {function.__name__.strip('_')}")
        result = function(*arguments, **named)
        await asyncio.sleep(0)
        return result

    def see(path, _see=files.file_stat):
        point("see")
        return _see(path)

    instead = [
        *((core.Connection, name, function) for name, function in _connection(point).items()),
        (asyncio, "to_thread", to_thread),
        (files, "file_stat", see),
        (opened, "EmergencyFile", _emergency(loop, point)),
        (opening, "BUSY", 0.0),  # whoever holds the log locked does not let go of it while this thread waits
        (log_connection, "BUSY", 0.0),
        (maintenance, "time", SimpleNamespace(perf_counter=loop.time)),
    ]
    with contextlib.ExitStack() as stack:
        for where, name, one in instead:
            stack.enter_context(patch.object(where, name, one))
        yield


def _connection(point):
    """What aiosqlite's connection does in a thread, done at once: its methods by name."""

    async def execute(connection, function, *arguments, **named):
        if not connection._running or not connection._connection:
            raise ValueError("Connection closed")
        name = _errand(function, arguments)
        await asyncio.sleep(0)
        point(f"before {name}")
        result = function(*arguments, **named)
        point(f"after {name}")
        await asyncio.sleep(0)
        return result

    async def connect(connection):
        await asyncio.sleep(0)
        point("before connect")
        connection._connection = connection._connector()
        point("after connect")
        return connection

    def stop(connection):
        connection._running = False

    return {"_execute": execute, "__await__": lambda connection: connect(connection).__await__(), "stop": stop}


def _emergency(loop, point):
    """An emergency file on the loop's clock, whose writes are points: one that raises OSError there is refused."""

    class Watched(EmergencyFile):
        def __init__(self, path, size):
            super().__init__(path, size, clock=loop.time)

        def _put(self, position, data):
            try:
                point("put")
            except OSError as error:
                self._fail(error)
                return False
            return super()._put(position, data)

    return Watched


def _errand(function, arguments):
    """What a connection's thread is to do: the first word of a statement, or the name of what is called."""
    if arguments and isinstance(arguments[0], str):
        return _WORD.search(arguments[0])[1]
    return getattr(function, "__name__", "call").strip("_")
