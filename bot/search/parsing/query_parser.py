"""Query parsing: which words of a query carry something, what each may stand for, and how much it weighs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..analysis import CHATTER, FOREIGN_STOP_WORDS, LIGHT_WORDS, STOP_WORDS
from ..indexing.vocabulary import rarity
from ..tuning import (
    CACHED_TERMS,
    DOUBTFUL_WEIGHT,
    EVERYDAY_SLIP_AMONG,
    EXACT_UP_TO,
    NEARLY_AS_LIKELY,
    PREFIX_FROM,
    SHORT_UNKNOWN_WEIGHT,
)
from .spelling_correction import InQuery, SpellingCorrector
from .terms import WEIGHT_FACTORS, Expansion, QueryTerm, weighed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from ..indexing.inverted_index import InvertedIndex
    from ..indexing.names import Place


class _Reading(NamedTuple):
    """A query as it is read: its words as typed and as corrected, what each may have been meant to be, and the topic or
    the speaker named at each, by their places."""

    typed: Sequence[str]
    corrected: Sequence[str]
    guesses: Mapping[int, list[Expansion]]
    named: Mapping[int, Place]
    typing: bool

    def is_open(self, at: int) -> bool:
        """Whether a word is still being typed."""
        return self.typing and at == len(self.typed) - 1


class QueryParser:
    """Reads the words of queries against what one bank holds."""

    def __init__(self, inverted: InvertedIndex) -> None:
        self._inverted = inverted
        self._corrector = SpellingCorrector(inverted)
        self._plain: dict[str, QueryTerm | None] = {}
        """Terms of words that are what they are in any query."""

    def terms(self, typed: Sequence[str], *, suspected: Collection[str], typing: bool) -> list[QueryTerm]:
        """The terms of a query. Words `suspected` may be others though they exist; `typing` opens the last."""
        guesses = self._guesses(typed, suspected=suspected, typing=typing)
        corrected = self._corrected(typed, guesses) if guesses else typed
        reading = _Reading(typed, corrected, guesses, self._named(corrected), typing)
        plain = self._plain
        terms: list[QueryTerm] = []
        for at, word in enumerate(typed):
            if at in reading.named or at in guesses:
                term = self._term(reading, at)
            else:
                term = plain[word] if word in plain else self._plain_term(word, len(typed))
            if term is not None:
                terms.append(term)
        terms = weighed(terms)
        if len(terms) < len(typed) and all(term.typed in CHATTER for term in terms):
            # "what did he say about uber": what is asked about stands in no quote, though it carries nothing elsewhere
            return [] if any(word in FOREIGN_STOP_WORDS and word not in STOP_WORDS for word in typed) else terms
        return terms

    def _guesses(self, typed: Sequence[str], *, suspected: Collection[str], typing: bool) -> dict[int, list[Expansion]]:
        """What else each word may have been meant to be, where that is a question at all."""
        guesses: dict[int, list[Expansion]] = {}
        last = len(typed) - 1
        content: int | None = None
        for at, word in enumerate(typed):
            is_open = typing and at == last
            if not is_open and self._is_settled(word, suspected):
                continue
            if content is None:
                content = sum([token not in STOP_WORDS and token not in CHATTER for token in typed])
            is_alone = content < 2
            begun = PREFIX_FROM if is_alone else PREFIX_FROM - 1
            exists, is_suspected = self._inverted.holds(word), word in suspected
            may_be_begun = is_open or (at == last and len(word) >= begun)
            is_among_others = is_suspected and content >= EVERYDAY_SLIP_AMONG
            is_trusted, needs_evidence = is_alone or not is_suspected, is_alone and not typing
            inside = InQuery(exists, may_be_begun, is_trusted, is_among_others, needs_evidence, typing)
            guesses[at] = self._corrector.expansions(word, inside)
        return guesses

    def _is_settled(self, word: str, suspected: Collection[str]) -> bool:
        """Whether a word is what it is: it carries nothing, or it exists and nothing speaks against it."""
        if word in STOP_WORDS or word in FOREIGN_STOP_WORDS:
            return True
        return word not in suspected and self._inverted.holds(word)

    def _corrected(self, typed: Sequence[str], guesses: Mapping[int, list[Expansion]]) -> list[str]:
        """The words of a query with the likeliest guess in the place of each that the bank does not hold."""
        corrected = list(typed)
        for at, guessed in guesses.items():
            if guessed and not self._inverted.holds(typed[at]):
                corrected[at] = guessed[0].matched
        return corrected

    def _named(self, corrected: Sequence[str]) -> dict[int, Place]:
        """The topic, or the speaker by several words, named at each word of a query."""
        return {
            at: place
            for place in self._inverted.names.at(corrected, self._inverted.stem_of)
            if place.is_topic or (place.name.kind == "speaker" and place.last - place.first > 1)
            for at in range(place.first, place.last)
        }

    def _plain_term(self, word: str, of: int) -> QueryTerm | None:
        """A word that names nothing and may be no other: remembered where the bank holds it."""
        if word in STOP_WORDS:
            return None
        own = self._as_typed(word)
        if own is None:
            return None if word in WEIGHT_FACTORS else QueryTerm(word, self._weight(word, (), of), ())
        if len(self._plain) >= CACHED_TERMS:
            self._plain.clear()
        self._plain[word] = term = QueryTerm(word, self._weight(word, (own,), of), (own,))
        return term

    def _term(self, reading: _Reading, at: int) -> QueryTerm | None:
        """A word that names something, or that may be another."""
        word, place, guessed = reading.typed[at], reading.named.get(at), reading.guesses.get(at, [])
        doubt = 1.0
        if place is None and reading.corrected[at] in STOP_WORDS and not reading.is_open(at):
            guessed = _despite_a_stop_word(guessed)
            if not guessed:
                return None
            doubt = DOUBTFUL_WEIGHT
        own = self._as_typed(word) if place is None else self._as_named(reading, at, place, guessed)
        expansions = guessed if own is None else [own, *guessed]
        if not expansions and word in WEIGHT_FACTORS:
            return None
        return QueryTerm(word, self._weight(word, expansions, len(reading.typed)) * doubt, tuple(expansions))

    def _weight(self, word: str, expansions: Sequence[Expansion], of: int) -> float:
        """The rarity of a word among so many words of a query."""
        if not expansions:
            weight = rarity(0, self._inverted.size)
            return weight * SHORT_UNKNOWN_WEIGHT if len(word) <= EXACT_UP_TO and of > 1 else weight
        least = (
            expansions[0].posting.min_size
            if len(expansions) == 1
            else max([expansion.posting.min_size for expansion in expansions])
        )
        return rarity(least, self._inverted.size)

    def _as_typed(self, word: str) -> Expansion | None:
        """A word as it stands in the bank; None where it does not."""
        if not self._inverted.holds(word):
            return None
        posting = self._inverted.posting(word)
        return Expansion(posting, 1.0, "word", word, word) if posting.size else None

    def _as_named(self, reading: _Reading, at: int, place: Place, guessed: Sequence[Expansion]) -> Expansion | None:
        """A word as part of a name; None where it is one by a guess alone."""
        named = slice(place.first, place.last)
        spoken, said = " ".join(reading.typed[named]), " ".join(reading.corrected[named])
        if not place.is_topic:
            return Expansion(self._inverted.of_speaker(place.name.of), 1.0, "speaker", place.name.written, spoken)
        posting = self._inverted.posting(reading.corrected[at], place.name.of)
        if spoken == said:
            return Expansion(posting, 1.0, "word", reading.typed[at], spoken, place.name)
        if place.last - place.first == 1:
            return None
        return Expansion(posting, guessed[0].share if guessed else 1.0, "spelling", said, spoken, place.name)


def _despite_a_stop_word(guesses: Sequence[Expansion]) -> list[Expansion]:
    """The guesses that carry something and are nearly as likely as a first one that carries nothing."""
    least = guesses[0].share - NEARLY_AS_LIKELY
    carrying = (guess for guess in guesses if guess.matched not in CHATTER and guess.matched not in LIGHT_WORDS)
    return [guess for guess in carrying if guess.posting.size and guess.share > least]
