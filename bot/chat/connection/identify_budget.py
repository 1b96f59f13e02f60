"""How often the bot may begin a session anew (IDENTIFY). Discord resets the token of a bot that does it too often.

What was sent in the last day is kept on disk, so that a bot that is started again and again is stopped as well. To
resume a session is free and is not counted. Pure: the clock (seconds since 1970) and chance are arguments.
"""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ... import private

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path

    from .backoff import Growing

log = logging.getLogger(__name__)

DAY = 86_400.0
TOTAL = 1_000
"""What Discord grants a day where its answer does not say."""
LIVED = 600.0
"""Seconds after which a session was a good one: the next begins without a pause. Longer than the longest pause."""
APART = 5.0
"""Seconds between two IDENTIFY of one bucket, by Discord's rule."""
ROOM = 64 * 1024
"""Bytes that the count has on the disk from the first start on: enough for 2,000 sessions."""
MOST = 8 * 1024 * 1024
"""Bytes that are read of it."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What Discord says in `session_start_limit`; `reset_after` in seconds, None where it does not say."""

    total: int = TOTAL
    remaining: int | None = None
    reset_after: float | None = None
    max_concurrency: int = 1

    @classmethod
    def of(cls, said: Any) -> Grant:
        """Read Discord's answer; what is missing or odd in it is assumed."""
        said = said if isinstance(said, dict) else {}
        total = _count(said.get("total"), 1)
        remaining = _count(said.get("remaining"), 0)
        reset = _count(said.get("reset_after"), 1)
        return cls(
            total=TOTAL if total is None else total,
            remaining=remaining if total is not None else None,
            reset_after=None if reset is None else min(reset / 1000, DAY),
            max_concurrency=_count(said.get("max_concurrency"), 1) or 1,
        )

    @property
    def half(self) -> int:
        """How many the bot takes of it: the other half is for whoever mends it."""
        return max(1, self.total // 2)


def _count(said: Any, least: int) -> int | None:
    good = isinstance(said, int) and not isinstance(said, bool) and least <= said <= 10**9
    return said if good else None


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds until the next IDENTIFY may be sent; `spent`: because half of the day's grant is used up.

    `elsewhere`: so says Discord, and more than were sent from here.
    """

    seconds: float
    spent: bool = False
    elsewhere: bool = False


class IdentifyBudget:
    """The IDENTIFY of the last day, all shards together, kept in `path` (None: in memory only)."""

    def __init__(
        self,
        path: Path | None,
        *,
        rng: random.Random,
        pauses: Growing,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._path = path
        self._rng = rng
        self._pauses = pauses
        self._now = now
        self._sent: list[tuple[float, int]] = []
        self._forgiven = 0.0
        self._due: dict[int, float] = {}
        self._reset = 0.0
        self.grant = Grant()
        self._load()
        # Starts that cannot be kept look like the first: so each is taken for one that follows a crash.
        self._unsaved_since = None if self._save() else now()

    @property
    def count(self) -> int:
        """How many were sent in the last day."""
        self._forget()
        return len(self._sent)

    def granted(self, said: Any) -> None:
        """Take in what Discord says in `session_start_limit`."""
        self.grant = Grant.of(said)
        self._reset = self._now() + (self.grant.reset_after or DAY)

    def wait(self, shard: int) -> Wait:
        """How long a shard must wait before it may begin a session anew."""
        now, count, half = self._now(), self.count, self.grant.half
        if count >= half:
            return Wait(max(1.0, self._sent[count - half][0] + DAY - now), spent=True)
        remaining = self.grant.remaining
        if remaining is not None and remaining <= self.grant.total - half and now < self._reset:
            return Wait(max(1.0, self._reset - now), spent=True, elsewhere=True)
        spots = self.grant.max_concurrency
        beside = max((at for at, other in self._sent if other % spots == shard % spots), default=now - DAY)
        due = max(beside + APART, self._due_of(shard))
        return Wait(min(max(0.0, due - now), self._pauses.most))  # a clock that was set back must not hold it up

    def sent(self, shard: int) -> None:
        """An IDENTIFY was sent."""
        self._sent.append((self._now(), shard))
        if self.grant.remaining is not None:
            self.grant = Grant(
                self.grant.total, self.grant.remaining - 1, self.grant.reset_after, self.grant.max_concurrency
            )
        self._due.pop(shard, None)
        self._forget()
        self._save()

    def forgive(self) -> None:
        """The bot was served well and was told to leave: the next start need not be slowed down."""
        self._forgiven = self._now()
        self._due.clear()
        if self._sent:
            self._save()

    def _due_of(self, shard: int) -> float:
        if shard not in self._due:
            mine = [at for at, other in self._sent if other == shard and at > self._forgiven]
            if not mine and self._unsaved_since is not None:
                mine = [self._unsaved_since]
            self._due[shard] = (mine[-1] if mine else 0.0) + self._pauses.after(_in_a_row(mine, self._now()), self._rng)
        return self._due[shard]

    def _forget(self) -> None:
        now = self._now()
        # A time to come was written by a clock that was wrong: it counts as sent now.
        self._sent = sorted((min(at, now), shard) for at, shard in self._sent if at > now - DAY)

    def _load(self) -> None:
        if self._path is None:
            return
        try:
            text = private.read_own(self._path, MOST)
            if not text:  # a full disk had no room for it
                return
            saved: Any = json.loads(text)
            self._sent = [(float(at), int(shard)) for at, shard in saved["sent"]][-100_000:]
            self._forgiven = float(saved["forgiven"])
        except FileNotFoundError:
            return
        except (OSError, ValueError, TypeError, KeyError, RecursionError, OverflowError):
            log.warning("%s is damaged or may not be read: the sessions begun today are counted anew", self._path.name)
            self._sent, self._forgiven = [], 0.0
        self._forget()
        self._forgiven = min(self._forgiven, self._now())

    def _save(self) -> bool:
        if self._path is None:
            return True
        text = json.dumps({"sent": self._sent, "forgiven": self._forgiven}).encode()
        try:
            # In place, with room to spare: so it can be kept on a full disk too. Not forced to the disk: what a power
            # cut damages is counted anew, and Discord's own count stands beside ours.
            private.overwrite(self._path, text, ROOM)
        except OSError as error:
            log.warning("the sessions begun today cannot be kept in %s: %s", self._path.name, error.strerror)
            return False
        return True


def _in_a_row(times: list[float], now: float) -> int:
    """How many of these, up to the last, began before the one before had lived well."""
    count, later = 0, now
    for at in reversed(times):
        if later - at >= LIVED:
            break
        count, later = count + 1, at
    return count
