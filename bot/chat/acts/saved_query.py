"""A query folded into the few characters a button can carry, so that it works after a restart."""

from __future__ import annotations

from ...search.query import Query
from ...text import fold, shorten
from ..escaping import plain

ROOM = 50
"""Characters of a custom id (100) that are left beside the action and a quote's id (40)."""
_GAP = "|"


def shortened(query: Query, key: str = "") -> Query:
    """What a button asks again. A query that does not fit is asked with its first words only.

    `key` is that of what was found, where asking for the same topic is enough.
    """
    exact = key.startswith(("topic:", "quote:")) and _GAP not in key and len(key) <= ROOM
    words = key if exact else plain(fold(query.words)).replace(_GAP, " ")
    filters = _filters(query)
    if len(filters) > (ROOM * 2 // 3 if words else ROOM - 1):
        filters = ""
    tail = _GAP + filters if filters else ""
    return from_text(shorten(words, ROOM - len(tail)).rstrip("…") + tail)


def to_text(query: Query) -> str:
    """A shortened query, as a custom id carries it."""
    filters = _filters(query)
    return query.words + (_GAP + filters if filters else "")


def from_text(text: str) -> Query:
    """The query that a custom id carries."""
    words, first, last, source, speaker, *_ = (*text.split(_GAP), "", "", "", "")
    return Query(
        words=words,
        first_year=int(first) if first.isdecimal() else None,
        last_year=int(last) if last.isdecimal() else None,
        source=source or None,
        speaker=speaker or None,
    )


def _filters(query: Query) -> str:
    years = (str(year) if year else "" for year in (query.first_year, query.last_year))
    return _GAP.join((*years, plain(query.source or ""), plain(query.speaker or ""))).rstrip(_GAP)
