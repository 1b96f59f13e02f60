"""What the words of a query mean: which of them carry something, and in which ways a quote may cover each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.search.language import CHATTER, FUNCTION
from bot.search.posting import EMPTY, Posting
from bot.search.real_words import is_real
from bot.search.vocabulary import rarity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.search.known import Known
    from bot.search.names import Place
    from bot.search.query import ReasonKind

WHISPER = 0.1
"""The part of its weight a word of chatter keeps while another word carries something."""
STEMMED = 0.99
"""The share a topic keeps whose name stands in another form ("norwegians")."""
AGAIN = 0.05
"""What it costs to take a word that exists for another."""
PREFIX = 0.93
PREFIX_FROM = 4
MOST_LONGER = 8
_LOOKED_AT = 400
_SPLIT_FROM = 6
_PART = 3


@dataclass(frozen=True, slots=True)
class Way:
    """One way to cover a word: by being in `posting`, which leaves `share` of the word's rarity.

    `matched` is the word or name it goes by. `topic` is the id of the topic the way leads to, `spoken` the
    words of the query that named it.
    """

    posting: Posting
    share: float
    kind: ReasonKind
    matched: str
    topic: str | None = None
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A word of the query that carries something: its weight, and the ways to cover it, best first."""

    typed: str
    weight: float
    ways: tuple[Way, ...]


class Reader:
    """Reads the words of queries against what one bank knows."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def units(self, typed: Sequence[str], *, again: bool, typing: bool) -> tuple[Unit, ...]:
        """The words that carry something. `again` also takes existing words for others; `typing` leaves the last open."""
        known = self._known
        guesses: dict[int, list[Way]] = {}
        meant = list(typed)
        last = len(typed) - 1
        for at, word in enumerate(typed):
            if word in FUNCTION and not (typing and at == last):
                continue
            exists = known.holds(word)
            open_end = at == last and (typing or (not exists and len(word) >= PREFIX_FROM))
            if exists and not again and not open_end:
                continue
            ways = self._guess(word, exists=exists, open_end=open_end)
            if not exists and ways:
                meant[at] = ways[0].matched
            guesses[at] = ways
        places = known.names.at(meant)
        units = []
        for at, word in enumerate(typed):
            said = meant[at]
            if said in FUNCTION and not any(place.first <= at < place.last for place in places):
                continue
            units.append(self._unit(typed, meant, at, places, guesses.get(at, [])))
        return _weighed(units)

    def _unit(
        self, typed: Sequence[str], meant: Sequence[str], at: int, places: Iterable[Place], guesses: Sequence[Way]
    ) -> Unit:
        word = typed[at]
        ways = [
            self._by_name(typed, meant, place, guesses)
            for place in places
            if place.is_topic and place.first <= at < place.last
        ]
        if self._known.holds(word):
            ways += self._by_word(word)
        ways += guesses
        most = max((len(way.posting) for way in ways), default=0)
        return Unit(word, rarity(most, self._known.size), tuple(ways))

    def _by_word(self, word: str) -> tuple[Way, ...]:
        """The quotes that hold a word in a field of theirs."""
        return (Way(self._known.posting(word), 1.0, "word", word),) if len(self._known.posting(word)) else ()

    def _by_name(self, typed: Sequence[str], meant: Sequence[str], place: Place, guesses: Sequence[Way]) -> Way:
        topic = place.name.of
        posting = self._known.topics[topic]
        spoken = " ".join(typed[place.first : place.last])
        if list(typed[place.first : place.last]) != list(meant[place.first : place.last]):
            share = min((way.share for way in guesses[:1]), default=0.9)
            kind: ReasonKind = guesses[0].kind if guesses else "spelling"
            return Way(posting, share, kind, " ".join(meant[place.first : place.last]), topic, spoken)
        return Way(posting, 1.0 if place.exact else STEMMED, place.name.kind, place.name.written, topic, spoken)

    def _guess(self, word: str, *, exists: bool, open_end: bool) -> list[Way]:
        """What else a word may have been meant to be, likeliest first."""
        known = self._known
        cost = AGAIN if exists else 0.0
        ways: list[Way] = []
        meant = not exists and is_real(word)  # an ordinary word that no quote holds: it is no slip for another
        if not meant:
            for near in known.spelling.near(word):
                ways += self._other(near.word, near.share - cost, "spelling")
        if open_end:
            for longer in known.longer(word, _LOOKED_AT, MOST_LONGER):
                if not meant or longer in known.topic_words:
                    ways += self._other(longer, PREFIX - cost, "prefix")
        if not ways and not exists and len(word) >= _SPLIT_FROM:
            ways += self._in_two(word)
        ways.sort(key=lambda way: -way.share)
        return ways

    def _other(self, word: str, share: float, kind: ReasonKind) -> list[Way]:
        ways = []
        if word in FUNCTION:
            return [Way(EMPTY, share, kind, word)]
        posting = self._known.posting(word)
        if len(posting):
            ways.append(Way(posting, share, kind, word))
        for place in self._known.names.at([word]):
            if place.is_topic:
                ways.append(Way(self._known.topics[place.name.of], share, kind, word, place.name.of))
        return ways

    def _in_two(self, word: str) -> list[Way]:
        """Two words run together: covered where both stand."""
        for at in range(_PART, len(word) - _PART + 1):
            first, second = self._known.posting(word[:at]), self._known.posting(word[at:])
            if len(first) and len(second):
                both = sorted(set(first.docs) & set(second.docs))
                if both:
                    codes = bytes(min(first.at(doc), second.at(doc)) for doc in both)
                    return [Way(Posting(both, codes), 0.95, "spelling", f"{word[:at]} {word[at:]}")]
        return []


def _weighed(units: Sequence[Unit]) -> tuple[Unit, ...]:
    """Chatter whispers while another word carries something."""
    if all(unit.typed in CHATTER for unit in units):
        return tuple(units)
    return tuple(
        Unit(unit.typed, unit.weight * WHISPER, unit.ways) if unit.typed in CHATTER else unit
        for unit in units
        if unit.ways or unit.typed not in CHATTER
    )
