"""Servers that remove the bot: nothing of them stays, and nothing more is written of them, whatever Discord sends."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.gateway.stand_in import world

QUICK = str(Path(__file__).parent / "quick.py")
TABLES = ("uses", "keyword_channels", "mutes", "changes_made", "complaints")
MALFORMED = {
    "channels": [{"id": "x"}],
    "roles": [{"id": "x"}],
    "members": 7,
    "name": {},
    "threads": [None],
    "emojis": 5,
}


class Place:
    """The bot, running in a few servers, and what its log holds of one of them."""

    def __init__(self, stand_in, log):
        self.stand_in, self.log = stand_in, log

    def rows(self, sql, *values):
        with closing(sqlite3.connect(f"file:{self.log}?mode=ro", uri=True)) as connection:
            return connection.execute(sql, values).fetchall()

    def held(self, server=0):
        """How many rows stand under a server's id, by table."""
        one = int(world.server_id(server))
        held = {table: self.rows(f"SELECT count(*) FROM {table} WHERE guild = ?", one)[0][0] for table in TABLES}
        held["kept"] = self.rows("SELECT count(*) FROM kept WHERE name = ?", f"reports:{one}")[0][0]
        return {table: count for table, count in held.items() if count}

    async def answered(self, doing):
        """What the bot answered to an interaction."""
        one = await doing
        return (await self.stand_in.until(lambda: self.stand_in.sent("ANSWERED", f"/{one}/")))[0]

    async def until(self, seen):
        """Wait until the log's file says so."""
        async with asyncio.timeout(20):
            while not seen():  # noqa: ASYNC110  no news comes of it
                await asyncio.sleep(0.02)

    async def leaves(self, server=0):
        await self.stand_in.happen("GUILD_DELETE", {"id": world.server_id(server)}, server)

    async def comes(self, server=0, **odd):
        await self.stand_in.happen("GUILD_CREATE", world.server(server) | odd, server)


@pytest.fixture
async def place(discord_stand_in, start, good_token, tmp_path):
    servers = ",".join(world.server_id(number) for number in range(3))
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token, QUOTH_BANK_SERVERS=servers)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", "") and discord_stand_in.commands)
    yield Place(discord_stand_in, tmp_path / "data" / "quoth.db")
    bot.signal(signal.SIGTERM)
    assert await bot.ends() == 0, bot.output
    assert "Traceback" not in bot.output


async def test_a_server_whose_arrival_made_no_sense_is_forgotten_when_it_leaves(place):
    for number, (part, odd) in enumerate(MALFORMED.items(), start=1):
        await place.comes(number, **{part: odd})
        await place.answered(place.stand_in.member(number, server=number).slash("quote", about="russia"))
        await place.until(lambda number=number: place.held(number) == {"uses": 1})
        await place.leaves(number)
        await place.until(lambda number=number: not place.held(number))


async def test_nothing_is_written_any_more_under_the_id_of_a_server_that_was_left(place):
    member, settings = place.stand_in.member, {"permissions": world.MAY_SPEAK | world.MANAGE_GUILD}
    await place.answered(member(1).slash("quote", about="russia"))
    await place.answered(member(1, **settings).slash("settings keywords", on=True))
    await place.stand_in.until(lambda: len(place.stand_in.sent("READY", "")) > 1)
    await place.answered(member(2, **settings).slash("settings reports", on=True))
    await place.answered(member(3).press("q:hush:any quotes about russia"))
    await place.answered(member(3).submit("f:problem:need-both-2017", text="it is wrong"))
    await place.until(lambda: len(place.held()) == len(TABLES) + 1)
    await place.leaves()
    await place.until(lambda: not place.held())
    await member(4, age=90).say("russia")  # too old
    await member(4, age=90).slash("quote", about="russia")
    await member(5).say("russia")
    for name in ("settings keywords", "settings reports"):
        for options in ({"on": True}, {"on": False}, {}):
            said = await place.answered(member(6, **settings).slash(name, **options))
            assert "I am not in this server" in str(said)
    for doing in (
        member(7).press("q:hush:any quotes about russia"),
        member(7).submit("f:problem:need-both-2017", text="it is wrong"),
    ):
        assert "I am not in this server" in str(await place.answered(doing))
    for doing in (
        member(8).slash("quote", about="russia"),
        member(8).slash("search", about="russia"),
        member(8).slash("verify", text="“We cannot choose.”"),
        member(8).press("q:more:need-both-2017:russia"),
        member(8).menu("Check this quote", "“We cannot choose between dialogue and deterrence.”"),
    ):
        await place.answered(doing)
    settled = "SELECT count(*) FROM uses WHERE guild IS NULL AND outcome != 'begun'"
    await place.until(lambda: place.rows(settled) == [(8,)])
    assert place.held() == {}
    assert place.rows("SELECT DISTINCT query, key FROM uses") == [("", "")]
    await place.comes()
    assert "are **off**" in str(await place.answered(member(9, **settings).slash("settings keywords")))


async def test_of_what_is_under_way_when_a_server_leaves_and_comes_after_no_channel_is_kept(place):
    """Discord takes its time: some are answered, some wait for their turn, some have just come."""
    stand_in, channels = place.stand_in, [int(world.channel_id(1, number)) for number in range(3)]
    await stand_in.happen("GUILD_CREATE", world.server(1, 3), 1)
    await place.answered(stand_in.member(1, server=1).slash("quote", about="russia"))
    stand_in.latency = 0.4
    for number in range(9):
        await stand_in.member(10 + number, server=1, channel=number % 3).say("russia")
        await stand_in.member(20 + number, server=1, channel=number % 3).slash("quote", about="russia")
    await place.leaves(1)
    await stand_in.member(40, server=1, age=90).say("russia")  # too old
    await stand_in.member(41, server=1, age=90).slash("quote", about="russia")
    await stand_in.member(42, server=1).say("russia")
    await stand_in.member(43, server=1).slash("quote", about="russia")
    direct = stand_in.member(44, direct=True)
    await direct.slash("quote", about="russia")
    await place.until(lambda: not place.held(1))
    await stand_in.until(lambda: len(stand_in.sent("ANSWERED", "")) == 12 and len(stand_in.sent("MESSAGE", "")) == 10)
    begun = "SELECT count(*) FROM uses WHERE outcome = 'begun'"
    await place.until(lambda: place.rows(begun) == [(0,)])
    named = "SELECT count(*) FROM uses WHERE channel IN (?, ?, ?)"
    assert (place.held(1), place.rows(named, *channels)) == ({}, [(0,)])
    assert place.rows("SELECT count(*) FROM uses WHERE channel = ?", int(direct.place)) == [(1,)]


async def test_what_discord_sends_once_more_takes_nothing_from_a_server_that_is_back(place):
    """All that the session has brought, READY and the leaving among it, as it was; and again after a resume."""
    member, settings = place.stand_in.member, {"permissions": world.MAY_SPEAK | world.MANAGE_GUILD}
    await place.answered(member(1).slash("quote", about="russia"))
    await place.leaves()
    await place.until(lambda: not place.held())
    await place.comes()
    await place.comes(1)
    await place.answered(member(2).slash("quote", about="russia"))
    await place.answered(member(2, server=1).slash("quote", about="russia"))
    await place.answered(member(2, **settings).slash("settings reports", on=True))
    await place.answered(member(3).press("q:hush:any quotes about russia"))
    await place.until(lambda: len(place.held()) == 4)
    before = [place.held(), place.held(1), len(place.stand_in.sent("ANSWERED", ""))]
    for resumed in (0, 1):
        await place.stand_in.replay(1000)
        await place.answered(member(4 + resumed, direct=True).slash("quote", about="russia"))  # all of it has arrived
        await asyncio.sleep(0.3)
        assert [place.held(), place.held(1), len(place.stand_in.sent("ANSWERED", "")) - 1 - resumed] == before
        await place.stand_in.drop()
        await place.stand_in.until(lambda resumed=resumed: len(place.stand_in.resumed) > resumed)
    await place.answered(member(6).slash("quote", about="russia"))
    await place.until(lambda: place.held()["uses"] == before[0]["uses"] + 1)


async def test_a_resume_is_believed_whatever_number_it_bears(discord_stand_in, start, good_token):
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token, RESUMED_WITHIN="1")
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", "") and discord_stand_in.commands)
    for times in (1, 2, 3):
        one = await discord_stand_in.member(times).slash("quote", about="russia")
        await discord_stand_in.until(lambda one=one: discord_stand_in.sent("ANSWERED", f"/{one}/"))
        for session in discord_stand_in.sessions.values():
            session.sequence -= 1  # RESUMED bears the number of the last event
        await discord_stand_in.drop()
        await discord_stand_in.until(lambda times=times: len(discord_stand_in.resumed) == times)
        await asyncio.sleep(1.3)
    assert len(discord_stand_in.resumed) == 3
    assert len(discord_stand_in.identified) == 1
    bot.signal(signal.SIGTERM)
    assert await bot.ends() == 0, bot.output
