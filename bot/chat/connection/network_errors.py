"""What kept us from Discord, in a few words that hold nothing of what was sent."""

from __future__ import annotations

import aiohttp
import discord

from ...errors import LogUnavailable, Undelivered

SEND_ERRORS = (discord.DiscordException, OSError, aiohttp.ClientError, LogUnavailable)
"""What telling somebody may end with when nothing of ours is wrong; Undelivered and TimeoutError are OSErrors."""
_UNDELIVERED = {
    "timeout": "no answer in time",
    "reset": "the connection broke off",
    "error": "an answer that makes no sense",
    "gone": "it was closed",
}


def cause(error: BaseException) -> str:
    """Name an error of the network in one part of a line."""
    if isinstance(error, discord.HTTPException):
        return f"it answers {error.status}"
    if isinstance(error, discord.ConnectionClosed):
        return f"it closed with {error.code}"
    if isinstance(error, Undelivered):
        if error.__cause__ is not None:
            return cause(error.__cause__)
        who = "a proxy or portal on the way" if error.foreign else "it"
        return _UNDELIVERED.get(error.why) or f"{who} answers {error.why}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    reason = getattr(error, "strerror", None) or getattr(getattr(error, "os_error", None), "strerror", None)
    return f"{type(error).__name__}: {reason}" if isinstance(reason, str) else type(error).__name__
