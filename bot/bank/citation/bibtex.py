"""BibTeX and BibLaTeX."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..attribution import form
from ..dates import MONTHS, iso_date
from .facts import author, description, is_inferred, shared_date
from .keys import entries
from .notes import notes
from .titles import typographic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..quote import Quote, When

# BibTeX counts braces whether they are escaped or not, so a brace of the text must not stand as one.
_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "&": r"\&",
        "%": r"\%",
        "_": r"\_",
        "#": r"\#",
        "$": r"\$",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)
# The url package takes an address as it stands, but braces and backslashes end or eat the field.
_IN_ADDRESS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"})
_WORD = re.compile(r"[^\s“”‘()\[\],:;.?!]+")


def write_bibtex(quotes: Sequence[Quote]) -> str:
    """Entries every BibTeX style can print: what is said and supplied stands in the note."""
    return "\n\n".join(_entry("misc", key, _bibtex(quote)) for key, quote in entries(quotes))


def write_biblatex(quotes: Sequence[Quote]) -> str:
    """Entries for biber: ISO dates with ranges, an uncertain date marked as one."""
    return "\n\n".join(
        _entry("online" if quote.source.address else "misc", key, _biblatex(quote)) for key, quote in entries(quotes)
    )


def _entry(kind: str, key: str, fields: Mapping[str, str]) -> str:
    lines = [f"  {name:<13}= {value}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}"])


def _bibtex(quote: Quote) -> dict[str, str]:
    source = quote.source
    date = shared_date(source.published) if source.published else None
    return {
        **_who_and_what(quote),
        "howpublished": _braced(f"{source.outlet}, {form(source)}"),
        "year": f"{{{date.year}}}" if date else "{n.d.}",
        "month": MONTHS[date.month - 1][:3].lower() if date and date.month else "",
        "day": f"{{{date.day}}}" if date and date.day else "",
        "url": _address(quote),
        "note": _braced(" ".join(notes(source))),
    }


def _biblatex(quote: Quote) -> dict[str, str]:
    source = quote.source
    return {
        **_who_and_what(quote),
        "organization": _braced(source.outlet),
        "type": _braced(form(source)),
        "date": f"{{{_edtf(source.published)}}}" if source.published else "",
        "eventdate": f"{{{_edtf(quote.said)}}}" if quote.said else "",
        "url": _address(quote),
        "note": _braced(" ".join(notes(source))),
        "langid": "{english}" if source.language == "en" else "",
    }


def _who_and_what(quote: Quote) -> dict[str, str]:
    name = author(quote)
    return {
        "author": _braced(name.inverted) if name else "",
        "title": f"{{{_title(typographic(quote.source.title or description(quote)))}}}",
    }


def _title(title: str) -> str:
    """The title with every capital that must stay kept in braces; the first word's own capital may go."""
    return _WORD.sub(lambda word: _protect_capitals(word[0], first=word.start() == 0), title)


def _protect_capitals(word: str, *, first: bool) -> str:
    safe = word.translate(_ESCAPES)
    inner = word[1:] if first else word
    return f"{{{safe}}}" if any(letter.isupper() for letter in inner) else safe


def _braced(text: str) -> str:
    return f"{{{' '.join(text.split()).translate(_ESCAPES)}}}" if text else ""


def _address(quote: Quote) -> str:
    address = quote.source.address
    return f"{{{address.value.translate(_IN_ADDRESS)}}}" if address else ""


def _edtf(when: When) -> str:
    doubt = "?" if is_inferred(when) else ""
    ends = [iso_date(date) + doubt for date in dict.fromkeys((when.first, when.last))]
    return "/".join(ends)
