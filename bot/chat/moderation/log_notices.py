"""Telling the owner that the log is in trouble, once, and once that it is well again."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import discord

from ...text import shorten, shown
from ..connection.network_errors import SEND_ERRORS
from ..escaping import escape
from ..limits import CONTENT
from .operators import operators

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ...store.store import Store

LASTING = 10.0
"""Seconds trouble lasts before it is told: what passes by itself is no news."""
RECOVERED_AFTER = 30.0
"""Seconds without trouble before it is told to be over."""
RETRY_DELAY = 60.0
"""Seconds until what could not be sent is sent again."""
_FOLDERS = re.compile(r"(?<![\w/])(?:/[^/\n:;,()'\"]*[^/\s:;,()'\"])*/(?=[^/\s])|[^\s'\"]+/(?=quoth\.db)")
"""What stands before the last name of a path; a folder's name may hold spaces, and no mark that ends a sentence. The
bot's own folder is known, and may be called as it likes.
"""
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Trouble:
    """What was told of a log's trouble, and what is to be told next. Pure: times are arguments, in seconds."""

    reported: str | None = None
    """The trouble that was told and is not over."""
    notices: int = 0
    """How many of the log's notices were told."""
    unsent: str = ""
    """What is still to be sent, and from when on."""
    retry_at: float = 0.0
    _since: float | None = field(default=None, repr=False)
    _recovered_since: float | None = field(default=None, repr=False)

    def look(self, problem: str | None, notices: Sequence[str], waiting: int, lost: int, now: float) -> str | None:
        """A message for the owner, or None. Never the same trouble twice, however often it is looked at."""
        said = [*self._mended(notices), *self._problem(problem, waiting, lost, now)]
        return "\n".join(said) or None

    def _mended(self, notices: Sequence[str]) -> list[str]:
        new, self.notices = list(notices[self.notices :]), len(notices)
        return [f"Of my log: {notice}." for notice in new]

    def _problem(self, problem: str | None, waiting: int, lost: int, now: float) -> list[str]:
        if problem is not None:
            self._recovered_since = None
            self._since = now if self._since is None else self._since
            if self.reported is not None or now - self._since < LASTING:
                return []
            self.reported = problem
            return [
                f"My log is in trouble: {problem}. I answer all the same; {_many(waiting)} to be written, {lost} lost."
            ]
        self._since = None
        if self.reported is None:
            return []
        self._recovered_since = now if self._recovered_since is None else self._recovered_since
        if now - self._recovered_since < RECOVERED_AFTER:
            return []
        self.reported = self._recovered_since = None
        return [f"My log is well again; {_many(waiting)} to be written, {lost} lost."]


_troubles: WeakKeyDictionary[Store, Trouble] = WeakKeyDictionary()


def trouble_of(store: Store) -> Trouble:
    """What was told of a log, by whichever client: one that connects anew tells nothing twice."""
    return _troubles.setdefault(store, Trouble())


async def look(client: Any, now: float) -> None:
    """Tell the owner what there is to tell of the log. Never raises."""
    store = client.store
    trouble = trouble_of(store)
    said = trouble.look(store.problem or store.emergency_problem, store.notices, store.waiting, store.lost, now)
    trouble.unsent = "\n".join(filter(None, (trouble.unsent, said)))[-CONTENT:]
    if trouble.unsent and now >= trouble.retry_at:
        if await tell(client, trouble.unsent):
            trouble.unsent = ""
        else:
            trouble.retry_at = now + RETRY_DELAY


async def tell(client: Any, said: str) -> bool:
    """Write to the owner: in the channel the settings name, else directly. A failure is one line in the output.

    False where it is to be tried again.
    """
    channel = client.settings.owner_channel
    try:
        place: discord.abc.Messageable
        if channel is not None:
            place = client.get_partial_messageable(channel)
        else:
            owner = await operators(client).first(client)
            if owner is None:
                log.warning("the owner could not be told of the log's trouble: Discord does not say who that is")
                return False
            place = await client.create_dm(discord.Object(owner))
        await place.send(
            shorten(_shown(said, client.settings.data), CONTENT), allowed_mentions=discord.AllowedMentions.none()
        )
    except SEND_ERRORS as fault:
        where = "in the channel of the setting owner_channel" if channel is not None else "by direct message"
        log.warning("the owner could not be told of the log's trouble %s: %s", where, type(fault).__name__)
        return isinstance(fault, discord.Forbidden | discord.NotFound)
    return True


def sessions(client: Any) -> str | None:
    """How many sessions were begun of those that Discord grants in a day; None where nobody counts them."""
    counted = getattr(client, "identifies", None)
    return None if counted is None else f"{counted.count} of {counted.grant.total} sessions a day begun"


def state(store: Store, data: Path, begun: str | None = None) -> list[str]:
    """The log's state in a few lines, for those who run the bot. Its folder is not told of."""
    lines = [f"**The log:** {_shown(store.problem or store.emergency_problem or 'all is well', data)}."]
    lines.append(f"-# {_many(store.waiting)} to be written · {store.lost} lost in this run")
    lines += [f"-# {shorten(_shown(notice, data), 200)}" for notice in store.notices[-3:]]
    if begun:
        lines.append(f"-# {escape(begun)}")
    return lines


def _shown(said: str, data: Path) -> str:
    """A sentence of the log's as Discord may show it, perhaps to everybody: without the folders of this machine."""
    folders = {str(data), str(data.absolute()), str(data.resolve())}
    for folder in sorted(folders | set(map(shown, folders)), key=len, reverse=True):
        if not re.fullmatch(r"[\w./-]*", folder):  # else the patterns find it, and a short name may be part of another
            said = said.replace(f"{folder}/", "")
    return escape(_FOLDERS.sub("", said))


def _many(waiting: int) -> str:
    return "1 answer waits" if waiting == 1 else f"{waiting} answers wait"
