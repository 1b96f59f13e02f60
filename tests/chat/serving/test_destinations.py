"""Replies to messages: one message for one asked, and silence where Discord does not let us speak."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import discord
import pytest

from bot.chat import faults
from bot.chat.deadline import leaves
from bot.chat.limits import CONTENT
from bot.chat.log_limiter import LogLimiter
from bot.chat.moderation.resting_channels import LENGTH, RestingChannels, sentence
from bot.chat.requests.asker import Askers
from bot.chat.serving.destinations import reply_under, tell_owed
from bot.chat.serving.reply import Reply
from bot.errors import LogUnavailable, Undelivered

HERE, REPORTS = 5, 6


def http(kind, status, code):
    return kind(SimpleNamespace(status=status, reason="no"), {"code": code, "message": "no"})


REFUSED = http(discord.Forbidden, 403, 50013)


class Channel(discord.abc.Messageable):
    """A text channel that keeps what is said in it."""

    def __init__(self, guild, failing=None):
        self.guild, self.failing, self.said = guild, failing, []

    async def send(self, content):
        self.said.append(content)
        leaves()
        if self.failing:
            raise self.failing


class Message:
    """A message that somebody wrote to the bot; `failing` is what replying to it raises."""

    def __init__(self, guild, failing=None, number=3):
        self.id, self.guild, self.channel = number, guild, SimpleNamespace(id=HERE)
        self.author = SimpleNamespace(id=5)
        self.failing, self.replies = failing, []

    async def reply(self, **options):
        self.replies.append(options)
        if self.failing:
            raise self.failing


@pytest.fixture
def guild():
    return SimpleNamespace(id=7)


@pytest.fixture
def clock():
    return SimpleNamespace(now=0.0)


@pytest.fixture
def reports(guild):
    return Channel(guild)


@pytest.fixture
def client(clock, reports):
    kept = {7: str(REPORTS)}

    async def look(guild):
        return kept.get(guild)

    store = SimpleNamespace(reports_channel=look)
    channels = {REPORTS: reports, HERE: reports}
    return SimpleNamespace(
        resting=RestingChannels(lambda: clock.now),
        askers=Askers(),
        store=store,
        get_channel=channels.get,
        log_limiter=LogLimiter(clock=lambda: clock.now),
        servers={7, 8},
        kept=kept,
    )


async def refused(message, client):
    with pytest.raises((discord.Forbidden, Undelivered)) as caught:
        await reply_under(message, client)(Reply("a card"))
    return faults.why(caught.value)


async def test_a_reply_pings_nobody_and_is_known_by_what_it_answers(guild, client):
    message = Message(guild)
    await reply_under(message, client)(Reply("a card"))
    assert message.replies == [{"view": "a card", "mention_author": False, "nonce": 3}]


async def test_a_reply_that_is_not_allowed_has_failed(guild, client):
    assert await refused(Message(guild, REFUSED), client) == "50013"


@pytest.mark.parametrize("code", [50001, 50013, 160002])
async def test_where_a_permission_is_missing_the_channel_rests(guild, client, code):
    assert await refused(Message(guild, http(discord.Forbidden, 403, code)), client) == str(code)
    assert client.resting.state(HERE).code == code


async def test_it_rests_no_longer_than_the_bot_is_in_its_server(guild, client):
    await refused(Message(guild, REFUSED), client)
    client.resting.forget(guild.id + 1)
    assert client.resting.state(HERE) is not None
    client.resting.forget(guild.id)
    assert client.resting.state(HERE) is None


async def test_a_place_rests_not_for_having_been_left(guild, client):
    client.servers = set()
    assert await refused(Message(guild, REFUSED), client) == "50013"
    assert client.resting.state(HERE) is None


async def test_in_a_channel_that_rests_nothing_is_tried(guild, client, clock):
    await refused(Message(guild, REFUSED), client)
    later = Message(guild)
    assert await refused(later, client) == "50013"
    assert not later.replies
    clock.now = 600
    await reply_under(later, client)(Reply("a card"))
    assert later.replies


async def test_moderators_are_told_once_until_it_has_worked(guild, client, clock, reports):
    for _ in range(3):
        await refused(Message(guild, REFUSED), client)
        clock.now += 600
    assert len(reports.said) == 1
    assert f"<#{HERE}>" in reports.said[0]
    await reply_under(Message(guild), client)(Reply("a card"))
    await refused(Message(guild, REFUSED), client)
    assert len(reports.said) == 2


@pytest.mark.parametrize("kept", ["", "x", str(HERE), "99"], ids=["off", "damaged", "the same", "unknown"])
async def test_without_another_channel_nobody_is_told(guild, client, reports, kept):
    client.kept[7] = kept
    await refused(Message(guild, REFUSED), client)
    assert not reports.said


async def test_a_channel_of_another_server_is_told_nothing(guild, client, reports):
    reports.guild = SimpleNamespace(id=8)
    await refused(Message(guild, REFUSED), client)
    assert not reports.said


async def test_in_a_direct_message_there_are_no_moderators(client, reports):
    assert await refused(Message(None, REFUSED), client) == "50013"
    assert not reports.said


@pytest.mark.parametrize("failing", [REFUSED, Undelivered("429"), TimeoutError(), OSError()], ids=repr)
async def test_that_moderators_could_not_be_told_changes_nothing(guild, client, reports, failing):
    reports.failing = failing
    assert await refused(Message(guild, REFUSED), client) == "50013"


@pytest.mark.parametrize("failing", [TimeoutError(), Undelivered("502", perhaps=True)], ids=repr)
async def test_moderators_who_may_have_been_told_are_not_told_again(guild, client, clock, reports, failing):
    reports.failing = failing
    for _ in range(3):
        await refused(Message(guild, REFUSED), client)
        clock.now += 600
    assert len(reports.said) == 1


Kind = discord.InteractionResponseType


class Answered:
    """An interaction that was answered; `failing` is what a followup raises."""

    def __init__(self, client, guild=7, kind=Kind.channel_message, failing=None, failed=False, **allowed):
        self.client, self.guild_id, self.failing, self.said = client, guild, failing, []
        self.response = SimpleNamespace(is_done=lambda: kind is not None, type=kind)
        self.followup, self.command_failed = SimpleNamespace(send=self.send), failed
        self.permissions = discord.Permissions(**(allowed or {"manage_guild": True}))

    async def send(self, content, *, ephemeral):
        assert ephemeral
        self.said.append(content)
        leaves()
        if self.failing:
            raise self.failing


async def told(client, **how):
    one = Answered(client, **how)
    await tell_owed(one)
    return one.said


@pytest.fixture
def owing(client):
    """A client that owes moderators a word: no channel was chosen."""
    client.kept.clear()
    return client


async def test_where_no_channel_was_chosen_the_next_moderator_who_is_answered_is_told_once(guild, owing, clock):
    for _ in range(2):
        await refused(Message(guild, REFUSED), owing)
        clock.now += 600
    (said,) = await told(owing)
    assert said == sentence(HERE, 50013)
    await refused(Message(guild, REFUSED), owing)
    assert await told(owing) == []
    clock.now += 600
    await reply_under(Message(guild), owing)(Reply("a card"))
    await refused(Message(guild, REFUSED), owing)
    assert await told(owing) == [said]


@pytest.mark.parametrize(
    "how",
    [
        {"send_messages": True},
        {"guild": 8},
        {"guild": 9},
        {"guild": None},
        {"kind": None},
        {"kind": Kind.modal},
        {"kind": Kind.autocomplete_result},
        {"failed": True},
    ],
    ids=str,
)
async def test_nobody_else_is_told_nor_before_an_answer(guild, owing, how):
    await refused(Message(guild, REFUSED), owing)
    assert await told(owing, **how) == []
    assert len(await told(owing)) == 1


@pytest.mark.parametrize("kept", ["x", str(HERE), "99"], ids=["damaged", "the same", "unknown"])
async def test_so_where_the_channel_chosen_is_none_to_tell_in(guild, owing, kept):
    owing.kept["reports:7"] = kept
    await refused(Message(guild, REFUSED), owing)
    assert len(await told(owing)) == 1


async def test_what_was_told_in_the_channel_is_told_to_nobody_else(guild, client):
    await refused(Message(guild, REFUSED), client)
    assert await told(client) == []


NOT_FOUND = http(discord.NotFound, 404, 10003)


@pytest.mark.parametrize("failing", [REFUSED, NOT_FOUND, Undelivered("429"), OSError(), LogUnavailable()], ids=repr)
async def test_what_could_not_be_told_in_the_channel_is_tried_there_once_and_told_to_the_next_moderator(
    guild, client, clock, reports, failing
):
    reports.failing = failing
    for _ in range(3):
        await refused(Message(guild, REFUSED), client)
        clock.now += 600
    assert len(reports.said) == 1
    assert await told(client) == [sentence(HERE, 50013)]
    await refused(Message(guild, REFUSED), client)
    assert await told(client) == []


@pytest.mark.parametrize(("server", "heard"), [(7, [sentence(HERE, 50013)]), (8, []), (None, [])])
async def test_of_a_server_that_is_not_known_yet_the_next_moderator_is_told(client, reports, server, heard):
    message = Message(None, REFUSED)
    message.channel.guild_id = server
    client.kept.clear()
    await refused(message, client)
    assert await told(client) == heard
    assert not reports.said


@pytest.mark.parametrize("how", ["worked", "shown", "forget"])
async def test_a_channel_that_is_gone_or_was_seen_to_rest_is_told_to_nobody(guild, owing, how):
    await refused(Message(guild, REFUSED), owing)
    getattr(owing.resting, how)(guild.id if how == "forget" else HERE)
    assert await told(owing) == []


@pytest.mark.parametrize(
    ("failing", "again"),
    [(REFUSED, 1), (Undelivered("429"), 1), (Undelivered("502", perhaps=True), 0), (TimeoutError(), 0)],
    ids=repr,
)
async def test_a_moderator_who_surely_was_not_told_leaves_it_for_the_next(guild, owing, clock, failing, again):
    await refused(Message(guild, REFUSED), owing)
    assert len(await told(owing, failing=failing)) == 1
    clock.now += LENGTH
    assert len(await told(owing)) == again


@pytest.mark.parametrize("failing", [REFUSED, http(discord.NotFound, 404, 10015), Undelivered("429")], ids=repr)
async def test_where_a_moderator_could_not_be_told_none_is_tried_for_ten_minutes(guild, owing, clock, failing):
    for place in range(12):
        message = Message(guild, REFUSED)
        message.channel.id = 100 + place
        await refused(message, owing)
    for _ in range(3):
        tries = [await told(owing, failing=failing) for _ in range(10)]
        assert [len(one) for one in tries] == [1] + [0] * 9
        clock.now += LENGTH
    heard = "".join([*await told(owing), *await told(owing), *await told(owing)])
    assert all(heard.count(f"<#{100 + place}>") == 1 for place in range(12))
    assert await told(owing) == []


async def test_that_moderators_of_one_server_could_not_be_told_is_nothing_to_another(guild, owing):
    await refused(Message(guild, REFUSED), owing)
    await told(owing, failing=REFUSED)
    other = Message(SimpleNamespace(id=8), REFUSED)
    other.channel.id = 9
    await refused(other, owing)
    assert await told(owing, guild=8) == [sentence(9, 50013)]


async def test_a_server_that_is_joined_anew_has_moderators_who_were_never_untold(guild, owing):
    await refused(Message(guild, REFUSED), owing)
    await told(owing, failing=REFUSED)
    owing.resting.forget(guild.id)
    await refused(Message(guild, REFUSED), owing)
    assert len(await told(owing)) == 1


async def test_of_many_channels_few_are_told_at_once(guild, owing):
    for place in range(12):
        message = Message(guild, REFUSED)
        message.channel.id = 100 + place
        await refused(message, owing)
    said = [(await told(owing)) for _ in range(4)]
    assert [one[0].count("error 50013") if one else 0 for one in said] == [5, 5, 2, 0]
    assert all(len(one[0]) <= CONTENT for one in said if one)


async def test_that_the_log_is_unavailable_changes_nothing(guild, client):
    async def fail(_guild):
        raise LogUnavailable

    client.store.reports_channel = fail
    assert await refused(Message(guild, REFUSED), client) == "50013"


OTHERS = [50007, 50278, 160005, 50083, 50009, 20026, 340002, 20009, 40001, 240000, 999999]


@pytest.mark.parametrize("code", OTHERS)
async def test_after_any_other_refusal_the_place_rests_and_nobody_is_told(guild, client, code, reports):
    assert await refused(Message(guild, http(discord.Forbidden, 403, code)), client) == str(code)
    later = [Message(guild) for _ in range(20)]
    assert [await refused(one, client) for one in later] == [str(code)] * 20
    assert not any(one.replies for one in later)
    assert not reports.said


async def test_that_discords_network_refused_says_nothing_of_the_place(guild, client, reports):
    assert await refused(Message(guild, http(discord.Forbidden, 403, 40333)), client) == "40333"
    assert client.resting.state(HERE) is None
    assert not reports.said


async def test_however_many_places_refuse_it_is_one_line(client, caplog):
    caplog.set_level(logging.INFO)
    for place in range(50):
        message = Message(None, http(discord.Forbidden, 403, 50007))
        message.channel.id = place
        await refused(message, client)
    assert len(caplog.records) == 1


async def test_a_refusal_without_a_code_lets_the_channel_rest_too(guild, client, reports):
    message = Message(guild, http(discord.Forbidden, 403, 0))
    assert await refused(message, client) == "403"
    assert client.resting.state(HERE).code == 50013
    assert len(reports.said) == 1
