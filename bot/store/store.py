"""What is remembered, in one place: uses, settings, complaints, small values. An answer never fails because of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import reports, settings, uses
from bot.store.database import REST, Database

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from bot.store.records import ChangeMade, Complaint, KeywordChannel, Report, Use

DRAIN = 5.0
"""Seconds closing waits for rows that are not written yet."""


class Store:
    """The log. Methods that read or change settings raise LogUnavailable while it cannot be used; the others do not."""

    def __init__(self, database: Database, log: uses.Uses, now: Callable[[], datetime]) -> None:
        self._database = database
        self._uses = log
        self._now = now

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        now: Callable[[], datetime],
        room: int = uses.ROOM,
        rest: float = REST,
        retry: float = uses.RETRY,
    ) -> Store:
        """Open or create the log. Never fails: while it cannot be used, `problem` says why, and it is tried again.

        At most `room` uses wait in memory. A failed try is followed by a `rest`, and rows that wait are tried again
        after `retry` when no use comes by (seconds).
        """
        database = Database(path, now, rest)
        await database.open()
        return cls(database, uses.Uses(database, now, room, retry), now)

    @property
    def problem(self) -> str | None:
        """Why the log cannot be written just now, in a sentence; None when all is well."""
        return self._database.problem

    @property
    def notices(self) -> tuple[str, ...]:
        """What was mended in this run (a damaged file set aside, a deleted one written again), in sentences."""
        return tuple(self._database.notices)

    @property
    def answered(self) -> int:
        """Uses taken in this run: always `logged` + `waiting` + `lost`."""
        return self._uses.answered

    @property
    def logged(self) -> int:
        """Uses of this run that are in the file."""
        return self._uses.logged

    @property
    def waiting(self) -> int:
        """Uses that are not written yet."""
        return self._uses.waiting

    @property
    def lost(self) -> int:
        """Uses of this run that were counted and are gone."""
        return self._uses.lost

    @property
    def repeated(self) -> int:
        """Uses recorded again under an id that was known: not counted in `answered`."""
        return self._uses.repeated

    async def record(self, use: Use, *, wait: float = uses.WAIT) -> bool:
        """Commit a use. False when that takes longer than `wait` seconds: it is then written when it can be."""
        return await self._uses.record(use, wait)

    def settle(self, asked: int, outcome: str) -> None:
        """Say what became of an answer."""

    def note(self, use: Use) -> None:
        """Keep a use that nobody waits for."""

    async def lately(self, channel: int, key: str, limit: int) -> list[str]:
        """Ids of the quotes shown last in a round, most recent first. Never raises; knows less when unavailable."""
        return await uses.lately(self._database, self._uses, channel, key, limit)

    async def use_of(self, asked: int) -> Use | None:
        """The use logged under that id."""
        return await uses.use_of(self._database, self._uses, asked)

    async def keyword_channels(self) -> set[KeywordChannel]:
        """Every channel opted in to keyword replies."""
        return await settings.keyword_channels(self._database)

    async def set_keyword_channel(self, guild: int, channel: int, on: bool, by: int) -> None:
        """Opt a channel in or out. `by` is the moderator."""
        await settings.set_keyword_channel(self._database, guild, channel, on=on, by=by, time=self._now())

    async def note_change(self, guild: int, by: int, what: str) -> None:
        """Audit a change a moderator made elsewhere."""
        await settings.note_change(self._database, guild, by, what, self._now())

    async def changes_made(self, guild: int, limit: int = 25) -> list[ChangeMade]:
        """What moderators of a guild changed, latest first."""
        return await settings.changes_made(self._database, guild, limit)

    async def mute(self, channel: int, trigger: str, until: datetime, *, guild: int | None = None) -> None:
        """Silence a trigger in a channel until then."""
        await settings.mute(self._database, channel, trigger, until, guild)

    async def mutes(self, now: datetime) -> dict[tuple[int, str], datetime]:
        """The triggers that are silent: (channel, trigger) → until when."""
        return await settings.mutes(self._database, now)

    async def forget_guild(self, guild: int) -> None:
        """Delete everything kept about a guild, written or waiting."""
        await settings.forget_guild(self._database, guild, self._uses.drop)

    async def kept(self, name: str) -> str | None:
        """A small value kept by name, or None."""
        return await settings.kept(self._database, name)

    async def keep(self, name: str, value: str) -> None:
        """Keep a small value by name."""
        await settings.keep(self._database, name, value)

    async def complain(self, complaint: Complaint) -> None:
        """Keep what a person reported about a quote."""
        await settings.complain(self._database, complaint)

    async def complaints(self, limit: int) -> list[Complaint]:
        """What people reported, latest first."""
        return await settings.complaints(self._database, limit)

    async def report(self, days: int, guild: int | None = None) -> Report:
        """Counts of uses over the last `days` days, of one guild or of all."""
        return await reports.report(
            self._database.rows, self._now(), days, guild, waiting=self._uses.waiting, lost=self._uses.lost_untold
        )

    async def close(self, *, wait: float = DRAIN) -> None:
        """Write what waits, for at most `wait` seconds, and close the file. Safe to call twice."""
        if not self._database.closed:
            await self._uses.drain(wait)
            await self._database.close()
