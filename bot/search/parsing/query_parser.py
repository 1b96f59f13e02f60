"""What the words of a query mean: which of them carry something, and in which ways a quote may cover each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.search.analysis import CHATTER, FOREIGN_STOP_WORDS, LIGHT_WORDS, STOP_WORDS
from bot.search.indexing.vocabulary import rarity
from bot.search.parsing.spelling_correction import InQuery, SpellingCorrector
from bot.search.parsing.terms import WEIGHT_KEPT, Expansion, QueryTerm, weighed
from bot.search.tuning import (
    CACHED_TERMS,
    DOUBTFUL_WEIGHT,
    EVERYDAY_SLIP_AMONG,
    EXACT_UP_TO,
    NEARLY_AS_LIKELY,
    PREFIX_FROM,
    SHORT_UNKNOWN_WEIGHT,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.search.indexing.inverted_index import InvertedIndex
    from bot.search.indexing.names import Place


class QueryParser:
    """Reads the words of queries against what one bank knows."""

    def __init__(self, inverted: InvertedIndex) -> None:
        self._inverted = inverted
        self._corrector = SpellingCorrector(inverted)
        self._plain: dict[str, QueryTerm | None] = {}

    def terms(self, typed: Sequence[str], *, suspected: Collection[str], typing: bool) -> list[QueryTerm]:
        """The terms of a query. Words `suspected` may be others though they exist; `typing` opens the last."""
        guesses = self._guesses(typed, suspected=suspected, typing=typing)
        meant = typed
        if guesses:
            holds = self._inverted.holds
            meant = [
                guesses[at][0].matched if guesses.get(at) and not holds(word) else word for at, word in enumerate(typed)
            ]
        named = self._named(meant)
        plain = self._plain
        terms: list[QueryTerm] = []
        for at, word in enumerate(typed):
            if at not in named and at not in guesses:
                term = plain[word] if word in plain else self._as_it_is(word, len(typed))
            else:
                term = self._unit(typed, meant, at, named.get(at), guesses, typing=typing)
            if term is not None:
                terms.append(term)
        terms = weighed(terms)
        if len(terms) < len(typed) and all(term.typed in CHATTER for term in terms):
            # "what did he say about uber": what is asked about stands in no quote, though it carries nothing elsewhere
            return [] if any(word in FOREIGN_STOP_WORDS and word not in STOP_WORDS for word in typed) else terms
        return terms

    def _as_it_is(self, word: str, of: int) -> QueryTerm | None:
        """A word that names nothing and may be no other: what the bank holds of it is remembered."""
        if word in STOP_WORDS:
            return None
        posting = self._inverted.posting(word)
        if not posting.size or not self._inverted.holds(word):
            return None if word in WEIGHT_KEPT else QueryTerm(word, self._weight(word, (), of), ())
        expansions = (Expansion(posting, 1.0, "word", word, word),)
        if len(self._plain) >= CACHED_TERMS:
            self._plain.clear()
        self._plain[word] = term = QueryTerm(word, self._weight(word, expansions, of), expansions)
        return term

    def _unit(
        self,
        typed: Sequence[str],
        meant: Sequence[str],
        at: int,
        place: Place | None,
        guesses: dict[int, list[Expansion]],
        *,
        typing: bool,
    ) -> QueryTerm | None:
        word, guessed, doubt = typed[at], guesses.get(at, []), 1.0
        if place is None and meant[at] in STOP_WORDS and not (typing and at == len(typed) - 1):
            guessed = self._despite(guessed)
            if not guessed:
                return None
            doubt = DOUBTFUL_WEIGHT
        expansions = self._ways(typed, meant, at, place, guessed)
        if not expansions and word in WEIGHT_KEPT:
            return None
        return QueryTerm(word, self._weight(word, expansions, len(typed)) * doubt, tuple(expansions))

    def _weight(self, word: str, expansions: Sequence[Expansion], of: int) -> float:
        if not expansions:
            weight = rarity(0, self._inverted.size)
            return weight * SHORT_UNKNOWN_WEIGHT if len(word) <= EXACT_UP_TO and of > 1 else weight
        least = (
            expansions[0].posting.least
            if len(expansions) == 1
            else max([expansion.posting.least for expansion in expansions])
        )
        return rarity(least, self._inverted.size)

    def _guesses(self, typed: Sequence[str], *, suspected: Collection[str], typing: bool) -> dict[int, list[Expansion]]:
        """What else each word may have been meant to be, where that is a question at all."""
        guesses: dict[int, list[Expansion]] = {}
        last = len(typed) - 1
        holds = self._inverted.holds
        content = -1
        for at, word in enumerate(typed):
            exists = holds(word)
            if exists and word not in suspected and not (typing and at == last):
                continue
            if (word in STOP_WORDS or word in FOREIGN_STOP_WORDS) and not (typing and at == last):
                continue
            if content < 0:
                content = sum([word not in STOP_WORDS and word not in CHATTER for word in typed])
            alone = content < 2
            begun = PREFIX_FROM if alone else PREFIX_FROM - 1
            inside = InQuery(
                exists,
                may_be_begun=at == last and (typing or len(word) >= begun),
                is_trusted=alone or word not in suspected,
                is_among_others=word in suspected and content >= EVERYDAY_SLIP_AMONG,
                needs_evidence=alone and not typing,
                typing=typing,
            )
            guesses[at] = self._corrector.expansions(word, inside)
        return guesses

    def _despite(self, guesses: Sequence[Expansion]) -> list[Expansion]:
        """The guesses that carry something and are nearly as likely as a first one that carries nothing."""
        least = guesses[0].share - NEARLY_AS_LIKELY
        return [
            expansion
            for expansion in guesses
            if expansion.posting.size
            and expansion.share > least
            and expansion.matched not in CHATTER
            and expansion.matched not in LIGHT_WORDS
        ]

    def _named(self, meant: Sequence[str]) -> dict[int, Place]:
        """The topic, or the speaker by several words, named at each word of a query."""
        return {
            at: place
            for place in self._inverted.names.at(meant, self._inverted.stem_of)
            if place.is_topic or (place.name.kind == "speaker" and place.last - place.first > 1)
            for at in range(place.first, place.last)
        }

    def _ways(
        self, typed: Sequence[str], meant: Sequence[str], at: int, place: Place | None, guessed: list[Expansion]
    ) -> list[Expansion]:
        word, inverted = typed[at], self._inverted
        if place is None:
            if not inverted.holds(word):
                return guessed
            posting = inverted.posting(word)
            return [Expansion(posting, 1.0, "word", word, word), *guessed] if posting.size else guessed
        if not place.is_topic:
            return [self._by_speaker(typed, place), *guessed]
        spoken, said = " ".join(typed[place.first : place.last]), " ".join(meant[place.first : place.last])
        if spoken == said:
            return [Expansion(inverted.posting(word, place.name.of), 1.0, "word", word, spoken, place.name), *guessed]
        if place.last - place.first == 1:
            return guessed
        share = guessed[0].share if guessed else 1.0
        return [
            Expansion(inverted.posting(meant[at], place.name.of), share, "spelling", said, spoken, place.name),
            *guessed,
        ]

    def _by_speaker(self, typed: Sequence[str], place: Place) -> Expansion:
        posting = self._inverted.of_speaker(place.name.of)
        return Expansion(posting, 1.0, "speaker", place.name.written, " ".join(typed[place.first : place.last]))
