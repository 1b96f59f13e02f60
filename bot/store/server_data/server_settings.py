"""What moderators chose, and who chose it when; what people complained of; what a guild may have forgotten.

What is to be written are statements: `erasure` runs them, where the bot is in that server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from ..records import ChangeMade, Complaint, KeywordChannel, Mute
from ..sqlite.column_values import moment, storable, ticks
from .retention import delete_in_batches

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from ..database.transactions import Database
    from ..records import Departure
    from ..sqlite.column_values import Types

    Statement = tuple[str, Sequence[Any]]

    class Queryable(Protocol):
        """A log, open for writing or only for reading."""

        async def rows(self, sql: str, parameters: Sequence[Any] = (), types: Types = ()) -> list[Sequence[Any]]: ...


async def keyword_channels(database: Database) -> set[KeywordChannel]:
    """Every channel opted in to keyword replies."""
    found = await database.rows("SELECT guild, channel FROM keyword_channels", (), (int, int))
    return {KeywordChannel(guild, channel) for guild, channel in found}


def keyword_channel(guild: int, channel: int, *, on: bool, by: int, time: datetime) -> tuple[Statement, ...]:
    """What opts a channel in or out, and says who did."""
    opting_in = "INSERT INTO keyword_channels (channel, guild) VALUES (?, ?) ON CONFLICT (channel) DO NOTHING"
    opting_out = "DELETE FROM keyword_channels WHERE channel = ?"
    choice: Statement = (opting_in, (channel, guild)) if on else (opting_out, (channel,))
    return choice, _changed(guild, by, f"keyword replies {'on' if on else 'off'} in channel {channel}", time)


def reports_channel(guild: int, channel: int | None, *, by: int, time: datetime) -> tuple[Statement, ...]:
    """What chooses the channel that faults of the bank are told in, or none, and says who did."""
    what = "reports off" if channel is None else f"reports on in channel {channel}"
    return set_value(f"reports:{guild}", str(channel or "")), _changed(guild, by, what, time)


def _changed(guild: int, by: int, what: str, time: datetime) -> Statement:
    return "INSERT INTO changes_made (time, guild, by, what) VALUES (?, ?, ?, ?)", (ticks(time), guild, by, what)


async def changes_made(database: Database, guild: int, limit: int) -> list[ChangeMade]:
    """What moderators of a guild changed, latest first."""
    found = await database.rows(
        "SELECT time, guild, by, what FROM changes_made WHERE guild = ? ORDER BY id DESC LIMIT ?",
        (guild, limit),
        (int, int, int, str),
    )
    return [ChangeMade(moment(time), guild, by, what) for time, guild, by, what in found]


def mute(channel: int, trigger: str, until: datetime, guild: int | None) -> Statement:
    """What silences a trigger in a channel until then."""
    return (
        """INSERT INTO mutes (channel, trigger, guild, muted_until) VALUES (?, ?, ?, ?)
           ON CONFLICT (channel, trigger) DO UPDATE SET muted_until = excluded.muted_until""",
        (channel, storable(trigger), guild, ticks(until)),
    )


async def mutes(database: Database, now: datetime) -> list[Mute]:
    """The triggers that are silent now."""
    found = await database.rows(
        "SELECT guild, channel, trigger, muted_until FROM mutes WHERE muted_until > ?",
        (ticks(now),),
        (int | None, int, str, int),
    )
    return [Mute(guild, channel, trigger, moment(until)) for guild, channel, trigger, until in found]


def _later(left: Departure) -> tuple[int, int]:
    """The first and the last tick of what stays."""
    return ticks(left.at) + 1, ticks(left.now)


def erase_settings(guild: int, left: Departure) -> tuple[Statement, ...]:
    """What deletes all that was chosen and reported in a guild that the bot left. Nothing of later is there yet, but
    for what says when it was.
    """
    return (
        ("DELETE FROM kept WHERE name = ?", (f"reports:{guild}",)),
        ("DELETE FROM keyword_channels WHERE guild = ?", (guild,)),
        ("DELETE FROM mutes WHERE guild = ?", (guild,)),
        ("DELETE FROM missing WHERE guild = ?", (guild,)),
        ("DELETE FROM changes_made WHERE guild = ? AND NOT time BETWEEN ? AND ?", (guild, *_later(left))),
        ("DELETE FROM complaints WHERE guild = ? AND NOT time BETWEEN ? AND ?", (guild, *_later(left))),
    )


async def erase_uses(database: Database, guild: int, left: Departure, drop: Callable[[int, Departure], None]) -> None:
    """Delete the uses of a guild that the bot left. `drop` forgets what waits in memory, when no writer holds it.

    They go a few at a time first: a large server's would keep others' answers from being logged. Where that is cut
    short the rest is known by the server being missing.
    """
    which = "guild = ? AND NOT time BETWEEN ? AND ?"
    await delete_in_batches(database, which, lambda: (guild, *_later(left)))
    async with database.deleting() as connection:
        drop(guild, left)
        await connection.execute(f"DELETE FROM uses WHERE {which}", (guild, *_later(left)))  # noqa: S608  ours


async def get_value(database: Database, name: str) -> str | None:
    """A small value kept by name."""
    found = await database.rows("SELECT value FROM kept WHERE name = ?", (name,))
    return str(found[0][0]) if found else None


def set_value(name: str, value: str) -> Statement:
    """What keeps a small value by name."""
    return (
        "INSERT INTO kept (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, storable(value)),
    )


def complaint(about: Complaint) -> Statement:
    """What keeps a report of a person."""
    return (
        "INSERT INTO complaints (time, guild, quote, edition, text) VALUES (?, ?, ?, ?, ?)",
        (
            ticks(about.time),
            about.guild,
            storable(about.quote),
            storable(about.edition),
            storable(about.text),
        ),
    )


async def complaints(database: Queryable, limit: int) -> list[Complaint]:
    """What people reported, latest first."""
    found = await database.rows(
        "SELECT time, guild, quote, edition, text FROM complaints ORDER BY id DESC LIMIT ?",
        (limit,),
        (int, int | None, str, str, str),
    )
    return [Complaint(moment(time), guild, quote, edition, text) for time, guild, quote, edition, text in found]
