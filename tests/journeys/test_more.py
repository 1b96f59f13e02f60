"""What a group does with a card: another, back, show, discuss, remove; what somebody reads no other overwrites."""

import discord
import pytest

from bot.chat.acts import custom_ids as acts
from bot.chat.cogs.components import NO_THREAD, NOT_THERE, NOT_TO_SHOW, NOT_YOURS, NOTHING_BEFORE
from bot.chat.requests.asker import Askers
from bot.search.query import Query
from tests.journeys.hand import Hand


@pytest.fixture
def helper(world):
    """A member who may also manage messages."""
    managing = world.env.guild.create_role("Helpers", permissions=discord.Permissions(manage_messages=True))
    return world.env.guild.add_member(world.env.create_user("helper"), roles=[managing])


async def asked(world, **options):
    return (await world.newcomer.slash(world.channel, "quote", about="ukraine", **options)).response


async def test_another_by_somebody_else_is_a_message_of_its_own(world, text, buttons):
    card = await asked(world)
    before = text(card)
    result = await world.moderator.click(card, label="Another")
    assert text(card) == before
    assert not result.ephemeral
    assert text(result.response) != before
    assert "**Jens Stoltenberg**" in text(result.response)
    assert len(world.channel.history()) == 2
    mine = text(result.response)
    await world.moderator.click(result.response, label="Another")  # which is the moderator's to change
    assert text(result.response) != mine
    assert len(world.channel.history()) == 2


@pytest.mark.parametrize("remembers", [True, False])
async def test_another_below_a_reply_to_a_mention_is_its_authors_to_change(world, text, remembers):
    await world.newcomer.send(world.channel, f"{world.client.user.mention} ukraine")
    if not remembers:  # as after a restart: Discord is asked who wrote it
        world.client.askers = Askers()
    card = world.channel.last_message
    before = text(card)
    await world.moderator.click(card, label="Another")
    assert text(world.channel.history()[1]) == before
    await world.newcomer.click(card, label="Another")
    assert text(world.channel.history()[1]) != before
    assert len(world.channel.history()) == 3


async def test_back_shows_the_one_before_in_the_same_message(world, text, buttons):
    card = await asked(world)
    before = text(card).split("-#")[0]
    menu = await world.newcomer.click(card, label="More")
    assert menu.ephemeral
    assert "Back" not in buttons(menu.response)
    await world.newcomer.click(card, label="Another")
    assert text(card).split("-#")[0] != before
    others = await world.moderator.click(card, label="More")
    assert "Back" not in buttons(others.response)
    menu = await world.newcomer.click(card, label="More")
    forged = await Hand(world, world.moderator).press(card, buttons(menu.response)["Back"])
    assert text(forged.response) == NOT_THERE
    await world.newcomer.click(menu.response, label="Back")
    assert text(card).split("-#")[0] == before
    assert "Another" in buttons(card)
    assert (await world.uses()).uses == 2  # going back is no use


async def test_more_offers_what_works_for_whoever_pressed(world, helper, buttons):
    card = await asked(world)
    own = buttons((await world.newcomer.click(card, label="More")).response)
    others = buttons((await world.moderator.click(card, label="More")).response)
    helpers = buttons((await helper.click(card, label="More")).response)
    assert [label for label in own if label != "Discuss"] == ["Copy", "Remove", "Report a problem"]
    assert [label for label in others if label != "Discuss"] == ["Copy", "Report a problem"]
    assert "Remove" in helpers


@pytest.mark.parametrize("who", ["newcomer", "helper"])
async def test_remove_is_for_the_asker_and_who_manages_messages(world, helper, text, buttons, who):
    card = await asked(world)
    person = helper if who == "helper" else world.newcomer
    menu = await person.click(card, label="More")
    forged = await Hand(world, world.moderator).press(card, buttons(menu.response)["Remove"])
    assert text(forged.response) == NOT_YOURS
    assert world.channel.history()
    await person.click(menu.response, label="Remove")
    assert not world.channel.history()


async def test_only_what_is_ours_and_there_can_be_removed(world, helper, text):
    card = await asked(world)
    theirs = await world.newcomer.send(world.channel, "keep this")
    hand = Hand(world, helper)
    for number in (theirs.id, 1, 2**63 - 1):
        assert text((await hand.press(card, f"q:remove:{number}")).response) == NOT_THERE
        assert text((await hand.press(card, f"q:back:{number}")).response) == NOT_THERE
    assert len(world.channel.history()) == 2
    assert text((await Hand(world).press(card, f"q:back:{card.id}")).response) == NOTHING_BEFORE


async def test_discuss_opens_one_thread_below_the_card(world, text, buttons):
    card = await asked(world)
    menu = await world.newcomer.click(card, label="More")
    first = await world.newcomer.click(menu.response, label="Discuss")
    (thread,) = world.channel.threads
    assert thread.name.startswith("Jens Stoltenberg: “")
    assert f"<#{thread.id}>" in text(first.response)
    assert len(thread.name) <= 100
    again = await world.newcomer.click(menu.response, label="Discuss")
    assert f"<#{thread.id}>" in text(again.response)
    assert len(world.channel.threads) == 1


async def test_a_private_card_is_shown_to_the_channel_with_a_name(world, text, buttons):
    private = await world.newcomer.slash(world.channel, "quote", about="ukraine", private=True)
    assert private.ephemeral
    await world.newcomer.click(private.response, label="Another")
    await world.newcomer.click(private.response, label="More")
    unfolded = list(buttons(private.response))
    assert [label for label in unfolded if label in ("Copy", "Show to the channel", "Back", "Remove", "Discuss")] == [
        "Copy",
        "Show to the channel",
        "Back",
    ]
    await world.newcomer.click(private.response, label="More")
    assert list(buttons(private.response)) == unfolded
    shown = await world.newcomer.click(private.response, label="Show to the channel")
    assert not shown.ephemeral
    assert text(shown.response).startswith(text(private.response))
    assert text(shown.response).endswith("-# Shown by newcomer")
    assert {"Show to the channel", "Back", "Copy"}.isdisjoint(buttons(shown.response))
    assert {"Another", "More"} <= set(buttons(shown.response))  # a topic is nobody's words


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("verify", {"text": "Russia is our biggest neighbour, and it is here to stay."}),
        ("timeline", {"about": "russia", "private": True}),
        ("cite", {"about": "russia"}),
    ],
)
async def test_private_answers_can_be_shown_to_the_channel(world, text, buttons, without_pictures, command, options):
    private = await world.newcomer.slash(world.channel, command, **options)
    assert private.ephemeral
    shown = await world.newcomer.click(private.response, label="Show to the channel")
    assert not shown.ephemeral
    assert text(shown.response) == f"{text(private.response)}\n-# Shown by newcomer"
    assert "Show to the channel" not in buttons(shown.response)
    assert len(shown.response.attachments) == len(private.response.attachments)


WORDS = "increased tensions misunderstandings"


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("quote", {"about": WORDS, "private": True}),
        ("quote", {"about": "ukraine", "speaker": "Jens Stoltenberg", "private": True}),
        ("search", {"about": WORDS}),
        ("timeline", {"about": WORDS, "private": True}),
        ("cite", {"about": "many years"}),  # a pack, with a list of styles
    ],
)
async def test_words_that_were_asked_in_private_are_in_no_button_of_what_is_shown(
    world, text, buttons, without_pictures, tmp_path, command, options
):
    private = (await world.newcomer.slash(world.channel, command, **options)).response
    if "Show to the channel" not in buttons(private):
        await world.newcomer.click(private, label="More")
    shown = (await world.newcomer.click(private, label="Show to the channel")).response
    for part in _walk(shown.components):
        chosen = [part["options"][0]["value"]] if part["type"] == 3 else []
        query = getattr(acts.parse({"custom_id": part.get("custom_id"), "values": chosen}), "query", Query())
        assert (query.words.removeprefix("topic:ukraine"), query.speaker) == ("", None)
    assert text(shown).endswith("-# Shown by newcomer")
    await world.uses()
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("quoth.db*"))
    assert options["about"].encode() not in kept


def _walk(components):
    for part in components:
        raw = part if isinstance(part, dict) else part.to_dict()
        yield raw
        yield from _walk(raw.get("components", []))


async def test_more_below_a_private_verdict_shows_it_once_to_the_channel(world, text, buttons):
    private = await world.newcomer.slash(world.channel, "verify", text="Russia is our biggest neighbour.")
    assert list(buttons(private.response))[-1] == "Show to the channel"
    await world.newcomer.click(private.response, label="More")
    assert list(buttons(private.response))[-3:] == ["Copy", "Show to the channel", "Report a problem"]
    shown = await world.newcomer.click(private.response, label="Show to the channel")
    assert text(shown.response).startswith("### ✓ Word for word")
    assert {"Copy", "Show to the channel"}.isdisjoint(buttons(shown.response))


@pytest.mark.parametrize("label", ["Context", "Cite"])
async def test_what_stands_below_a_card_can_be_shown_too(world, text, buttons, label):
    card = await asked(world)
    private = await world.moderator.click(card, label=label)
    shown = await world.moderator.click(private.response, label="Show to the channel")
    assert not shown.ephemeral
    assert text(shown.response) == f"{text(private.response)}\n-# Shown by moderator"
    other = await world.newcomer.select(shown.response, ["mla"]) if label == "Cite" else None
    if other is not None:  # it is not the newcomer's to change
        assert other.ephemeral
        assert "MLA" in text(other.response)
        assert "MLA" not in text(shown.response)


async def test_who_may_not_write_there_shows_nothing_and_opens_no_thread(world, text, buttons):
    silent = discord.PermissionOverwrite(send_messages=False, create_public_threads=False)
    world.channel = world.env.guild.create_text_channel("silent", overwrites={world.env.guild.default_role: silent})
    private = await world.newcomer.slash(world.channel, "quote", about="ukraine", private=True)
    await world.newcomer.click(private.response, label="More")
    assert "Show to the channel" not in buttons(private.response)
    refused = await Hand(world).press(private.response, "q:show", alone=True)
    assert refused.ephemeral
    assert text(refused.response) == NOT_TO_SHOW
    card = await asked(world)
    assert "Discuss" not in buttons((await world.newcomer.click(card, label="More")).response)
    no_thread = await Hand(world).press(card, f"q:discuss:biggest-neighbour-2017:{card.id}")
    assert text(no_thread.response) == NO_THREAD
    assert world.channel.threads == []


async def test_what_somebody_else_turns_or_opens_is_theirs_alone(world, text):
    await world.newcomer.send(world.channel, f"{world.client.user.mention} topics")
    listed = world.channel.last_message
    opened = await world.moderator.select(listed, ["russia"])
    assert opened.ephemeral
    assert text(opened.response).startswith("### Russia")
    assert text(world.channel.last_message) == text(listed)
    await world.newcomer.select(listed, ["russia"])
    assert text(world.channel.last_message).startswith("### Russia")


async def test_in_a_direct_message_everything_is_the_askers(world, text, buttons):
    person = world.newcomer.user
    await person.send_dm("ukraine")
    first = person.dm_channel.last_message
    await person.click(first, label="Another")
    assert len(person.dm_channel.history()) == 2
    card = person.dm_channel.last_message
    assert text(card) != text(first)
    menu = await person.click(card, label="More")
    assert list(buttons(menu.response)) == ["Copy", "Remove", "Back", "Report a problem"]
    await person.click(menu.response, label="Back")
    assert text(person.dm_channel.last_message).split("-#")[0] == text(first).split("-#")[0]
    menu = await person.click(person.dm_channel.last_message, label="More")
    await person.click(menu.response, label="Remove")
    assert len(person.dm_channel.history()) == 1
