"""A bank as columns, and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ...bank.bank import Bank
from ...bank.quote import Source, Speaker, Topic, When
from ...columns import text_of, without_prefix
from .fingerprint_columns import ColumnarFingerprints, fingerprints_to_columns
from .json_columns import from_json, to_json
from .quote_columns import ColumnarQuotes, Shared, quotes_to_columns

if TYPE_CHECKING:
    from ...bank.fingerprint import Fingerprint
    from ...bank.quote import Quote
    from ...columns import Columns

_QUOTES, _FINGERPRINTS = "quotes.", "fingerprints."


def bank_to_columns(bank: Bank) -> Columns:
    """A bank as columns. Raises ValueError where it holds what does not fit (nothing that was read does)."""
    shared = _shared(bank)
    facts = [
        to_json(Speaker, bank.speakers),
        to_json(Source, bank.sources),
        to_json(Topic, bank.topics),
        to_json(When, shared.dates),
        to_json(str, bank.calls),
    ]
    columns: Columns = {"facts": json.dumps(facts)}
    quotes, fingerprints = quotes_to_columns(bank.quotes, shared), fingerprints_to_columns(bank.fingerprints)
    columns |= {_QUOTES + name: column for name, column in quotes.items()}
    columns |= {_FINGERPRINTS + name: column for name, column in fingerprints.items()}
    return columns


def bank_from_columns(key: str, columns: Columns) -> Bank:
    """The bank with these columns. Raises ValueError, TypeError or LookupError where they are no bank."""
    speakers, sources, topics, dates, calls = json.loads(text_of(columns["facts"]))
    shared = Shared(
        tuple(from_json(Speaker, speakers)),
        tuple(from_json(Source, sources)),
        tuple(from_json(Topic, topics)),
        tuple(from_json(When, dates)),
    )
    quotes = ColumnarQuotes(without_prefix(_QUOTES, columns), shared)
    return Bank(
        key=key,
        sources=shared.sources,
        speakers=shared.speakers,
        topics=shared.topics,
        quotes=quotes,
        fingerprints=ColumnarFingerprints(without_prefix(_FINGERPRINTS, columns)),
        calls=tuple(from_json(str, calls)),
        lookups=quotes.lookups(),
    )


def columnar(bank: Bank) -> Bank:
    """The same bank with its quotes and fingerprints in columns. Raises ValueError as `bank_to_columns`."""
    return bank_from_columns(bank.key, bank_to_columns(bank))


def materialized(bank: Bank) -> tuple[list[Quote], list[Fingerprint]]:
    """The quotes and fingerprints of a bank that are there: all, or of a columnar one those that were asked for."""
    quotes, fingerprints = bank.quotes, bank.fingerprints
    return (
        list(quotes.materialized.values()) if isinstance(quotes, ColumnarQuotes) else list(quotes),
        list((fingerprints.materialized if isinstance(fingerprints, ColumnarFingerprints) else fingerprints).values()),
    )


def _shared(bank: Bank) -> Shared:
    """What the quotes of a bank share."""
    if isinstance(bank.quotes, ColumnarQuotes):
        return bank.quotes.shared
    dates = dict.fromkeys(quote.said_on for quote in bank.quotes if quote.said_on)
    return Shared(bank.speakers, bank.sources, bank.topics, tuple(dates))
