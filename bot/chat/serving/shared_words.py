"""Which words several members of a server asked. Counted in memory, under a random key that lives at most a day.

Only one bit of a use (`shared`) is written of it: no member and no word can be had back from the counts.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter, OrderedDict
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MEMBERS = 3
"""Different members who must have asked the same words before others are shown them."""
DAY = 86_400.0
"""Seconds the random key, and all that was counted under it, lives at most."""
ROOM = 20_000
"""Words counted at a time; those asked longest ago give way, and are then counted anew."""
_BYTES = 8
_ENOUGH: frozenset[int] = frozenset()
"""Stands for those who asked, once they were enough: who they were is not kept."""


def new_key() -> bytes:
    """A random key."""
    return secrets.token_bytes(32)


class Sharing:
    """Counts members by words. The clock (in seconds) and the making of keys are arguments."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        make_key: Callable[[], bytes] = new_key,
        room: int = ROOM,
    ) -> None:
        self._clock = clock
        self._make_key = make_key
        self._room = room
        self._key = b""
        self._began = 0.0
        self._members: OrderedDict[int, frozenset[int]] = OrderedDict()
        self._left: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self._members)

    def asked(self, guild: int | None, words: str, person: int | None) -> bool:
        """Whether three different members asked these words in this server, with this one.

        Outside a server, without words and of somebody unknown that is never so, and nothing is counted.
        """
        if guild is None or person is None or not words:
            return False
        self.tidy()
        if not self._key:
            self._key, self._began = self._make_key(), self._clock()
        place = self._digest(f"{guild} {self._left[guild]} {words}")
        members = self._members.get(place)
        if members is None:
            members = frozenset({self._digest(f"{place} {person}")})
        elif members is not _ENOUGH:
            members |= {self._digest(f"{place} {person}")}
        if len(members) >= MEMBERS:
            members = _ENOUGH
        self._members[place] = members
        self._members.move_to_end(place)
        if len(self._members) > self._room:
            self._members.popitem(last=False)
        return members is _ENOUGH

    def forget(self, guild: int) -> None:
        """Count anew in a server that the bot was removed from, should it come back."""
        if self._key:
            self._left[guild] += 1

    def tidy(self) -> None:
        """Forget the key, and everything counted under it, when it has lived a day."""
        if self._key and self._clock() - self._began >= DAY:
            self._key = b""
            self._members.clear()
            self._left.clear()

    def _digest(self, text: str) -> int:
        hashed = blake2b(text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=_BYTES)
        return int.from_bytes(hashed.digest())
