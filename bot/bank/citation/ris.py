"""RIS: two-character tags, one line each, CRLF between lines, a day's parts split by slashes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dates import parts
from .facts import author, description, interviewer, shared_date
from .keys import entries
from .notes import notes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..quote import PartialDate, Quote

_END = "\r\n"


def write(quotes: Sequence[Quote]) -> str:
    """One entry for each source."""
    return _END.join(_END.join([*_lines(key, quote), "ER  - ", ""]) for key, quote in entries(quotes))


def _lines(key: str, quote: Quote) -> Iterator[str]:
    source = quote.source
    name, asked = author(quote), interviewer(source)
    # RIS has no type for an interview or a press conference; reference managers read NEWS and ELEC alike.
    yield _line("TY", "ELEC" if source.address else "NEWS")
    yield _line("ID", key)
    if name:
        yield _line("AU", name.inverted)
    if asked:
        yield _line("A2", asked.inverted)
    yield _line("TI", source.title or f"[{description(quote)}]")
    yield _line("T2", source.outlet)
    if source.published:
        yield _line("PY", str(source.published.first.year))
        yield _line("DA", _date(shared_date(source.published)))
    yield _line("M3", source.kind)
    yield _line("LA", source.language)
    if source.address:
        yield _line("UR", source.address.value)
    for note in notes(source):
        yield _line("N1", note)


def _line(tag: str, value: str) -> str:
    return f"{tag}  - {' '.join(value.split())}"


def _date(date: PartialDate) -> str:
    """YYYY/MM/DD/ with what is not known left empty; the third slash is part of the format."""
    known = [f"{part:02}" for part in parts(date)]
    return "/".join([*known, *[""] * (4 - len(known))])
