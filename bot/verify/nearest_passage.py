"""The quote that is nearest to words that stand in no source: not what was pasted, but where to read on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..search.analysis import STOP_WORDS
from ..search.message_search import find_for_message
from ..text import words
from .tuning import NEAREST_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..bank.quote import Quote
    from ..search.index import Index
    from .verdict import Verdict


def nearest_passage(index: Index, verdicts: Sequence[Verdict]) -> Quote | None:
    """The quote nearest to a lone quotation that is in no source; None where none shares enough of its words."""
    if len(verdicts) != 1 or verdicts[0].kind != "unknown":
        return None
    carrying = set(words(verdicts[0].text)) - STOP_WORDS
    for hit in find_for_message(index, verdicts[0].text, 1, ()).hits:
        if len(carrying & set(words(hit.quote.text))) >= NEAREST_WORDS:
            return hit.quote
    return None
