"""Lines that discord.py writes itself hold no ids, no tokens, nobody's words and no traces."""

from __future__ import annotations

import io
import logging
from types import SimpleNamespace

import aiohttp
import discord
import pytest

from bot.chat import client, faults
from bot.chat.connection import library_log
from bot.chat.log_limiter import LogLimiter
from bot.errors import Undelivered

USER, TOKEN = 300_000_000_000_000_077, "aW50ZXJhY3Rpb246c2VjcmV0"
URL = f"https://discord.com/api/v10/webhooks/1/{TOKEN}/messages/@original"


def http(status, code, kind=discord.HTTPException):
    return kind(SimpleNamespace(status=status, reason="no"), {"code": code, "message": f"no {TOKEN} for {USER}"})


FAILED = [
    http(404, 10062, discord.NotFound),
    http(400, 40060),
    http(400, 50035),
    http(429, 0),
    http(502, 0, discord.DiscordServerError),
    discord.RateLimited(3),
    TimeoutError(f"{TOKEN}"),
    ConnectionResetError(104, TOKEN),
    aiohttp.ServerDisconnectedError(TOKEN),
    aiohttp.ClientOSError(104, TOKEN),
    Undelivered("reset"),
    Undelivered("timeout", perhaps=True),
]


@pytest.fixture
def output(monkeypatch):
    """What a plain handler writes, as the terminal of the bot shows it; also of a logger that was switched off."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setLevel(logging.INFO)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    monkeypatch.setattr(client, "OF_THE_LIBRARY", LogLimiter())
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def fail(error):
    raise error


@pytest.mark.parametrize("error", FAILED, ids=lambda error: f"{type(error).__name__} {faults.why(error)}")
async def test_suggestions_that_cannot_be_sent_are_one_line(error, output, monkeypatch):
    """Through discord.py's own tree, which catches the error and writes of it itself."""

    async def fails(*_args):
        fail(error)

    command = SimpleNamespace(_invoke_autocomplete=fails, qualified_name="quote", name="quote")
    tree = discord.app_commands.CommandTree(discord.Client(intents=discord.Intents(guilds=True)))
    monkeypatch.setattr(
        tree,
        "_get_app_command_options",
        lambda _data: (command, [{"name": "about", "type": 3, "value": TOKEN, "focused": True}]),
    )
    asked = SimpleNamespace(
        type=discord.InteractionType.autocomplete,
        data={"type": 1, "name": "quote", "options": []},
        guild_id=USER + 1,
        user=SimpleNamespace(id=USER),
        command_failed=False,
        _state=None,
        guild=None,
    )
    await tree._call(asked)
    (line,) = output.getvalue().splitlines()
    assert faults.why(error) in line
    assert str(USER)[:6] not in line
    assert TOKEN not in line


def test_suggestions_that_another_answers_are_one_line(output):
    for _ in range(3):
        try:
            fail(http(400, 40060))
        except discord.HTTPException:
            logging.getLogger("discord.app_commands.tree").exception("Ignoring exception in autocomplete")
    assert len(output.getvalue().splitlines()) == 1


def test_an_error_of_ours_in_a_suggestion_keeps_its_trace_and_loses_its_words(output):
    try:
        fail(KeyError(TOKEN))
    except KeyError:
        logging.getLogger("discord.app_commands.tree").exception("Ignoring exception in autocomplete (User: %s)", USER)
    assert "in fail" in output.getvalue()
    assert str(USER) not in output.getvalue()
    assert TOKEN not in output.getvalue()


@pytest.mark.parametrize(
    ("logger", "line", "args"),
    [
        (
            "discord.http",
            "We are being rate limited. %s %s responded with 429. Retrying in %.2f s.",
            ("POST", URL, 1.5),
        ),
        ("discord.webhook.async_", "Webhook ID %s is rate limited. Retrying in %.2f seconds.", (USER, 1.5)),
        ("discord.webhook.sync", "Webhook ID %s is rate limited. Retrying in %.2f seconds.", (str(USER), 1.5)),
        ("discord.gateway", "Shard ID %s has connected to Gateway (Session ID: %s).", (0, f"{TOKEN}1")),
        ("discord.gateway", "Shard ID %s has successfully RESUMED session %s.", (0, f"{TOKEN}1")),
        (
            "discord.ui.view",
            "View interaction referencing unknown view for item %s. Discarding",
            (f"<Button {TOKEN}>",),
        ),
        ("discord.state", "Timed out waiting for chunks with query %r and limit %d for guild_id %d", (TOKEN, 5, USER)),
        ("discord.state", "Somehow timed out waiting for chunks for guild ID %s.", (USER,)),
        ("discord.voice_state", "Timed out trying to move to channel %s in guild %s", (USER, USER)),
        ("discord.client", "something of %(who)s", ({"who": URL},)),
    ],
)
@pytest.mark.parametrize("level", [logging.INFO, logging.WARNING, logging.ERROR])
def test_ids_addresses_and_words_are_hidden(output, logger, line, args, level):
    logging.getLogger(logger).log(level, line, *args)
    (said,) = output.getvalue().splitlines()
    assert str(USER) not in said
    assert TOKEN not in said
    assert said.split(" ")[0] == line.split(" ")[0]


def test_what_helps_stays(output):
    logging.getLogger("discord.http").warning("%s %s responded with 429. Retrying in %.2f seconds.", "POST", URL, 1.5)
    logging.getLogger("discord.gateway").warning("Shard ID %s has stopped responding", 3)
    logging.getLogger("discord.client").error("Ignoring exception in %s", "on_message")
    assert output.getvalue().splitlines() == [
        "POST … responded with 429. Retrying in 1.50 seconds.",
        "Shard ID 3 has stopped responding",
        "Ignoring exception in on_message",
    ]


@pytest.mark.parametrize("name", ["discord.ui.view", "discord.ui.modal", "discord.ext.commands.bot"])
def test_an_error_of_a_button_or_form_ends_as_ours_do(output, name):
    error = http(404, 10062, discord.NotFound)
    logging.getLogger(name).error("Ignoring exception in view %r for item %r", USER, TOKEN, exc_info=error)
    assert output.getvalue() == "what was to be answered is gone (10062)\n"


def test_cleaning_twice_is_cleaning_once(output):
    told = []
    library_log.clean(told.append)
    library_log.clean(told.append)
    try:
        logging.getLogger("discord.ui.view").error("Ignoring", exc_info=TimeoutError())
    finally:
        library_log.clean(lambda error: faults.note(error, faults.new_code()))
    assert len(told) == 1
    assert output.getvalue() == ""


def test_what_only_a_developer_switches_on_is_left_as_it_is(monkeypatch):
    said, logger = [], logging.getLogger("discord.gateway")
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())
    monkeypatch.setattr(logger, "level", logging.DEBUG)
    logger.addHandler(handler)
    try:
        logger.debug("For Shard ID %s: WebSocket Event: %s", 0, {"d": URL})
        logger.info("For Shard ID %s: WebSocket Event: %s", 0, {"d": URL})
    finally:
        logger.removeHandler(handler)
    assert said == [f"For Shard ID 0: WebSocket Event: {{'d': '{URL}'}}", "For Shard ID 0: WebSocket Event: …"]
