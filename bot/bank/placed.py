"""Quotes with the places they were read from, as the rules want them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..strict_yaml import Sequence, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..strict_yaml import Mapping, Node, Place
    from .quote import Quote


class Placed(NamedTuple):
    """A quote and the node it was read from. The node is let go with its file."""

    quote: Quote
    node: Mapping


class Standing(NamedTuple):
    """A quote's words with the place of its id and of its words, for rules about the whole bank."""

    id: str
    text: str
    file: str
    id_at: Place
    text_at: Place


def standing(placed: Placed, file: str) -> Standing:
    """What rules about the whole bank need of a quote once its file is let go."""
    quote, node = placed
    named = node.entries.get("id", node)
    return Standing(quote.id, quote.text, file, (named.line, named.column), segment_places(placed)[0])


def segment_places(placed: Placed) -> list[Place]:
    """Where each segment of the quote's words stands; at least one place."""
    node = placed.node.entries.get("text") or placed.node.entries.get("segments")
    places = [(part.line, part.column) for part in texts_of(node) if part.value.strip()]
    return places or [(placed.node.line, placed.node.column)]


def texts_of(node: Node | None) -> Iterator[Text]:
    """The texts of a value that is text or a list of texts."""
    if isinstance(node, Text):
        yield node
    elif isinstance(node, Sequence):
        yield from (part for part in node.items if isinstance(part, Text))
