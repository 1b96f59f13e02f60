"""What an answer shows, before anybody draws it: Discord and the terminal draw the same card.

All text is plain. A door escapes it for its own markup; nothing here is marked up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from .bank.attribution import form, outlet, plain_line, role_then, where_pieces
from .bank.dates import show, show_with_basis
from .bank.link import link_label, passage_link
from .bank.sentences import sentences
from .text import fold, shorten, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .bank.bank import Bank
    from .bank.quote import Fact, Quote, Source, Topic, When
    from .search.query import Hit, Reason

# A card must stay well under Discord's 4,000 characters. The reader caps the words themselves; these cap the rest.
WORD_LIMIT = 60
PIECE_LIMIT = 300
NOTE_LIMIT = 200
NEIGHBOUR_LIMIT = 100
CONTEXT_LIMIT = 3_500
REASONS_SHOWN = 4
NO_ADDRESS = "no address known"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text; `stressed` where a door should make it stand out (a word typed or matched)."""

    text: str
    stressed: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One answer.

    `words` stand in quotation marks; `where` are the pieces of the citation line and `found` those of the line on
    how it was found, in order, for the door to join. `link` is at most 512 characters, None where no address is known.
    """

    quote_id: str
    words: str
    speaker: str
    role: str | None
    where: tuple[str, ...]
    note: str | None
    found: tuple[tuple[Span, ...], ...]
    link: str | None
    link_label: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The quote before or after in the same article: its id, and its first words in quotation marks."""

    label: Literal["before", "after"]
    quote_id: str
    words: str


@dataclass(frozen=True, slots=True)
class ContextCard:
    """What stands around a quote. `facts` are (name, value) pairs that also say how each is known."""

    quote_id: str
    words: str
    speaker: str
    question: str | None
    asked_by: str | None
    before: str | None
    after: str | None
    neighbours: tuple[Neighbour, ...]
    facts: tuple[tuple[str, str], ...]
    link: str | None
    link_label: str


def draw_card(
    quote: Quote,
    *,
    hit: Hit | None,
    corrections: Sequence[tuple[str, str]] = (),
    position: int | None = None,
    total: int | None = None,
    proved: bool = True,
) -> Card:
    """The card of one quote. `position` counts from 1 within the round of `total` quotes.

    `proved` is False only for a bank that was not checked against its fingerprints.
    """
    found = found_line(quote, hit=hit, corrections=corrections, position=position, total=total, proved=proved)
    return replace(plain_card(quote), found=found)


def found_line(
    quote: Quote,
    *,
    hit: Hit | None,
    corrections: Sequence[tuple[str, str]] = (),
    position: int | None = None,
    total: int | None = None,
    proved: bool = True,
) -> tuple[tuple[Span, ...], ...]:
    """How a quote was found, in pieces: the part of a card that differs from answer to answer."""
    found: list[tuple[Span, ...]] = []
    if reasons := reasons_sentence(hit.why if hit else (), corrections, quote):
        found.append(reasons)
    if position and total and total > 1:
        found.append((Span(f"{position} of {total}"),))
    if proved:
        found.append((Span("word for word from its source"),))
    return tuple(found)


def plain_card(quote: Quote) -> Card:
    """The card of a quote without its found line: the part that can be drawn once and kept."""
    return Card(
        quote_id=quote.id,
        words=f"“{quote.text}”",
        speaker=quote.speaker.name,
        role=role_then(quote),
        where=tuple(shorten(piece, PIECE_LIMIT) for piece in _where(quote)),
        note=shorten(quote.note, NOTE_LIMIT) if quote.note else None,
        found=(),
        link=passage_link(quote),
        link_label=link_label(quote),
    )


def _where(quote: Quote) -> Iterator[str]:
    yield from where_pieces(quote)
    if passage_link(quote) is None:
        yield NO_ADDRESS


def context_card(quote: Quote, bank: Bank) -> ContextCard:
    """The question, the words around, the neighbours in the same article, and how each fact is known."""
    shown = [text for text in (quote.question, quote.before, quote.after) if text]
    beside = _neighbours(quote, bank.by_source.get(quote.source.id, ()))
    neighbours = tuple(_neighbour(label, other) for label, other in beside if not _stands_in(other.text, shown))
    around = (quote.text, quote.question, quote.before, quote.after, *(other.words for other in neighbours))
    return ContextCard(
        quote_id=quote.id,
        words=f"“{quote.text}”",
        speaker=quote.speaker.name,
        question=quote.question,
        asked_by=quote.source.interviewer if quote.question else None,
        before=_beyond(quote.before, quote.text),
        after=_beyond(quote.after, quote.text),
        neighbours=neighbours,
        facts=tuple(
            _fitting(
                _facts(quote.source, quote.said, quote.note, quote.source.note),
                CONTEXT_LIMIT - sum(len(text or "") for text in around),
            )
        ),
        link=passage_link(quote),
        link_label=link_label(quote),
    )


def plain(quote: Quote) -> str:
    """The quote and where it stands, as plain text to copy: “words” — speaker, role, date, outlet, title, address."""
    return plain_line(quote)


def reasons_sentence(
    why: Iterable[Reason], corrections: Iterable[tuple[str, str]] = (), quote: Quote | None = None
) -> tuple[Span, ...]:
    """Why a quote was found, as one sentence in spans; empty where nothing was asked for.

    With the `quote`, another name of one of its topics is told as that topic.
    """
    spans: list[Span] = []
    shown: set[tuple[str, str]] = set()
    typed: set[str] = set()
    for reason in why:
        name, matched = _matched(reason, quote)
        typed.add(fold(reason.typed))
        if not name or (name, fold(matched)) in shown or len(shown) == REASONS_SHOWN:
            continue
        shown.add((name, fold(matched)))
        spans += [Span(("Found by " if len(shown) == 1 else ", ") + f"{name} "), _stressed(matched)]
        if not set(words(reason.typed)) <= set(words(matched)):
            spans += [Span(" (you typed "), _stressed(reason.typed), Span(")")]
    for wrong, right in corrections:
        if fold(wrong) not in typed:
            spans += [Span("; showing " if spans else "Showing "), _stressed(right), Span(" for "), _stressed(wrong)]
    return tuple(spans)


_REASONS = {
    "topic": "topic",
    "alias": "topic",
    "word": "word",
    "stem": "word",
    "spelling": "word",
    "prefix": "word",
    "phrase": "phrase",
    "speaker": "speaker",
    "date": "date",
    "outlet": "outlet",
    "any": "",
}


def _matched(reason: Reason, quote: Quote | None) -> tuple[str, str]:
    """What kind of thing was matched, and its name."""
    name = _REASONS[reason.kind]
    if name in ("topic", "word") and quote:
        matched = " ".join(words(reason.matched))
        for topic in quote.topics:
            if matched in _names(topic):
                return "topic", topic.name
    return name, reason.matched


@lru_cache(maxsize=1024)
def _names(topic: Topic) -> frozenset[str]:
    """Everything a topic is called, folded."""
    return frozenset(" ".join(words(called)) for called in (topic.name, topic.id, *topic.aliases))


def _stressed(word: str) -> Span:
    return Span(shorten(word, WORD_LIMIT), stressed=True)


def _neighbours(quote: Quote, quotes: Sequence[Quote]) -> Iterator[tuple[Literal["before", "after"], Quote]]:
    place = next((place for place, other in enumerate(quotes) if other.id == quote.id), None)
    if place is None:
        return
    if place:
        yield "before", quotes[place - 1]
    if place + 1 < len(quotes):
        yield "after", quotes[place + 1]


def _beyond(around: str | None, quoted: str) -> str | None:
    """The words around a quote without the sentences that stand in the quote itself."""
    if not around:
        return around
    held = f" {' '.join(words(quoted))} "
    parts = [around[start:end] for start, end in sentences(around)]
    fresh = [part for part in parts if (told := words(part)) and f" {' '.join(told)} " not in held]
    return " ".join(fresh) or None


def _stands_in(said: str, shown: Iterable[str]) -> bool:
    """Whether a sentence of what was said stands in one of these texts as well, or all of such a text in it."""
    whole = f" {' '.join(words(said))} "
    own = [f" {' '.join(words(said[start:end]))} " for start, end in sentences(said)]
    for text in shown:
        there = f" {' '.join(words(text))} "
        if there in whole or any(sentence in there for sentence in own):
            return True
    return False


def _neighbour(label: Literal["before", "after"], quote: Quote) -> Neighbour:
    return Neighbour(label, quote.id, f"“{shorten(quote.text, NEIGHBOUR_LIMIT)}”")


def source_facts(source: Source) -> tuple[tuple[str, str], ...]:
    """(name, value) pairs of all that is known of a source, and how."""
    return tuple(_fitting(_facts(source, source.said, source.note), CONTEXT_LIMIT))


def _facts(source: Source, said: When | None, *remarks: str | None) -> Iterator[tuple[str, str]]:
    if source.title:
        yield "Title", source.title
    yield "Outlet", outlet(source)
    yield "Form", form(source)
    yield "Said", _known(said)
    yield "Published", _known(source.published)
    if source.place:
        yield "Place", _fact(source.place)
    if source.address:
        yield "Address", _site(source.address)
    elif not (source.reprint and source.reprint.address):
        yield "Address", "none known"
    if reprint := source.reprint:
        yield "Reprint", reprint.by + (f", {show_with_basis(reprint.published)}" if reprint.published else "")
        if reprint.address:
            yield "Reprint's address", _site(reprint.address)
    for note in filter(None, remarks):
        yield "Note", shorten(note, NOTE_LIMIT)


def _fitting(facts: Iterable[tuple[str, str]], room: int) -> Iterator[tuple[str, str]]:
    """The facts that fit, in order of weight: the notes stand last and are the first to go."""
    for name, value in facts:
        shortened = shorten(value, PIECE_LIMIT)
        room -= len(name) + len(shortened)
        if room < 0:
            return
        yield name, shortened


def _known(when: When | None) -> str:
    return show_with_basis(when) if when else show(None)


def _site(address: Fact) -> str:
    # The whole address is the link; here it is told how it is known.
    return f"{urlsplit(address.value).netloc or address.value} ({address.basis})"


def _fact(fact: Fact) -> str:
    return f"{fact.value} ({fact.basis})"
