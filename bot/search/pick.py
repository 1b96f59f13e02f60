"""Choosing one of many that answer equally well: all come round, shuffled, before one repeats; last those that came
lately for something else that was asked in the same place. In memory and pure.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .tuning import MAX_ROUNDS, MAX_SEEN

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Hashable, Sequence
    from random import Random

    from .query import Found, Hit


@dataclass(frozen=True, slots=True)
class Pick:
    """The hit chosen. `position` of `total`: how many of the round have come, and how many there are, for "3 of 13"."""

    hit: Hit
    position: int
    total: int


class Rounds:
    """The unfinished rounds of every place, by (place, key of what was found): of a channel, or of one person."""

    def __init__(self, limit: int = MAX_ROUNDS) -> None:
        self._limit = limit
        self._rounds: OrderedDict[tuple[Hashable, str], _Round] = OrderedDict()
        self._seen: OrderedDict[Hashable, dict[str, str]] = OrderedDict()
        """Of each place the quotes that came last, the latest last, each with the key that it came for."""

    def needs_seed(self, place: Hashable, key: str) -> bool:
        """Whether `pick` would begin this round from `lately`; when False it knows better."""
        return (place, key) not in self._rounds

    def forget(self, gone: Callable[[Hashable], bool]) -> None:
        """Forget the rounds of every place that is gone."""
        for at in [at for at in self._rounds if gone(at[0])]:
            del self._rounds[at]
        for place in [place for place in self._seen if gone(place)]:
            del self._seen[place]

    def pick(
        self, found: Found, place: Hashable, lately: Sequence[str], rng: Random, skip: str | None = None
    ) -> Pick | None:
        """One of what was found, or None when nothing was.

        Goes round among the hits that answer equally well. `lately` holds the ids shown in this round's name, most
        recent first. `skip` is the id on the screen of a person who asks for another; where one hit is the best,
        another is the next in order, and after the last the first.
        """
        picked = self._picked(found, place, lately, rng, skip)
        if picked is not None:
            self._came(place, picked.hit.quote.id, found.key)
        return picked

    def _came(self, place: Hashable, quote: str, key: str) -> None:
        """Remember what came, and what for."""
        seen = self._seen.setdefault(place, {})
        seen.pop(quote, None)
        seen[quote] = key
        if len(seen) > MAX_SEEN:
            del seen[next(iter(seen))]
        self._seen.move_to_end(place)
        if len(self._seen) > self._limit:
            self._seen.popitem(last=False)

    def _picked(
        self, found: Found, place: Hashable, lately: Sequence[str], rng: Random, skip: str | None
    ) -> Pick | None:
        equals = {hit.quote.id: hit for hit in found.hits[: found.equals]}
        if len(equals) < 2:
            return _next_in_order(found.hits, skip)
        ids = tuple(equals)
        at = (place, found.key)
        if at not in self._rounds:
            self._rounds[at] = _seeded(ids, lately)
            if len(self._rounds) > self._limit:
                self._rounds.popitem(last=False)
        self._rounds.move_to_end(at)
        elsewhere = {quote for quote, key in self._seen.get(place, {}).items() if key != found.key}
        chosen = self._rounds[at].choose(ids, rng, skip, elsewhere)
        return Pick(equals[chosen], len(self._rounds[at].shown), len(ids))


@dataclass(slots=True)
class _Round:
    """`shown`: the ids that have come. `last`: the one picked last."""

    shown: list[str] = field(default_factory=list)
    last: str | None = None

    def choose(self, ids: Sequence[str], rng: Random, skip: str | None, elsewhere: Container[str] = ()) -> str:
        """One that has not come yet; when all have, the first of a new round, which is not the one just seen.

        What came lately `elsewhere`, for something else, comes last.
        """
        self.shown = [quote for quote in self.shown if quote in ids]
        on_screen = skip if skip in ids else None
        if on_screen and on_screen not in self.shown:  # drawn before this round began
            self.shown.append(on_screen)
        left = _without(ids, *self.shown)
        if not left:
            self.shown = []
            others = _without(ids, skip)
            left = _without(others, self.last) or others
        self.last = rng.choice([quote for quote in left if quote not in elsewhere] or left)
        self.shown.append(self.last)
        return self.last


def _without(ids: Sequence[str], *gone: str | None) -> list[str]:
    return [quote for quote in ids if quote not in gone]


def _seeded(ids: Sequence[str], lately: Sequence[str]) -> _Round:
    """The round the log remembers: its latest ids up to the first that repeats, leaving at least one to come."""
    run: list[str] = []
    for quote in lately:
        if quote in run or len(run) == len(ids) - 1:
            break
        if quote in ids:
            run.append(quote)
    return _Round(run)


def _next_in_order(hits: Sequence[Hit], skip: str | None) -> Pick | None:
    if not hits:
        return None
    here = next((place for place, hit in enumerate(hits) if hit.quote.id == skip), -1)
    place = (here + 1) % len(hits)
    return Pick(hits[place], place + 1, len(hits))
