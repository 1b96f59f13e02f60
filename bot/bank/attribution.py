"""Who said it, when, and where it stands, in the words people read; shared by the card and by plain citations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .dates import show
from .link import address_of

if TYPE_CHECKING:
    from .quote import Quote, Source


def role_then(quote: Quote) -> str | None:
    """The office the speaker held when it was said, None where it is not known."""
    role = quote.speaker.role_at(quote.said or quote.source.published)
    return role.title if role else None


def where_pieces(quote: Quote) -> tuple[str, ...]:
    """The citation line in pieces: when it was said, the outlet and form, where it was published again."""
    source, said, published = quote.source, quote.said, quote.source.published
    when = show(said) if said else f"published {show(published)}" if published else show(None)
    pieces = [when, f"{outlet(source)}, {form(source)}"]
    if said and said.basis == "inferred" and published and published.basis != "inferred":
        pieces.append(f"published {show(published)}")
    if reprint := source.reprint:
        pieces.append(f"reprinted by {reprint.by}" + (f", {show(reprint.published)}" if reprint.published else ""))
    return tuple(pieces)


def outlet(source: Source) -> str:
    """The outlet with what a reader must know about it: "Sputnik (Russian state news agency)"."""
    inferred = "inferred" if source.outlet_basis == "inferred" else None
    remarks = "; ".join(filter(None, (inferred, source.outlet_note)))
    return f"{source.outlet} ({remarks})" if remarks else source.outlet


def form(source: Source) -> str:
    """What was published: "interview with Andrei Beketov", "video conference at the launch of NATO 2030"."""
    kind: str = source.kind
    if source.interviewer:
        kind += f" with {source.interviewer}"
    elif source.author:
        kind += f" by {source.author}"
    return f"{kind} at {source.event}" if source.event else kind


def plain_line(quote: Quote) -> str:
    """The quote and where it stands in one line: “words” — speaker, role, date, outlet, title, address."""
    title = f"“{quote.source.title}”" if quote.source.title else None
    pieces = (quote.speaker.name, role_then(quote), *where_pieces(quote), title, address_of(quote))
    return f"“{quote.text}” — {', '.join(piece for piece in pieces if piece)}"
