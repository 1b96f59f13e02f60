"""The index of one bank: a query goes in, the quotes that answer it come out, best first, or none at all."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.search import filters, vocabulary
from bot.search.filters import Period
from bot.search.language import CHATTER, carries, stem
from bot.search.names import Names
from bot.search.query import Found, Hit, Query, Reason, ReasonKind
from bot.search.spelling import Spelling
from bot.search.vocabulary import SOURCE, STEPS, TIE, WORTH, rarity
from bot.text import fold, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.bank.bank import Bank
    from bot.bank.quote import Topic
    from bot.search.names import Place

BAR = 0.6
"""The share of a query's rarity that a quote must cover to be an answer."""
LONGEST = 200
"""Characters of a query that are read, after folding."""
TOO_LONG = 1000
"""Beyond this many characters it is not a query."""
ALIKE = 0.02
PREFIX_FROM = 4
MOST_SUGGESTIONS = 5


@dataclass(frozen=True, slots=True)
class Way:
    """One way a quote may cover a word: by being in `docs`. `share` is what the way leaves of the word's rarity."""

    docs: array[int]
    worth: bytes | None
    share: float
    kind: ReasonKind
    matched: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A word of the query that carries something, its rarity, and the ways to cover it."""

    typed: str
    weight: float
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Understood:
    """What a query was taken to mean."""

    typed: tuple[str, ...]
    units: tuple[Unit, ...]
    topics: tuple[str, ...]
    only_topic: bool
    period: Period
    allowed: frozenset[int] | None
    said: tuple[Reason, ...]


class Index:
    """Finds quotes in one bank. Immutable once built."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        quotes = bank.quotes
        self._words = vocabulary.build(quotes)
        self._names = Names(bank)
        self._spelling = Spelling({*self._words.forms, *self._names.words})
        number = {quote.id: doc for doc, quote in enumerate(quotes)}
        self._of_topic = {
            topic.id: array("I", (number[quote.id] for quote in bank.by_topic.get(topic.id, ())))
            for topic in bank.topics
        }
        self._of_speaker: dict[str, array[int]] = {}
        self._of_outlet: dict[str, array[int]] = {}
        for doc, quote in enumerate(quotes):
            self._of_speaker.setdefault(quote.speaker.id, array("I")).append(doc)
            self._of_outlet.setdefault(" ".join(words(quote.source.outlet)), array("I")).append(doc)
        self._spans = [filters.span(quote) for quote in quotes]
        known = [span for span in self._spans if span]
        self._years = (
            (min(first for first, _ in known) // 12, max(last for _, last in known) // 12) if known else (1, 0)
        )
        self.common = sorted(
            (topic for topic in bank.topics if len(self._of_topic[topic.id])),
            key=lambda topic: -len(self._of_topic[topic.id]),
        )
        """The topics that have quotes, the most common first."""

    @classmethod
    def build(cls, bank: Bank) -> Index:
        """The index of a bank."""
        return cls(bank)

    def find(self, query: Query, limit: int = 25) -> Found:
        """The quotes that answer a query, best first, at most `limit`; none where nothing passes the bar."""
        if len(query.words) > TOO_LONG:
            return self._nothing(query, "")
        spoken = query.words.strip()
        allowed, key, note = self._options(query)
        if note is not None:
            return replace(self._nothing(query, key), note=note)
        if spoken.startswith("quote:"):
            quote = self.bank.by_id.get(spoken.removeprefix("quote:"))
            if quote is None:
                return self._nothing(query, fold(spoken))
            return Found(query, (Hit(quote, 1.0, ()),)[:limit], 1, spoken)
        if spoken.startswith("topic:"):
            topic = spoken.removeprefix("topic:")
            if topic not in self._of_topic:
                return self._nothing(query, fold(spoken))
            return self._listed(
                query, self._of_topic[topic], allowed, f"topic:{topic}{key}", limit, self._topic_reason(topic)
            )
        if not spoken:
            why: tuple[Reason, ...] = () if allowed is None else (Reason("any", "", key.strip("|")),)
            return self._listed(query, range(len(self.bank.quotes)), allowed, f"any{key}", limit, why)
        typed = words(spoken[:TOO_LONG])
        typed = words(" ".join(typed)[:LONGEST])
        return self._answer(query, typed, allowed, key, limit)

    def topic_size(self, topic: str) -> int:
        """How many quotes a topic has."""
        return len(self._of_topic.get(topic, ()))

    # ── understanding ─────────────────────────────────────────────────────

    def _options(self, query: Query) -> tuple[frozenset[int] | None, str, str | None]:
        """The quotes a query's own fields leave, their part of the key, and a note where one cannot be served."""
        allowed: set[int] | None = None
        key = ""
        if query.speaker:
            name = self._names.whole(words(query.speaker), "speaker")
            if name is None or name.of not in self._of_speaker:
                return frozenset(), f"|{fold(query.speaker)}", f"No quote by “{query.speaker}” is in the bank."
            allowed = set(self._of_speaker[name.of])
            key += f"|{name.of}"
        if query.source:
            chosen = self._sources(query.source)
            if not chosen:
                return frozenset(), f"|{fold(query.source)}", f"No source called “{query.source}” is in the bank."
            allowed = chosen if allowed is None else allowed & chosen
            key += f"|{fold(query.source)}"
        if query.first_year is not None or query.last_year is not None:
            period = filters.of_years(query.first_year, query.last_year)
            within = self._within(period)
            allowed = within if allowed is None else allowed & within
            key += f"|{period.asked}"
        return (None if allowed is None else frozenset(allowed)), key, None

    def _sources(self, called: str) -> set[int]:
        held = self.bank.by_source.get(called)
        if held is not None:
            chosen = {quote.id for quote in held}
            return {doc for doc, quote in enumerate(self.bank.quotes) if quote.id in chosen}
        name = self._names.whole(words(called), "outlet")
        return set(self._of_outlet.get(name.of, ())) if name else set()

    def _within(self, period: Period) -> set[int]:
        return {doc for doc, span in enumerate(self._spans) if period.holds(span)}

    def _understand(self, typed: Sequence[str], allowed: frozenset[int] | None, again: bool) -> Understood:
        asked = filters.asked(typed, *self._years)
        left = [word for at, word in enumerate(typed) if at not in asked.places]
        places = list(self._names.at(left))
        said = [Reason("date", asked.period.asked, asked.period.asked)] if not asked.period.open else []
        kept: set[int] | None = None if asked.period.open else self._within(asked.period)
        outlets = [place for place in places if place.name.kind == "outlet"]
        gone: set[int] = set()
        for place in outlets:
            spoken = range(place.first, place.last)
            if any(other.name.kind != "outlet" and other.first <= place.first < other.last for other in places):
                continue
            docs = set(self._of_outlet[place.name.of])
            kept = docs if kept is None else kept & docs
            gone.update(spoken)
            said.append(Reason("outlet", " ".join(left[place.first : place.last]), place.name.written))
        carrying = [at for at, word in enumerate(left) if at not in gone and carries(word)]
        content = [at for at in carrying if left[at] not in CHATTER or any(p.first <= at < p.last for p in places)]
        units = [self._unit(left, at, places, again, last=at == len(left) - 1) for at in content]
        topics = tuple(dict.fromkeys(place.name.of for place in places if place.name.kind in {"topic", "alias"}))
        covered = {
            at for place in places if place.name.kind in {"topic", "alias"} for at in range(place.first, place.last)
        }
        only = len(topics) == 1 and set(content) <= covered
        if kept is not None and allowed is not None:
            kept &= allowed
        return Understood(
            tuple(typed),
            tuple(units),
            topics,
            only,
            asked.period,
            allowed if kept is None else frozenset(kept),
            tuple(said),
        )

    def _unit(self, typed: Sequence[str], at: int, places: Iterable[Place], again: bool, *, last: bool) -> Unit:
        word = typed[at]
        ways: list[Way] = []
        for place in places:
            if not place.first <= at < place.last:
                continue
            spoken = " ".join(typed[place.first : place.last])
            if place.name.kind in {"topic", "alias"}:
                kind: ReasonKind = "topic" if place.name.kind == "topic" else "alias"
                ways.append(
                    Way(self._of_topic[place.name.of], None, 1.0 if place.exact else 0.99, kind, place.name.written)
                )
            elif place.name.kind == "speaker" and place.name.of in self._of_speaker:
                ways.append(Way(self._of_speaker[place.name.of], None, 1.0, "speaker", place.name.written))
        group = self._words.groups.get(stem(word))
        if group is not None:
            docs, worth = self._words.postings(group)
            ways.append(Way(docs, worth, 1.0, "word", word))
        if not ways or again:
            ways += self._guessed(word, last)
        most = max((len(way.docs) for way in ways), default=0)
        return Unit(word, rarity(most, len(self.bank.quotes)), tuple(ways))

    def _guessed(self, word: str, last: bool) -> Iterable[Way]:
        ways: dict[str, tuple[float, ReasonKind]] = {
            near: (share, "spelling") for near, share in self._spelling.near(word)
        }
        if last and len(word) >= PREFIX_FROM:
            for longer in self.beginning(word):
                ways.setdefault(longer, (0.9, "prefix"))
        for near, (share, kind) in ways.items():
            group = self._words.groups.get(stem(near))
            if group is not None:
                docs, worth = self._words.postings(group)
                yield Way(docs, worth, share, kind, near)
            for place in self._names.at([near]):
                if place.name.kind in {"topic", "alias"}:
                    yield Way(self._of_topic[place.name.of], None, share, kind, near)
                elif place.name.kind == "speaker" and place.name.of in self._of_speaker:
                    yield Way(self._of_speaker[place.name.of], None, share, kind, near)

    def beginning(self, start: str, most: int = 40) -> list[str]:
        """Words of the bank that begin with `start`."""
        return [word for word in self._words.forms if word.startswith(start) and word != start][:most]

    # ── answering ─────────────────────────────────────────────────────────

    def _answer(
        self, query: Query, typed: Sequence[str], allowed: frozenset[int] | None, key: str, limit: int
    ) -> Found:
        best: Found | None = None
        for again in (False, True):
            meant = self._understand(typed, allowed, again)
            if not meant.units:
                if meant.said:
                    name = "".join(f"|{reason.matched}" for reason in meant.said)
                    return self._listed(
                        query, range(len(self.bank.quotes)), meant.allowed, f"any{name}{key}", limit, meant.said
                    )
                break
            best = self._scored(query, meant, key, limit)
            if best.hits:
                return best
        return best or self._nothing(query, " ".join(typed) + key)

    def _scored(self, query: Query, meant: Understood, key: str, limit: int) -> Found:
        total = sum(unit.weight for unit in meant.units)
        cover: dict[int, float] = {}
        for unit in meant.units:
            best: dict[int, float] = {}
            for way in unit.ways:
                worths = (1.0 + TIE,) * len(way.docs) if way.worth is None else (WORTH[byte] for byte in way.worth)
                for doc, worth in zip(way.docs, worths, strict=True):
                    gain = way.share * worth
                    if gain > best.get(doc, 0.0):
                        best[doc] = gain
            for doc, gain in best.items():
                cover[doc] = cover.get(doc, 0.0) + gain * unit.weight
        if meant.allowed is not None:
            cover = {doc: gain for doc, gain in cover.items() if doc in meant.allowed}
        phrase = self._phrase(meant.typed)
        ranked = []
        for doc, gain in cover.items():
            score = gain / total
            whole = phrase is not None and phrase in self._words.lines[doc]
            if whole or score >= BAR:
                ranked.append((whole, score, doc))
        ranked.sort(key=lambda entry: (-entry[0], -entry[1], entry[2]))
        named = "".join(f"|{reason.matched}" for reason in meant.said)
        words_key = " ".join(unit.typed for unit in meant.units)
        if not ranked:
            return self._nothing(query, f"{words_key}{named}{key}")
        topic = self._one_topic(meant, ranked[0][2])
        if topic is not None:
            inside = set(self._of_topic[topic])
            ranked.sort(key=lambda entry: (-(entry[2] in inside), -entry[0], -entry[1], entry[2]))
            equals = sum(entry[2] in inside for entry in ranked)
            words_key = f"topic:{topic}"
        elif ranked[0][0]:
            equals = sum(entry[0] for entry in ranked)
        else:
            equals = sum(entry[1] >= ranked[0][1] - ALIKE for entry in ranked)
        hits = []
        for whole, score, doc in ranked[:limit]:
            why = self._why(meant, doc)
            if whole:
                why = (Reason("phrase", query.words.strip(), " ".join(meant.typed)), *why)
            hits.append(Hit(self.bank.quotes[doc], min(1.0, 1.0 if whole else score), (*why, *meant.said)))
        corrections = (
            tuple(dict.fromkeys((reason.typed, reason.matched) for reason in hits[0].why if reason.kind == "spelling"))
            if hits
            else ()
        )
        return Found(query, tuple(hits), min(equals, len(hits)), f"{words_key}{named}{key}", corrections)

    def _one_topic(self, meant: Understood, first: int) -> str | None:
        if meant.only_topic:
            return meant.topics[0]
        guessed: set[str] = set()
        for unit in meant.units:
            of = {
                place.name.of
                for way in unit.ways
                if way.worth is None
                for place in self._names.at(words(way.matched))
                if place.name.kind in {"topic", "alias"}
            }
            if len(of) != 1:
                return None
            guessed |= of
        if len(guessed) != 1:
            return None
        (topic,) = guessed
        return topic if first in self._of_topic[topic] else None

    def _phrase(self, typed: Sequence[str]) -> str | None:
        """The query as a run of text characters, where it is long enough to be a remembered phrase."""
        if len(typed) < 3 and sum(map(carries, typed)) < 2:
            return None
        numbers = [self._words.ids.get(word) for word in typed]
        return None if None in numbers else "".join(chr(0x10000 + number) for number in numbers if number is not None)

    def _why(self, meant: Understood, doc: int) -> tuple[Reason, ...]:
        reasons: dict[Reason, None] = {}
        for unit in meant.units:
            best: tuple[float, Reason] | None = None
            for way in unit.ways:
                if doc not in way.docs:
                    continue
                kind: ReasonKind = way.kind
                worth = 1.0 + TIE
                if way.worth is not None:
                    byte = way.worth[way.docs.index(doc)]
                    worth = WORTH[byte]
                    if kind == "word" and byte // STEPS == SOURCE:
                        kind = "outlet"
                if best is None or way.share * worth > best[0]:
                    best = (way.share * worth, Reason(kind, unit.typed, way.matched))
            if best is not None:
                reasons[best[1]] = None
        return tuple(reasons)

    def _topic_reason(self, topic: str) -> tuple[Reason, ...]:
        name = next(held.name for held in self.bank.topics if held.id == topic)
        return (Reason("topic", name, name),)

    def _listed(
        self,
        query: Query,
        docs: Iterable[int],
        allowed: frozenset[int] | None,
        key: str,
        limit: int,
        why: tuple[Reason, ...],
    ) -> Found:
        left = [doc for doc in docs if allowed is None or doc in allowed]
        if not left:
            return self._nothing(query, key)
        hits = tuple(Hit(self.bank.quotes[doc], 1.0, why) for doc in left[:limit])
        return Found(query, hits, len(hits), key)

    def _nothing(self, query: Query, key: str) -> Found:
        return Found(query, (), 0, key, suggestions=self._suggest(words(query.words[:LONGEST])))

    def _suggest(self, typed: Sequence[str]) -> tuple[Topic, ...]:
        by_id = {topic.id: topic for topic in self.bank.topics}
        near: dict[str, None] = {}
        for word in filter(carries, typed):
            close = [word, *(other for other, _ in self._spelling.near(word)), *self.beginning(word, 5)]
            for place in self._names.at(close):
                if place.name.kind in {"topic", "alias"} and len(self._of_topic[place.name.of]):
                    near[place.name.of] = None
        chosen = [by_id[topic] for topic in near] or self.common
        return tuple(chosen[:MOST_SUGGESTIONS])
