"""One entry for each source, however many of its quotes are cited, and the key it goes by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..quote import Quote


def entries(quotes: Iterable[Quote]) -> list[tuple[str, Quote]]:
    """(key, quote) for each source; a second speaker's quotes from the same source are an entry of their own."""
    chosen: dict[tuple[str, str], Quote] = {}
    for quote in quotes:
        chosen.setdefault((quote.source.id, quote.speaker.id), quote)
    keyed: dict[str, Quote] = {}
    for (source, speaker), quote in chosen.items():
        keyed[source if source not in keyed else f"{source}-{speaker}"] = quote
    return list(keyed.items())
