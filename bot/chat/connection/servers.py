"""The servers the bot is in, as Discord tells it: READY lists them, later events add and take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


class Servers:
    """The servers of every shard. discord.py's own list keeps those that a later READY no longer names."""

    def __init__(self) -> None:
        self._of: dict[int, set[int]] = {}
        self._complete: set[int] = set()
        self._before: set[int] = set()

    def __contains__(self, server: object) -> bool:
        return server in self._before or any(server in listed for listed in self._of.values())

    def follow(self, earlier: Servers) -> None:
        """Until a list comes, the bot is in the servers that an earlier connection knew of."""
        self._before = earlier.ids | earlier._before

    @property
    def ids(self) -> set[int]:
        """All of them."""
        return set().union(*self._of.values())

    def listed(self, shard: int, servers: Collection[int], *, complete: bool = True) -> None:
        """READY named these. Where the list was damaged (not `complete`), those known before are kept."""
        self._before.clear()
        if complete:
            self._of[shard] = set(servers)
            self._complete.add(shard)
        else:
            self._of.setdefault(shard, set()).update(servers)
            self._complete.discard(shard)

    def came(self, server: int, shards: int) -> bool:
        """The bot was added to a server, or it can be reached now. `shards` is how many there are of all.

        Whether it was not in it before, as far as a whole list says so.
        """
        shard = (server >> 22) % max(shards, 1)
        new = shard in self._complete and server not in self
        self._of.setdefault(shard, set()).add(server)
        return new

    def left(self, server: int) -> None:
        """The bot is no longer in a server."""
        self._before.discard(server)
        for listed in self._of.values():
            listed.discard(server)

    def complete(self, shards: Collection[int]) -> bool:
        """Whether each of these shards had a list, and a whole one: only then what is not in them is missing."""
        return self._complete >= set(shards)
