"""What moderators chose, and who chose it when; what people complained of; what a guild may have forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from bot.store.records import ChangeMade, Complaint, KeywordChannel, Mute
from bot.store.retention import delete_in_batches
from bot.store.rows import moment, ticks, writable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.store.database import Database
    from bot.store.records import Left
    from bot.store.rows import Types

    class Readable(Protocol):
        """A log, open for writing or only for reading."""

        async def rows(self, sql: str, parameters: Sequence[Any] = (), types: Types = ()) -> list[Sequence[Any]]: ...


async def keyword_channels(database: Database) -> set[KeywordChannel]:
    """Every channel opted in to keyword replies."""
    found = await database.rows("SELECT guild, channel FROM keyword_channels", (), (int, int))
    return {KeywordChannel(guild, channel) for guild, channel in found}


async def set_keyword_channel(
    database: Database, guild: int, channel: int, *, on: bool, by: int, time: datetime
) -> None:
    """Opt a channel in or out, and say who did."""
    async with database.writing() as connection:
        if on:
            await connection.execute(
                "INSERT INTO keyword_channels (channel, guild) VALUES (?, ?) ON CONFLICT (channel) DO NOTHING",
                (channel, guild),
            )
        else:
            await connection.execute("DELETE FROM keyword_channels WHERE channel = ?", (channel,))
        await connection.execute(
            "INSERT INTO changes_made (time, guild, by, what) VALUES (?, ?, ?, ?)",
            (ticks(time), guild, by, f"keyword replies {'on' if on else 'off'} in channel {channel}"),
        )


async def note_change(database: Database, guild: int, by: int, what: str, time: datetime) -> None:
    """Say that a moderator changed something."""
    async with database.writing() as connection:
        await connection.execute(
            "INSERT INTO changes_made (time, guild, by, what) VALUES (?, ?, ?, ?)",
            (ticks(time), guild, by, writable(what)),
        )


async def changes_made(database: Database, guild: int, limit: int) -> list[ChangeMade]:
    """What moderators of a guild changed, latest first."""
    found = await database.rows(
        "SELECT time, guild, by, what FROM changes_made WHERE guild = ? ORDER BY id DESC LIMIT ?",
        (guild, limit),
        (int, int, int, str),
    )
    return [ChangeMade(moment(time), guild, by, what) for time, guild, by, what in found]


async def mute(database: Database, channel: int, trigger: str, until: datetime, guild: int | None) -> None:
    """Silence a trigger in a channel until then."""
    async with database.writing() as connection:
        await connection.execute(
            """INSERT INTO mutes (channel, trigger, guild, muted_until) VALUES (?, ?, ?, ?)
               ON CONFLICT (channel, trigger) DO UPDATE SET muted_until = excluded.muted_until""",
            (channel, writable(trigger), guild, ticks(until)),
        )


async def mutes(database: Database, now: datetime) -> list[Mute]:
    """The triggers that are silent now."""
    found = await database.rows(
        "SELECT guild, channel, trigger, muted_until FROM mutes WHERE muted_until > ?",
        (ticks(now),),
        (int | None, int, str, int),
    )
    return [Mute(guild, channel, trigger, moment(until)) for guild, channel, trigger, until in found]


def _later(left: Left) -> tuple[int, int]:
    """The first and the last tick of what stays."""
    return ticks(left.at) + 1, ticks(left.now)


async def forget_choices(database: Database, guild: int, left: Left) -> None:
    """Delete what was chosen and reported in a guild that the bot left. Nothing of later is there yet, but for what
    says when it was.
    """
    async with database.deleting() as connection:
        await connection.execute("DELETE FROM kept WHERE name = ?", (f"reports:{guild}",))
        for statement in (
            "DELETE FROM keyword_channels WHERE guild = ?",
            "DELETE FROM mutes WHERE guild = ?",
            "DELETE FROM missing WHERE guild = ?",
        ):
            await connection.execute(statement, (guild,))
        for statement in (
            "DELETE FROM changes_made WHERE guild = ? AND NOT time BETWEEN ? AND ?",
            "DELETE FROM complaints WHERE guild = ? AND NOT time BETWEEN ? AND ?",
        ):
            await connection.execute(statement, (guild, *_later(left)))


async def forget_uses(database: Database, guild: int, left: Left, drop: Callable[[int, Left], None]) -> None:
    """Delete the uses of a guild that the bot left. `drop` forgets what waits in memory, when no writer holds it.

    They go a few at a time first: a large server's would keep others' answers from being logged. Where that is cut
    short the rest is known by the server being missing.
    """
    which = "guild = ? AND NOT time BETWEEN ? AND ?"
    await delete_in_batches(database, which, lambda: (guild, *_later(left)))
    async with database.deleting() as connection:
        drop(guild, left)
        await connection.execute(f"DELETE FROM uses WHERE {which}", (guild, *_later(left)))  # noqa: S608  ours


async def kept(database: Database, name: str) -> str | None:
    """A small value kept by name."""
    found = await database.rows("SELECT value FROM kept WHERE name = ?", (name,))
    return str(found[0][0]) if found else None


async def keep(database: Database, name: str, value: str) -> None:
    """Keep a small value by name."""
    async with database.writing() as connection:
        await connection.execute(
            "INSERT INTO kept (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, writable(value)),
        )


async def complain(database: Database, complaint: Complaint) -> None:
    """Keep what a person reported about a quote."""
    async with database.writing() as connection:
        await connection.execute(
            "INSERT INTO complaints (time, guild, quote, edition, text) VALUES (?, ?, ?, ?, ?)",
            (
                ticks(complaint.time),
                complaint.guild,
                writable(complaint.quote),
                writable(complaint.edition),
                writable(complaint.text),
            ),
        )


async def complaints(database: Readable, limit: int) -> list[Complaint]:
    """What people reported, latest first."""
    found = await database.rows(
        "SELECT time, guild, quote, edition, text FROM complaints ORDER BY id DESC LIMIT ?",
        (limit,),
        (int, int | None, str, str, str),
    )
    return [Complaint(moment(time), guild, quote, edition, text) for time, guild, quote, edition, text in found]
