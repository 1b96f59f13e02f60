"""Chicago, 17th edition, notes and bibliography. The section numbers are the Manual's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dates import NO_DATE
from .facts import author, form, interviewer, outlet
from .keys import entries
from .runs import alphabetical, ended, italic
from .spans import american
from .titles import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..quote import Quote, Reprint


def write_notes(quotes: Sequence[Quote]) -> list[str]:
    """One full note a source, in the order asked for."""
    return [_note(quote) for _, quote in entries(quotes)]


def write_bibliography(quotes: Sequence[Quote]) -> list[str]:
    """One entry a source, in alphabetical order."""
    written = (_entry(quote) for _, quote in entries(quotes))
    return sorted(written, key=alphabetical)


def _note(quote: Quote) -> str:
    source, name = quote.source, author(quote)
    speaker = quote.speaker.name
    # "Quoted in" (14.260): the words are the speaker's, the report is somebody else's.
    own = name is not None and not source.author
    occasion = "" if source.kind == "article" else _occasion(quote)
    writer = f"{name.straight}, " if name and not own else ""
    published = f"{italic(outlet(source))}, {american(source.published) if source.published else NO_DATE}"
    title = quoted(source.title, ",") if source.title else ""
    if own:
        work = f"{speaker}, {f'{title} ' if title else ''}{occasion}, {published}"
    else:
        cited = " ".join(filter(None, (f"{writer}{title}".strip(), published)))
        work = f"{speaker}, {f'{occasion}, ' if occasion else ''}quoted in {cited}"
    if source.address:
        work += f", {source.address.value}"
    if source.reprint:
        work += f"; {_reprint(source.reprint, 'reprinted', ', ')}"
    return ended(work)


def _occasion(quote: Quote) -> str:
    source = quote.source
    text: str = source.kind
    if asked := interviewer(source):
        text += f" by {asked.straight}"
    if source.event:
        text += f" at {source.event}"
    dated = quote.said and (source.kind != "interview" or not source.published)
    return f"{text}, {american(quote.said)}" if quote.said and dated else text


def _entry(quote: Quote) -> str:
    source, name = quote.source, author(quote)
    date = american(source.published) if source.published else NO_DATE
    # An unsigned report stands under the name of the paper (14.199).
    pieces = [ended(name.inverted if name else italic(outlet(source)))]
    if source.title:
        pieces.append(quoted(source.title, "."))
    if words := _form(quote):
        pieces.append(ended(words))
    pieces.append(ended(f"{italic(outlet(source))}, {date}" if name else date))
    if source.address:
        pieces.append(f"{source.address.value}.")
    if source.reprint:
        pieces.append(_reprint(source.reprint, "Reprinted", ". ") + ".")
    return " ".join(pieces)


def _form(quote: Quote) -> str:
    """The form; with the day it was said only where the publication has none."""
    words = form(quote)
    if quote.said and not quote.source.published:
        return f"{words or quote.source.kind.capitalize()}, {american(quote.said)}"
    return words


def _reprint(reprint: Reprint, word: str, before_address: str) -> str:
    dated = f", {american(reprint.published)}" if reprint.published else ""
    return f"{word} by {reprint.by}{dated}" + (f"{before_address}{reprint.address.value}" if reprint.address else "")
