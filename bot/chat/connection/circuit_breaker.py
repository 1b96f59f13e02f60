"""Our standing with Discord: when it asks for silence, when it knows our token no more, how often we asked in vain."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from typing import TYPE_CHECKING

from ...errors import Undelivered
from ..log_limiter import LogLimiter

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

BANNED = 60.0
"""Seconds of silence at least after a 429 that does not come from Discord itself but from the wall before it."""
INVALID_LENGTH = 600.0
"""Seconds over which Discord counts invalid requests; 10,000 of them block the address."""
ANSWERS_ONLY = 5_000
"""Invalid requests from which on nothing but answers is sent with the token."""
NOTHING = 9_000
"""Invalid requests from which on nothing is sent with the token, and one that an answer meets closes their way too."""
SPARING = 10.0
"""Seconds for which it does."""
LONGEST = 3_600.0
"""Seconds of silence at most, whatever was asked for; then one request sees whether it is still so."""
LOOKING, PROBING = 0.1, 2.0
"""Seconds after which who waits for a probe looks again, and after which another goes ahead."""


class Circuit:
    """Closed: requests pass. Open: all fail at once, for its time; then one goes ahead to see whether it is over."""

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self._clock = clock
        self._until: float | None = None
        self._probing: float | None = None  # since when
        self._log_limiter = LogLimiter(clock=clock)
        self._logged = False

    def enter(self) -> bool:
        """Ask to pass; True says that this request is the probe, and must be told of with `probed`.

        Raises Undelivered while the circuit is open.
        """
        if self._until is None:
            return False
        now = self._clock()
        left = self._until - now
        if left > 0 or (self._probing is not None and now - self._probing < PROBING):
            raise Undelivered("429", retry_after=max(left, 1.0))
        self._probing = now
        return True

    async def enter_by(self, until: float) -> bool:
        """As `enter`, for who can wait until then, a reading of the loop's clock: it waits where that helps."""
        clock = asyncio.get_running_loop().time
        while True:
            try:
                return self.enter()
            except Undelivered:
                pause = max((self._until or 0.0) - self._clock(), LOOKING)
                if clock() + pause >= until:
                    raise
            await asyncio.sleep(pause)

    def probed(self, *, passed: bool) -> None:
        """The probe has ended: it got an answer that asks for no silence, or it did not."""
        self._probing = None
        if passed and self._until is not None and self._until <= self._clock():
            self._until = None
            if self._logged:
                log.info("Discord takes %s again", self.name)

    def open(self, seconds: float, why: str) -> None:
        """Nothing passes for so long."""
        seconds = min(seconds, LONGEST)
        until = self._clock() + seconds
        if self._until is None or until > self._until:
            if self._until is None or self._until <= self._clock():
                # A much longer silence than was told of lately is another kind, and told at once.
                self._logged = self._log_limiter.allows((why, int(seconds).bit_length()))
                if self._logged:
                    log.warning("no %s for %.1f s: %s", self.name, seconds, why)
            self._until = until

    @property
    def opened(self) -> bool:
        """Whether nothing passes but perhaps a probe."""
        return self._until is not None


class InvalidRequests:
    """How many requests of the last ten minutes Discord counts as invalid: 401, 403, 429 that are not shared."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: deque[float] = deque(maxlen=NOTHING)
        self._log_limiter = LogLimiter(INVALID_LENGTH, clock=clock)

    def note(self) -> None:
        """One more."""
        self._times.append(self._clock())
        count = self.count
        if count in {ANSWERS_ONLY, NOTHING} and self._log_limiter.allows(count):
            log.error(
                "Discord refused %d requests within ten minutes and blocks the address at 10,000: for now %s",
                count,
                "only answers are sent" if count == ANSWERS_ONLY else "nothing is sent with the token",
            )

    @property
    def count(self) -> int:
        """So many just now."""
        while self._times and self._times[0] <= self._clock() - INVALID_LENGTH:
            self._times.popleft()
        return len(self._times)


class Standing:
    """What Discord thinks of us, over all connections of one process.

    `requests` carry the bot's token; `callbacks` are answers to interactions, which need none and have other limits.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.requests = Circuit("requests", clock)
        self.callbacks = Circuit("answers to interactions", clock)
        self.invalid = InvalidRequests(clock)
        self.token_refused = False
        self.log_limiter = LogLimiter(clock=clock)

    async def enter_by(self, until: float, *, answer: bool) -> bool:
        """Ask to send a request with the token; as `Circuit.enter_by`. `answer`: a person waits for it."""
        self._admit(answer)
        probe = await self.requests.enter_by(until)
        self._admit(answer)  # it may have waited
        return probe

    def _admit(self, answer: bool) -> None:
        if self.token_refused:
            raise Undelivered("401")
        if self.invalid.count >= (NOTHING if answer else ANSWERS_ONLY):
            raise Undelivered("429", retry_after=BANNED)

    def refused(self) -> None:
        """One more that Discord counts as invalid. Near the block even answers then pause, and go on with a probe."""
        self.invalid.note()
        if self.invalid.count >= NOTHING:
            self.callbacks.open(SPARING, "Discord refused too much of late")

    def banned(self, seconds: float, *, answers: bool) -> None:
        """A 429 that is not Discord's own. Met by a request with the token, the `answers` to interactions are still
        tried, for somebody waits; met by one of those, it stands before everything.
        """
        for circuit in (self.requests, self.callbacks) if answers else (self.requests,):
            circuit.open(max(seconds, BANNED), "this address is refused before it reaches Discord")
