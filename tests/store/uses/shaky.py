"""The log in memory, and a database whose commits fail as they are told."""

import asyncio
import contextlib
import sqlite3
from datetime import UTC, datetime

from bot.errors import LogUnavailable
from bot.store.emergency.emergency_file import EmergencyFile
from bot.store.sqlite.migrations import schema_steps
from bot.store.sqlite.sqlite_errors import ROW_ERRORS
from bot.store.uses.ledger import Ledger
from bot.store.uses.use_writer import SOON, UseWriter

NOON = datetime(2020, 6, 8, 12, 0, tzinfo=UTC)


class Shaky:
    """Stands for the database. `fails`: no commit, "before" it is made or "after" it was."""

    def __init__(self, file, path):
        self.path = path
        self.problem = None
        self.uncertain = self.closed = False
        self.opened = 1
        self.fails = ""
        self.told = []
        self._file = file
        self._lock = asyncio.Lock()

    @property
    def paused(self):
        return self.problem is not None

    def wake(self):
        self.problem = None

    async def execute(self, sql, parameters=()):
        await asyncio.sleep(0)
        return self._file.execute(sql, parameters)

    async def execute_fetchall(self, sql, parameters=()):
        return self._file.execute(sql, parameters).fetchall()

    @contextlib.asynccontextmanager
    async def writing(self, *, single=False, committed=None):  # noqa: ARG002  one statement or many: it is the same
        async with self._lock:
            if self.problem:
                raise LogUnavailable(self.problem)
            self._file.execute("BEGIN")
            try:
                yield self
                await asyncio.sleep(0)
            except ROW_ERRORS:
                self._file.rollback()
                self.uncertain = False
                raise
            except BaseException:
                self._file.rollback()
                raise
            if self.fails == "before":
                self._file.rollback()
            else:
                self._file.commit()
            self.uncertain = bool(self.fails)
            if self.fails:
                self.problem = "it fails"
                raise LogUnavailable(self.problem)
            if committed:
                committed()

    async def open(self):
        self.opened += 1

    def writes(self, asked):
        pass

    def added(self, uses):
        """The guard is tried elsewhere: `told` is what it is told."""
        self.told.append(uses)


class World:
    """A log whose process can be killed, and what was told to people meanwhile."""

    def __init__(self, folder, *, retry=60.0, soon=SOON, **sizes):
        self.folder = folder
        self.retry, self.soon = retry, soon
        self.sizes = sizes
        self.forgetting = False
        self.file = sqlite3.connect(":memory:", isolation_level=None)
        for _, text in schema_steps():
            self.file.executescript(text)

    async def start(self, **state):
        self.database = Shaky(self.file, self.folder / "quoth.db")
        vars(self.database).update(state)
        self.ledger = Ledger(EmergencyFile(self.folder / "emergency", self.sizes.get("emergency", 40_000)))
        await self.ledger.open()
        room = self.sizes.get("room", 1000)
        self.log = UseWriter(self.database, self.ledger, lambda: NOON, room, self.retry, self.soon)
        await self.log.resume()

    async def pump(self):
        self.log.wake_writer()
        if self.log._writer:
            await asyncio.wait((self.log._writer,))

    async def heal(self):
        self.database.fails, self.database.problem = "", None
        for _ in range(20):
            await self.pump()

    def kill(self):
        if self.log._timer:
            self.log._timer.cancel()
        if self.log._writer:
            self.log._writer.cancel()
        self.ledger._thread.shutdown()
        self.ledger.emergency.close()

    def check(self):
        ledger = self.ledger
        assert ledger.given == sum(ledger.settled.values()) + len(ledger.pending) + ledger.lost
        assert set(ledger.unwritten) <= set(ledger.pending)

    def rows(self):
        return dict(self.file.execute("SELECT asked, outcome FROM uses"))

    def losses(self):
        return self.file.execute("SELECT coalesce(sum(count), 0) FROM losses").fetchone()[0]
