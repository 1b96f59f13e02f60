"""What somebody asks of the bot alone is written nowhere: not in the log, not in its companions, not in the output."""

import logging
import re
from types import SimpleNamespace

import discord
import pytest

from bot.bank.bank import Bank
from bot.chat.requests.request import Request
from bot.chat.serving.reply import Result
from bot.editions.edition import Edition
from bot.search.index import Index
from bot.store.records import NOWHERE

WORD = "zyzzogeton"
"""A word that stands in no quote and is nobody's name."""
FOUND = f"ships stop migrants in the aegean sea turkey greece {WORD}"
"""Words with it that a quote answers all the same."""


async def by_option(world):
    for about in (WORD, FOUND, f"topic:{WORD}", f"quote:{WORD}"):
        await world.newcomer.slash(world.channel, "quote", about=about, private=True)
    await world.newcomer.slash(world.channel, "quote", about="russia", speaker=WORD, private=True)
    await world.newcomer.slash(world.channel, "quote", source=WORD, private=True)
    await world.newcomer.slash(world.channel, "timeline", about=WORD, private=True)


async def by_commands_that_answer_the_asker_alone(world):
    for about in (WORD, FOUND):
        await world.newcomer.slash(world.channel, "search", about=about)
        await world.newcomer.slash(world.channel, "cite", about=about)
        await world.newcomer.slash(world.channel, "cite", quote=about)
    await world.newcomer.slash(world.channel, "search", about="russia", speaker=WORD)
    await world.newcomer.slash(world.channel, "verify", text=f"“NATO does want a {WORD} with Russia”", speaker=WORD)


async def by_direct_message(world):
    for text in (
        WORD,
        FOUND,
        f"search {WORD}",
        f"timeline {WORD}",
        f"verify “NATO does want a {WORD}”",
        f"cite {WORD}",
    ):
        await world.newcomer.send_dm(text)


async def by_command_in_a_direct_message(world):
    person = world.newcomer.user
    for about in (WORD, FOUND):
        await person.slash("quote", about=about)
        await person.slash("search", about=about)
        await person.slash("timeline", about=about)
    await person.slash("quote", about="russia", speaker=WORD)
    await person.slash("verify", text=f"“NATO does want a {WORD}”", public=True)


async def by_right_click(world):
    message = await world.moderator.send(world.channel, f"Why do {FOUND}? “NATO does want a {WORD}”, he said.")
    alone = await world.moderator.send(world.channel, WORD)
    for menu in ("Find a quote", "Check this quote"):
        await world.newcomer.context_menu(world.channel, menu, message)
        await world.newcomer.context_menu(world.channel, menu, alone)


async def by_buttons_of_a_private_answer(world):
    answer = await world.newcomer.slash(world.channel, "quote", about=FOUND, private=True)
    assert answer.ephemeral
    await world.newcomer.click(answer.response, label="Another")
    listed = await world.newcomer.slash(world.channel, "search", about=FOUND)
    await world.newcomer.select(listed.response, [listed_quote(listed)])


def listed_quote(result):
    return next(
        option["value"]
        for part in walk(result.response.components)
        if part.get("type") == 3
        for option in part["options"]
    )


def walk(components):
    for component in components:
        yield component
        yield from walk(component.get("components", []))


WAYS = [
    by_option,
    by_commands_that_answer_the_asker_alone,
    by_direct_message,
    by_command_in_a_direct_message,
    by_right_click,
    by_buttons_of_a_private_answer,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_a_private_word_is_in_no_file_and_no_line(live, tmp_path, caplog, capfd, way):
    caplog.set_level(logging.DEBUG, "bot")
    caplog.set_level(logging.INFO, "discord")
    async with live(tmp_path) as world:
        await way(world)
        rows = await rows_of(world)
        assert rows
        assert {(query, key) for query, key, *_ in rows} == {("", "")}
        assert not any(shared for *_, shared in rows)
        assert {quote for _, _, quote, _ in rows} == {None}
        while_open = everything_in(tmp_path)
    assert WORD.encode() not in while_open
    assert WORD.encode() not in everything_in(tmp_path)
    assert WORD not in caplog.text
    said = capfd.readouterr()
    assert WORD not in said.out + said.err


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_nor_while_the_log_is_in_trouble_and_after_it(live, tmp_path, caplog, way):
    caplog.set_level(logging.DEBUG, "bot")
    async with live(tmp_path) as world:
        store = world.house.store
        store._database._file.trouble("nothing can be written in this test")
        await way(world)
        assert store.waiting
        store._database.wake()
        await world.newcomer.slash(world.channel, "quote", about="russia")
        assert len(await rows_of(world)) > 1
    assert WORD.encode() not in everything_in(tmp_path)
    assert WORD not in caplog.text


def everything_in(folder):
    """The bytes of every file, and their names."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return b"\n".join(file.name.encode() + b"\n" + file.read_bytes() for file in files)


async def rows_of(world):
    return await world.house.store._database.rows("SELECT query, key, quote, shared FROM uses")


async def test_what_is_asked_aloud_in_a_server_is_written(world):
    await world.newcomer.slash(world.channel, "quote", about=WORD)
    await world.newcomer.send(world.channel, f"{world.client.user.mention} {WORD}")
    assert {query for query, *_ in await rows_of(world)} == {WORD}


async def test_a_topic_offered_under_a_miss_is_still_answered_to_everybody(world, buttons):
    miss = await world.newcomer.slash(world.channel, "quote", about="turkye membership zzz")
    offered = next((label for label, at in buttons(miss.response).items() if at.startswith("q:topic:")), None)
    assert miss.ephemeral
    assert offered
    answer = await world.newcomer.click(miss.response, label=offered)
    assert not answer.ephemeral
    assert (await rows_of(world))[-1][:2] == ("", "")


async def test_the_third_member_makes_words_shared(world):
    guild, env = world.channel.guild, world.env
    members = [guild.add_member(env.create_user(f"student{number}")) for number in range(3)]
    for member in (members[0], members[0], *members):
        await member.slash(world.channel, "quote", about=WORD)
    assert [shared for *_, shared in await rows_of(world)] == [0, 0, 0, 0, 1]
    await world.newcomer.slash(world.channel, "quote", about=WORD, private=True)
    assert (await rows_of(world))[-1] == ("", "", None, 0)


@pytest.mark.parametrize(
    ("asked", "shared"),
    [
        ([("a", "k"), ("a", "k"), ("a", "k")], [False, False, True]),
        ([("a", "k"), ("a", "l"), ("a", "m")], [False, False, False]),  # the keys hold what one alone typed besides
        ([("a", "k"), ("b", "k"), ("c", "k")], [False, False, False]),
        ([("a", "k"), ("b", "k"), ("a", "k"), ("a", "k")], [False, False, False, True]),
        ([("a\nb", "k"), ("a", "b\nk"), ("a", "k")], [False, False, False]),
    ],
)
async def test_words_are_shared_together_with_the_key_that_is_made_of_them(world, asked, shared):
    responder, guild = world.client.responder, world.channel.guild.id
    uses = [
        responder._use(
            Request(id=10**18 + who, entry_point="slash", guild=guild, channel=1, began=0.0, person=who),
            Result(key, None, words=words),
            world.house.library.edition,
        )
        for who, (words, key) in enumerate(asked)
    ]
    assert [use.shared for use in uses] == shared


async def test_nothing_that_cannot_be_seen_is_written(world):
    asked = Request(id=10**18, entry_point="slash", guild=world.channel.guild.id, channel=1, began=0.0, person=1)
    made = Result("a\x1b\u202e\u3164b", None, words="c\u202ed")
    use = world.client.responder._use(asked, made, world.house.library.edition)
    assert (use.key, use.query) == ("ab", "cd")


@pytest.mark.parametrize(
    ("changed", "unwritten"),
    [
        ({}, False),
        ({"guild_id": None}, True),
        ({"guild_id": 7}, True),  # the bot is not in that server
        ({"ephemeral": True}, True),
        ({"ephemeral": False}, False),
        ({"type": discord.InteractionType.component}, True),  # nobody knows under which message
        ({"user_app": True, "server_app": False}, True),  # of somebody who brought the bot along
        ({"user_app": True, "server_app": True}, False),
        ({"server_app": False}, False),  # nobody's
    ],
)
def test_where_a_request_came_from_says_whether_its_words_are_written(changed, unwritten):
    under = changed.get("ephemeral")
    interaction = SimpleNamespace(
        id=1,
        guild_id=changed.get("guild_id", 5),
        channel_id=6,
        channel=None,
        permissions=discord.Permissions.none(),
        type=changed.get("type", discord.InteractionType.application_command),
        user=SimpleNamespace(id=424242),
        message=None if under is None else SimpleNamespace(flags=SimpleNamespace(ephemeral=under)),
        client=SimpleNamespace(gate=SimpleNamespace(deadline_of=lambda _: None), servers={5}, clock=float),
        _integration_owners={key: 9 for key, name in ((0, "server_app"), (1, "user_app")) if changed.get(name)},
        is_guild_integration=lambda: changed.get("server_app", True),
    )
    asked = Request.of(interaction, "slash")
    assert asked.unwritten is unwritten
    assert Request.of(interaction, "menu").unwritten
    assert Request.of(interaction, "slash", private=True).unwritten
    assert asked.person == 424242
    assert "424242" not in repr(asked), "a line that shows it names nobody"


def come(answer_text):
    """How far a round has come: the first number of "4 of 25"."""
    return int(re.search(r"(\d+) of \d+", answer_text)[1])


async def test_a_channels_round_says_nothing_of_what_was_asked_there_in_private(world, text):
    shown = []
    for _ in range(3):
        shown.append((await world.newcomer.slash(world.channel, "quote", about="russia", private=True)).response)
        await world.newcomer.click(shown[-1], label="Another")
    aloud = await world.moderator.slash(world.channel, "quote", about="russia")
    assert come(text(aloud.response)) == 1
    await world.newcomer.slash(world.channel, "quote", about="russia", private=True)
    await world.moderator.click(aloud.response, label="Another")
    assert come(text(world.channel.last_message)) == 2


async def test_in_private_all_come_round_before_one_repeats_for_each_person(world, text):
    seen = []
    total = 5
    while len(seen) < total:
        answer = await world.newcomer.slash(world.channel, "quote", about="russia", private=True)
        said = text(answer.response)
        total = int(re.search(r"\d+ of (\d+)", said)[1])
        assert come(said) == len(seen) + 1
        seen.append(said)
    assert len(set(seen)) == total
    other = await world.moderator.slash(world.other, "quote", about="russia", private=True)
    assert come(text(other.response)) == 1


async def test_what_the_person_asked_alone_is_not_in_a_round_that_others_see(world, text):
    """In a group, where nothing is written either, but where the others see the answer."""
    for _ in range(2):
        await world.newcomer.slash(world.channel, "quote", about="russia", private=True)
    world.client.servers.left(world.channel.guild.id)
    aloud = await world.newcomer.slash(world.channel, "quote", about="russia")
    assert come(text(aloud.response)) == 1
    alone = await world.newcomer.slash(world.channel, "quote", about="russia", private=True)
    assert come(text(alone.response)) == 3


MISSING = f"rusia {WORD} nothing at all"
"""Words that find nothing, and come near a topic."""


@pytest.mark.parametrize("option", [{"private": True}, {}], ids=["private", "public"])
@pytest.mark.parametrize("command", ["quote", "timeline"])
async def test_a_topic_offered_under_a_private_miss_is_answered_in_private(world, buttons, command, option):
    missed = await world.newcomer.slash(world.channel, command, about=MISSING, **option)
    assert missed.ephemeral
    offered = buttons(missed.response)
    assert offered
    answer = await world.newcomer.click(missed.response, label=next(iter(offered)))
    assert answer.ephemeral == (bool(option) or command == "timeline")


async def test_nor_is_one_offered_where_another_quote_was_asked_for_in_private(world, text, buttons):
    shown = await world.newcomer.slash(world.channel, "quote", about="russia", private=True)
    held = world.house.library.edition.bank
    left = tuple(one for one in held.quotes if all(topic.id != "russia" for topic in one.topics))
    bank = Bank("1" * 64, held.sources, held.speakers, held.topics, left)
    world.house.library.edition = Edition(bank, Index.build(bank))
    missed = await world.newcomer.click(shown.response, label="Another")
    assert "no sourced quote" in text(missed.response)
    answer = await world.newcomer.click(missed.response, label=next(iter(buttons(missed.response))))
    assert answer.ephemeral


async def test_what_is_said_in_a_server_that_the_bot_has_left_is_not_kept_as_that_servers(world, text):
    await world.newcomer.send(world.channel, f"{world.client.user.mention} russia")
    world.client.servers.left(world.channel.guild.id)
    for asked in (WORD, FOUND, f"search {FOUND}", f"verify “NATO does want a {WORD}”"):
        await world.newcomer.send(world.channel, f"{world.client.user.mention} {asked}")
    await world.uses()
    rows = await world.house.store._database.rows(
        "SELECT guild, channel, query, key, quote FROM uses ORDER BY time, asked"
    )
    assert len(rows) == 5
    assert rows[0][0] == world.channel.guild.id
    assert set(rows[1:]) == {(None, NOWHERE, "", "", None)}
    await world.newcomer.send(world.channel, f"{world.client.user.mention} stats")
    assert "**1** quote given" not in text(world.channel.last_message)
