"""Comparing the quotes of two banks by a digest of each, so that of 100,000 only those that differ are looked at."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from .bank import Bank
    from .quote import Quote

SEPARATOR = "\x1f"
NOTHING = "\x00"
"""Stands for None. No quote that was read holds either: YAML refuses them."""
_AT_A_TIME = 4096


def line_of(quote: Quote) -> bytes:
    """The words of a quote and around it in one line. Raises ValueError where they hold what separates them."""
    optional = (quote.question, quote.before, quote.after, quote.note)
    words = (quote.id, *[NOTHING if text is None else text for text in optional], *quote.segments)
    line = SEPARATOR.join(words)
    if line.count(SEPARATOR) != len(words) - 1 or line.count(NOTHING) != optional.count(None):
        raise ValueError("a quote holds a character that separates quotes")
    return line.encode()


def digest_of(quote: Quote, line: bytes) -> int:
    """A number of 64 bits for all that is a quote's own (what it shares counts by its id): where two differ, the
    quotes do. `line` is that of `line_of`."""
    shared = SEPARATOR.join((quote.speaker.id, quote.source.id, *[topic.id for topic in quote.topics]))
    date = repr(quote.said_on) if quote.said_on else ""
    text = b"%d %b%b\n%b" % (len(line), line, shared.encode(), date.encode())
    return int.from_bytes(blake2b(text, digest_size=8).digest())


def differing(before: Bank, after: Bank) -> tuple[Sequence[Quote], Sequence[Quote]]:
    """The quotes of each of two banks that the other does not hold just so: all, where neither knows its digests."""
    if before.digests is None and after.digests is None:
        return before.quotes, after.quotes
    old, new = _digests(before), _digests(after)
    return _without(before.quotes, old, _set(new)), _without(after.quotes, new, _set(old))


def _digests(bank: Bank) -> Sequence[int]:
    if bank.digests is not None:
        return bank.digests
    return [digest_of(quote, line_of(quote)) for quote in bank.quotes]


def _set(digests: Sequence[int]) -> set[int]:
    # In pieces: one call of `set` on 100,000 numbers holds the interpreter, and with it the event loop, for 7 ms.
    found: set[int] = set()
    for first in range(0, len(digests), _AT_A_TIME):
        found.update(digests[first : first + _AT_A_TIME])
    return found


def _without(quotes: Sequence[Quote], digests: Sequence[int], known: Container[int]) -> Sequence[Quote]:
    return [quotes[place] for place, digest in enumerate(digests) if digest not in known]
