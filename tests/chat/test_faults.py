"""Which word the log keeps for a failure, and who is told that something went wrong: nobody too many."""

from __future__ import annotations

import asyncio
import logging
from types import SimpleNamespace

import aiohttp
import discord
import pytest
from discord import app_commands

from bot.chat import faults
from bot.chat.connection.interactions import TooLong
from bot.chat.deadline import deadline, retry_enabled
from bot.chat.log_limiter import LogLimiter
from bot.chat.requests.request import NOT_HERE
from bot.errors import LogUnavailable, NotInServer, Undelivered

RESPONSE = discord.InteractionResponseType


def http(status, code=0):
    kind = {403: discord.Forbidden, 404: discord.NotFound}.get(status, discord.HTTPException)
    kind = discord.DiscordServerError if status >= 500 else kind
    return kind(SimpleNamespace(status=status, reason="no"), {"code": code, "message": "no"})


def wrapped(error):
    return app_commands.CommandInvokeError(SimpleNamespace(name="quote", qualified_name="quote"), error)


WORDS = [
    (http(404, 10062), "10062"),
    (http(403, 50013), "50013"),
    (http(400, 50035), "50035"),
    (http(400), "400"),
    (http(429, 20028), "429"),
    (http(502), "502"),
    (http(503, 130000), "503"),
    (discord.RateLimited(60), "429"),
    (Undelivered("timeout", perhaps=True), "timeout"),
    (Undelivered("401"), "401"),
    (TimeoutError(), "timeout"),
    (aiohttp.ServerTimeoutError(), "timeout"),
    (ConnectionResetError(104, "reset"), "reset"),
    (aiohttp.ServerDisconnectedError(), "reset"),
    (aiohttp.ClientOSError(104, "reset"), "reset"),
    (aiohttp.ClientPayloadError(), "reset"),
    (KeyError("words of a person"), "error"),
    (LogUnavailable("full"), "error"),
]


@pytest.mark.parametrize(("error", "word"), WORDS, ids=lambda value: value if isinstance(value, str) else "")
def test_the_word_the_log_keeps(error, word):
    assert faults.why(error) == word
    assert faults.why(wrapped(error)) == word


class Place:
    """An interaction or a message: keeps what it is told."""

    def __init__(self, done=None, failing=None):
        self.told, self.again = [], []
        self.failing = failing
        self.response = SimpleNamespace(is_done=lambda: done is not None, type=done, send_message=self._send)
        self.followup = SimpleNamespace(send=self._send)
        self.id, self.data = 3, None
        self.reply = self._send

    async def _send(self, said, **options):
        self.told.append((said, options))
        self.again.append(retry_enabled.get())
        if self.failing:
            raise self.failing


async def told(error, done=None):
    place = Place(done)
    await faults.tell(place, error)
    return place.told


async def told_under(error):
    place = Place()
    await faults.tell_under(place, error, LogLimiter())
    return place.told


async def test_a_mistake_of_ours_is_told_with_a_code():
    ((said, options),) = await told(KeyError("x"))
    assert "code" in said
    assert options["ephemeral"]
    ((said, options),) = await told_under(KeyError("x"))
    assert options == {"mention_author": False, "nonce": 3}


@pytest.mark.parametrize("error", [NotInServer(), wrapped(NotInServer())])
async def test_that_the_bot_is_not_in_a_server_is_no_mistake(error, caplog):
    with caplog.at_level(logging.INFO):
        assert await told(error) == [(NOT_HERE, {"ephemeral": True})]
    assert "Traceback" not in caplog.text


# Written out here and not read from the table: a code that is taken out of the table makes this fail.
@pytest.mark.parametrize("code", [10003, 10004, 10008, 10015, 10062, 40060, 50007, 50027, 50083, 50278, 160005])
async def test_nobody_is_told_in_a_place_that_is_gone(code, caplog):
    for status in (400, 403, 404):
        with caplog.at_level(logging.INFO):
            assert not await told(http(status, code))
            assert not await told(wrapped(http(status, code)))
            assert not await told_under(http(status, code))
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(("code", "said"), [(40060, "answered by another"), (10062, "is gone")])
async def test_what_was_answered_by_another_or_is_gone_is_one_line(code, said, caplog):
    limiter = LogLimiter()
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            place = Place()
            await faults.tell(place, http(400, code), log_limiter=limiter)
            assert not place.told
    assert caplog.text.count(said) == len(caplog.records) == 1


MAYBE = [
    http(101),
    http(100),
    http(500),
    http(502),
    Undelivered("timeout", perhaps=True),
    Undelivered("reset", perhaps=True),
    Undelivered("502", perhaps=True),
    Undelivered("429", perhaps=True),
    TimeoutError(),
    ConnectionResetError(),
    aiohttp.ServerDisconnectedError(),
    aiohttp.ClientPayloadError(),
]


@pytest.mark.parametrize("error", MAYBE, ids=repr)
async def test_nothing_follows_an_answer_that_may_have_arrived(error):
    assert faults.may_have_arrived(error)
    assert not await told(error)
    assert not await told(wrapped(error))
    assert not await told_under(error)


@pytest.mark.parametrize(
    "error", [Undelivered("429"), Undelivered("401"), Undelivered("gone"), discord.RateLimited(60)]
)
async def test_nothing_follows_where_discord_takes_nothing(error):
    assert not await told(error)
    assert not await told_under(error)


@pytest.mark.parametrize("code", [50001, 50013, 160002])
async def test_where_we_may_not_speak_we_do_not_say_so_there(code):
    assert not await told_under(http(403, code))
    assert await told(http(403, code))  # an interaction is answered in private, whatever the channel allows


@pytest.mark.parametrize("status", [400, 403, 429])
@pytest.mark.parametrize("code", [0, 20016, 20028, 40005, 40333, 50006, 50008, 50009, 200000, 200001, 220003])
async def test_what_discord_keeps_out_of_a_channel_is_followed_by_nothing_there(status, code):
    assert not await told_under(http(status, code))


async def test_a_mistake_in_the_form_of_a_reply_is_told():
    assert await told_under(http(400, 50035))


@pytest.mark.parametrize("status", [400, 403])
async def test_where_discords_network_refuses_us_nothing_more_is_sent(status):
    assert not await told(http(status, 40333))


@pytest.mark.parametrize("done", [RESPONSE.channel_message, RESPONSE.message_update, RESPONSE.modal])
async def test_whoever_has_the_answer_is_not_told_that_something_went_wrong(done):
    assert not await told(KeyError("x"), done)


async def test_whoever_waits_for_the_rest_is_told():
    assert len(await told(KeyError("x"), RESPONSE.deferred_channel_message)) == 1


FAILING = [http(404, 10062), http(502), Undelivered("timeout"), TimeoutError(), aiohttp.ClientError(), OSError()]
FAILING += [AttributeError("send"), TypeError(), RecursionError()]


@pytest.mark.parametrize("failing", FAILING, ids=repr)
async def test_an_apology_is_sent_once_and_never_raises(failing):
    for tell in (faults.tell, lambda place, error: faults.tell_under(place, error, LogLimiter())):
        place = Place(failing=failing)
        await tell(place, KeyError("x"))
        assert place.again == [False]
    assert retry_enabled.get()


@pytest.mark.parametrize("error", [http(403, 50007), http(404, 10003), http(502), Undelivered("50013"), TimeoutError()])
async def test_what_messages_can_cause_without_end_is_one_line(error, caplog):
    caplog.set_level(logging.INFO)
    log_limiter, place = LogLimiter(clock=float), Place()
    for _ in range(50):
        await faults.tell_under(place, error, log_limiter)
    assert len(caplog.records) == 1
    assert not place.told


REFUSED = [
    app_commands.CommandNotFound("x", []),
    app_commands.MissingPermissions(["manage_guild"]),
    TooLong("about", 300),
    app_commands.AppCommandError(),
]


@pytest.mark.parametrize("error", REFUSED, ids=repr)
async def test_what_forged_commands_can_cause_without_end_is_one_line_and_told_each_time(error, caplog):
    caplog.set_level(logging.INFO)
    log_limiter = LogLimiter(clock=float)
    for _ in range(3):
        place = Place()
        await faults.tell(place, error, log_limiter=log_limiter)
        assert place.told
    assert len(caplog.records) == 1


async def test_a_mistake_of_ours_is_logged_each_time(caplog):
    log_limiter = LogLimiter(clock=float)
    for _ in range(3):
        await faults.tell_under(Place(), KeyError("x"), log_limiter)
        await faults.tell(Place(), wrapped(KeyError("x")), log_limiter=log_limiter)
    assert len(caplog.records) == 6


async def test_an_apology_ends_with_the_deadline():
    place = Place()

    async def hang(*_args, **_options):
        await asyncio.Event().wait()

    place.response.send_message = hang
    token = deadline.set(asyncio.get_running_loop().time() + 0.01)
    async with asyncio.timeout(1):  # alone, an apology has two seconds
        await faults.tell(place, KeyError("x"))
    deadline.reset(token)


async def test_the_log_does_not_hold_the_words_of_an_error(caplog):
    def reading(words):
        raise KeyError(words)

    query = "+".join("private")
    for wrap in (lambda error: error, wrapped):
        try:
            reading(query)
        except KeyError as error:
            await told(wrap(error))
    assert query not in caplog.text
    assert "builtins.KeyError" in caplog.text
    assert "in reading" in caplog.text


@pytest.mark.parametrize("code", [0, 50027])
async def test_nothing_follows_where_discord_knows_no_token_any_more(code):
    assert await told(http(401, code)) == []
    assert await told_under(http(401, code)) == []


async def test_a_page_that_refuses_a_reply_is_answered_by_nothing():
    assert await told_under(http(403)) == []


def test_that_somebody_is_gone_is_known_also_where_the_line_was_written_before():
    log_limiter = LogLimiter(clock=float)
    for error, anybody in ((http(404, 10008), False), (http(403, 50013), True)):
        assert [faults.note(error, "0000", log_limiter) for _ in range(3)] == [anybody] * 3


def unreadable(cause):
    try:
        try:
            raise cause
        except type(cause):
            raise app_commands.AppCommandError from cause
    except app_commands.AppCommandError as error:
        return error


@pytest.mark.parametrize(
    ("error", "where"),
    [
        (unreadable(KeyError("words of a person")), "(KeyError in unreadable, line "),
        (app_commands.AppCommandError(), "(it is incomplete)"),
    ],
)
def test_a_command_that_could_not_be_read_is_told_with_its_place_and_without_its_words(error, where, caplog):
    faults.note(error, "abc")
    assert f"code abc: a command that Discord sent could not be read {where}" in caplog.text
    assert "words of a person" not in caplog.text


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (discord.AppCommandOptionType.channel, faults.UNSEEN_CHANNEL),
        (
            discord.AppCommandOptionType.string,
            "This command has changed: restart Discord (Ctrl+R) to see it as it is now.",
        ),
    ],
)
async def test_a_channel_that_we_do_not_see_is_no_command_that_changed(kind, said, caplog):
    error = app_commands.TransformerError("x", kind, SimpleNamespace(_error_display_name="channel"))
    place = Place()
    with caplog.at_level(logging.INFO):
        await faults.tell(place, error)
    assert [told[0] if isinstance(told, tuple) else told for told in place.told] == [said]
    assert ("known to Discord" in caplog.text) is (said != faults.UNSEEN_CHANNEL)
