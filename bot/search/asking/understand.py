"""What the words of a query mean: which of them carry something, and in which ways a quote may cover each."""

from __future__ import annotations

from math import sqrt
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from bot.search.asking.real_words import is_common, is_real
from bot.search.held.posting import Posting
from bot.search.held.spelling import EXACT_UP_TO
from bot.search.held.vocabulary import rarity
from bot.search.language import CHATTER, FOREIGN, FUNCTION, LIGHT

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.search.held.known import Known
    from bot.search.held.names import Name, Place
    from bot.search.held.spelling import Near
    from bot.search.query import ReasonKind

WHISPER = 0.03
"""The part of its weight a word of chatter keeps while another word carries something."""
LITTLE = 0.1
"""The part a word that carries little keeps."""
AMONG = 3
"""Beside two words or more, an everyday word may be a slip for one that stands with them."""
SHORT = 5
"""A word of so few letters, alone, is a slip for another only by the likeliest slips, or for a name."""
SELDOM, OFTEN, VERY_OFTEN = 0.001, 0.005, 0.05
"""The shares of all quotes that a word must be in to be taken for a slip of four or five letters that stands alone."""
SELDOM_BY_LENGTH = (0.0,) * 6 + (0.0144, 0.0096, 0.006, 0.0036)
"""How often a word must stand in the bank for a less likely slip, by the letters typed: so many times the root of the
number of quotes, with which a vocabulary grows, and with it the words that are near by chance."""
FAR_FROM = 11
"""Two edits away, only from so many letters on, or for a name."""
NEARLY = 0.04
MAYBE = 0.3
"""The part a misspelt word keeps that may also have been one that carries nothing."""
SHORT_UNKNOWN = 0.7
"""The part a word keeps that is too short to be looked up with a typo, and that no quote holds."""
AGAIN = 0.05
"""What it costs to take a word that exists for another."""
PREFIX, PREFIX_ALONE = 0.93, 0.91
PREFIX_FROM = 4
MOST_LONGER, FEW_LONGER = 8, 3
"""So many words a beginning may be of; one or two letters, fewer."""
LONG_BEGINNING = 7
RUN_TOGETHER = 0.95
SAME_STEM = 0.97
"""The share of a form that stands nowhere where another form of its stem does."""
RATHER = 8
"""A near word is meant rather than the stem where it stands more often than all forms of the stem together; by a likely
slip also where it stands so many times more seldom."""
PART = {**dict.fromkeys((*LIGHT, *FOREIGN), LITTLE), **dict.fromkeys(CHATTER, WHISPER)}
"""The part of its weight that each word keeps that carries little; every other word keeps all of it."""
_MOST_KEPT = 4096
_BY_SHARE = itemgetter(1)
_SPLIT_FROM = 6
_LOOKED_AT = 1000
"""Two words run together are looked for in so many quotes of the rarer."""
_PART = 3


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


class Reader:
    """Reads the words of queries against what one bank knows."""

    def __init__(self, known: Known) -> None:
        self._known = known
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
        units = _weighed(units)
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
            guesses[at] = self._guess(
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

    def _guess(
        self, word: str, *, exists: bool, open_end: bool, sure: bool, among: bool, named: bool, typing: bool
    ) -> list[Way]:
        """What else a word may have been meant to be, likeliest first.

        `sure` takes an ordinary word as it is typed, and so is an everyday one unless it stands `among` several
        others; `named` takes a short word only for a slip, or the
        beginning, of a name.
        """
        known = self._known
        real = not exists and is_real(word)
        # An ordinary word is no slip for another; a rare one may be, beside other words.
        meant = (real and sure) or ((real or exists) and not among and is_common(word))
        cost = AGAIN if exists or real else 0.0
        ways: list[Way] = []
        likeliest = 0
        if not meant:
            for near in known.spelling.near(word):
                if (near.edits == 1 or not real) and (not named or self._is_plausible(word, near)):
                    if not ways:
                        likeliest = near.held * (RATHER if near.likely else 1)
                    ways.append(self._other(word, near.word, near.share - cost, "spelling"))
        if not exists and (same := known.posting(word)).size:
            rather = ways and not real and likeliest > same.size
            ways.append(Way(same, ways[0].share - AGAIN if rather else SAME_STEM, "stem", word, word))
        if open_end and (typing or not (real and is_common(word))):  # an everyday word begins another only while typed
            ways += [
                self._other(word, longer, (PREFIX_ALONE if named else PREFIX) - cost, "prefix")
                for longer in known.longer(word, MOST_LONGER if len(word) >= _PART else FEW_LONGER)
                if (not meant or exists or typing or longer in known.topic_words)
                and (not named or len(word) >= LONG_BEGINNING or known.is_named(longer))
            ]
        if not ways and not exists and (len(word) >= _SPLIT_FROM or not word.isalpha()):
            ways = self._in_two(word)
        if len(ways) > 1:
            ways.sort(key=_BY_SHARE, reverse=True)
        return ways

    def _is_plausible(self, typed: str, near: Near) -> bool:
        """Whether a word that stands alone may be a slip for another: the shorter it is, the more words are near it by
        chance, so the more often the other must stand in the bank."""
        size, length = self._known.size, len(typed)
        if near.likely:
            return length > EXACT_UP_TO + 1 or near.held >= SELDOM * size
        if near.edits > 1:
            return length >= FAR_FROM or self._known.is_named(near.word)
        if length <= SHORT:
            least = OFTEN if length == SHORT else VERY_OFTEN
            return near.held >= least * size and self._known.is_named(near.word)
        return near.held >= SELDOM_BY_LENGTH[min(length, len(SELDOM_BY_LENGTH) - 1)] * sqrt(size)

    def _other(self, typed: str, word: str, share: float, kind: ReasonKind) -> Way:
        name = self._known.topic_words.get(word)
        return Way(self._known.posting(word, name.of if name else None), share, kind, word, typed, name)

    def _in_two(self, word: str) -> list[Way]:
        """Two words run together: covered where one stands after the other."""
        vocabulary, lines = self._known.vocabulary, self._known.standing.lines
        for at in range(1, len(word)):
            if min(at, len(word) - at) < _PART and word[at - 1].isalpha() == word[at].isalpha():
                continue
            apart = vocabulary.as_line((word[:at], word[at:]))
            if apart is None:
                continue
            first, second = self._known.posting(word[:at]), self._known.posting(word[at:])
            rarer = first if first.size < second.size else second
            both = [doc for doc in rarer.docs[:_LOOKED_AT] if apart in lines[doc]] if rarer.size else []
            if both:
                codes = bytes(min(first.at(doc), second.at(doc)) for doc in both)
                return [Way(Posting(both, codes), RUN_TOGETHER, "spelling", f"{word[:at]} {word[at:]}", word)]
        return []


def _weighed(units: list[Unit]) -> list[Unit]:
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
