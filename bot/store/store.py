"""What is remembered, in one place: uses, settings, complaints, small values. An answer never fails because of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .database.log_connection import REST
from .database.maintenance import SOON
from .database.transactions import Database
from .disk.files import beside, refuse_link
from .emergency.emergency_file import SIZE, EmergencyFile
from .reports import use_counts
from .reports.count_queue import CountQueue
from .server_data import retention, server_settings
from .server_data.erasure import Erasure
from .server_data.erasure_queue import ErasureQueue
from .shutdown import DRAIN, Shutdown
from .uses import recent_uses, use_writer
from .uses.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from .records import ChangeMade, Complaint, KeywordChannel, Mute, Outcome, Place, Report, Use


class Store:
    """The log. Methods that read or change settings raise LogUnavailable while it cannot be used; the others do not."""

    def __init__(
        self, database: Database, ledger: Ledger, log: use_writer.UseWriter, now: Callable[[], datetime], retry: float
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._uses = log
        self._now = now
        self._count_queue = CountQueue(database.path, now, database.suspect)
        self._erasure = Erasure(
            database, ledger, self._count_queue.forget, now, retry, ErasureQueue(database.path, now)
        )
        self._shutdown = Shutdown(database, ledger, log, self._erasure, self._count_queue)

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        now: Callable[[], datetime],
        room: int = use_writer.ROOM,
        rest: float = REST,
        retry: float = use_writer.RETRY,
        emergency: int = SIZE,
        soon: float = SOON,
    ) -> Store:
        """Open or create the log. While it cannot be used, `problem` says why, and it is tried again. Raises CallError
        where it is a link, and nothing else.

        At most `room` uses wait in memory. A failed try is followed by a `rest`, and rows that wait are tried again
        after `retry` when no use comes by (seconds). The emergency file beside it is made with so many bytes. `soon`
        after a use it stands in the log's own file.
        """
        refuse_link(path)
        database = Database(path, now, rest, soon)
        ledger = Ledger(EmergencyFile(beside(path, "emergency"), emergency))
        log = use_writer.UseWriter(database, ledger, now, room, retry, min(use_writer.SOON, soon))
        database.operator.counts = lambda: (len(ledger.pending), ledger.lost)
        database.operator.spare = lambda: ledger.emergency.problem

        def looked() -> None:
            log.wake_writer()
            database.operator.refresh()

        ledger.looked = looked
        database.under_way(ledger.under_way, ledger.rows_in_both_files)
        database.prepare()
        await ledger.open()  # first: what it holds is not missing from the log
        await database.open()
        await log.resume()
        database.operator.refresh()
        store = cls(database, ledger, log, now, retry)
        store._erasure.begin()
        return store

    @property
    def present(self) -> Callable[[int], bool]:
        """Whether the bot is in a server: each client says it. Nothing is kept of any other."""
        return self._erasure.present

    @present.setter
    def present(self, present: Callable[[int], bool]) -> None:
        self._erasure.present = present

    @property
    def problem(self) -> str | None:
        """Why the log cannot be written just now, in a sentence; None when all is well."""
        return self._database.problem

    @property
    def notices(self) -> tuple[str, ...]:
        """What was mended in this run (a damaged file set aside, a deleted one written again), in sentences."""
        return tuple(self._database.notices)

    @property
    def emergency_problem(self) -> str | None:
        """Why what the log cannot take is kept in memory alone; None while there is an emergency file."""
        return self._ledger.emergency.problem

    @property
    def restored(self) -> str | None:
        """Where this log was restored from, in a sentence; None when it was not."""
        return self._database.operator.restored

    @property
    def tell_trouble(self) -> Callable[[str | None], None] | None:
        """Called once with a sentence when trouble begins, and once with None when it is over."""
        return self._database.operator.tell

    @tell_trouble.setter
    def tell_trouble(self, tell: Callable[[str | None], None] | None) -> None:
        self._database.operator.tell = tell

    @property
    def given(self) -> int:
        """Uses taken in this run, and those it settles that earlier ones left.

        Always `answered` + `failed` + `expired` + `unknown` + `waiting` + `lost`.
        """
        return self._ledger.given

    @property
    def answered(self) -> int:
        """Uses whose answer was sent, by the log's file."""
        return self._ledger.settled["answered"]

    @property
    def failed(self) -> int:
        """Uses whose answer could not be sent, or that were told that they cannot be served, by the log's file."""
        return self._ledger.settled["failed"]

    @property
    def expired(self) -> int:
        """Uses that came too late to be answered, by the log's file."""
        return self._ledger.settled["expired"]

    @property
    def unknown(self) -> int:
        """Uses of which nobody knows whether the answer arrived: what was under way when a run was killed."""
        return self._ledger.settled["unknown"]

    @property
    def waiting(self) -> int:
        """Uses whose outcome is not in the log's file yet: being sent, or not written."""
        return len(self._ledger.pending)

    @property
    def unwritten(self) -> int:
        """Those of them that the log's file does not know as they are: to be written with the next commit."""
        return len(self._ledger.unwritten)

    @property
    def lost(self) -> int:
        """Uses that were counted and are gone."""
        return self._ledger.lost

    @property
    def logged(self) -> int:
        """Uses whose row came into the log's file in this run, whatever became of them."""
        return self._ledger.logged

    @property
    def repeated(self) -> int:
        """Uses recorded again under an id that was known: not counted in `given`."""
        return self._ledger.repeated

    async def record(self, use: Use, *, wait: float = use_writer.WAIT) -> bool:
        """Commit a use as `begun`. False when that takes longer than `wait` seconds: it is then written when it can be,
        and stands in the emergency file before this returns.
        """
        return await self._uses.record(use, wait)

    def settle(self, asked: int, outcome: Outcome) -> None:
        """Say what became of an answer; written with a later commit. Never raises; ids that are unknown are nothing."""
        self._uses.settle(asked, outcome)

    def record_later(self, use: Use) -> None:
        """Take a use that nobody waits for, such as one that came too late; written with a later commit."""
        self._uses.record_later(use)

    async def recent_quotes(self, channel: int, key: str, limit: int) -> list[str]:
        """Ids of the quotes shown last in a round, most recent first. Never raises; knows less when unavailable."""
        return await recent_uses.recent_quotes(self._database, self._ledger, channel, key, limit)

    async def find_use(self, asked: int) -> Use | None:
        """The use logged under that id."""
        return await recent_uses.find_use(self._database, self._ledger, asked)

    async def keyword_channels(self) -> set[KeywordChannel]:
        """Every channel opted in to keyword replies, of servers that were left none."""
        await self._erasure.erase_choices()
        return await server_settings.keyword_channels(self._database)

    async def set_keyword_channel(self, guild: int, channel: int, on: bool, by: int) -> None:
        """Opt a channel in or out. `by` is the moderator. Raises NotInServer."""
        chosen = server_settings.keyword_channel(guild, channel, on=on, by=by, time=self._now())
        await self._erasure.save(guild, *chosen)

    async def reports_channel(self, guild: int) -> str | None:
        """The channel of a guild that faults of the bank are told in; none, or an empty name, where it chose none."""
        await self._erasure.erase_choices()
        return await server_settings.get_value(self._database, f"reports:{guild}")

    async def set_reports_channel(self, guild: int, channel: int | None, by: int) -> None:
        """Choose that channel, or none. `by` is the moderator. Raises NotInServer."""
        await self._erasure.save(guild, *server_settings.reports_channel(guild, channel, by=by, time=self._now()))

    async def changes_made(self, guild: int, limit: int = 25) -> list[ChangeMade]:
        """What moderators of a guild changed, latest first."""
        await self._erasure.erase_choices()
        return await server_settings.changes_made(self._database, guild, limit)

    async def mute(self, channel: int, trigger: str, until: datetime, *, guild: int | None = None) -> None:
        """Silence a trigger in a channel until then. Raises NotInServer."""
        await self._erasure.save(guild, server_settings.mute(channel, trigger, until, guild))

    async def mutes(self, now: datetime) -> list[Mute]:
        """The triggers that are silent."""
        await self._erasure.erase_choices()
        return await server_settings.mutes(self._database, now)

    async def forget_guild(self, guild: int) -> None:
        """Delete everything kept about a guild up to now, written or waiting; what is kept of it later stays.

        Where that raises LogUnavailable it is tried again until it is done, and before anything else is chosen.
        """
        await self._erasure.forget(guild)

    async def mark_present(self, guild: int) -> None:
        """The bot was added to a guild: it is missing no longer. Raises LogUnavailable."""
        await retention.unmark(self._database, guild)

    async def mark_missing(self, present: set[int], now: datetime, latest: datetime | None = None) -> set[int]:
        """Mark the servers that Discord does not list among those `present`. Raises LogUnavailable.

        Gives those that are missing for a day or more: each is to be forgotten, unless it is back when its turn comes.
        It is `now` at least and `latest` at most, where clocks differ.
        """
        return set((await retention.mark(self._database, present, now, latest or now)).forget)

    async def sweep(self, before: datetime, *, pause: float = retention.PAUSE) -> int:
        """Delete uses of before that time, a few at a time, with a pause (seconds) in between. Says how many."""
        return await retention.sweep(self._database, before, pause=pause)

    async def get_value(self, name: str) -> str | None:
        """A small value kept by name, or None."""
        return await server_settings.get_value(self._database, name)

    async def set_value(self, name: str, value: str) -> None:
        """Keep a small value of the bot's own by name."""
        await self._erasure.save(None, server_settings.set_value(name, value))

    async def complain(self, complaint: Complaint) -> None:
        """Keep what a person reported about a quote. Raises NotInServer."""
        await self._erasure.save(complaint.guild, server_settings.complaint(complaint))

    async def complaints(self, limit: int) -> list[Complaint]:
        """What people reported, latest first."""
        return await server_settings.complaints(self._database, limit)

    async def report(self, days: int, place: Place, *, misses: bool = False, person: int | None = None) -> Report:
        """Counts of uses over the last `days` days in one place. With `misses`, for moderators: what found nothing.

        Read on a connection of its own. Raises LogUnavailable; TooBusy where it takes so long that whoever wants it
        must ask again. `person` is whoever wants it.
        """
        self._erasure.refuse(place)
        counts = await self._count_queue.of(place, days, person)
        return use_counts.of_place(counts, days, misses=misses, unwritten=self._ledger.unknown_to_the_file(place))

    async def report_all(self, days: int) -> Report:
        """Counts of uses in all places, for the operator alone: nothing that Discord shows."""
        ledger, counts = self._ledger, await self._count_queue.of_all(days)
        return use_counts.of_all(counts, days, unwritten=ledger.unknown_to_the_file(), lost=ledger.unreported_losses)

    @property
    def closed(self) -> bool:
        """Whether nothing of it goes on any more. What goes on after `close` is ended with the process."""
        return self._shutdown.over

    def leave(self, *, at_once: bool = False) -> None:
        """The bot is leaving: nothing that takes long is begun any more, or goes on. At once: `close` waits no more."""
        self._shutdown.begin(at_once=at_once)

    async def close(self, *, wait: float = DRAIN) -> None:
        """Write what waits, for at most `wait` seconds, and close the file. Safe to call twice.

        What takes longer is not waited for: what is not written stands in the emergency file, and the file is left as
        it is by a process that is killed.
        """
        await self._shutdown.close(wait)
