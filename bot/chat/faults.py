"""Where every error in Discord ends: a person sees a sentence and a short code, the log has the rest."""

from __future__ import annotations

import asyncio
import logging
import secrets
import traceback
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord import app_commands

from ..errors import NotInServer, Undelivered
from .connection.interactions import TooLong
from .connection.plain_fallback import INVALID_FORM
from .deadline import deadline, only_once
from .requests.request import NOT_HERE
from .ui import forms

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from .log_limiter import LogLimiter

log = logging.getLogger(__name__)

GONE = {
    10003: "Unknown channel",
    10004: "Unknown guild",
    10008: "Unknown message",
    10015: "Unknown webhook",
    10062: "Unknown interaction",
    40060: "Interaction has already been acknowledged",
    50007: "Cannot send messages to this user",
    50027: "Invalid webhook token",
    50083: "Tried to perform an operation on an archived thread",
    50278: "Cannot send messages to this user due to having no mutual guilds",
    160005: "Thread is locked",
}
"""Discord's codes for a place that is gone, closed or was answered: nobody is left to be told.

The table is discord.com/developers/docs/topics/opcodes-and-status-codes#json. 10015 and 50027 are what an interaction's
token gives when its fifteen minutes are over; 50278 is observed, the table does not have it everywhere.
"""
ANSWERED_BY_ANOTHER = "40060"
UNSEEN_CHANNEL = "I do not see that channel, so it cannot be chosen: let me see it, or choose another."
CHANGED = (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch, app_commands.TransformerError)
"""A command of another version: Discord shows it until it has heard of the present ones."""
SAID: dict[tuple[type[Exception], ...], str] = {
    (app_commands.MissingPermissions,): "Only members who may manage this server can do that.",
    (app_commands.NoPrivateMessage,): "That works in a server only.",
    CHANGED: "This command has changed: restart Discord (Ctrl+R) to see it as it is now.",
    (NotInServer,): NOT_HERE,
}
"""What a person is told of an error of a kind."""
APOLOGY = 2.0
"""Seconds given to an apology."""


def new_code() -> str:
    """A short code that a person can read out and a maintainer can find in the log."""
    return secrets.token_hex(2).upper()


def why(error: BaseException) -> str:
    """Why something was not sent, in the word the log keeps: Discord's code, an HTTP status, `timeout`, `reset`."""
    cause = _cause(error)
    if isinstance(cause, Undelivered):
        return cause.why
    if isinstance(cause, discord.HTTPException):
        return str(cause.code or cause.status) if cause.status < 500 and cause.status != 429 else str(cause.status)
    if isinstance(cause, discord.RateLimited):
        return "429"
    if isinstance(cause, TimeoutError):
        return "timeout"
    if isinstance(cause, (ConnectionError, aiohttp.ClientConnectionError, aiohttp.ClientPayloadError)):
        return "reset"
    return "error"


def may_have_arrived(error: BaseException) -> bool:
    """Whether the answer that failed may be there all the same: its request had left."""
    cause = _cause(error)
    if isinstance(cause, Undelivered):
        return cause.perhaps
    if isinstance(cause, discord.HTTPException):
        return not 300 <= cause.status < 500  # below it, it is no answer to what was sent
    return why(cause) in {"timeout", "reset"}


def sentence(error: BaseException, code: str) -> str:
    """What a person is told. Never the error's own words: they may hold anything."""
    cause = _cause(error)
    if _is_unseen_channel(error):
        return UNSEEN_CHANNEL
    for kinds, said in SAID.items():
        if isinstance(error, kinds) or isinstance(cause, kinds):
            return said
    if isinstance(error, TooLong):
        signs = "one like “ﷺ” counts as eighteen"
        return f"`{error.option}` takes at most {error.most:,} characters, and {signs}. Please shorten it."
    if isinstance(cause, discord.Forbidden):
        return f"Discord does not let me do that here: a permission is missing (code {code})."
    return f"Something went wrong on my side; nothing is lost. If it happens again, tell whoever runs me: code {code}."


async def tell(
    interaction: discord.Interaction[Any],
    error: BaseException,
    make_code: Callable[[], str] = new_code,
    *,
    log_limiter: LogLimiter | None = None,
) -> None:
    """Log an error under a code and tell the person who pressed, called or sent a form in, privately. Never raises.

    With `log_limiter`, what was refused before anything was made of it is one line of a kind, and what is gone.
    """
    code = make_code()
    limited = _is_refusal(error) or _is_gone(error)
    if not note(error, code, log_limiter if limited else None) or not _worth_telling(error):
        return
    response, said = interaction.response, forms.handed_back(sentence(error, code), interaction.data or {})
    if not response.is_done():
        left = deadline.get()
        seconds = APOLOGY if left is None else min(APOLOGY, left - asyncio.get_running_loop().time())
        await _apologise(response.send_message(said, ephemeral=True), code, seconds)
    elif response.type is discord.InteractionResponseType.deferred_channel_message:
        await _apologise(interaction.followup.send(said, ephemeral=True), code, APOLOGY)
    # Anything else was the answer: whoever got it is not told that something went wrong.


async def tell_under(
    message: discord.Message, error: BaseException, log_limiter: LogLimiter, make_code: Callable[[], str] = new_code
) -> None:
    """Log an error under a code and tell the person who wrote a message to the bot. Never raises.

    With the nonce of the answer: should that be there, Discord shows no second message.
    """
    code = make_code()
    if not note(error, code, log_limiter) or not _worth_telling(error) or _refused_there(error):
        return
    said = message.reply(sentence(error, code), mention_author=False, nonce=message.id)
    await _apologise(said, code, APOLOGY)


def note(error: BaseException, code: str, log_limiter: LogLimiter | None = None) -> bool:
    """Log an error that is nobody's to see. Says whether there is anybody left who could be told.

    `log_limiter` is for what people can cause as often as they like: then one line of a kind that is no fault of ours.
    """
    reason, gone = why(error), _is_gone(error)
    ours = reason == "error" and not _is_refusal(error)
    if (
        log_limiter is not None
        and not ours
        and not log_limiter.allows(("not sent", reason, None if gone else type(error)))
    ):
        return not gone
    if reason == ANSWERED_BY_ANOTHER:
        log.warning("an interaction was answered by another (40060): does a second bot run with the same token?")
        return False
    if gone:
        log.info("what was to be answered is gone (%s)", reason)
        return False
    _log(error, reason, code)
    return True


def _is_gone(error: BaseException) -> bool:
    cause = _cause(error)
    return isinstance(cause, discord.HTTPException) and cause.code in GONE


def _log(error: BaseException, reason: str, code: str) -> None:
    cause = _cause(error)
    if _is_unseen_channel(error):
        log.info("refused (code %s): a channel was chosen that the bot does not see", code)
    elif isinstance(error, CHANGED):
        log.warning("code %s: a command was called that is known to Discord and not to the bot", code)
    elif type(error) is app_commands.AppCommandError:
        log.warning("code %s: a command that Discord sent could not be read (%s)", code, _place(error.__cause__))
    elif isinstance(error, app_commands.CheckFailure):
        log.info("refused (code %s): %s", code, type(error).__name__)
    elif isinstance(cause, NotInServer):
        log.info("code %s: nothing is kept of a server that the bot is not in", code)
    elif reason != "error":
        log.warning("code %s: not sent (%s)", code, reason)
    else:
        log.error("code %s\n%s", code, _trace(cause))


def _is_unseen_channel(error: BaseException) -> bool:
    """Whether a channel was chosen of which Discord has told us nothing."""
    return isinstance(error, app_commands.TransformerError) and error.type is discord.AppCommandOptionType.channel


def _is_refusal(error: BaseException) -> bool:
    """Whether a command was refused before it was run: it is not known, not allowed, or made no sense."""
    return isinstance(error, app_commands.AppCommandError) and not isinstance(error, app_commands.CommandInvokeError)


def _place(error: BaseException | None) -> str:
    if error is None:
        return "it is incomplete"
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {frame.name}, line {frame.lineno}"


def _trace(error: BaseException) -> str:
    # Without the error's own words: they may hold what a person typed.
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"Traceback (most recent call last):\n{frames}{type(error).__module__}.{type(error).__qualname__}"


NETWORK = 40333
"""Discord's code where its own network refused us, whatever was asked."""


def _refused_there(error: BaseException) -> bool:
    # What keeps an answer out of a channel (a permission, AutoMod, slowmode …) keeps out an apology, or makes it noise.
    # The form of an answer is our own mistake.
    cause = _cause(error)
    return isinstance(cause, discord.HTTPException) and cause.code != INVALID_FORM


def _worth_telling(error: BaseException) -> bool:
    # Nothing follows an answer that may have arrived, nor what Discord takes no more of just now.
    # A 401 says that the interaction's or our own token is known no more: each further one counts against us.
    if may_have_arrived(error) or isinstance(_cause(error), Undelivered | discord.RateLimited):
        return False
    return getattr(_cause(error), "status", None) != 401 and getattr(_cause(error), "code", None) != NETWORK


async def _apologise(sending: Awaitable[Any], code: str, seconds: float) -> None:
    try:
        with only_once():
            async with asyncio.timeout(seconds):
                await sending
    except Exception as error:  # noqa: BLE001  whatever it was, nothing is told of an apology
        log.warning("code %s could not be told: %s", code, why(error))


def _cause(error: BaseException) -> BaseException:
    original = getattr(error, "original", None)
    return original if isinstance(original, BaseException) else error
