"""What the counts of uses are called: the names that the log keeps, in the words of people. Both doors show them."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from .bank.dates import MONTHS, show_span
from .text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .bank.bank import Bank
    from .bank.quote import Source
    from .store.records import Counted

CHECKED = {
    "verbatim": "a quotation checked: true, word for word",
    "altered": "a quotation checked: words were changed",
    "spliced": "a quotation checked: put together from several passages",
    "misattributed": "a quotation checked: somebody else said it",
    "in_source": "a quotation checked: in a source, not in the bank",
    "unknown": "a quotation checked: not in our sources",
}
"""What came of a check, by the kind of its verdict."""
WAYS = {
    "slash": "a slash command",
    "mention": "a mention",
    "keyword": "a keyword in a message",
    "button": "a button",
    "menu": "a menu of a message",
    "daily": "the daily quote",
}
"""How something was asked for, by the entry point of a use."""
ANY = "any quote"
GONE_TOPIC = "a topic that is no longer in the bank"
GONE_SOURCE = "a source that is no longer in the bank"
GONE_QUOTE = "a quote that is no longer in the bank"
WITHOUT = "in a year, by a speaker or from a source that has nothing on it"
NO_WORDS = "nothing but marks or spaces"
_ID = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)+")
_MONTH = re.compile(r"\b(?:" + "|".join(month.lower() for month in MONTHS) + r")\b")


class UseNames:
    """Names what was asked for and shown as one bank knows it. Without a bank (it cannot be read) ids stay what they
    are, for nobody can tell what is gone.
    """

    def __init__(self, bank: Bank | None) -> None:
        self._bank = bank

    def asked_for(self, key: str) -> str:
        """What was asked for, by the key of what was found: `topic:russia|2017` is "Russia, 2017"."""
        what, *filters = key.split("|")
        return ", ".join((self._subject(what), *map(self._filter, filters)))

    def shown(self, quote: str) -> str:
        """A quote that was shown, by its id."""
        if self._bank is None:
            return quote
        found = self._bank.by_id.get(quote)
        return f"“{found.text}”" if found else GONE_QUOTE

    def missed(self, words: str) -> str:
        """The words that found nothing. What is in the bank was asked for with something it does not go with."""
        if not words.startswith(("topic:", "quote:")):
            return words if any(mark.isprintable() and not mark.isspace() for mark in words) else NO_WORDS
        name = self._subject(words)
        return name if self._bank is None or name in (GONE_TOPIC, GONE_QUOTE) else f"{name}, {WITHOUT}"

    def asked_by(self, entry_point: str) -> str:
        """How something was asked for."""
        return WAYS.get(entry_point, entry_point)

    def _subject(self, what: str) -> str:
        kind, _, name = what.partition(":")
        if kind == "topic":
            return name if self._bank is None else self._topics.get(name, GONE_TOPIC)
        if kind == "quote":
            return self.shown(name)
        if kind == "check":
            return CHECKED.get(name, "a quotation checked")
        return ANY if what == "any" else what or NO_WORDS

    def _filter(self, asked: str) -> str:
        """A speaker, a source, an outlet, or a time."""
        if name := self._sources.get(asked) or self._called.get(asked):
            return name
        outlets = asked.split(", ")
        if all(outlet in self._called for outlet in outlets):
            return ", ".join(self._called[outlet] for outlet in outlets)
        if asked.startswith("–"):
            return f"until {asked[1:]}"
        if asked.endswith("–"):
            return f"since {asked[:-1]}"
        if self._bank is not None and _ID.fullmatch(asked):
            return GONE_SOURCE
        return _MONTH.sub(lambda found: found[0].capitalize(), asked)

    @cached_property
    def _topics(self) -> dict[str, str]:
        return {topic.id: topic.name for topic in self._bank.topics} if self._bank else {}

    @cached_property
    def _sources(self) -> dict[str, str]:
        return {fold(source.id): _of_source(source) for source in self._bank.sources} if self._bank else {}

    @cached_property
    def _called(self) -> dict[str, str]:
        """Outlets and speakers by their names, folded: so they stand in a key."""
        if self._bank is None:
            return {}
        outlets = (source.outlet for source in self._bank.sources)
        return {fold(name): name for name in (*outlets, *(speaker.name for speaker in self._bank.speakers))}


def named(rows: Iterable[Counted], name: Callable[[str], str]) -> list[tuple[str, int]]:
    """The rows of a list of counts by their names, most first; what is called alike is counted together."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts[name(row.name)] += row.count
    return counts.most_common()


def _of_source(source: Source) -> str:
    when = source.said or source.published
    return f"{source.outlet}, {show_span(when)}" if when else source.outlet
