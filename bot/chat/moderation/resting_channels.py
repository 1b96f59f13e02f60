"""Channels where Discord does not let us speak: they rest a while, and moderators hear of it once."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

TO_MEND = frozenset({50001, 50013, 160002})
"""Discord's codes for: no access, a permission is missing, no reply without the right to read the history. These are
for moderators to mend; of the others (a direct message that is closed to us, a locked thread …) nobody is told.
"""
UNNAMED = 50013
"""What a refusal without a code of Discord's (a page, a body that was lost) is taken for."""
LENGTH = 600.0
"""Seconds a channel rests. Each refusal counts among the 10,000 invalid requests that block the address."""
AT_ONCE = 5
"""Channels that one moderator is told of at once."""
MOST = 4096
"""Channels remembered; the one that was refused longest ago is forgotten first."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Why a channel rests, and for how many seconds more."""

    code: int
    left: float


@dataclass(slots=True)
class _Refused:
    code: int
    until: float
    notified: bool
    server: int | None
    owed: bool = False


class RestingChannels:
    """Which channels rest. The clock is an argument."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._refused: OrderedDict[int, _Refused] = OrderedDict()
        self._notify_after: dict[int, float] = {}

    def state(self, channel: int) -> Rest | None:
        """Why a channel rests, or None when we may try to speak there."""
        found = self._refused.get(channel)
        left = found.until - self._clock() if found else 0.0
        return Rest(found.code, left) if found and left > 0 else None

    def refused(self, channel: int, code: int, server: int | None = None) -> bool:
        """Discord did not let us speak, for whatever reason: each try more would count against all of us.

        Says whether moderators are to be told: once, until it has worked again.
        """
        known = self._refused.get(channel)
        notified, owed = (known.notified, known.owed) if known is not None else (False, False)
        self._refused[channel] = _Refused(code, self._clock() + LENGTH, notified or code in TO_MEND, server, owed)
        self._refused.move_to_end(channel)
        if len(self._refused) > MOST:
            self._refused.popitem(last=False)
        return code in TO_MEND and not notified

    def owe(self, channel: int) -> None:
        """Moderators could be told in no place: the next one who is answered hears of it."""
        if channel in self._refused:
            self._refused[channel].owed = True

    def shown(self, channel: int) -> None:
        """A moderator saw that it rests, and why."""
        if channel in self._refused:
            self._refused[channel].owed = False

    def paid(self, server: int) -> dict[int, int]:
        """What moderators of a server are yet to hear of: the codes of channels. It counts as told from now on.

        Nothing while it rests, since one of them could not be told.
        """
        if self._notify_after.get(server, 0.0) > self._clock():
            return {}
        owed = {
            channel: refusal for channel, refusal in self._refused.items() if refusal.owed and refusal.server == server
        }
        announced = dict(list(owed.items())[:AT_ONCE])
        for refusal in announced.values():
            refusal.owed = False
        return {channel: refusal.code for channel, refusal in announced.items()}

    def notification_failed(self, server: int, channels: Iterable[int]) -> None:
        """A moderator could not be told of channels: the next one hears of them, after as long as a channel rests."""
        now = self._clock()
        waiting = {other: until for other, until in self._notify_after.items() if until > now}
        self._notify_after = waiting | {server: now + LENGTH}
        for channel in channels:
            self.owe(channel)

    def worked(self, channel: int) -> None:
        """A message got through, or the channel is gone."""
        self._refused.pop(channel, None)

    def forget(self, server: int) -> None:
        """The bot left a server: should it come back, it may be let speak there."""
        self._notify_after.pop(server, None)
        for channel in [channel for channel, refusal in self._refused.items() if refusal.server == server]:
            del self._refused[channel]


def sentence(channel: int, code: int) -> str:
    """What moderators are told, and how to mend it where they can."""
    needed = {
        50001: "**View Channel**",
        50013: "**View Channel**, **Send Messages** (in threads **Send Messages in Threads**)",
        160002: "**Read Message History**",
    }.get(code)
    allow = f"Allow me {needed} there, or switch" if needed else "You can switch"
    return (
        f"Discord does not let me reply in <#{channel}> (error {code}), so I stay quiet there and try again after ten "
        f"minutes. {allow} keyword replies off with `/settings keywords`."
    )
