"""Whose words a query asks for ("what did lavrov answer"), where the bank holds none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...text import shorten, words
from ..analysis import CHATTER, STOP_WORDS
from ..tuning import MAX_NAME_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...bank.bank import Bank
    from ..indexing.names import Names
    from ..query import Hit

_DID = frozenset({"did", "does", "do", "has", "had", "would", "will", "didnt", "doesnt", "hasnt"})
_SAY = frozenset(
    """
    say says said saying answer answers answered reply replies replied respond responds responded think thinks thought
    tell
    tells told claim claims claimed comment commented promise promised state stated declare declared argue argued
    """.split()  # noqa: SIM905
)
_SAID = frozenset({"said", "says", "answered", "answers", "replied", "replies", "told", "claims", "claimed"})
_WORDS = frozenset(
    """
    quote quotes quotation quotations words word statement statements answer answers reply comments comment said
    """.split()  # noqa: SIM905
)
_BY = frozenset({"by", "from"})
_ABOUT = frozenset({"about", "on", "regarding", "concerning", "of", "in", "to"})
_SHOWN = 40


def requested_speaker(typed: Sequence[str]) -> tuple[str, ...]:
    """The words that name who is to have said something; none where a query does not ask like that."""
    for at, word in enumerate(typed):
        if word in _DID and (end := _first_of(_SAY, typed, at + 2)) < len(typed):
            return _name(typed[at + 1 : end])
        if word in _BY and at and typed[at - 1] in _WORDS:
            return _name(typed[at + 1 : _first_of(_ABOUT, typed, at + 1)])
        if word in _SAID and at and typed[0] not in CHATTER:
            return _name(typed[:at])
    return ()


def _first_of(wanted: frozenset[str], typed: Sequence[str], start: int) -> int:
    """The first place from `start` on of one of these words; the end where there is none."""
    return next((place for place in range(start, len(typed)) if typed[place] in wanted), len(typed))


def _name(said: Sequence[str]) -> tuple[str, ...]:
    name = tuple(word for word in said if word not in STOP_WORDS)
    return name if 0 < len(name) <= MAX_NAME_WORDS else ()


class RequestedSpeakers:
    """Who speaks in a bank, by name and by office."""

    def __init__(self, bank: Bank, names: Names) -> None:
        self._names = names
        self._titles = {
            word for speaker in bank.speakers for role in speaker.roles for word in words(role.title)
        } - STOP_WORDS
        self._offices = {
            topic.id
            for topic in bank.topics
            if any(set(words(called)) <= self._titles for called in (topic.name, *topic.aliases))
        }

    def note(self, typed: Sequence[str], hits: Sequence[Hit]) -> str | None:
        """What must be said where words are asked of somebody who says nothing in the bank."""
        name = requested_speaker(typed)
        if not name or set(name) <= self._titles:
            return None
        places = self._names.at(name)
        topics = [place.name for place in places if place.is_topic and place.last - place.first == len(name)]
        speaks = any(place.name.kind == "speaker" for place in places)
        if speaks or any(topic.of in self._offices for topic in topics):
            return None
        called = topics[0].written if topics else shorten(" ".join(name).title(), _SHOWN)
        note = f"The bank holds no quote by {called}"
        speakers = {hit.quote.speaker.name for hit in hits}
        return f"{note}; these words are {_whose(speakers)}." if speakers else f"{note}."


def _whose(speakers: set[str]) -> str:
    """The one speaker of some words, as their owner; or others."""
    if len(speakers) > 1:
        return "others’"
    (only,) = speakers
    return only + ("’" if only.endswith("s") else "’s")
