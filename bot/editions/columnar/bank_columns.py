"""A bank as parts, and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.bank.bank import Bank
from bot.bank.quote import Source, Speaker, Topic, When
from bot.columns import text_of
from bot.editions.columnar.fingerprint_columns import PackedProofs, pack_proofs
from bot.editions.columnar.json_columns import plain, revived
from bot.editions.columnar.quote_columns import Around, PackedQuotes, pack_quotes

if TYPE_CHECKING:
    from bot.bank.fingerprint import Fingerprint
    from bot.bank.quote import Quote
    from bot.columns import Columns

_QUOTES, _PROOFS = "quotes.", "proofs."


def pack_bank(bank: Bank) -> Columns:
    """A bank as parts. Raises ValueError where it holds what does not fit (a bank that was read holds nothing such)."""
    around = around_of(bank)
    facts = [
        plain(kind, held)
        for kind, held in (
            (Speaker, bank.speakers),
            (Source, bank.sources),
            (Topic, bank.topics),
            (When, around.dates),
            (str, bank.calls),
        )
    ]
    parts: Columns = {"facts": json.dumps(facts)}
    parts |= {_QUOTES + name: part for name, part in pack_quotes(bank.quotes, around).items()}
    parts |= {_PROOFS + name: part for name, part in pack_proofs(bank.fingerprints).items()}
    return parts


def unpack_bank(key: str, parts: Columns) -> Bank:
    """The bank that was packed. Raises ValueError, TypeError or LookupError where the parts are no bank."""
    speakers, sources, topics, dates, calls = json.loads(text_of(parts["facts"]))
    around = Around(
        tuple(revived(Speaker, speakers)),
        tuple(revived(Source, sources)),
        tuple(revived(Topic, topics)),
        tuple(revived(When, dates)),
    )
    quotes = PackedQuotes(_of(_QUOTES, parts), around)
    return Bank(
        key=key,
        sources=around.sources,
        speakers=around.speakers,
        topics=around.topics,
        quotes=quotes,
        fingerprints=PackedProofs(_of(_PROOFS, parts)),
        calls=tuple(revived(str, calls)),
        lookups=quotes.lookups(),
    )


def packed(bank: Bank) -> Bank:
    """The same bank with its quotes and fingerprints packed. Raises ValueError as `pack_bank`."""
    return unpack_bank(bank.key, pack_bank(bank))


def made(bank: Bank) -> tuple[list[Quote], list[Fingerprint]]:
    """The quotes and fingerprints of a bank that are there: all, or of a packed one those that were asked for."""
    quotes, proofs = bank.quotes, bank.fingerprints
    return (
        list(quotes.made.values()) if isinstance(quotes, PackedQuotes) else list(quotes),
        list(proofs.made.values()) if isinstance(proofs, PackedProofs) else list(proofs.values()),
    )


def around_of(bank: Bank) -> Around:
    """What the quotes of a bank share."""
    if isinstance(bank.quotes, PackedQuotes):
        return bank.quotes.around
    dates = dict.fromkeys(quote.said_on for quote in bank.quotes if quote.said_on)
    return Around(bank.speakers, bank.sources, bank.topics, tuple(dates))


def _of(start: str, parts: Columns) -> Columns:
    return {name.removeprefix(start): part for name, part in parts.items() if name.startswith(start)}
