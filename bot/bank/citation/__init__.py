"""Citations of a quote's source, in the styles people hand in. Nothing is stated that the bank does not know."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from . import apa, bibtex, chicago, csl, mla, pack, ris
from .runs import Run, split_runs, without_marks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..quote import Quote

__all__ = ["STYLES", "Run", "Style", "cite", "cite_many", "cite_runs"]


@dataclass(frozen=True, slots=True)
class Style:
    """One way to cite. `ending` is the file name's for a reading pack; `code` tells a door to set it in monospace."""

    id: str
    label: str
    ending: str
    code: bool
    _write: Callable[[Sequence[Quote]], str]

    def write(self, quotes: Sequence[Quote]) -> str:
        """The citations of these quotes as one text, its italics still marked."""
        return self._write(quotes)


def _lines(write: Callable[[Sequence[Quote]], list[str]]) -> Callable[[Sequence[Quote]], str]:
    return lambda quotes: "\n\n".join(write(quotes))


STYLES: Mapping[str, Style] = MappingProxyType(
    {
        style.id: style
        for style in (
            Style("apa", "APA 7", "txt", code=False, _write=_lines(apa.write)),
            Style("mla", "MLA 9", "txt", code=False, _write=_lines(mla.write)),
            Style("chicago-note", "Chicago 17, note", "txt", code=False, _write=_lines(chicago.write_notes)),
            Style("chicago", "Chicago 17, bibliography", "txt", code=False, _write=_lines(chicago.write_bibliography)),
            Style("plain", "Plain text", "txt", code=False, _write=_lines(pack.write_plain)),
            Style("markdown", "Markdown", "md", code=True, _write=pack.write_markdown),
            Style("bibtex", "BibTeX", "bib", code=True, _write=bibtex.write_bibtex),
            Style("biblatex", "BibLaTeX", "bib", code=True, _write=bibtex.write_biblatex),
            Style("ris", "RIS", "ris", code=True, _write=ris.write),
            Style("csl-json", "CSL-JSON", "json", code=True, _write=csl.write),
        )
    }
)


def cite(quote: Quote, style_id: str) -> str:
    """One quote cited, as plain text. KeyError for a style that is not in STYLES."""
    return cite_many([quote], style_id)


def cite_many(quotes: Sequence[Quote], style_id: str) -> str:
    """A bibliography or reading pack: one entry a source (one a quote in plain text and Markdown)."""
    return without_marks(STYLES[style_id].write(quotes))


def cite_runs(quotes: Sequence[Quote], style_id: str) -> tuple[Run, ...]:
    """The same in pieces that say which of them stand in italics."""
    return split_runs(STYLES[style_id].write(quotes))
