"""A link that opens a source at the passage itself, by URL text fragments (https://wicg.github.io/scroll-to-text-fragment/)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote as percent

from ..text import words_in_place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .quote import Quote

LINK_LIMIT = 512  # of a Discord button's address
_EDGE_WORDS = 5
_MAX_WORDS_IN_FULL = 2 * _EDGE_WORDS
_AROUND_WORDS = 3


def passage_link(quote: Quote) -> str | None:
    """Where the passage can be read, at most 512 characters long; None where no address is known.

    The longest form that fits is taken: the words with their surroundings, the words alone, fewer of them, the
    bare address. A browser that finds no such words opens the page at its top.
    """
    address = address_of(quote)
    if address is None or len(address) > LINK_LIMIT:
        return None
    joint = ":~:" if "#" in address else "#:~:"
    links = (f"{address}{joint}{'&'.join(directives)}" for directives in _forms(quote))
    return next((link for link in links if len(link) <= LINK_LIMIT), address)


def link_label(quote: Quote) -> str:
    """What a link to the passage is called: a reprint is not the source."""
    return "Open source" if quote.source.address else "Open reprint"


def address_of(quote: Quote) -> str | None:
    """The source's address, else its reprint's. Only web addresses can be opened."""
    source = quote.source
    fact = source.address or (source.reprint.address if source.reprint else None)
    return fact.value if fact and fact.value.startswith(("https://", "http://")) else None


def _forms(quote: Quote) -> Iterator[Sequence[str]]:
    # The form with surroundings fails as a whole where a quotation mark stands between; a browser then takes
    # the next directive, so the words alone always follow it.
    alone = [_directive(segment) for segment in quote.segments]
    around = _with_surroundings(quote)
    if around:
        yield [around, *alone]
        yield [around, alone[0]]
    yield alone
    yield alone[:1]
    for edge in range(_EDGE_WORDS - 1, 1, -1):
        yield [_directive(quote.segments[0], edge)]


def _directive(segment: str, edge: int = _EDGE_WORDS) -> str:
    places = [(start, end) for _, start, end in words_in_place(segment)]
    if len(places) <= min(_MAX_WORDS_IN_FULL, 2 * edge):
        return "text=" + _encoded(segment[places[0][0] : places[-1][1]] if places else segment)
    start, end = segment[places[0][0] : places[edge - 1][1]], segment[places[-edge][0] : places[-1][1]]
    return f"text={_encoded(start)},{_encoded(end)}"


def _with_surroundings(quote: Quote) -> str | None:
    """Prefix and suffix stand right beside the words, so all punctuation in between is kept."""
    if len(quote.segments) > 1 or not (quote.before or quote.after):
        return None
    text = quote.text.strip()
    places = [(start, end) for _, start, end in words_in_place(text)]
    if len(places) <= _MAX_WORDS_IN_FULL:
        middle = _encoded(text)
    else:
        middle = f"{_encoded(text[: places[_EDGE_WORDS - 1][1]])},{_encoded(text[places[-_EDGE_WORDS][0] :])}"
    prefix = f"{_encoded(_last_words(quote.before))}-," if quote.before else ""
    suffix = f",-{_encoded(_first_words(quote.after))}" if quote.after else ""
    return f"text={prefix}{middle}{suffix}"


def _last_words(text: str) -> str:
    starts = [start for _, start, _ in words_in_place(text)][-_AROUND_WORDS:]
    return text[starts[0] if starts else 0 :].strip()


def _first_words(text: str) -> str:
    ends = [end for _, _, end in words_in_place(text)][:_AROUND_WORDS]
    return text[: ends[-1] if ends else len(text)].strip()


def _encoded(text: str) -> str:
    # A hyphen, a comma and an ampersand have a meaning in a directive; urllib leaves the hyphen alone.
    return percent(text, safe="").replace("-", "%2D").replace("~", "%7E")
