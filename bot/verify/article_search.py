"""What the articles of a bank say of a claim, beyond the quotes: by their fingerprints."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..text import words
from . import fingerprint_search as in_article
from .matching_runs import cover
from .tuning import ALL_ARTICLES
from .verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..bank.bank import Bank
    from ..bank.quote import Source
    from .claim import Claim
    from .fingerprint_search import InArticle
    from .passage_index import PassageIndex


def stands(bank: Bank, claim: Claim, asked: Iterable[str]) -> InArticle | None:
    """Where a claim stands in one of these sources, as it is or in the pieces that its ellipses make of it."""
    ids = list(asked)
    in_full = in_article.stands(bank.fingerprints, ids, claim.words)
    if in_full is not None or not claim.gaps:
        return in_full
    found = [in_article.stands(bank.fingerprints, ids, claim.words[first:last]) for first, last in claim.pieces]
    first = found[0]
    if first is None or any(piece is None or piece.source != first.source for piece in found):
        return None
    return first


def source(bank: Bank, id_: str) -> Source | None:
    """A source by its id."""
    return next((source for source in bank.sources if source.id == id_), None)


def as_it_is(bank: Bank, passages: PassageIndex, claim: Claim, line: str, near: Sequence[int]) -> Verdict | None:
    """Words that stand in an article as they are: across neighbouring quotes of the bank, or beyond them."""
    fingerprints = bank.fingerprints
    if not fingerprints:
        return None
    likely = dict.fromkeys(bank.quotes[doc].source.id for doc in near)
    found = stands(bank, claim, fingerprints if len(fingerprints) <= ALL_ARTICLES else likely)
    if found is None:
        return None
    where = source(bank, found.source)
    if not claim.gaps and _is_denied(bank, claim, found, near):
        return None
    parts = cover(passages, line, near, claim)
    quotes = tuple(dict.fromkeys(bank.quotes[part.doc] for part in parts))
    covers_all = sum(part.i2 - part.i1 for part in parts) == len(line) and all(
        quote.source is where for quote in quotes
    )
    if covers_all and found.is_speech is not False:
        return Verdict(claim.pasted, "verbatim", quotes, where, 1.0, words=len(line), is_excerpt=True)
    return Verdict(claim.pasted, "in_source", (), where, 1.0, words=len(line), is_speech=found.is_speech)


def _is_denied(bank: Bank, claim: Claim, found: InArticle, near: Sequence[int]) -> bool:
    """Whether a quote of the article is known to stand where the claim seems to, with other words."""
    fingerprint = bank.fingerprints[found.source]
    segments = (
        segment for doc in near if (quote := bank.quotes[doc]).source.id == found.source for segment in quote.segments
    )
    return any(in_article.denies(fingerprint, found, claim.words, words(segment)) for segment in segments)


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
