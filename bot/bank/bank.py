"""The bank: all quotes, checked, immutable."""

from __future__ import annotations

from dataclasses import InitVar, dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .fingerprint import Fingerprint
    from .quote import Quote, Source, Speaker, Topic


def short(key: str) -> str:
    """The short name of the edition with a bank of that key, as shown to people and kept in the log."""
    return key[:8]


@dataclass(frozen=True, slots=True)
class Lookups:
    """How quotes are found, where that is known without going through all of them.

    `digests` has a number for each quote, in their order: see `bank.digest`.
    """

    by_id: Mapping[str, Quote]
    by_topic: Mapping[str, Sequence[Quote]]
    by_source: Mapping[str, Sequence[Quote]]
    digests: Sequence[int]


@dataclass(frozen=True, slots=True)
class Bank:
    """All quotes of one folder.

    `key` is a hex digest of everything the folder says: two banks with the same key are the same bank.
    `calls` are phrases that call for a quote in a channel together with a topic's name ("quote about").
    Orders are those of the files: sources by id, quotes as they stand, topics as they stand. The quotes of a large bank
    may be columns: each is made when it is asked for, so going through all of them costs seconds; whoever holds such
    columns gives their `lookups` as well.
    """

    key: str
    sources: tuple[Source, ...]
    speakers: tuple[Speaker, ...]
    topics: tuple[Topic, ...]
    quotes: Sequence[Quote]
    fingerprints: Mapping[str, Fingerprint] = field(default_factory=dict)
    calls: tuple[str, ...] = ()
    lookups: InitVar[Lookups | None] = None
    by_id: Mapping[str, Quote] = field(init=False, repr=False)
    by_topic: Mapping[str, Sequence[Quote]] = field(init=False, repr=False)
    by_source: Mapping[str, Sequence[Quote]] = field(init=False, repr=False)
    digests: Sequence[int] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self, lookups: Lookups | None) -> None:
        found = lookups or self._collect()
        object.__setattr__(self, "by_id", found.by_id)
        object.__setattr__(self, "by_topic", found.by_topic)
        object.__setattr__(self, "by_source", found.by_source)
        object.__setattr__(self, "digests", None if lookups is None else lookups.digests)

    def _collect(self) -> Lookups:
        topics: dict[str, list[Quote]] = {topic.id: [] for topic in self.topics}
        sources: dict[str, list[Quote]] = {source.id: [] for source in self.sources}
        for quote in self.quotes:
            sources.setdefault(quote.source.id, []).append(quote)
            for topic in quote.topics:
                topics.setdefault(topic.id, []).append(quote)
        return Lookups(
            by_id={quote.id: quote for quote in self.quotes},
            by_topic={key: tuple(quotes) for key, quotes in topics.items()},
            by_source={key: tuple(quotes) for key, quotes in sources.items()},
            digests=(),
        )

    @property
    def edition(self) -> str:
        """The short name of this edition."""
        return short(self.key)
