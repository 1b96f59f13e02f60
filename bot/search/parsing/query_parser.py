"""What the words of a query mean: which of them carry something, and in which ways a quote may cover each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.search.analysis import CHATTER, FOREIGN, FUNCTION, LIGHT
from bot.search.indexing.edit_neighbours import EXACT_UP_TO
from bot.search.indexing.vocabulary import rarity
from bot.search.parsing.spelling_correction import Slips
from bot.search.parsing.terms import PART, Unit, Way, weighed

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.search.indexing.inverted_index import Known
    from bot.search.indexing.names import Place

AMONG = 3
"""Beside two words or more, an everyday word may be a slip for one that stands with them."""
NEARLY = 0.04
MAYBE = 0.3
"""The part a misspelt word keeps that may also have been one that carries nothing."""
SHORT_UNKNOWN = 0.7
"""The part a word keeps that is too short to be looked up with a typo, and that no quote holds."""
PREFIX_FROM = 4
_MOST_KEPT = 4096


class Reader:
    """Reads the words of queries against what one bank knows."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._slips = Slips(known)
        self._plain: dict[str, Unit | None] = {}

    def units(self, typed: Sequence[str], *, again: Collection[str], typing: bool) -> list[Unit]:
        """The words that carry something. Those `again` may be others though they exist; `typing` opens the last."""
        guesses = self._guesses(typed, again=again, typing=typing)
        meant = typed
        if guesses:
            holds = self._known.holds
            meant = [
                guesses[at][0].matched if guesses.get(at) and not holds(word) else word for at, word in enumerate(typed)
            ]
        named = self._named(meant)
        plain = self._plain
        units: list[Unit] = []
        for at, word in enumerate(typed):
            if at not in named and at not in guesses:
                unit = plain[word] if word in plain else self._as_it_is(word, len(typed))
            else:
                unit = self._unit(typed, meant, at, named.get(at), guesses, typing=typing)
            if unit is not None:
                units.append(unit)
        units = weighed(units)
        if len(units) < len(typed) and all(unit.typed in CHATTER for unit in units):
            # "what did he say about uber": what is asked about stands in no quote, though it carries nothing elsewhere
            return [] if any(word in FOREIGN and word not in FUNCTION for word in typed) else units
        return units

    def _as_it_is(self, word: str, of: int) -> Unit | None:
        """A word that names nothing and may be no other: what the bank holds of it is remembered."""
        if word in FUNCTION:
            return None
        posting = self._known.posting(word)
        if not posting.size or not self._known.holds(word):
            return None if word in PART else Unit(word, self._weight(word, (), of), ())
        ways = (Way(posting, 1.0, "word", word, word),)
        if len(self._plain) >= _MOST_KEPT:
            self._plain.clear()
        self._plain[word] = unit = Unit(word, self._weight(word, ways, of), ways)
        return unit

    def _unit(
        self,
        typed: Sequence[str],
        meant: Sequence[str],
        at: int,
        place: Place | None,
        guesses: dict[int, list[Way]],
        *,
        typing: bool,
    ) -> Unit | None:
        word, guessed, doubt = typed[at], guesses.get(at, []), 1.0
        if place is None and meant[at] in FUNCTION and not (typing and at == len(typed) - 1):
            guessed = self._despite(guessed)
            if not guessed:
                return None
            doubt = MAYBE
        ways = self._ways(typed, meant, at, place, guessed)
        if not ways and word in PART:
            return None
        return Unit(word, self._weight(word, ways, len(typed)) * doubt, tuple(ways))

    def _weight(self, word: str, ways: Sequence[Way], of: int) -> float:
        if not ways:
            weight = rarity(0, self._known.size)
            return weight * SHORT_UNKNOWN if len(word) <= EXACT_UP_TO and of > 1 else weight
        least = ways[0].posting.least if len(ways) == 1 else max([way.posting.least for way in ways])
        return rarity(least, self._known.size)

    def _guesses(self, typed: Sequence[str], *, again: Collection[str], typing: bool) -> dict[int, list[Way]]:
        """What else each word may have been meant to be, where that is a question at all."""
        guesses: dict[int, list[Way]] = {}
        last = len(typed) - 1
        holds = self._known.holds
        content = -1
        for at, word in enumerate(typed):
            exists = holds(word)
            if exists and word not in again and not (typing and at == last):
                continue
            if (word in FUNCTION or word in FOREIGN) and not (typing and at == last):
                continue
            if content < 0:
                content = sum([word not in FUNCTION and word not in CHATTER for word in typed])
            alone = content < 2
            begun = PREFIX_FROM if alone else PREFIX_FROM - 1
            guesses[at] = self._slips.of(
                word,
                exists=exists,
                open_end=at == last and (typing or len(word) >= begun),
                sure=alone or word not in again,
                among=word in again and content >= AMONG,
                named=alone and not typing,
                typing=typing,
            )
        return guesses

    def _despite(self, guesses: Sequence[Way]) -> list[Way]:
        """The guesses that carry something and are nearly as likely as a first one that carries nothing."""
        least = guesses[0].share - NEARLY
        return [
            way
            for way in guesses
            if way.posting.size and way.share > least and way.matched not in CHATTER and way.matched not in LIGHT
        ]

    def _named(self, meant: Sequence[str]) -> dict[int, Place]:
        """The topic, or the speaker by several words, named at each word of a query."""
        return {
            at: place
            for place in self._known.names.at(meant, self._known.stem_of)
            if place.is_topic or (place.name.kind == "speaker" and place.last - place.first > 1)
            for at in range(place.first, place.last)
        }

    def _ways(
        self, typed: Sequence[str], meant: Sequence[str], at: int, place: Place | None, guessed: list[Way]
    ) -> list[Way]:
        word, known = typed[at], self._known
        if place is None:
            if not known.holds(word):
                return guessed
            posting = known.posting(word)
            return [Way(posting, 1.0, "word", word, word), *guessed] if posting.size else guessed
        if not place.is_topic:
            return [self._by_speaker(typed, place), *guessed]
        spoken, said = " ".join(typed[place.first : place.last]), " ".join(meant[place.first : place.last])
        if spoken == said:
            return [Way(known.posting(word, place.name.of), 1.0, "word", word, spoken, place.name), *guessed]
        if place.last - place.first == 1:
            return guessed
        share = guessed[0].share if guessed else 1.0
        return [Way(known.posting(meant[at], place.name.of), share, "spelling", said, spoken, place.name), *guessed]

    def _by_speaker(self, typed: Sequence[str], place: Place) -> Way:
        posting = self._known.of_speaker(place.name.of)
        return Way(posting, 1.0, "speaker", place.name.written, " ".join(typed[place.first : place.last]))
