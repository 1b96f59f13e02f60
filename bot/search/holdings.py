"""What a bank holds of some of its quotes, told from the index: no quote is made for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..bank.quote import Source
    from .index import Index


def sources_of(index: Index, docs: Sequence[int]) -> list[Source]:
    """The sources of the quotes of these numbers, each once, in the order of the quotes."""
    sources = index.inverted.sources
    by_id = {source.id: source for source in index.bank.sources}
    numbered = [by_id[source] for source in sources.docs]
    return [numbered[number] for number in dict.fromkeys(map(sources.owners.__getitem__, docs))]
