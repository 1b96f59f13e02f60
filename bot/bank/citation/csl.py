"""CSL-JSON, as pandoc, Zotero and citeproc read it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..dates import date_parts
from .facts import Name, author, description, interviewer, is_inferred
from .keys import entries
from .notes import notes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..quote import Quote, When

_TYPES = {"interview": "interview", "speech": "speech"}


def write(quotes: Sequence[Quote]) -> str:
    """A JSON array with one item for each source."""
    return json.dumps([item(key, quote) for key, quote in entries(quotes)], ensure_ascii=False, indent=2)


def item(key: str, quote: Quote) -> dict[str, object]:
    """One item; whatever is not known is left out."""
    source = quote.source
    name, asked = author(quote), interviewer(source)
    filled: dict[str, object] = {
        "id": key,
        "type": _TYPES.get(source.kind, "webpage"),
        "title": source.title,
        "author": [_name(name)] if name else None,
        "interviewer": [_name(asked)] if asked else None,
        "container-title": source.outlet,
        "genre": None if source.title else description(quote),
        "event-title": source.event,
        "event-date": _date(quote.said) if quote.said else None,
        "issued": _date(source.published) if source.published else None,
        "language": source.language,
        "URL": source.address.value if source.address else None,
        "note": " ".join(notes(source)),
    }
    return {field: value for field, value in filled.items() if value}


def _name(name: Name) -> dict[str, str]:
    return {"family": name.family, "given": name.given} if name.given else {"literal": name.family}


def _date(when: When) -> dict[str, object]:
    date: dict[str, object] = {"date-parts": date_parts(when)}
    return {**date, "circa": True} if is_inferred(when) else date
