"""What the articles of a bank say of a claim, beyond the quotes: by their fingerprints."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.verify import fingerprint_search as in_article
from bot.verify.tuning import ALL_ARTICLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.bank.bank import Bank
    from bot.bank.quote import Source
    from bot.verify.claim import Claim
    from bot.verify.fingerprint_search import Standing
    from bot.verify.verdict import Verdict


def stands(bank: Bank, claim: Claim, asked: Iterable[str]) -> Standing | None:
    """Where a claim stands in one of these sources, as it is or in the pieces that its ellipses make of it."""
    ids = list(asked)
    whole = in_article.stands(bank.fingerprints, ids, claim.words)
    if whole is not None or not claim.gaps:
        return whole
    found = [in_article.stands(bank.fingerprints, ids, claim.words[first:last]) for first, last in claim.pieces]
    first = found[0]
    if first is None or any(one is None or one.source != first.source for one in found):
        return None
    return first


def source(bank: Bank, id_: str) -> Source | None:
    """A source by its id."""
    return next((source for source in bank.sources if source.id == id_), None)


def elsewhere(bank: Bank, claim: Claim, unknown: Verdict) -> Verdict | None:
    """In an article that was not asked yet."""
    if len(bank.fingerprints) <= ALL_ARTICLES:
        return None
    standing = stands(bank, claim, bank.fingerprints)
    if standing is None:
        return None
    where = source(bank, standing.source)
    return replace(unknown, kind="in_source", source=where, score=1.0, is_speech=standing.is_speech)


def in_part(bank: Bank, claim: Claim, unknown: Verdict) -> Verdict:
    """Not in our sources; of a few articles it is told where many of the words stand in a row."""
    found = in_article.longest(bank.fingerprints, claim.words) if len(bank.fingerprints) <= ALL_ARTICLES else None
    if found is None:
        return unknown
    return replace(unknown, source=source(bank, found[0]), standing=found[1], score=found[1] / len(claim.words))
