"""Who sees which counts; servers that are gone are forgotten; whoever runs the bot hears of its log."""

import asyncio
from datetime import timedelta

import pytest

from bot.chat.cogs import periodic
from bot.chat.cogs.periodic import Periodic
from bot.chat.connection.servers import Servers
from bot.chat.moderation.log_notices import LASTING
from bot.chat.moderation.operators import operators
from bot.chat.serving.shared_words import DAY
from tests.store.model.one_thread import Loop


async def ask(world, *words):
    for about in words:
        await world.newcomer.slash(world.channel, "quote", about=about)
    await world.uses()


async def three_ask(world, about):
    for number in range(3):
        member = world.channel.guild.add_member(world.env.create_user(f"student-{about}-{number}"))
        await member.slash(world.channel, "quote", about=about)
    await world.uses()


def runs_the_bot(world, member):
    """Make Discord say that this member owns the application."""
    known = operators(world.client)
    known._known, known._first, known._until = frozenset({member.id}), member.id, float("inf")


async def stats(world, who, **options):
    return (await who.slash(world.channel, "stats", **options)).response


async def test_what_found_nothing_is_for_moderators_and_only_what_three_members_asked(world, text):
    await ask(world, "my-own-trouble", "my-own-trouble", "my-own-trouble", "russia")
    await three_ask(world, "pizza")
    stranger = text(await stats(world, world.newcomer))
    assert "**6** queries found nothing" in stranger
    assert "pizza" not in stranger
    assert "Found nothing" not in stranger
    moderator = text(await stats(world, world.moderator))
    assert "3× pizza" in moderator
    assert "trouble" not in moderator
    asked = await world.moderator.send(world.channel, f"{world.client.user.mention} stats")
    aloud = text(world.channel.last_message)
    assert asked.id != world.channel.last_message.id
    assert "**6** queries found nothing" in aloud
    assert "pizza" not in aloud


async def test_a_stranger_sees_nothing_of_a_private_query(world, text):
    for about in ("zyzzogeton", "russia"):
        await world.moderator.slash(world.channel, "quote", about=about, private=True)
    await world.uses()
    for who in (world.newcomer, world.moderator):
        said = text(await stats(world, who))
        assert "**1** quote given, **1** query found nothing" in said
        assert "zyzzogeton" not in said
        assert "Russia" not in said.partition("Shown most")[0]


async def test_a_quote_that_private_words_found_is_not_shown(world, text):
    alone = "ships stop migrants in the aegean sea turkey greece"
    for _ in range(3):
        await world.newcomer.slash(world.channel, "quote", about=alone, private=True)
        await world.newcomer.slash(world.channel, "verify", text="“We cannot choose between dialogue and deterrence.”")
        await world.newcomer.slash(world.channel, "cite", quote=alone)
    await world.uses()
    for who in (world.newcomer, world.moderator):
        said = text(await stats(world, who))
        assert "**9** quotes given" in said
        assert "Shown most" not in said


async def test_pressing_another_makes_nobody_one_more_who_asked_these_words(world, text):
    first, answer = world.newcomer, None
    answer = await first.slash(world.channel, "quote", about="russia", year=2017)
    for number in range(4):
        member = world.channel.guild.add_member(world.env.create_user(f"presser{number}"))
        await member.click(answer.response, label="Another")
    await world.uses()
    assert "2017" not in text(await stats(world, first)).partition("Shown most")[0]
    assert await of_guilds(world, "SELECT max(shared) FROM uses") == [0]


async def test_what_is_asked_by_a_persons_own_app_elsewhere_belongs_to_the_channel_and_stays(world):
    world.client.servers.left(world.channel.guild.id)  # as one that the bot was never in
    parsers = world.client._connection.parsers
    parse = parsers["INTERACTION_CREATE"]
    parsers["INTERACTION_CREATE"] = lambda data: parse(data | {"authorizing_integration_owners": {"1": "5"}})
    await ask(world, "russia")
    answer = await world.newcomer.slash(world.channel, "quote", about="russia")
    await world.newcomer.click(answer.response, label="Another")
    await world.uses()
    rows = await world.house.store._database.rows("SELECT DISTINCT guild, channel, query, key FROM uses")
    assert rows == [(None, world.channel.id, "", "")]
    keeping = world.client.get_cog(Periodic.__name__)
    for _ in range(3):
        await keeping.look_for_missing()
        world.clock.moment += timedelta(hours=25)
    assert await of_guilds(world, "SELECT count(*) FROM uses") == [3]


async def test_words_typed_besides_a_topic_are_shown_when_three_asked_them(world, text):
    await world.newcomer.slash(world.channel, "quote", about="russia", year=2017)
    await world.uses()
    assert "2017" not in text(await stats(world, world.newcomer)).partition("Shown most")[0]
    for number in range(3):
        member = world.channel.guild.add_member(world.env.create_user(f"student{number}"))
        await member.slash(world.channel, "quote", about="russia", year=2017)
    await world.uses()
    assert "4× Russia, 2017" in text(await stats(world, world.newcomer))


async def test_in_a_direct_message_the_counts_are_those_of_that_place(world, text):
    await ask(world, "russia", "russia", "turkey")
    await world.newcomer.send_dm("russia")
    await world.uses()
    await world.newcomer.send_dm("stats")
    said = text(world.newcomer.user.dm_channel.last_message)
    assert "**1** quote given, **0** queries found nothing" in said
    assert "Turkey" not in said


async def test_a_log_that_cannot_be_read_is_said_in_a_sentence(world, text):
    await world.house.store._count_queue.close()
    assert "I cannot count" in text(await stats(world, world.newcomer))
    await world.newcomer.send(world.channel, f"{world.client.user.mention} stats")
    assert "I cannot count" in text(world.channel.last_message)


async def of_guilds(world, sql="SELECT name FROM kept WHERE name GLOB 'reports:*'"):
    return [row[0] for row in await world.house.store._database.rows(sql)]


async def test_a_server_that_removes_the_bot_is_forgotten_whole(world):
    await ask(world, "russia")
    await world.house.store.set_reports_channel(world.channel.guild.id, world.channel.id, 5)
    assert await of_guilds(world) == [f"reports:{world.channel.guild.id}"]
    await world.client.get_guild(world.channel.guild.id).leave()
    await world.env.settle()
    assert await of_guilds(world) == []
    assert await of_guilds(world, "SELECT count(*) FROM uses") == [0]


@pytest.mark.usefixtures("right_clock")
async def test_a_server_that_was_left_while_the_bot_was_away_is_forgotten_a_day_later(world):
    store = world.house.store
    await world.moderator.slash(world.channel, "settings keywords", on=True)
    store.present = lambda _: True
    await store.set_reports_channel(111111111111111111, 5, 5)
    await world.restart()
    assert await of_guilds(world, "SELECT guild FROM missing") == [111111111111111111]
    assert await of_guilds(world) == ["reports:111111111111111111"]
    world.clock.moment += timedelta(hours=25)
    keeping = world.client.get_cog(Periodic.__name__)
    await keeping.look_for_missing()
    assert await of_guilds(world) == []
    assert await of_guilds(world, "SELECT guild FROM missing") == []
    assert world.channel.id in world.house.keywords.channels, "a server that is there keeps what it chose"


@pytest.mark.usefixtures("right_clock")
async def test_a_server_that_is_back_when_its_turn_to_be_forgotten_comes_keeps_what_it_has(world, monkeypatch):
    """The one before it may be large, and take minutes."""
    large, back = 111111111111111111, 222222222222222222
    store, servers = world.house.store, world.client.servers
    keeping = world.client.get_cog(Periodic.__name__)
    servers.listed(0, [*servers.ids, large, back])
    for guild in (large, back):
        await store.set_reports_channel(guild, 5, 5)
        servers.left(guild)
    await keeping.look_for_missing()
    world.clock.moment += timedelta(hours=25)
    forget = store.forget_guild

    async def forget_slowly(guild):
        servers.came(back, 1)
        await world.house.keywords.switch(back, 7, on=True, by=5)
        await forget(guild)

    monkeypatch.setattr(store, "forget_guild", forget_slowly)
    await keeping.look_for_missing()
    assert await of_guilds(world) == [f"reports:{back}"]
    assert 7 in world.house.keywords.channels
    assert await of_guilds(world, "SELECT guild FROM keyword_channels") == [back]


async def test_a_server_that_invites_the_bot_again_is_not_missing_from_then_on(world):
    guild = world.client.get_guild(world.channel.guild.id)
    await world.house.store.set_reports_channel(guild.id, 5, 5)
    await world.house.store.mark_missing(set(), world.clock())
    assert await of_guilds(world, "SELECT guild FROM missing") == [guild.id]
    world.client.dispatch("guild_join", guild)
    async with asyncio.timeout(20):
        while await of_guilds(world, "SELECT guild FROM missing"):  # noqa: ASYNC110  nobody tells that it is done
            await asyncio.sleep(0.01)


@pytest.mark.usefixtures("right_clock")
async def test_a_server_that_a_second_ready_no_longer_lists_is_missing_while_the_process_lives(world):
    guild = world.channel.guild.id
    await world.moderator.slash(world.channel, "settings keywords", on=True)
    keeping = world.client.get_cog(Periodic.__name__)
    world.client.servers.listed(0, [])
    assert world.client.get_guild(guild), "discord.py keeps it"
    await keeping.look_for_missing()
    assert await of_guilds(world, "SELECT guild FROM missing") == [guild]
    world.client.servers.listed(0, [guild])
    await keeping.look_for_missing()
    assert await of_guilds(world, "SELECT guild FROM missing") == []


async def test_a_clock_that_jumped_days_ahead_forgets_no_server_that_was_missing_for_a_second(world, monkeypatch):
    guild = world.channel.guild.id
    await world.moderator.slash(world.channel, "settings keywords", on=True)
    keeping = world.client.get_cog(Periodic.__name__)
    world.client.servers.listed(0, [])
    monkeypatch.setattr(world.client.gate, "ahead", lambda: 0.0)
    await keeping.look_for_missing()
    world.clock.moment += timedelta(days=2)
    monkeypatch.setattr(world.client.gate, "ahead", lambda: 2 * 86_400.0)
    assert keeping.time() == world.clock() - timedelta(days=2)
    monkeypatch.setattr(world.client.gate, "ahead", lambda: -100 * 86_400.0)
    assert keeping.time() == world.clock(), "one wrong date of Discord's makes nothing old"
    monkeypatch.setattr(world.client.gate, "ahead", lambda: 2 * 86_400.0)
    await keeping.look_for_missing()
    assert await of_guilds(world, "SELECT guild FROM missing") == [guild]
    assert await of_guilds(world, "SELECT guild FROM keyword_channels") == [guild]


@pytest.mark.parametrize("behind", [25 * 3600.0, 3 * 86_400.0, 40 * 86_400.0])
async def test_a_clock_that_was_behind_and_is_set_right_forgets_no_server_that_was_missing_for_a_second(
    world, monkeypatch, behind
):
    """By the machine's clock a server is missing since then, and the next look would find it so for days."""
    guild = world.channel.guild.id
    await world.moderator.slash(world.channel, "settings keywords", on=True)
    keeping = world.client.get_cog(Periodic.__name__)
    world.client.servers.listed(0, [])
    monkeypatch.setattr(world.client.gate, "ahead", lambda: -behind)
    await keeping.look_for_missing()
    world.clock.moment += timedelta(seconds=behind + 30)
    monkeypatch.setattr(world.client.gate, "ahead", lambda: 0.0)
    await keeping.look_for_missing()
    assert await of_guilds(world, "SELECT guild FROM missing") == [guild]
    assert await of_guilds(world, "SELECT guild FROM keyword_channels") == [guild]
    world.clock.moment += timedelta(hours=24)
    await keeping.look_for_missing()
    assert await of_guilds(world, "SELECT guild FROM keyword_channels") == []


@pytest.mark.parametrize("ahead", [-25 * 3600.0, 25 * 3600.0, 3 * 86_400.0])
async def test_a_clock_that_stays_wrong_only_delays_that(world, monkeypatch, ahead):
    await world.moderator.slash(world.channel, "settings keywords", on=True)
    keeping = world.client.get_cog(Periodic.__name__)
    world.client.servers.listed(0, [])
    monkeypatch.setattr(world.client.gate, "ahead", lambda: ahead)
    days = 0
    while await of_guilds(world, "SELECT guild FROM keyword_channels"):
        await keeping.look_for_missing()
        world.clock.moment += timedelta(days=1)
        days += 1
        assert days <= 6
    assert days >= 2


async def test_no_server_is_missing_until_the_time_is_known(world, monkeypatch):
    guild = world.channel.guild.id
    await world.moderator.slash(world.channel, "settings keywords", on=True)
    keeping = world.client.get_cog(Periodic.__name__)
    world.client.servers.listed(0, [])
    monkeypatch.setattr(world.client.gate, "ahead", lambda: None)
    await keeping.look_for_missing()
    await keeping.often()
    assert await of_guilds(world, "SELECT guild FROM missing") == []
    monkeypatch.setattr(world.client.gate, "ahead", lambda: 0.0)
    await keeping.often()
    assert await of_guilds(world, "SELECT guild FROM missing") == [guild]


async def test_what_is_old_is_swept_once_discord_told_the_time(world, monkeypatch):
    swept = []

    async def sweep(before, **_):
        swept.append(before)
        return 0

    monkeypatch.setattr(world.house.store, "sweep", sweep)
    await world.restart()
    await world.env.settle()
    keeping = world.client.get_cog(Periodic.__name__)
    assert (keeping.time(), swept) == (None, [])
    monkeypatch.setattr(world.client.gate, "ahead", lambda: 200 * 86_400.0)
    await keeping.cog_unload()
    await world.env.settle()
    await keeping.cog_load()
    await world.env.settle()
    assert swept == [world.clock() - timedelta(days=200 + 90)]


@pytest.mark.usefixtures("right_clock")
async def test_nothing_is_missing_of_a_list_that_was_damaged(world, monkeypatch):
    await world.moderator.slash(world.channel, "settings keywords", on=True)
    monkeypatch.setattr(world.client, "servers", Servers())
    world.client.servers.listed(0, [], complete=False)
    await world.client.get_cog(Periodic.__name__).look_for_missing()
    assert await of_guilds(world, "SELECT guild FROM missing") == []


@pytest.mark.usefixtures("right_clock")
async def test_missing_servers_are_not_looked_for_while_the_log_is_unavailable(world, caplog):
    world.house.store._database._file.trouble("nothing can be written in this test")
    await world.house.store._database._file.disconnect()
    await world.client.get_cog(Periodic.__name__).look_for_missing()
    assert "could not be looked for" in caplog.text


async def test_who_asked_what_is_counted_for_a_day_at_most_also_where_nobody_asks_any_more(world):
    sharing = world.client.responder._sharing
    sharing.asked(1, "pizza", 10)
    keeping = world.client.get_cog(Periodic.__name__)
    await keeping.look_at_log()
    assert len(sharing) == 1
    later = sharing._clock() + DAY
    sharing._clock = lambda: later
    await keeping.look_at_log()
    assert len(sharing) == 0
    assert sharing._key == b""


async def test_whoever_runs_the_bot_is_told_of_trouble_once(world, text, monkeypatch):
    runs_the_bot(world, world.moderator)
    database, loop = world.house.store._database, world.env._loop
    keeping = world.client.get_cog(Periodic.__name__)
    start = loop.time()
    database.operator.trouble("the disk is full: free some space")
    for seconds in (0, LASTING + 1, LASTING + 2, LASTING + 60):
        monkeypatch.setattr(loop, "time", lambda seconds=seconds: start + seconds)
        await keeping.look_at_log()
        monkeypatch.undo()
    database.operator.recovered()
    told = world.moderator.user.dm_channel.history()
    assert len(told) == 1
    assert "the disk is full" in text(told[0])


async def test_who_asked_what_is_forgotten_after_a_day_in_which_nobody_asks(world, monkeypatch):
    await ask(world, "pizza")
    sharing, keeping = world.client.responder._sharing, world.client.get_cog(Periodic.__name__)
    later = sharing._clock() + DAY
    await keeping.look_at_log()
    assert len(sharing) == 1
    monkeypatch.setattr(sharing, "_clock", lambda: later)
    await keeping.look_at_log()
    assert (len(sharing), sharing._key) == (0, b"")


async def test_about_shows_the_logs_state_to_whoever_runs_the_bot_alone(world, text):
    runs_the_bot(world, world.moderator)
    world.house.store._database.operator.trouble("the disk is full: free some space")
    shown = text((await world.moderator.slash(world.channel, "about")).response)
    hidden = text((await world.newcomer.slash(world.channel, "about")).response)
    world.house.store._database.operator.recovered()
    assert "the disk is full" in shown
    assert "answers wait to be written" in shown
    assert "The log" not in hidden
    assert "disk" not in hidden
    assert "for 90 days" in hidden
    assert "no words of what you ask me in private" in hidden


async def test_whoever_looks_after_the_log_is_there_until_the_cog_is_not(world):
    keeping = world.client.get_cog(Periodic.__name__)
    loops = list(keeping._loops)
    assert [task.done() for task in loops] == [False, False]
    await keeping.cog_unload()
    assert [task.done() for task in loops] == [True, True]


def test_a_look_that_fails_is_not_the_last_whatever_the_time_of_day(caplog):
    """By the clock of the loop, which nobody sets."""
    seen = []

    async def look():
        seen.append(asyncio.get_running_loop().time())
        raise RuntimeError("of this test")

    async def watch():
        began = asyncio.get_running_loop().time()
        looking = asyncio.create_task(periodic._every(5, look))
        await asyncio.sleep(12)
        looking.cancel()
        return [round(time - began, 6) for time in seen]

    with asyncio.Runner(loop_factory=Loop) as runner:
        assert runner.run(watch()) == [0, 5, 10]
    assert caplog.text.count("tried again") == 3
