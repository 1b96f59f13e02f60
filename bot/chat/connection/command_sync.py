"""Telling Discord the commands, beside serving: whatever it answers, the bot serves."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from typing import TYPE_CHECKING, Any

import discord

from ...errors import LogUnavailable, Undelivered
from ...store.sqlite.metadata import SYNCED_COMMANDS
from .exchange import UNAUTHORIZED
from .network_errors import cause

if TYPE_CHECKING:
    import random

    from ...store.store import Store
    from .backoff import Growing
    from .host import Host

log = logging.getLogger(__name__)

TOO_MANY = 30034
"""Discord's code for more commands made in a day than it allows."""
DAY = 86_400.0
SILENCE = 20.0
"""Seconds after which it is said that Discord has not answered yet."""
WHY = {
    UNAUTHORIZED: "the token is refused",
    403: "it is not allowed; invite the bot with the scope applications.commands",
    429: "too many requests",
    TOO_MANY: "more commands were made today than it allows",
}


class CommandSync:
    """Tells Discord the commands when they changed, again and again until it takes them."""

    def __init__(self, client: Host, store: Store, pauses: Growing, rng: random.Random) -> None:
        self._client = client
        self._store = store
        self._pauses = pauses
        self._rng = rng

    async def tell(self) -> None:
        """Tell the commands, if they changed since they were told last. Returns when Discord has them."""
        client = self._client
        payload = sorted((command.to_dict(client.tree) for command in client.tree.get_commands()), key=_by_name)
        digest = hashlib.sha256(json.dumps([client.application_id, payload], sort_keys=True).encode()).hexdigest()
        try:
            synced = await self._store.get_value(SYNCED_COMMANDS)
        except LogUnavailable:
            synced = None
        if synced == digest:
            return
        failures = 0
        while not await self._try_sync(failures):
            failures += 1
        try:
            await self._store.set_value(SYNCED_COMMANDS, digest)
        except LogUnavailable:
            log.info("the commands will be told again at the next start: the log is unavailable")
        log.info("told Discord about %d commands", len(payload))

    async def _try_sync(self, failures: int) -> bool:
        syncing = asyncio.ensure_future(self._client.tree.sync())
        try:
            # Not cut short: discord.py may be waiting because it was told how long to wait.
            await asyncio.wait({syncing}, timeout=SILENCE)
            if not syncing.done():
                log.warning("Discord has not taken the commands yet (no answer); the bot serves meanwhile")
            await syncing
        except Exception as error:  # noqa: BLE001  it may answer anything, also what discord.py cannot read
            pause = self._pause(error, failures)
            if isinstance(error, discord.HTTPException) and error.status == UNAUTHORIZED:  # by Discord, by no portal
                self._client.token_refused()  # which ends everything, with a line of its own
            elif not (self._client.is_closed() or _is_over(error)):
                log.warning(
                    "Discord does not take the commands (%s); the bot serves, and tells them again in %.0f minutes",
                    why(error),
                    pause / 60,
                )
            await asyncio.sleep(pause)
            return False
        finally:
            syncing.cancel()
        return True

    def _pause(self, error: Exception, failures: int) -> float:
        pause = self._pauses.after(failures + 1, self._rng)
        said = wait_said(error)
        if isinstance(error, discord.HTTPException) and error.code == TOO_MANY:
            return max(pause, DAY if said is None else said)
        return max(pause, said or 0.0)


def wait_said(error: Exception) -> float | None:
    """The seconds Discord asks to wait, where it says so; a day at most."""
    said: Any = getattr(error, "retry_after", None)
    if said is None and isinstance(error, discord.HTTPException):
        said = error.response.headers.get("Retry-After")
    try:
        return min(max(0.0, float(said)), DAY)
    except (TypeError, ValueError):
        return None


def _is_over(error: Exception) -> bool:
    """Whether nothing is sent any more, since Discord refused our token to another request."""
    return isinstance(error, Undelivered) and error.why == str(UNAUTHORIZED)


def why(error: Exception) -> str:
    """Why Discord did not take the commands, in a few words."""
    if isinstance(error, discord.HTTPException):
        known = WHY.get(error.code) or WHY.get(error.status)
        number = f"{error.status}, code {error.code}" if error.code else str(error.status)
        return f"{number}: {known}" if known else number
    if isinstance(error, discord.RateLimited) or (isinstance(error, Undelivered) and error.why == "429"):
        return f"429: {WHY[429]}"
    return cause(error)


def _by_name(command: dict[str, Any]) -> tuple[int, str]:
    return int(command.get("type", 1)), str(command["name"])
