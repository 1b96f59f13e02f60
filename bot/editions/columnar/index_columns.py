"""An index as columns, and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.columns import text_of, without_prefix
from bot.search.asking.dates import Dates
from bot.search.held.known import Known
from bot.search.index import Index

if TYPE_CHECKING:
    from bot.bank.bank import Bank
    from bot.columns import Columns

_KNOWN, _DATES = "known.", "dates."


def index_to_columns(index: Index) -> Columns:
    """An index as columns."""
    columns: Columns = {_KNOWN + name: column for name, column in index.known.pack().items()}
    columns |= {_DATES + name: column for name, column in index.dates.pack().items()}
    columns["years"] = json.dumps({topic: index.years_of(topic) for topic in index.topics})
    return columns


def index_from_columns(bank: Bank, columns: Columns) -> Index:
    """The index of a bank with these columns. Raises ValueError, TypeError, KeyError or IndexError where it is none of
    this bank."""
    known = Known.unpack(without_prefix(_KNOWN, columns))
    dates = Dates.unpack(without_prefix(_DATES, columns))
    years = {topic: span and tuple(span) for topic, span in json.loads(text_of(columns["years"])).items()}
    if known.size != len(bank.quotes):
        raise ValueError("this is the index of another bank")
    return Index(bank, known, dates, years)
