"""A query folded into the few characters a button can carry, so that it works after a restart."""

from __future__ import annotations

from bot.chat.limits import plain
from bot.search.query import Query
from bot.text import fold, shorten

ROOM = 50
"""Characters of a custom id (100) that are left beside the action and a quote's id (40)."""
_GAP = "|"


def pack(query: Query, key: str = "") -> str:
    """What to ask again. A query that does not fit is asked with its first words only.

    `key` is that of what was found, where asking for the same topic is enough.
    """
    exact = key.startswith(("topic:", "quote:")) and _GAP not in key
    words = key if exact and len(key) <= ROOM else plain(fold(query.words)).replace(_GAP, " ")
    years = (str(year) if year else "" for year in (query.first_year, query.last_year))
    filters = _GAP.join((*years, plain(query.source or ""), plain(query.speaker or ""))).rstrip(_GAP)
    if len(filters) > (ROOM * 2 // 3 if words else ROOM - 1):
        filters = ""
    tail = _GAP + filters if filters else ""
    return shorten(words, ROOM - len(tail)).rstrip("…") + tail


def unpack(packed: str) -> Query:
    """The query a button carries."""
    words, first, last, source, speaker, *_ = (*packed.split(_GAP), "", "", "", "")
    return Query(
        words=words,
        first_year=int(first) if first.isdecimal() else None,
        last_year=int(last) if last.isdecimal() else None,
        source=source or None,
        speaker=speaker or None,
    )
