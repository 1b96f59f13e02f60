"""Where every error in Discord ends: a person sees a sentence and a short code, the log has the rest."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

GONE = {10062, 10008, 40060}
"""Discord's codes for an interaction or message that is gone or was answered: nobody is left to be told."""


def new_code() -> str:
    """A short code that a person can read out and a maintainer can find in the log."""
    return secrets.token_hex(2).upper()


def why(error: BaseException) -> str:
    """Why something was not sent, in the word the log keeps."""
    cause = getattr(error, "original", error)
    if isinstance(cause, discord.HTTPException):
        return str(cause.code or cause.status) if cause.status < 500 and cause.status != 429 else str(cause.status)
    if isinstance(cause, TimeoutError):
        return "timeout"
    return "reset" if isinstance(cause, OSError) else "error"


def sentence(error: BaseException, code: str) -> str:
    """What a person is told. Never the error's own words: they may hold anything."""
    cause = getattr(error, "original", error)
    if isinstance(error, app_commands.MissingPermissions):
        return "Only members who may manage this server can do that."
    if isinstance(error, app_commands.NoPrivateMessage):
        return "That works in a server only."
    if isinstance(cause, discord.Forbidden):
        return f"Discord does not let me do that here: a permission is missing (code {code})."
    return f"Something went wrong on my side; nothing is lost. If it happens again, tell whoever runs me: code {code}."


async def tell(
    interaction: discord.Interaction[Any], error: BaseException, make_code: Callable[[], str] = new_code
) -> None:
    """Log an error under a code and tell the person who pressed or called, privately. Never raises."""
    code = make_code()
    if not _worth_telling(error, code):
        return
    try:
        if interaction.response.is_done():
            await interaction.followup.send(sentence(error, code), ephemeral=True)
        else:
            await interaction.response.send_message(sentence(error, code), ephemeral=True)
    except discord.HTTPException as again:
        log.warning("code %s could not be told: %s", code, again.status)


async def tell_under(message: discord.Message, error: BaseException, make_code: Callable[[], str] = new_code) -> None:
    """Log an error under a code and tell the person who wrote a message to the bot. Never raises."""
    code = make_code()
    if not _worth_telling(error, code):
        return
    try:
        await message.reply(sentence(error, code), mention_author=False)
    except discord.HTTPException as again:
        log.warning("code %s could not be told: %s", code, again.status)


def _worth_telling(error: BaseException, code: str) -> bool:
    cause = getattr(error, "original", error)
    if isinstance(cause, discord.HTTPException) and cause.code in GONE:
        log.info("what was to be answered is gone (%s)", cause.code)
        return False
    if isinstance(cause, TimeoutError):
        log.info("an answer was not sent in time (code %s)", code)
        return False
    if isinstance(error, app_commands.CheckFailure):
        log.info("refused (code %s): %s", code, type(error).__name__)
    else:
        log.error("code %s", code, exc_info=(type(error), error, error.__traceback__))
    return True
