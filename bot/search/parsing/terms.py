"""A word of a query, and the ways in which a quote may cover it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.search.analysis import CHATTER, FOREIGN, LIGHT

if TYPE_CHECKING:
    from bot.search.indexing.names import Name
    from bot.search.indexing.postings import Posting
    from bot.search.query import ReasonKind

WHISPER = 0.03
"""The part of its weight a word of chatter keeps while another word carries something."""
LITTLE = 0.1
"""The part a word that carries little keeps."""
PART = {**dict.fromkeys((*LIGHT, *FOREIGN), LITTLE), **dict.fromkeys(CHATTER, WHISPER)}
"""The part of its weight that each word keeps that carries little; every other word keeps all of it."""


class Way(NamedTuple):
    """One way to cover a word: by being in `posting`, which leaves `share` of the word's rarity.

    `matched` is the word it goes by, `spoken` the words of the query that say it. `name` is the topic that these words
    name, whose quotes are in the posting too.
    """

    posting: Posting
    share: float
    kind: ReasonKind
    matched: str
    spoken: str
    name: Name | None = None

    @property
    def topic(self) -> str | None:
        """The id of the topic the way leads to."""
        return self.name.of if self.name else None


class Unit(NamedTuple):
    """A word of the query that carries something: its weight, and the ways to cover it, best first."""

    typed: str
    weight: float
    ways: tuple[Way, ...]

    @property
    def most(self) -> float:
        """The most a quote may gain by this word."""
        if len(self.ways) == 1:
            way = self.ways[0]
            return self.weight * way.share * way.posting.most
        return self.weight * max([way.share * way.posting.most for way in self.ways], default=0.0)

    @property
    def size(self) -> int:
        """How many quotes hold it, at most."""
        return sum(way.posting.size for way in self.ways)


def weighed(units: list[Unit]) -> list[Unit]:
    """Chatter and light words lose most of their weight while another word carries something."""
    parts = [PART.get(unit.typed, 1.0) for unit in units]
    if min(parts, default=1.0) == 1.0:
        return units
    named = [bool(unit.ways and unit.ways[0].name) for unit in units]
    if not any(part == 1.0 or name for part, name in zip(parts, named, strict=True)):
        return units
    return [
        unit if part == 1.0 or name else Unit(unit.typed, unit.weight * part, unit.ways)
        for unit, part, name in zip(units, parts, named, strict=True)
    ]
