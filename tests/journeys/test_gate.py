"""What comes too late, twice, too often or damaged: dropped, told in a sentence, never an error."""

import asyncio
import itertools
import logging
import random
import re
from functools import partial
from pathlib import Path
from typing import get_args

import pytest
import yaml

from bot.chat.acts import custom_ids as acts
from bot.chat.admission import raw_requests
from bot.chat.admission.ages import Clocks
from bot.chat.admission.gate import SLOWER
from bot.chat.answers import checks, reading_packs, timelines
from bot.chat.cogs.menus import CHECK, FIND
from bot.chat.requests import weight
from bot.chat.requests.mentions import Command
from bot.chat.ui import cards
from tests.journeys.hand import Hand

CUSTOM_IDS = yaml.safe_load((Path(__file__).parents[1] / "data" / "custom_ids.yaml").read_text(encoding="utf-8"))
BROKEN = [
    "",
    "x",
    "q",
    "q:",
    "q:nothing",
    "q:nothing:russia",
    "q:more",
    "q:more:",
    "q:page:topics",
    "q:page:nothing:1",
    "q:page:topics:-1",
    "q:page:topics:１２",
    "q:page:topics:99999999999999999999",
    "q:find:x:russia",
    "q:years::",
    "q:context:",
    "q:context:no such quote at all",
    "q:hush",
    "q:copy:\x00",
    "q:give:\ud800",
    "q:more:a\x07b:russia",
    "c:style:",
    "c:packas:russia",
    "q:" + "a" * 98,
    "☃" * 100,
    "F:problem:x",
    "more:biggest-neighbour-2017:russia",
    "q:MORE:biggest-neighbour-2017:russia",
]


@pytest.fixture
async def hand(world):
    return Hand(world)


@pytest.fixture
async def card(world):
    return (await world.newcomer.slash(world.channel, "quote", about="russia")).response


@pytest.mark.parametrize("custom_id", BROKEN)
async def test_a_damaged_button_gets_one_private_sentence_and_one_line(hand, card, text, caplog, custom_id):
    with caplog.at_level(logging.WARNING):
        caplog.clear()
        result = await hand.press(card, custom_id)
    said = text(result.response)
    assert result.ephemeral
    assert "I do not know that button any more" in said or "no longer in the bank" in said
    assert "code" not in said
    assert [line.name for line in caplog.records if line.levelno > logging.WARNING] == []
    assert len(caplog.records) <= 1
    assert "russia" not in caplog.text


@pytest.mark.parametrize("values", [[""], ["\x00"], ["no:such:thing"], [7], "apa", [None], [["apa"]], {"a": 1}])
async def test_a_choice_that_was_not_offered_is_no_error(hand, card, text, values):
    result = await hand.press(card, "c:style:biggest-neighbour-2017", values=values)
    assert result.acknowledged
    assert "Something went wrong" not in text(result.response or card)


def forged(rng):
    """Custom ids that begin like ours and go on like nothing."""
    pieces = ["russia", "biggest-neighbour-2017", "topics", "1", "-1", "9" * 30, "|", "||||", "p", "", "\x00", "\ud800"]
    pieces += ["２", "a" * 90, "\u202e", "<@1>", "|99999|0|x|y", "topic:nato", "quote:x", "apa", " "]
    for act in [*acts.ACTS, *acts.FORMS, "", "x", "Ü"]:
        for _ in range(12):
            begin = rng.choice(["q", "c", "f"])
            yield ":".join((begin, act, *(rng.choice(pieces) for _ in range(rng.randrange(4)))))[:100]


async def test_whatever_a_button_says_nothing_ends_in_an_error(live, tmp_path, text, caplog):
    clocks = Clocks(age=float, pace=iter(range(0, 10**9, 100)).__next__)
    async with live(tmp_path, clocks=clocks) as world:
        hand, card = Hand(world), (await world.newcomer.slash(world.channel, "quote", about="russia")).response
        for custom_id in forged(random.Random(9)):
            result = await hand.press(card, custom_id)
            assert result.acknowledged, ascii(custom_id)
            assert result.response is None or "Something went wrong" not in text(result.response), ascii(custom_id)
    assert not [line for line in caplog.records if line.levelno > logging.WARNING]


@pytest.mark.parametrize("row", CUSTOM_IDS, ids=lambda row: row["id"])
async def test_whatever_was_ever_sent_goes_on_working(hand, card, text, row):
    if row.get("form"):
        result = await hand.send_in(row["id"], written("The date is wrong."))
    else:
        result = await hand.press(card, row["id"], values=row.get("values"))
    shown = [part["label"] for part in _walk(result.modal["components"]) if "label" in part] if result.modal else []
    assert row["says"] in "\n".join(shown) + (text(result.response) if result.response else "")


@pytest.mark.parametrize(
    ("mark", "alone", "private"),
    [
        ("", True, True),  # of a version that marked neither
        ("", False, False),
        (":p", True, True),
        (":p", False, True),
        (":o", True, False),
        (":o", False, False),
    ],
)
async def test_a_topic_is_answered_to_all_only_where_that_was_sure_to_be_asked_for(hand, card, mark, alone, private):
    result = await hand.press(card, f"q:topic:russia{mark}", alone=alone)
    assert result.ephemeral is private


def _walk(components):
    for component in components:
        yield component
        yield from _walk(component.get("components", []))


def written(value):
    return [{"type": 1, "components": [{"type": 4, "custom_id": "wrong", "value": value}]}]


async def test_a_report_is_kept_also_after_a_restart(world, card, text):
    context = await world.newcomer.click(card, label="Context")
    form = await world.newcomer.click(context.response, label="Report a problem")
    await world.restart()
    sent = await Hand(world).send_in(form.modal["custom_id"], written("The date is wrong."))
    assert "your name is not kept" in text(sent.response)
    (kept,) = await world.house.store.complaints(5)
    assert kept.text == "The date is wrong."


async def test_a_form_that_nobody_knows_gives_back_what_was_written(hand, text, caplog):
    sent = await hand.send_in("0123456789abcdef", written("The *date* is\x00 wrong."))
    assert sent.ephemeral
    assert "nothing was sent in" in sent.response.content
    assert r"The \*date\* is wrong." in sent.response.content
    assert "date is" not in caplog.text


async def test_what_comes_twice_is_answered_once(world, hand, text):
    await hand.command("quote", about="russia", twice=True)
    assert (await world.uses()).uses == 1


async def test_what_comes_too_late_is_not_answered(live, tmp_path):
    now = [0.0]
    async with live(tmp_path, clocks=Clocks(age=lambda: now[0], pace=lambda: now[0])) as world:
        hand = Hand(world)
        assert (await hand.command("quote", about="russia")).acknowledged
        now[0] = 4.0
        assert not (await hand.command("quote", about="russia")).acknowledged
        await world.env.advance_time(4.0)
        assert (await hand.command("quote", about="russia")).acknowledged
        assert world.client.gate.counts["expired"] == 1


async def test_who_asks_too_much_is_told_and_nobody_else_waits(live, tmp_path, text):
    async with live(tmp_path, clocks=Clocks(age=float, pace=float)) as world:
        results = [await world.newcomer.slash(world.channel, "timeline", about="russia") for _ in range(5)]
        assert [SLOWER in (result.response.content or "") for result in results] == [False] * 3 + [True] * 2
        assert all(result.ephemeral for result in results[3:])
        assert "Russia" in text((await world.moderator.slash(world.channel, "quote", about="russia")).response)


async def test_a_form_that_comes_to_nothing_is_handed_back(live, tmp_path):
    async with live(tmp_path, clocks=Clocks(age=float, pace=float)) as world:
        hand = Hand(world)
        wrong = written("The *third* word differs.")
        file = world.house.store._database._file
        file.trouble("nothing can be written in this test")
        await file.disconnect()
        kept = await hand.send_in("f:problem:need-both-2017", wrong)
        assert "could not keep that" in kept.response.content
        results = [await hand.send_in("f:problem:need-both-2017", wrong) for _ in range(25)]
        refused = [result.response.content for result in results if SLOWER in result.response.content]
        assert refused
        for said in [kept.response.content, *refused]:
            assert r"You wrote:" in said
            assert r"The \*third\* word differs." in said


async def test_a_form_about_a_quote_that_is_gone_is_handed_back(world):
    said = (await Hand(world).send_in("f:problem:no-longer-there", written("The *third* word differs."))).response
    assert said.content == f"{cards.GONE} You wrote:\nThe \\*third\\* word differs."
    for name in ("context", "cite", "copy", "problem"):
        shown = (await world.newcomer.slash(world.channel, "quote", about="russia")).response
        pressed = await Hand(world).press(shown, f"q:{name}:no-longer-there")
        assert pressed.response.content == cards.GONE


async def test_a_form_that_something_went_wrong_with_is_handed_back(world, monkeypatch):
    async def broken(_):
        raise KeyError("secret")

    monkeypatch.setattr(world.house.store, "complain", broken)
    said = (await Hand(world).send_in("f:problem:need-both-2017", written("The third word differs."))).response
    assert "Something went wrong" in said.content
    assert said.content.endswith("You wrote:\nThe third word differs.")


async def test_a_keyword_whose_reply_failed_may_be_called_again(world):
    await world.moderator.slash(world.channel, "settings keywords", on=True)
    word = "any good quotes on russia?"
    edition, world.house.library.edition = world.house.library.edition, None
    with pytest.raises(AttributeError):
        await world.client.get_cog("Messages")._called(_said(world), _match())
    world.house.library.edition = edition
    assert world.house.keywords.cooldowns.ready(world.channel.id, "russia", world.client.clock())
    await world.newcomer.send(world.channel, word)


def _said(world):
    class Said:
        id, guild, channel, author = 5, None, world.channel, world.newcomer

    return Said


def _match():
    class Match:
        class topic:  # noqa: N801
            id = "russia"

        trigger = "quotes on russia"

    return Match


async def test_what_people_type_comes_back_without_what_nobody_sees(world, text):
    odd = "ru\u200bs\u202esia\x00 \ud800pizza\u2066\ufeff\U000e0041\x07"
    result = await world.newcomer.slash(world.channel, "quote", about=odd, speaker="no\u202ebody\x00")
    said = text(result.response)
    assert "pizza" in said
    assert not re.search("[\x00-\x09\x0b-\x1f\u200b\u202e\u2066\ufeff\ud800-\udfff\U000e0000-\U000e007f]", said)
    await asyncio.sleep(0)


RUSSIA = "russia"
OPTIONS = {
    "quote": {"about": RUSSIA},
    "search": {"about": RUSSIA},
    "timeline": {"about": RUSSIA},
    "cite": {"about": RUSSIA},
    "verify": {"text": "Russia is our biggest neighbour."},
}
"""What a command is called with, where it needs anything."""
QUOTE = "biggest-neighbour-2017"
RESTS = {
    **dict.fromkeys(("back", "remove"), "1"),
    "discuss": f"{QUOTE}:1",
    "show": "",
    "showyears": f"0:{RUSSIA}",
    "showpack": f"mla:{RUSSIA}",
    "more": f"{QUOTE}:{RUSSIA}",
    "style": f"{QUOTE}:apa",
    "page": "topics:1",
    "find": f"1:{RUSSIA}",
    "years": f"1:{RUSSIA}",
    "packas": f"{RUSSIA}:apa",
} | dict.fromkeys(("topic", "fromtopic", "hush", "give", "timeline", "pack"), RUSSIA)


def commands(world):
    """Every command, each of its suggestions and every menu, as what is done by name."""
    who, channel = world.moderator, world.channel
    for name in who.available_commands(channel):
        yield ("command", name), partial(who.slash, channel, name, **OPTIONS.get(name, {}))
    for command in world.client.tree.walk_commands():
        for option in getattr(command, "parameters", ()):
            if option.autocomplete:
                act = ("typing", f"{command.qualified_name} {option.name}")
                yield act, partial(who.autocomplete, channel, command.qualified_name, option.name, "2017")


def presses_and_words(world, message, card):
    """Every menu, button and mention, as what is done by name."""
    who, channel = world.newcomer, world.channel
    for menu in (FIND, CHECK):
        yield ("menu", menu), partial(who.context_menu, channel, menu, message)
    for name in acts.ACTS:
        pressed = f"q:{name}:{RESTS.get(name, QUOTE)}"
        assert acts.parse({"custom_id": pressed}), pressed
        yield ("press", name), partial(Hand(world).press, card, pressed)
    for verb in get_args(Command):
        yield ("mention", verb), partial(who.send, channel, f"{world.client.user.mention} {verb} {RUSSIA}")


MUCH = ((timelines, "MANY"), (reading_packs, "AT_ONCE"), (weight, "SHORT"))
LARGE = (*MUCH, (weight, "LIGHT"), (weight, "LIGHT_TYPED"))


@pytest.mark.parametrize("limits", [MUCH, LARGE], ids=["much", "large"])
async def test_the_gate_knows_whatever_uses_the_thread_for_heavy_work(live, tmp_path, monkeypatch, limits):
    """Every act, as if there were much to make of what is found; and as if its words were long and the bank large."""
    paced = Clocks(age=lambda: 0.0, pace=itertools.count(step=1000).__next__)
    async with live(tmp_path, clocks=paced) as world:
        message = await world.newcomer.send(world.channel, "Russia is our biggest neighbour.")
        card = (await world.newcomer.slash(world.channel, "quote", about=RUSSIA)).response
        checks._load()
        for module, limit in limits:
            monkeypatch.setattr(module, limit, 0)
        heavy, used, known, act = world.client.responder._heavy, set(), set(), None
        do = heavy.do

        async def noted(*asked):
            used.add(act)
            return await do(*asked)

        monkeypatch.setattr(heavy, "do", noted)
        for act, go in (*commands(world), *presses_and_words(world, message, card)):
            await go()
            asking = next(reversed(world.client.gate.recent.let_in.values()))[1]
            known.update({act} if asking.heavy else ())
        assert used - known == set()
        assert {(how, name) for how, acts in raw_requests.HEAVY.items() for name in acts} <= used
        assert {("menu", FIND), ("menu", CHECK)} <= used
        assert limits is MUCH or {("typing", "quote about"), ("command", "search"), ("press", "more")} <= used


async def test_what_is_known_of_members_and_places_outlives_a_client_that_connects_anew(world):
    """`/settings keywords` may make the bot connect anew as often as a moderator likes."""
    world.client.resting.refused(world.other.id, 50013, world.channel.guild.id)
    hand = Hand(world)
    assert [(await hand.command("timeline", about=RUSSIA)).ephemeral for _ in range(3)] == [False] * 3
    asked = next(reversed(world.client.gate.recent.let_in))
    await world.restart()
    assert world.client.resting.state(world.other.id) is not None
    assert asked in world.client.gate.recent.let_in
    assert (await hand.command("timeline", about=RUSSIA)).ephemeral  # the fourth in half a minute
