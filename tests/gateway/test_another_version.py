"""Commands and options of another version: Discord shows them until it has heard of the present ones."""

from __future__ import annotations

import pytest

from tests.gateway.test_malformed import ALICE, PERSON, QUICK, A, answers, leaves_well, still_answers, without


@pytest.fixture
async def bot(discord_stand_in, start, good_token):
    bot = await start(QUICK, "run", QUOTH_TOKEN=good_token)
    await discord_stand_in.until(lambda: discord_stand_in.sent("READY", ""))
    return bot


@pytest.mark.parametrize(
    ("name", "options"), [("quotes", {"about": "russia"}), ("quote nosuch", {}), ("settings", {}), ("verify", {})]
)
async def test_a_command_of_another_version_is_told_so(discord_stand_in, bot, name, options):
    await discord_stand_in.member(1).slash(name, **options)
    await discord_stand_in.until(lambda: answers(discord_stand_in))
    assert "This command has changed: restart Discord" in answers(discord_stand_in)[0]
    assert '"flags": 64' in answers(discord_stand_in)[0]
    await leaves_well(bot)
    assert bot.output.count("known to Discord and not to the bot") == 1


FILE = {"id": ALICE, "filename": "a.txt", "size": 1, "url": "https://x", "proxy_url": "https://x"}
OTHERWISE = [
    ("quote", {"name": "year", "type": 3, "value": "2017"}),
    ("quote", {"name": "year", "type": 10, "value": 2017.0}),
    ("quote", {"name": "private", "type": 4, "value": 1}),
    ("quote", {"name": "about", "type": 5, "value": True}),
    ("quote", {"name": "speaker", "type": 6, "value": ALICE}),
    ("search", {"name": "about", "type": 4, "value": 7}),
    ("verify", {"name": "text", "type": 11, "value": ALICE}),
    ("cite", {"name": "style", "type": 4, "value": 3}),
    ("search", {"name": "about", "type": 4, "value": 10**30}),
    ("timeline", {"name": "about", "type": 10, "value": 2.5}),
    ("stats", {"name": "days", "type": 3, "value": "7"}),
]
BEYOND = [
    ("stats", {"name": "days", "type": 4, "value": 10**6}),
    ("stats", {"name": "days", "type": 4, "value": 0}),
    ("quote", {"name": "about", "type": 3, "value": "russia " * 100}),
    ("quote", {"name": "speaker", "type": 3, "value": "x" * 101}),
    ("search", {"name": "source", "type": 3, "value": "x" * 6000}),
    ("cite", {"name": "style", "type": 3, "value": "x" * 101}),
    ("verify", {"name": "text", "type": 3, "value": "x" * 6001}),
]
"""What the present command does not let a person choose."""


@pytest.mark.parametrize("sort", [2, 4])
async def test_options_of_another_version_are_told_so(discord_stand_in, bot, sort):
    resolved = {"users": {ALICE: PERSON}, "attachments": {ALICE: FILE}}
    sent = OTHERWISE + BEYOND * (sort == 2)
    for number, (name, odd) in enumerate(sent):
        form = {"id": "1", "name": name, "type": 1, "options": [odd | {"focused": sort == 4}], "resolved": resolved}
        event = without(A, "member.user.id", str(5_000 + number))["d"] | {"type": sort, "data": form}
        event |= {"id": discord_stand_in.new_id(), "token": f"interaction-{number}"}
        await discord_stand_in.happen("INTERACTION_CREATE", event)
    expected = len(sent) if sort == 2 else 0
    await discord_stand_in.until(lambda: len(answers(discord_stand_in)) >= expected)
    assert not [said for said in answers(discord_stand_in) if "This command has changed: restart Discord" not in said]
    await still_answers(discord_stand_in)
    assert len(answers(discord_stand_in)) == expected + 1
    await leaves_well(bot)


@pytest.mark.parametrize("sort", [3, 6])
async def test_suggestions_for_what_is_not_there_are_told_in_one_line_that_names_nobody(discord_stand_in, bot, sort):
    odd = without(A, "data.options", [{"name": "topic", "type": sort, "value": "123", "focused": True}])["d"]
    odd |= {"id": discord_stand_in.new_id(), "type": 4, "token": "interaction-1"}
    await discord_stand_in.happen("INTERACTION_CREATE", odd)
    await still_answers(discord_stand_in)
    await leaves_well(bot)
    assert bot.output.count("known to Discord and not to the bot") == 1
    assert ALICE not in bot.output


UNFOLDING = [("verify", "text", "ﷺ" * 6000), ("quote", "about", "ﷺ" * 34), ("quote", "speaker", "⑽" * 51)]
"""Texts that Discord lets pass, for it counts them as they are."""


async def test_a_text_that_unfolds_to_more_than_its_option_takes_is_told_so(discord_stand_in, bot):
    for number, (name, option, text) in enumerate(UNFOLDING, start=1):
        await discord_stand_in.member(number).slash(name, **{option: text})
        await discord_stand_in.until(lambda number=number: len(answers(discord_stand_in)) >= number)
    said = answers(discord_stand_in)
    assert [f"`{option}` takes at most " in one for (_, option, _), one in zip(UNFOLDING, said, strict=True)] == [
        True
    ] * 3
    assert "6,000 characters" in said[0]
    await still_answers(discord_stand_in)
    await leaves_well(bot)


async def test_what_is_typed_beyond_any_name_is_dropped_without_a_line(discord_stand_in, bot):
    for number, text in enumerate(("x" * 6000, "ﷺ" * 6000, "ﷺ" * 34, "x" * 301)):
        for name, option in (("quote", "about"), ("quote", "speaker"), ("search", "source"), ("cite", "style")):
            await discord_stand_in.member(number).suggest(name, option, text)
    await still_answers(discord_stand_in)
    assert len(answers(discord_stand_in)) == 1
    await leaves_well(bot)
    assert "code" not in bot.output


RUS = {"name": "about", "type": 3, "value": "rus", "focused": True}
BESIDE = [
    [{"name": "year", "type": 4, "value": 2017}],
    [{"name": "year", "type": 4, "value": 20}],
    [{"name": "year", "type": 4, "value": 9999}],
    [{"name": "year", "type": 4, "value": "20"}],
    [{"name": "year", "type": 4, "value": ""}],
    [{"name": "year", "type": 4, "value": None}],
    [{"name": "year", "type": 3, "value": "2017"}],
    [{"name": "speaker", "type": 3, "value": ""}],
    [{"name": "speaker", "type": 3, "value": "x" * 6000}],
    [{"name": "speaker", "type": 3}],
    [{"name": "private", "type": 5, "value": "Tr"}],
    [{"name": "source", "type": 6, "value": "@al"}],
    [{"name": "gone", "type": 10, "value": ""}],
    [{"name": "year", "type": 4, "value": "2"}, {"name": "speaker", "type": 3, "value": ""}],
]
"""Options as they stand while somebody types into another: Discord looks at none of them before the command is sent."""


async def test_what_stands_half_typed_in_another_option_ends_no_suggestion(discord_stand_in, bot):
    for number, beside in enumerate(BESIDE):
        for options in ([*beside, RUS], [RUS, *beside]):
            data = {"id": discord_stand_in.command("quote"), "name": "quote", "type": 1, "options": options}
            before = len(answers(discord_stand_in))
            await discord_stand_in.member(number)._interact(4, data)
            await discord_stand_in.until(lambda before=before: len(answers(discord_stand_in)) > before)
            assert "Russia" in answers(discord_stand_in)[-1], options
    await leaves_well(bot)
    assert "known to Discord and not to the bot" not in bot.output
    assert "malformed" not in bot.output
