"""The one connection to the log's file: opened when it can be, mended when it breaks, closed on every way out."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.errors import LogUnavailable
from bot.store import files, guard
from bot.store.faults import DAMAGED, PASSING, ROW_FAULTS, code_of, damage, sentence
from bot.store.migrations import shipped
from bot.store.opening import BUSY, Damaged, Opening, held, prepare_folder
from bot.store.rows import ticks
from bot.store.salvage import another_log, count_missing, take_over
from bot.store.status import was_in_use
from bot.store.telling import Telling
from bot.store.upkeep import SOON, Upkeep, holds, index_faults
from bot.store.watch import Watch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    import aiosqlite

    from bot.store.guard import Known

REST = 1.0
"""Seconds between two tries while the log is unavailable."""
SET_ASIDE_AT_MOST = 3
"""Damaged files moved away in one run; a disk that damages more needs a person."""

_HELD = "held"
"""Ending of a copy of what a connection still held of a damaged log."""
_PAGE = 4096

__all__ = ["BUSY", "REST", "ROW_FAULTS", "Database"]


class Database:
    """Holds the connection. `problem` says in a sentence why there is none to write to; None when all is well.

    `opened` counts how often the file was opened: whoever reads on a connection of their own opens it anew when that
    has changed. `added` counts the uses written; whoever writes some says so.
    """

    def __init__(self, path: Path, now: Callable[[], datetime], rest: float = REST, soon: float = SOON) -> None:
        self.path = path
        self.telling = Telling(path, now)
        self.unsure = False
        self.closed = False
        self.opened = self.added = 0
        self._now = now
        self._rest = rest
        self._steps = shipped()  # now, while files can surely be read
        self._connection: aiosqlite.Connection | None = None
        self._lock = asyncio.Lock()
        self._watch = Watch(path)
        self._known: Known | None = None
        self._added = self._removed = 0  # as `_known` has them
        self._next_try = 0.0
        self._set_aside = 0
        self._damaged: Damaged | None = None
        self._begun = self._narrowed = False
        self._upkeep = Upkeep(path, now, self._look, self._counted, self._met, soon)

    @property
    def problem(self) -> str | None:
        """Why the log cannot be written, in a sentence."""
        return self.telling.problem

    @property
    def notices(self) -> list[str]:
        """What was mended, in sentences."""
        return self.telling.notices

    @property
    def resting(self) -> bool:
        """Whether a try failed so lately that another is not due."""
        return self.problem is not None and asyncio.get_running_loop().time() < self._next_try

    def wake(self) -> None:
        """Make the next try due now."""
        self._next_try = 0.0

    def suspect(self) -> None:
        """Somebody who reads the file met damage: see what is wrong, beside answering, and mend it."""
        if not self.closed:
            self._upkeep.suspect()

    async def open(self) -> None:
        """Open if that can be done; else `problem` says why not."""
        async with self._lock:
            with contextlib.suppress(LogUnavailable):
                await self._ready()

    @contextlib.asynccontextmanager
    async def writing(self, *, single: bool = False) -> AsyncIterator[aiosqlite.Connection]:
        """One transaction, committed and in the file by that path at the end. Raises LogUnavailable when it is not.

        `unsure` then says whether the rows may be there all the same. With `single` the body runs one statement, which
        is a transaction of its own: one errand to the connection's thread instead of three.
        """
        async with self._lock:
            connection = await self._ready()
            if not self._watch.same():
                connection = await self._look_over(connection) or await self._ready()
            if self._begun:  # a writer was cancelled in the middle
                await connection.rollback()
            self._begun, self.unsure = True, single
            try:
                if not single:
                    await connection.execute("BEGIN IMMEDIATE")
                yield connection
                self.unsure = True
                if not single:
                    await connection.commit()
                self._begun = False
            except ROW_FAULTS:
                await connection.rollback()
                self._begun = self.unsure = False
                raise
            except sqlite3.Error as error:
                await self._failed(error)
                raise LogUnavailable(self.problem) from error
            await self._stay(connection)
            self.unsure = False
            self.telling.well()
            self._upkeep.written()

    async def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Sequence[Any]]:
        """All rows of a query. Raises LogUnavailable."""
        connection = self._connection
        if connection is None:
            async with self._lock:
                connection = await self._ready()
        try:
            return list(await connection.execute_fetchall(sql, parameters))
        except (sqlite3.Error, ValueError) as error:  # aiosqlite says ValueError when it was closed meanwhile
            async with self._lock:
                if isinstance(error, sqlite3.Error) and connection is self._connection:
                    await self._failed(error)
            raise LogUnavailable(self.problem or "the log was closed meanwhile") from error

    async def close(self) -> None:
        """Checkpoint and close. Safe to call twice."""
        self.closed = True
        await self._upkeep.close()
        async with self._lock:
            connection = self._connection
            if connection is not None:
                with contextlib.suppress(sqlite3.Error, OSError, LogUnavailable):
                    if self._begun:
                        await connection.rollback()
                    await self._stay(connection)
                await self._finish()
                await self._disconnect()
        await self.telling.close()

    async def _finish(self) -> None:
        if self._connection is None or self._known is None:
            return
        with contextlib.suppress(sqlite3.Error, OSError):
            known = await self._now_known(self._connection, self._known)
            ((_, frames, done),) = await self._connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            await asyncio.to_thread(guard.keep, self.path, known, self._now(), max(0, frames - done))

    async def _look(self) -> Known | None:
        """For the upkeep: see that the files are what they were, and say what is known of the log."""
        async with self._lock:
            if self._connection is not None and not self.closed and not self._begun:
                with contextlib.suppress(LogUnavailable):
                    if not self._watch.same() and await self._look_over(self._connection) is None:
                        await self._ready()
                    return self._known
            return None

    async def _now_known(self, connection: aiosqlite.Connection, known: Known) -> Known:
        """What is known now, though the file may no longer say so."""
        removed = await guard.gone(connection) - self._removed
        return replace(known, rows=known.rows + self.added - self._added - removed, removed=known.removed + removed)

    def _counted(self, before: Known, known: Known) -> None:
        """For the upkeep: so many uses were counted, a moment ago; no longer of worth where the log was opened anew."""
        if self._known is before:
            self._removed += known.removed - before.removed
            self._known, self._added = known, self.added

    async def _met(self, error: sqlite3.Error) -> None:
        """For the upkeep: damage was met."""
        async with self._lock:
            if self._connection is not None and not self.closed and not await self._reindex(self._connection):
                await self._failed(error)
                with contextlib.suppress(LogUnavailable):
                    await self._ready()

    async def _reindex(self, connection: aiosqlite.Connection) -> bool:
        """Make the indexes anew where nothing else is wrong with the log; whether it is whole by that."""
        with contextlib.suppress(sqlite3.Error, OSError):
            if not self._begun and await asyncio.to_thread(index_faults, self.path):
                known = self._known and await self._now_known(connection, self._known)
                await connection.execute("REINDEX")
                await asyncio.to_thread(holds, self.path, known.rows if known else 0)
                self.telling.say(
                    f"indexes of the log {self.path} were damaged; they were made anew, and no use is lost"
                )
                return True
        return False

    async def _ready(self) -> aiosqlite.Connection:
        if self._connection is None:
            if self.closed:
                raise LogUnavailable("the log is closed")
            if self.resting:
                raise LogUnavailable(self.problem)
            try:
                await self._connect()
            except (sqlite3.Error, OSError, LogUnavailable) as error:
                await self._failed(error)
                if self.problem is not None and self.resting:
                    raise LogUnavailable(self.problem) from error
                return await self._ready()
        assert self._connection is not None
        return self._connection

    async def _connect(self) -> None:
        """Open the log, hold it against what is known of it, and mend what can be mended."""
        for said in prepare_folder(self.path, self._now(), narrow=not self._narrowed):
            self.telling.say(said)
        self._narrowed = True
        known = self._known or guard.recall(self.path)
        found, pages = files.see(self.path), files.size(files.write_ahead(self.path))
        if not (found and found.size) and (pages or (found and known)):
            await self._must_move_aside("was empty" if found else "was missing beside its write-ahead file")
        elif found and not found.size and not self.opened and self.problem is None and was_in_use(self.path):
            self.telling.say(f"the log {self.path} was empty: what it held is lost, and not known; a new one was begun")
        opening = Opening(self.path, self._now, known, self._damaged, ahead=bool(pages))
        self._connection, self._known = await opening.open(self._steps)
        self._added, self._removed, self._damaged, self._begun = self.added, 0, None, False
        self.opened += 1
        self._watch.begin()
        self.telling.restored = opening.restored
        for said in opening.said:
            self.telling.say(said)
        self.telling.well()
        self.telling.publish()
        with contextlib.suppress(OSError):
            await asyncio.to_thread(guard.keep, self.path, self._known, self._now(), pages // _PAGE)
        self._upkeep.opened()

    async def _failed(self, error: Exception) -> None:
        """Put the connection into a known state, keep the sentence, and say when the next try is due."""
        code = code_of(error)
        if code in DAMAGED and await self._move_aside("was damaged"):
            return
        if code in PASSING:
            self.unsure = False
        self._trouble(sentence(error))
        if code in PASSING and self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                await self._connection.rollback()
                self._begun = False
                return
        await self._disconnect()

    def _trouble(self, said: str) -> None:
        self._next_try = asyncio.get_running_loop().time() + self._rest
        self.telling.trouble(f"the log {self.path} cannot be used: {said}")

    async def _must_move_aside(self, why: str, copy: Path | None = None) -> None:
        if not await self._move_aside(why, copy):
            raise damage(f"it {why}, again and again")

    async def _move_aside(self, why: str, copy: Path | None = None) -> bool:
        """Keep what is damaged, so that a new log can be begun; what it still gives is taken over then."""
        if self._set_aside >= SET_ASIDE_AT_MOST:
            return False
        if self._connection is not None and self._known is not None:
            with contextlib.suppress(sqlite3.Error, ValueError):
                self._known = await self._now_known(self._connection, self._known)
        # Before its connection is closed: SQLite then leaves the files alone, as it sees that they were moved.
        kept = files.try_aside(self.path, "damaged", self._now())
        await self._disconnect()
        kept = kept or files.try_aside(self.path, "damaged", self._now())  # some systems move no file that is open
        if kept is None:
            return False
        self._set_aside += 1
        self._next_try = 0.0
        self._damaged = Damaged(kept, copy)
        self.telling.say(f"the log {self.path} {why}; it is kept as {kept.name} and a new one was begun")
        self.unsure = False
        return True

    async def _stay(self, connection: aiosqlite.Connection) -> None:
        """See that what was committed is in the file by the path's name; SQLite itself would not notice."""
        if not self._watch.same() and await self._look_over(connection) is None:
            raise LogUnavailable("the log was exchanged while in use")

    async def _look_over(self, connection: aiosqlite.Connection) -> aiosqlite.Connection | None:
        """Mend what became of the files. Gives the connection from now on; None where the log is another one now."""
        try:
            change = self._watch.change()
            if change in ("deleted", "exchanged"):
                await self._rescue(connection, deleted=change == "deleted")
                return self._connection if change == "deleted" else None
            if change == "write-ahead":
                await self._bring_home(connection)
            elif change == "shorter":
                await self._verify(connection)
            return self._connection or await self._ready()
        except (sqlite3.Error, OSError) as error:
            if code_of(error) in DAMAGED:
                await self._failed(error)
            else:  # the connection is kept: it alone still holds the rows
                self._trouble(f"it was deleted or cut while in use and cannot be written again yet ({error})")
            raise LogUnavailable(self.problem) from error

    async def _rescue(self, connection: aiosqlite.Connection, *, deleted: bool) -> None:
        """The file was deleted or exchanged while it was open: its content is still held, so write it down again."""
        known = self._known and await self._now_known(connection, self._known)
        copy = await held(connection, files.beside(self.path, files.RESCUED))
        if deleted:
            files.put_back(copy, self.path)
            self.telling.say(f"the log {self.path} was deleted while in use; its content was written again")
        elif known is None or await asyncio.to_thread(another_log, self.path, known.id):
            await self._give_way(copy)
            return
        else:
            # No log at all, or an older copy of this one: what was held is the log, whatever stands at its path.
            kept = files.set_aside(self.path, "replaced", self._now())
            files.put_back(copy, self.path)
            said = f"the log {self.path} was exchanged while in use; its content was written again"
            if kept is not None:
                more = await asyncio.to_thread(take_over, self.path, kept, "uses")
                said += f", with {more} uses of what had been put in its place, which is kept as {kept.name}"
            self.telling.say(said)
        await self._disconnect()
        await self._connect()

    async def _give_way(self, copy: Path) -> None:
        """Another log was put in the place of the one in use: it is the log from now on, and says what it lacks."""
        kept = files.unused(files.beside(self.path, f"replaced-{files.stamp(self._now())}"))
        copy.replace(kept)  # noqa: ASYNC240  one name
        self.unsure = False
        await self._disconnect()
        files.remove_companions(self.path, self._watch.ahead_was())
        self._known = None
        files.beside(self.path, guard.ENDING).unlink(missing_ok=True)  # it tells of the one that is kept
        await self._connect()
        lacks = await asyncio.to_thread(count_missing, self.path, kept, ticks(self._now()))
        self.telling.say(
            f"the log {self.path} was exchanged for another one while in use; what it held is kept as {kept.name}"
            + (f", and the {lacks} uses of it that the other lacks are counted as lost" if lacks else "")
        )

    async def _bring_home(self, connection: aiosqlite.Connection) -> None:
        """The write-ahead file was deleted or exchanged: bring what it holds into the log, and begin another."""
        await self._upkeep.halt()
        ((busy, frames, done),) = await connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
        if busy or frames != done:
            copy = await held(connection, files.beside(self.path, _HELD))
            await self._must_move_aside("lost its write-ahead file while in use", copy)
            await self._ready()
            return
        files.set_aside(files.write_ahead(self.path), "replaced", self._now())
        self._known = self._known and await self._now_known(connection, self._known)
        await self._disconnect()
        self.telling.say(f"{self.path.name}-wal was deleted or exchanged while in use; the log has what it held")
        await self._connect()

    async def _verify(self, connection: aiosqlite.Connection) -> None:
        """A file is shorter than it was. Another program may have lost nothing by that; else save what is left."""
        known = self._known and await self._now_known(connection, self._known)
        try:
            await asyncio.to_thread(holds, self.path, known.rows if known else 0)
        except sqlite3.Error:
            copy = None
            with contextlib.suppress(sqlite3.Error, OSError):  # its memory may hold what the file lost
                copy = await held(connection, files.beside(self.path, _HELD))
            await self._must_move_aside("was cut short while in use", copy)
            await self._ready()
        else:
            self._watch.begin()

    async def _disconnect(self) -> None:
        connection, self._connection, self._begun = self._connection, None, False
        if connection is not None:
            await self._upkeep.halt()
            with contextlib.suppress(sqlite3.Error):
                await connection.close()
