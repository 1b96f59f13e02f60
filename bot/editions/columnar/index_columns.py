"""An index as columns, and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ...columns import text_of, without_prefix
from ...search.index import Index
from ...search.indexing.date_index import DateIndex
from ...search.indexing.inverted_index import InvertedIndex

if TYPE_CHECKING:
    from ...bank.bank import Bank
    from ...columns import Columns

_KNOWN, _DATES = "known.", "dates."


def index_to_columns(index: Index) -> Columns:
    """An index as columns."""
    columns: Columns = {_KNOWN + name: column for name, column in index.inverted.to_columns().items()}
    columns |= {_DATES + name: column for name, column in index.dates.to_columns().items()}
    columns["years"] = json.dumps({topic: index.years_of(topic) for topic in index.topics})
    return columns


def index_from_columns(bank: Bank, columns: Columns) -> Index:
    """The index of a bank with these columns. Raises ValueError, TypeError, KeyError or IndexError where it is none of
    this bank."""
    inverted = InvertedIndex.from_columns(without_prefix(_KNOWN, columns))
    dates = DateIndex.from_columns(without_prefix(_DATES, columns))
    years = {topic: span and tuple(span) for topic, span in json.loads(text_of(columns["years"])).items()}
    if inverted.size != len(bank.quotes):
        raise ValueError("this is the index of another bank")
    return Index(bank, inverted, dates, years)
