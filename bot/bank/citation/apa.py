"""APA, 7th edition: an entry of the reference list. The section numbers are the Publication Manual's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dates import NO_DATE
from .facts import author, description, interviewer, outlet
from .keys import entries
from .runs import alphabetical, ended, italic
from .spans import year_first
from .titles import typographic

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..quote import Quote, Reprint


def write(quotes: Sequence[Quote]) -> list[str]:
    """One entry a source, in the list's order: by author, then year; works of one year get letters (9.47)."""
    chosen = sorted((quote for _, quote in entries(quotes)), key=_order)
    letters = _letters(chosen)
    return [_entry(quote, letters.get(place, "")) for place, quote in enumerate(chosen)]


def _entry(quote: Quote, letter: str) -> str:
    source = quote.source
    lead, title = _lead(quote), _title(quote)
    date = year_first(source.published, letter) if source.published else NO_DATE + (f"-{letter}" if letter else "")
    pieces = [f"{lead} ({date}).", ended(title)] if lead else [ended(title), f"({date})."]
    pieces.append(ended(outlet(source)))
    if source.address:
        pieces.append(source.address.value)
    if source.reprint:
        pieces.append(_reprint(source.reprint))
    return " ".join(pieces)


def _lead(quote: Quote) -> str:
    name = author(quote)
    if name is None:
        return ""
    return f"{name.family}, {name.initials}" if name.given else ended(name.family)


def _title(quote: Quote) -> str:
    source = quote.source
    kind = {"interview": "Interview", "speech": "Speech"}.get(source.kind, "")
    if asked := interviewer(source):
        kind += f" by {f'{asked.initials} {asked.family}'.strip()}"
    if source.title:
        return italic(typographic(source.title)) + (f" [{kind}]" if kind else "")
    return f"[{kind or description(quote)}]"


def _reprint(reprint: Reprint) -> str:
    pieces = (
        reprint.by,
        year_first(reprint.published) if reprint.published else None,
        reprint.address.value if reprint.address else None,
    )
    return f"(Reprinted by {', '.join(piece for piece in pieces if piece)})"


def _order(quote: Quote) -> tuple[str, tuple[int, int, int]]:
    when = quote.source.published
    date = (when.first.year, when.first.month, when.first.day) if when else (0, 0, 0)
    return alphabetical(_lead(quote) or _title(quote)), date


def _letters(quotes: Iterable[Quote]) -> dict[int, str]:
    groups: dict[tuple[str, int | None], list[int]] = {}
    for place, quote in enumerate(quotes):
        when = quote.source.published
        groups.setdefault((_lead(quote) or _title(quote), when.first.year if when else None), []).append(place)
    return {
        place: _letter(count) for places in groups.values() if len(places) > 1 for count, place in enumerate(places)
    }


def _letter(count: int) -> str:
    # a … z, aa, ab … for a speaker who was busy
    return (chr(ord("a") + count // 26 - 1) if count >= 26 else "") + chr(ord("a") + count % 26)
